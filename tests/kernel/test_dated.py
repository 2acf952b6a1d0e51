"""Which version of a rule counts."""

from datetime import date
from typing import NamedTuple

import pytest

from gridhall.kernel.dated import in_force


class Version(NamedTuple):
    valid_from: date


OLD, NEW = Version(date(2024, 6, 1)), Version(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2020, 1, 1), OLD),
        (date(2024, 6, 1), OLD),
        (date(2025, 12, 31), OLD),
        (date(2026, 1, 1), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_the_newest_begun_version_counts_and_before_the_first_the_first(on: date, counts: Version) -> None:
    assert in_force((OLD, NEW), on) is counts
