"""Small cities, built by processes of their own as a user would build them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, city_environment

CUSTOMERS, TODAY = "60", "2026-11-21"


@dataclass(frozen=True)
class Small:
    """A city's data folder, what its building printed, and its marker."""

    data: Path
    printed: str

    @property
    def marker(self) -> dict[str, Any]:
        """What the builder wrote down at its end."""
        return dict(json.loads((self.data / "demo-city.json").read_text()))


def run(data: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process on a data folder; its exit status is the test's to judge."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    env = {**city_environment(data), "PYTHONPATH": path, **environment}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def gridhall(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """One command of the application."""
    return run(data, sys.executable, "-m", "gridhall", *words, **environment)


def build_small(data: Path, seed: str = "7") -> Small:
    """A city of 60 customers."""
    assert gridhall(data, "migrate", "--verbosity", "0").returncode == 0
    done = gridhall(data, "demo", "build", "--customers", CUSTOMERS, "--seed", seed, "--today", TODAY)
    assert done.returncode == 0, done.stdout + done.stderr
    return Small(data, done.stdout)


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The city that all tests of this folder read; none of them changes it."""
    return build_small(tmp_path_factory.mktemp("small-city"))


@pytest.fixture(scope="session")
def answers(small: Small) -> dict[str, Any]:
    """Everything in ``questions``, asked once."""
    done = run(small.data, sys.executable, "-m", "tests.demo.questions")
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
