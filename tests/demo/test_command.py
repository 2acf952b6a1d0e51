"""`gridhall demo`: where it refuses, and with which remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.demo.conftest import Small, gridhall


def test_a_second_city_in_the_same_folder_is_refused(small: Small) -> None:
    done = gridhall(small.data, "demo", "build")
    assert done.returncode == 1
    assert "choose another folder" in done.stderr.lower()


def test_a_city_left_half_built_is_noticed(small: Small, tmp_path: Path) -> None:
    data = tmp_path / "half"
    shutil.copytree(small.data, data)
    (data / "demo-city.json").unlink()
    done = gridhall(data, "demo", "build")
    assert done.returncode == 1
    assert "not finished" in done.stderr


@pytest.mark.parametrize("word", ["build", "logins"])
def test_nothing_is_done_outside_demo_mode(tmp_path: Path, word: str) -> None:
    assert gridhall(tmp_path, "migrate", "--verbosity", "0").returncode == 0
    done = gridhall(tmp_path, "demo", word, GRIDHALL_DEMO="0")
    assert done.returncode == 1
    assert "GRIDHALL_DEMO=1" in done.stderr


def test_a_database_without_tables_is_named(tmp_path: Path) -> None:
    done = gridhall(tmp_path, "demo", "build")
    assert done.returncode == 1
    assert "gridhall migrate" in done.stderr


def test_stages_are_lines_where_nobody_watches(small: Small) -> None:
    assert "\r" not in small.printed
    assert small.printed.count("months ...") == 1
    assert "60 customers" in small.printed
