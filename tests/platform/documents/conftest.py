"""Printing needs the fonts that the build fetches; without them a machine skips, the gate fails."""

import os

import pytest

from gridhall.platform.documents.render import FONT_FILES


@pytest.fixture(scope="session", autouse=True)
def printing_fonts() -> None:
    missing = [path.name for path in FONT_FILES if not path.is_file()]
    if not missing:
        return
    reason = f"printing fonts {', '.join(missing)} are not built yet"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
