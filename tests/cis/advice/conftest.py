import pytest

from tests.cast import Cast
from tests.cis.facts import put_month, released

MONTHS = (202601, 202602)


@pytest.fixture
def billed(cast: Cast) -> Cast:
    """January and February released."""
    for month in MONTHS:
        put_month(cast, month)
        released(cast, month)
    return cast
