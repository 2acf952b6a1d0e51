"""What every test may ask for: sample files, a demo city, and translations that are up to date."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT / "../shared/data"


def pytest_configure() -> None:
    """Compile the message catalogs, so that a test sees the words as they stand in the .po files."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # whoever started the workers has done it
    from hatch_build import compile_messages

    compile_messages(ROOT)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of vectors and series that are not ours to commit; a machine without it skips, the gate fails."""
    if SHARED_DATA.is_dir():
        return SHARED_DATA.resolve()
    reason = f"{SHARED_DATA} does not exist: sample files of other projects are not committed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def peers() -> Path:
    """Packages that the gate installs: npm's alipay-sdk and, in `python`, python-alipay-sdk, beancount, sepaxml."""
    folder = os.environ.get("GRIDHALL_PEERS")
    if folder:
        return Path(folder)
    reason = "GRIDHALL_PEERS names no folder with the peers that .ci/run installs"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def city_environment(data: Path) -> dict[str, str]:
    """What a process needs to run on a demo city's data folder, always on SQLite."""
    ours = {"GRIDHALL_DATA": str(data), "GRIDHALL_DEMO": "1", "GRIDHALL_DATABASE_URL": ""}
    return {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "gridhall.settings"}


def gridhall(data: Path, *words: str) -> str:
    """Run one `gridhall` command on a data folder and return what it prints."""
    command = [sys.executable, "-m", "gridhall", *words]
    done = subprocess.run(command, cwd=ROOT, env=city_environment(data), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"gridhall {' '.join(words)}:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city, built once a run, or one that the gate has built already; copy it before you change it."""
    built = os.environ.get("GRIDHALL_TEST_CITY")
    if built:
        return Path(built)
    data = tmp_path_factory.mktemp("city")
    gridhall(data, "migrate", "--verbosity", "0")
    gridhall(data, "demo", "build", "--customers", "300")
    return data
