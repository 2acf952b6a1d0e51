"""Where the clock is put forward: days of 23 and 25 hours keep every Wh in the period of its local clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.kernel.calendars import PERIODS, DayFacts, day_types, load_calendar, slot_periods
from gridhall.kernel.determinants import fold_energy
from gridhall.kernel.tariffs import TariffError

ZONES = {"Australia/Sydney": 10, "America/New_York": -5, "Europe/Berlin": 1}  # standard hours ahead of UTC
TEXT = """
code: local
area: elsewhere
name: {{en: Local clock, zh: 当地时钟}}
source: invented for a test
evidence: C
timezone: {zone}
entries:
  - {{period: peak, hours: ["7-11", "17-21"], months: [1, 2, 3, 10, 11, 12]}}
  - {{period: peak, hours: ["14-20"], months: [4, 5, 6, 7, 8, 9]}}
  - {{period: valley, hours: ["22-7"]}}
  - {{period: flat, rest: true}}
"""


def period_at(local: datetime) -> str:
    """The same hours, read from the local clock by hand."""
    if local.hour >= 22 or local.hour < 7:
        return "valley"
    summer = 4 <= local.month <= 9
    peak = 14 <= local.hour < 20 if summer else 7 <= local.hour < 11 or 17 <= local.hour < 21
    return "peak" if peak else "flat"


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(sorted(ZONES)), st.dates(date(2024, 1, 1), date(2027, 12, 31)), st.sampled_from([24, 48, 96]))
def test_every_slot_is_in_the_period_of_its_local_clock(zone: str, on: date, slots: int) -> None:
    found = slot_periods(load_calendar(TEXT.format(zone=zone)), on, "single_part", DayFacts(), slots)
    start = datetime(on.year, on.month, on.day, tzinfo=UTC) - timedelta(hours=ZONES[zone])
    for slot in range(slots):
        local = (start + timedelta(minutes=slot * 1440 // slots)).astimezone(ZoneInfo(zone))
        assert PERIODS[found[slot]] == period_at(local), (on, slot, local)


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Australia/Sydney", date(2026, 10, 4), 23),
        ("Australia/Sydney", date(2026, 4, 5), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
    ],
)
def test_a_day_of_23_or_25_hours_is_cut_whole_and_a_month_loses_nothing(zone: str, first: date, hours: int) -> None:
    midnights = [datetime(first.year, first.month, d, tzinfo=ZoneInfo(zone)) for d in (first.day, first.day + 1)]
    assert (midnights[1].astimezone(UTC) - midnights[0].astimezone(UTC)).total_seconds() == hours * 3600
    days = [first.replace(day=1) + timedelta(days=n) for n in range(30)]
    types, index = day_types(load_calendar(TEXT.format(zone=zone)), days, "single_part", DayFacts(), 96)
    values = np.random.default_rng(hours).integers(0, 900, (3, 30, 96), dtype=np.uint16)
    energy = fold_energy(values, index.astype(np.uint8), types)
    np.testing.assert_array_equal(energy.sum(axis=1), values.sum(axis=(1, 2), dtype=np.int64))
    valley = 0
    for n, day in enumerate(days):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=ZONES[zone])
        for slot in range(96):
            local = (start + timedelta(minutes=15 * slot)).astimezone(ZoneInfo(zone))
            valley += int(values[0, n, slot]) if period_at(local) == "valley" else 0
    assert energy[0, PERIODS.index("valley")] == valley


def test_a_zone_that_is_none_is_named() -> None:
    with pytest.raises(TariffError, match="Mars/Olympus"):
        load_calendar(TEXT.format(zone="Mars/Olympus"))
