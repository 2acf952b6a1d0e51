"""Public holidays and swapped workdays (调休) as announced, year by year."""

from datetime import date, timedelta
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence

HOLIDAYS: Final = (
    "new_year",
    "spring_festival",
    "qingming",
    "labour_day",
    "dragon_boat",
    "mid_autumn",
    "national_day",
)
HolidayId = Literal[
    "new_year", "spring_festival", "qingming", "labour_day", "dragon_boat", "mid_autumn", "national_day"
]
_SATURDAY: Final = 5


class Break(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Days off from `first` to `last` inclusive, and the weekend days worked for them."""

    holidays: tuple[HolidayId, ...]
    first: date
    last: date
    workdays: tuple[date, ...] = ()

    @property
    def days(self) -> int:
        """Length of the break."""
        return (self.last - self.first).days + 1


class HolidayYear(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One announcement."""

    year: int
    notice: str
    evidence: Evidence
    breaks: tuple[Break, ...]


class Holidays(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All announcements at hand; asking about another year is an error, not a guess."""

    source: str
    notes: tuple[str, ...] = ()
    years: tuple[HolidayYear, ...]

    def break_on(self, day: date) -> Break | None:
        """The break this day belongs to."""
        return _days_off(self, day.year).get(day)

    def is_rest_day(self, day: date) -> bool:
        """Day off as announced, or a weekend day that is not worked."""
        if self.break_on(day) is not None:
            return True
        return day.weekday() >= _SATURDAY and day not in _workdays(self, day.year)


def load_holidays(document: bytes | str) -> Holidays:
    """Announcements from YAML text."""
    return read_structured(document, Holidays)


def _announcement(holidays: Holidays, year: int) -> HolidayYear:
    for announced in holidays.years:
        if announced.year == year:
            return announced
    known = ", ".join(str(announced.year) for announced in holidays.years)
    raise ValueError(f"no holiday announcement for {year} (known: {known}); add it to the holiday data first")


@cache
def _days_off(holidays: Holidays, year: int) -> dict[date, Break]:
    return {
        off.first + timedelta(days=offset): off
        for off in _announcement(holidays, year).breaks
        for offset in range(off.days)
    }


@cache
def _workdays(holidays: Holidays, year: int) -> frozenset[date]:
    return frozenset(day for off in _announcement(holidays, year).breaks for day in off.workdays)
