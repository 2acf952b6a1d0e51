"""Back up, destroy, restore, compare: on an installation of its own with real segments and books."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]

MAKE = """
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
call_command("migrate", verbosity=0)
from gridhall.platform import orgs
from gridhall.platform.actor import system
from gridhall.readings.models import Segment
orgs.create_unit(system(), None, "province", "32", "临海省", "Linhai Province")
for number in range(3):
    path = settings.INTERVAL_STORE / f"3204/{number}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes([number]) * 5000)
    Segment.objects.create(
        segment_id=f"s{number}", file=f"3204/{number}.parquet", city="32/04/", quantity=1, width=4, slots=96,
        layout="wide", first_day="2026-01-01", last_day="2026-01-31", min_point=1, max_point=9, rows=9, sha256="",
        bytes=5000, published=1,
    )
(settings.INTERVAL_STORE / "3204/not-published.parquet").write_bytes(b"half")
(settings.DATA / "secrets/bank").mkdir(parents=True)
(settings.DATA / "secrets/bank/own-key.pem").write_bytes(b"key")
(settings.DOCUMENT_STORE / "bills").mkdir(parents=True)
(settings.DOCUMENT_STORE / "bills/B1.pdf").write_bytes(b"%PDF")
"""


def run(data: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "GRIDHALL_DATA": str(data), "GRIDHALL_DATABASE_URL": "", "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "gridhall.settings",
    }  # fmt: skip
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder and, beside it, `whole.tar` made from it."""
    data = tmp_path_factory.mktemp("original") / "data"
    made = run(data, "-c", MAKE)
    assert made.returncode == 0, made.stderr
    backed_up = run(data, "-m", "gridhall", "backup", str(data.parent / "whole.tar"))
    assert backed_up.returncode == 0, backed_up.stderr
    return data


def content(data: Path) -> dict[str, str]:
    """Digests of all that must come back; the database by its rows."""
    found = {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file() and not path.name.startswith("gridhall.sqlite3") and "before-restore" not in str(path)
    }
    found.pop("intervals/3204/not-published.parquet", None)
    with sqlite3.connect(data / "gridhall.sqlite3") as rows:
        found["rows"] = hashlib.sha256("\n".join(rows.iterdump()).encode()).hexdigest()
    return found


def test_what_was_destroyed_comes_back_as_it_was(original: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    restored = run(data, "-m", "gridhall", "restore", str(original.parent / "whole.tar"))
    assert restored.returncode == 0, restored.stderr
    assert content(data) == content(original)
    assert not (data / "intervals/3204/not-published.parquet").exists()
    verified = run(data, "-m", "gridhall", "audit", "verify")
    assert verified.stdout.startswith("1 events in 1 chains"), verified.stderr


def test_data_that_is_there_is_moved_aside_and_only_by_force(original: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(original, data)
    (data / "documents/bills/B2.pdf").write_bytes(b"later")
    before = content(data)
    refused = run(data, "-m", "gridhall", "restore", str(original.parent / "whole.tar"))
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert content(data) == before
    forced = run(data, "-m", "gridhall", "restore", "--force", str(original.parent / "whole.tar"))
    assert forced.returncode == 0, forced.stderr
    assert content(data) == content(original)
    assert [path.read_bytes() for path in data.glob("before-restore-*/documents/bills/B2.pdf")] == [b"later"]


def altered(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 3] ^= 1
    path.write_bytes(raw)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def escaping(path: Path) -> None:
    with tarfile.open(path, "a") as archive:
        archive.add(__file__, "intervals/../../escaped")


def linked(path: Path) -> None:
    with tarfile.open(path, "a") as archive:
        link = tarfile.TarInfo("documents/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        archive.addfile(link)


def not_a_tar(path: Path) -> None:
    path.write_bytes(b"not a back-up" * 100)


@pytest.mark.parametrize("harm", [altered, cut, escaping, linked, not_a_tar])
def test_a_back_up_that_is_not_whole_changes_nothing(
    harm: Callable[[Path], None], original: Path, tmp_path: Path
) -> None:
    data, archive = tmp_path / "data", tmp_path / "harmed.tar"
    shutil.copy(original.parent / "whole.tar", archive)
    harm(archive)
    refused = run(data, "-m", "gridhall", "restore", str(archive))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert not [path for path in data.rglob("*") if path.name != "secret-key"]
    assert not (tmp_path / "escaped").exists()


def test_a_back_up_replaces_no_file_and_misses_no_segment(original: Path, tmp_path: Path) -> None:
    taken = original.parent / "whole.tar"
    assert "exists" in run(original, "-m", "gridhall", "backup", str(taken)).stderr
    data = tmp_path / "data"
    shutil.copytree(original, data)
    (data / "intervals/3204/1.parquet").unlink()
    missing = run(data, "-m", "gridhall", "backup", str(tmp_path / "b.tar"))
    assert missing.returncode == 1
    assert "1.parquet" in missing.stderr
    assert not list(tmp_path.glob("b.tar*"))
