"""Versions of a calendar: a later one takes over on its day, and hours that have run out do not go on."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.kernel import shipped
from gridhall.kernel.calendar_versions import day_types, ends_on, in_order, on, stretches
from gridhall.kernel.calendars import PERIODS, Calendar, DayFacts, load_calendar, slot_periods
from gridhall.kernel.tariffs import TariffError

SHANDONG = shipped.calendars()["shandong-business"]


def hours(code: str = "test", peak: str = "8-22", begin: str | None = None, end: str | None = None) -> Calendar:
    bounds = "".join(f"{name}: {value}\n" for name, value in (("valid_from", begin), ("valid_to", end)) if value)
    return load_calendar(
        f"code: {code}\narea: 测试\nname: {{en: Test, zh: 测试}}\nsource: invented\nevidence: C\n{bounds}"
        f"entries:\n  - {{period: peak, hours: [{peak}]}}\n  - {{period: valley, rest: true}}\n"
    )


OPEN, LATER = hours(), hours(peak="9-21", begin="2026-07-01")


def test_a_later_version_takes_over_on_its_day_and_leaves_the_first_as_it_is() -> None:
    versions = in_order([LATER, OPEN])
    assert versions == (OPEN, LATER)
    assert [on(versions, date(2026, 6, 30)), on(versions, date(2026, 7, 1))] == [OPEN, LATER]
    assert stretches(versions, date(2026, 6, 15), date(2026, 7, 15)) == [
        (date(2026, 6, 15), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 15)),
    ]
    days = [date(2026, 6, 30), date(2026, 7, 1)]
    types, which = day_types(versions, days, "single_part", DayFacts(), 24)
    for day, mask in zip(days, types[which], strict=True):
        own = OPEN if day.month == 6 else LATER
        assert np.array_equal(mask, slot_periods(own, day, "single_part", DayFacts(), 24))
    assert [PERIODS[mask[8]] for mask in types[which]] == ["peak", "valley"]


def test_hours_published_for_a_year_do_not_go_on_and_older_ones_do_not_come_back() -> None:
    year = hours(peak="10-20", begin="2025-01-01", end="2026-01-01")
    versions = in_order([OPEN, year])
    assert on(versions, date(2024, 12, 31)) == OPEN
    assert on(versions, date(2025, 12, 31)) == year
    assert on(versions, date(2026, 1, 1)) is None
    assert ends_on(versions) == date(2026, 1, 1)
    assert stretches(versions, date(2025, 12, 20), date(2026, 1, 10)) == [(date(2025, 12, 20), date(2026, 1, 1))]
    with pytest.raises(ValueError, match="test has no hours published for 2026-01-01"):
        day_types(versions, [date(2026, 1, 1)], "single_part", DayFacts(), 24)


def test_of_two_that_begin_on_one_day_the_later_given_counts() -> None:
    corrected = hours(peak="9-20", begin="2026-07-01")
    assert on(in_order([OPEN, LATER, corrected]), date(2026, 8, 1)) == corrected


def test_shandong_has_hours_for_2025_and_none_before_or_after() -> None:
    assert [bool(on(SHANDONG, date(year, 12, 31))) for year in (2024, 2025, 2026)] == [False, True, False]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40) | st.none()), min_size=1, max_size=5),
    st.integers(0, 50), st.integers(1, 40),
)  # fmt: skip
def test_stretches_are_the_days_on_which_one_version_holds(
    spans: list[tuple[int, int | None]], first: int, days: int
) -> None:
    """Day by day against the cut: the same days, and each stretch of one version."""
    start = date(2026, 1, 1)
    versions = in_order(
        hours(begin=str(start + timedelta(begin)), end=str(start + timedelta(begin + length)) if length else None)
        for begin, length in spans
    )
    begin, end = start + timedelta(first), start + timedelta(first + days)
    cut = stretches(versions, begin, end)
    covered = [a + timedelta(n) for a, b in cut for n in range((b - a).days)]
    assert covered == [begin + timedelta(n) for n in range(days) if on(versions, begin + timedelta(n))]
    for a, b in cut:
        assert len({id(on(versions, a + timedelta(n))) for n in range((b - a).days)}) == 1


@pytest.mark.parametrize(
    ("code", "begin", "end", "said"),
    [
        ("Test Hours", None, None, 'code: "Test Hours" needs lower-case'),
        ("test", "2026-01-01", "2026-01-01", "2026-01-01 is not after valid_from"),
    ],
)
def test_a_version_that_could_not_be_found_or_never_holds_is_refused(
    code: str, begin: str | None, end: str | None, said: str
) -> None:
    with pytest.raises(TariffError, match=said):
        hours(code, begin=begin, end=end)
