"""What is sealed in the database can be read by this installation only."""

from __future__ import annotations

import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from gridhall.platform.sealing import KEY, seal, unseal


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> Path:
    settings.DATA = tmp_path
    return tmp_path / "secrets" / KEY


def test_the_key_is_made_once_for_us_alone(own_folder: Path) -> None:
    sealed = seal(b"62220200")
    assert stat.S_IMODE(own_folder.stat().st_mode) == 0o600
    assert stat.S_IMODE(own_folder.parent.stat().st_mode) == 0o700
    assert b"62220200" not in sealed and unseal(sealed) == b"62220200" and seal(b"62220200") != sealed
    assert [path.name for path in own_folder.parent.iterdir()] == [KEY]


def test_of_many_that_make_the_key_at_once_one_wins(own_folder: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(seal(b"x"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {unseal(one) for one in found} == {b"x"} and len(found) == 8


def test_another_key_and_a_key_that_others_may_read_are_refused_with_the_remedy(own_folder: Path) -> None:
    sealed = seal(b"x")
    own_folder.chmod(0o644)
    with pytest.raises(ImproperlyConfigured, match="mode to 0600"):
        unseal(sealed)
    own_folder.unlink()
    with pytest.raises(ImproperlyConfigured, match="put secrets/column-key of its data folder back"):
        unseal(sealed)
