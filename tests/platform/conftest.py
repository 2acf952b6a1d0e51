"""Small organisation, people by role, and an installation of its own for tests that need several processes."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from gridhall.platform import jobs
from gridhall.platform.actor import Actor
from gridhall.platform.models import OrgUnit
from gridhall.platform.scope import Scope

ROOT = Path(__file__).resolve().parents[2]


def staff(name: str, path: str, *roles: str) -> Actor:
    """Somebody who holds these roles at the unit."""
    return Actor(name, "staff", frozenset(roles), Scope(prefixes=(path,)))


@pytest.fixture
def province(db: None) -> OrgUnit:
    return OrgUnit.objects.create(level="province", code="32", path="32/", name_zh="临海省", name_en="Linhai Province")


@pytest.fixture
def lin() -> Actor:
    """Administrator Lin of Linhai Province."""
    return staff("Administrator Lin", "32/", "system-administrator")


@pytest.fixture
def stranger() -> Actor:
    """An administrator of another province."""
    return staff("Stranger", "41/", "system-administrator")


@pytest.fixture
def own_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handlers that a test registers are gone afterwards, and only they are there."""
    monkeypatch.setattr(jobs, "_HANDLERS", {})
    monkeypatch.setattr(jobs, "_EVERY", {})


@dataclass
class Plant:
    """An installation with its own database, worked on by real processes."""

    environment: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, words: str) -> subprocess.Popen[str]:
        """Start `tests/platform/process.py` with these words; it is killed when the tests end."""
        command = [sys.executable, "-m", "tests.platform.process", words]
        process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def ask(self, words: str) -> dict:
        """Run it to its end; what it prints is JSON."""
        process = self.start(words)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, words
        return json.loads(said)

    def gridhall(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the product."""
        command = [sys.executable, "-m", "gridhall", *words]
        return subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    """On PostgreSQL when GRIDHALL_DATABASE_URL is set, otherwise on SQLite in a folder."""
    url = os.environ.get("GRIDHALL_DATABASE_URL", "")
    own, name = "", f"gridhall_{uuid.uuid4().hex[:12]}"
    if url:
        _postgresql(url, f"CREATE DATABASE {name}")
        own = urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    data = tmp_path_factory.mktemp("plant")
    python_path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = {
        **os.environ, "GRIDHALL_DATA": str(data), "GRIDHALL_DATABASE_URL": own, "PYTHONPATH": python_path,
        "DJANGO_SETTINGS_MODULE": "tests.platform.light",
    }  # fmt: skip
    plant = Plant(environment)
    migrated = plant.gridhall("migrate", "--verbosity", "0", "--skip-checks")
    assert migrated.returncode == 0, migrated.stderr
    yield plant
    for process in plant.processes:
        process.kill()
        process.communicate()
    if url:
        _postgresql(url, f"DROP DATABASE {name} WITH (FORCE)")


def _postgresql(url: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
