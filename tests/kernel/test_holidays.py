"""Announced holidays: the data keeps its own rules, and days are what the announcements say."""

from datetime import date

import pytest

from gridhall.kernel import shipped
from gridhall.kernel.holidays import HOLIDAYS

YEARS = shipped.holidays().years


@pytest.mark.parametrize("year", YEARS, ids=lambda year: str(year.year))
def test_an_announcement_names_every_holiday_once_and_keeps_to_its_year(year) -> None:
    named = [holiday for off in year.breaks for holiday in off.holidays]
    assert sorted(named) == sorted(HOLIDAYS)
    assert {day.year for off in year.breaks for day in (off.first, off.last, *off.workdays)} == {year.year}


@pytest.mark.parametrize("year", YEARS, ids=lambda year: str(year.year))
def test_worked_days_are_weekend_days_and_never_inside_a_break(year) -> None:
    for off in year.breaks:
        assert off.first <= off.last
        for day in off.workdays:
            assert day.weekday() >= 5
            assert shipped.holidays().break_on(day) is None
            assert not shipped.holidays().is_rest_day(day)


@pytest.mark.parametrize("year", YEARS, ids=lambda year: str(year.year))
def test_a_break_that_swaps_days_gives_back_as_many_weekdays_as_it_takes_beyond_the_statutory_ones(year) -> None:
    statutory = {"spring_festival": 4 if year.year >= 2025 else 3, "labour_day": 2 if year.year >= 2025 else 1}
    statutory |= {"national_day": 3, "new_year": 1, "qingming": 1, "dragon_boat": 1, "mid_autumn": 1}
    for off in year.breaks:
        days = [date.fromordinal(off.first.toordinal() + offset) for offset in range(off.days)]
        free = sum(statutory[holiday] for holiday in off.holidays)
        weekend = sum(day.weekday() >= 5 for day in days)
        assert off.days <= free + weekend + len(off.workdays)


@pytest.mark.parametrize(
    ("day", "rest"),
    [
        (date(2026, 2, 14), False),  # a Saturday worked for the Spring Festival
        (date(2026, 2, 16), True),
        (date(2026, 2, 24), False),
        (date(2026, 3, 7), True),
        (date(2025, 10, 8), True),
        (date(2025, 10, 9), False),
        (date(2024, 5, 11), False),
    ],
)
def test_days_are_free_or_worked_as_announced(day: date, rest: bool) -> None:
    assert shipped.holidays().is_rest_day(day) is rest


def test_a_year_nobody_announced_is_not_guessed() -> None:
    with pytest.raises(ValueError, match=r"no holiday announcement for 2031 \(known: 2024, 2025, 2026, 2027\)"):
        shipped.holidays().is_rest_day(date(2031, 1, 1))
