"""What every test may ask for: the shared data folder, and translations that are up to date."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT / "../shared/data"


def pytest_configure() -> None:
    """Compile the message catalogs, so that a test sees the words as they stand in the .po files."""
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
