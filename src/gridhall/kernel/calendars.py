"""Time-of-use calendars as dated data: which period every slot of a day is in.

Deep wins over sharp, sharp over peak, flat and valley; a `rest` entry takes what no other covers.
All entries of one area that apply to a day are painted in that order. An entry by announcement applies on the days that
the authority named, with the hours it named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from gridhall.kernel.holidays import HolidayId, Holidays
from gridhall.kernel.tariffs.text import TariffError, read_structured
from gridhall.kernel.tariffs.types import PERIODS, YEAR, Evidence, Name

__all__ = ["PERIODS", "Calendar", "DayFacts", "day_types", "hours_fit", "load_calendar", "slot_periods"]

Slots = npt.NDArray[np.uint8]

SLOT_COUNTS: Final = (24, 48, 96, 288)
DAY_MINUTES: Final = 1440
_GRID_MINUTES: Final = DAY_MINUTES // SLOT_COUNTS[-1]
_PAINT_ORDER: Final = ("flat", "valley", "peak", "sharp", "deep")
_HOURS: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?-(\d{1,2})(?::(\d{2}))?")
_UNPAINTED: Final = 255


class Temperature(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The daily maximum at a place reaches a value on the day, or on so many days up to and with it."""

    place: str | None = None
    celsius_min: int
    days_running: int = 1


class When(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Conditions of an entry; all that are named must hold."""

    classes: tuple[Literal["single_part", "two_part", "large_industry"], ...] = ()
    industry_only: bool = False
    kva_min: int = 0
    rest_days: bool = False
    holidays: tuple[HolidayId, ...] = ()
    holiday_days_min: int = 0
    temperature: Temperature | None = None
    announced: bool = False  # only on days that the authority announces; hours it names replace the entry's own
    not_in: tuple[str, ...] = ()


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A period and its hours, such as 16-18, 11:30-14:30 or 23-6 (both ends of every day it applies to)."""

    period: Literal["sharp", "peak", "flat", "valley", "deep"]
    hours: tuple[str, ...] = ()
    months: tuple[int, ...] = YEAR
    when: When = When()
    rest: bool = False


class Calendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One area's periods over [valid_from, valid_to); an open end is not stated in the notice at hand."""

    code: str
    area: str
    name: Name
    source: str
    notices: tuple[str, ...] = ()
    evidence: Evidence
    valid_from: date | None = None
    valid_to: date | None = None
    timezone: str | None = None  # IANA name, where the clock is put forward; days of the store stay in standard time
    floats: str = ""
    notes: tuple[str, ...] = ()
    entries: tuple[Entry, ...]

    @property
    def slot_counts(self) -> tuple[int, ...]:
        """Slot counts of a day whose boundaries hold every edge."""
        hours = [span for entry in self.entries for span in entry.hours]
        return tuple(count for count in SLOT_COUNTS if hours_fit(hours, count))

    @property
    def weather(self) -> tuple[tuple[str, int], ...]:
        """Places whose daily maximum some entry asks for, and how many days running."""
        rules = [entry.when.temperature for entry in self.entries if entry.when.temperature is not None]
        return tuple(sorted({(rule.place or self.area, rule.days_running) for rule in rules}))

    @property
    def announced(self) -> dict[str, tuple[str, ...]]:
        """Periods that the authority may switch on for days, and their hours; none where it names those too."""
        return {entry.period: entry.hours for entry in self.entries if entry.when.announced}


@dataclass(frozen=True, kw_only=True)
class DayFacts:
    """What a calendar may ask about the day and the account. Facts that have not arrived count as not reached."""

    holidays: Holidays | None = None
    daily_max_celsius_tenths: Mapping[tuple[str, date], int] = field(default_factory=dict)  # (place, day)
    announced: Mapping[tuple[str, str, date], tuple[str, ...]] = field(
        default_factory=dict
    )  # (area, period, day): hours
    large_industry: bool = False
    industrial: bool = False
    capacity_kva: int = 0
    prefecture: str | None = None


def load_calendar(document: bytes | str) -> Calendar:
    """A calendar from YAML text; TariffError names the entry, the hours and the remedy."""
    calendar = read_structured(document, Calendar)
    if calendar.timezone is not None:
        _check_zone(calendar.timezone)
    _check_head(calendar)
    for index, entry in enumerate(calendar.entries):
        _check_entry(f"entries[{index}]", entry)
    _check_coverage(calendar)
    return calendar


def slot_periods(calendar: Calendar, on: date, tariff_class: str, facts: DayFacts, slots: int = 96) -> Slots:
    """Period of every slot of one civil day, uint8[slots], an index into `PERIODS`.

    ValueError where the calendar is not in force or not for this class, an edge is not on a slot boundary, or a
    holiday list is missing.
    """
    if slots not in calendar.slot_counts:
        possible = ", ".join(map(str, calendar.slot_counts))
        raise ValueError(f"{calendar.code}: an edge is not on a boundary of {slots} slots; possible: {possible}")
    early = calendar.valid_from is not None and on < calendar.valid_from
    if early or (calendar.valid_to is not None and on >= calendar.valid_to):
        raise ValueError(f"{calendar.code} is not in force on {on}; load the calendar of that date")
    for period in calendar.announced:
        hours = facts.announced.get((calendar.area, period, on), ())
        if not hours_fit(hours, slots):
            raise ValueError(
                f"{calendar.code}: {', '.join(hours)} announced for {on} is not on a boundary of {slots} slots"
            )
    grid = _on_local_clock(calendar, on, tariff_class, facts)
    if grid.max() == _UNPAINTED:
        raise ValueError(f"{calendar.code} has no hours for class {tariff_class} on {on}; choose another calendar")
    return grid[:: SLOT_COUNTS[-1] // slots].copy()


def _on_local_clock(calendar: Calendar, on: date, tariff_class: str, facts: DayFacts) -> Slots:
    """The finest grid of a standard day: each slot takes the period of its local date and clock.

    With the clock put forward, the last standard hour belongs to the next local day.
    """
    plain = _painted(calendar, on, tariff_class, facts)
    if calendar.timezone is None:
        return plain
    minutes = _local_minutes(calendar.timezone, on)
    following = _painted(calendar, on + timedelta(days=1), tariff_class, facts)
    return np.where(
        minutes < DAY_MINUTES,
        plain[minutes % DAY_MINUTES // _GRID_MINUTES],
        following[minutes % DAY_MINUTES // _GRID_MINUTES],
    )


@cache
def _local_minutes(timezone: str, on: date) -> npt.NDArray[np.int64]:
    """Minutes after local midnight of ``on`` for each fine slot of the standard day, int64[288]."""
    zone = ZoneInfo(timezone)
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=zone)
    standard = (noon.utcoffset() or timedelta()) - (noon.dst() or timedelta())
    start = datetime(on.year, on.month, on.day, tzinfo=UTC) - standard
    slots = [start + timedelta(minutes=n * _GRID_MINUTES) for n in range(SLOT_COUNTS[-1])]
    ahead = [((slot.astimezone(zone).utcoffset() or timedelta()) - standard).total_seconds() for slot in slots]
    return np.array([n * _GRID_MINUTES + int(s) // 60 for n, s in enumerate(ahead)], np.int64)


def _painted(calendar: Calendar, on: date, tariff_class: str, facts: DayFacts) -> Slots:
    """The finest grid of one day by its clock."""
    holding = (
        _as_announced(entry, calendar, on, facts) if entry.when.announced else entry
        for entry in calendar.entries
        if on.month in entry.months and _holds(entry.when, calendar, on, tariff_class, facts)
    )
    return _paint(tuple(holding))


def _as_announced(entry: Entry, calendar: Calendar, on: date, facts: DayFacts) -> Entry:
    """The entry with the hours of the day's announcement: none on a day without one."""
    return msgspec.structs.replace(entry, hours=facts.announced.get((calendar.area, entry.period, on), ()))


def hours_fit(hours: Sequence[str], slots: int) -> bool:
    """Whether every edge of the spans lies on a boundary of a day of so many slots; TariffError names a wrong span."""
    return all(edge % (DAY_MINUTES // slots) == 0 for span in hours for edge in _edges(span))


def day_types(
    calendar: Calendar, days: Sequence[date], tariff_class: str, facts: DayFacts, slots: int = 96
) -> tuple[Slots, npt.NDArray[np.intp]]:
    """Distinct days and which day is which: (types uint8[k, slots], index int[len(days)])."""
    return distinct([slot_periods(calendar, day, tariff_class, facts, slots) for day in days], slots)


def distinct(masks: Sequence[Slots], slots: int) -> tuple[Slots, npt.NDArray[np.intp]]:
    """The different masks of a day, and which day is which."""
    if not masks:
        return np.zeros((0, slots), np.uint8), np.zeros(0, np.intp)
    types, index = np.unique(np.stack(masks), axis=0, return_inverse=True)
    return types, index.reshape(-1)


def _holds(when: When, calendar: Calendar, on: date, tariff_class: str, facts: DayFacts) -> bool:
    classes = {tariff_class, "large_industry"} if facts.large_industry else {tariff_class}
    return (
        (not when.classes or not classes.isdisjoint(when.classes))
        and (not when.industry_only or facts.industrial)
        and facts.capacity_kva >= when.kva_min
        and facts.prefecture not in when.not_in
        and (when.temperature is None or _hot(when.temperature, calendar, on, facts))
        and _on_days_off(when, calendar, on, facts)
    )


def _on_days_off(when: When, calendar: Calendar, on: date, facts: DayFacts) -> bool:
    if not (when.rest_days or when.holidays or when.holiday_days_min):
        return True
    if facts.holidays is None:
        raise ValueError(f"{calendar.code} depends on holidays; give DayFacts the holiday announcements")
    if when.rest_days and not facts.holidays.is_rest_day(on):
        return False
    off = facts.holidays.break_on(on)
    named = not when.holidays or (off is not None and not set(off.holidays).isdisjoint(when.holidays))
    return named and (not when.holiday_days_min or (off is not None and off.days >= when.holiday_days_min))


def _hot(rule: Temperature, calendar: Calendar, on: date, facts: DayFacts) -> bool:
    place = rule.place or calendar.area
    running = [on - timedelta(days=back) for back in range(rule.days_running)]
    reached = [facts.daily_max_celsius_tenths.get((place, day)) for day in running]
    return all(tenths is not None and tenths >= rule.celsius_min * 10 for tenths in reached)


@cache
def _paint(entries: tuple[Entry, ...]) -> Slots:
    """The finest grid, uint8[288]; a slot no entry covers stays _UNPAINTED."""
    grid = np.full(SLOT_COUNTS[-1], _UNPAINTED, np.uint8)
    for period in _PAINT_ORDER:
        for entry in entries:
            if entry.period == period and not entry.rest:
                for span in entry.hours:
                    grid[_covered(span)] = PERIODS.index(period)
    for entry in entries:
        if entry.rest:
            grid[grid == _UNPAINTED] = PERIODS.index(entry.period)
    return grid


def _covered(span: str) -> npt.NDArray[np.bool_]:
    start, end = _edges(span)
    minutes = np.arange(SLOT_COUNTS[-1]) * _GRID_MINUTES
    if start < end:
        return (minutes >= start) & (minutes < end)
    return (minutes >= start) | (minutes < end)


def _edges(span: str) -> tuple[int, int]:
    """Start and end in minutes of the day; an end before the start runs past midnight."""
    match = _HOURS.fullmatch(span)
    if match is None:
        raise TariffError(f'"{span}" is not a span of hours; write 16-18 or 11:30-14:30')
    start, end = int(match[1]) * 60 + int(match[2] or 0), int(match[3]) * 60 + int(match[4] or 0)
    if max(start, end) > DAY_MINUTES or start == end or int(match[2] or 0) > 59 or int(match[4] or 0) > 59:
        raise TariffError(f'"{span}" is not a span within one day; hours go from 0 to 24')
    return start, end


def _check_head(calendar: Calendar) -> None:
    if not re.fullmatch("[a-z0-9-]{1,60}", calendar.code):
        raise TariffError(
            f'code: "{calendar.code}" needs lower-case letters, digits and hyphens, such as hubei-business'
        )
    if calendar.valid_from and calendar.valid_to and calendar.valid_to <= calendar.valid_from:
        raise TariffError(f"valid_to: {calendar.valid_to} is not after valid_from; the end is exclusive")


def _check_zone(timezone: str) -> None:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise TariffError(f'timezone: "{timezone}" is not known; write a name such as Australia/Sydney') from error


def _check_entry(path: str, entry: Entry) -> None:
    timed = bool(entry.hours) or entry.when.announced
    if timed == entry.rest:
        raise TariffError(f"{path}: write either hours or rest: true")
    if not entry.months or set(entry.months) - set(YEAR):
        raise TariffError(f"{path}.months: {list(entry.months)} are not months 1 to 12")
    for span in entry.hours:
        off_grid = [edge for edge in _edges(span) if edge % _GRID_MINUTES]
        if off_grid:
            raise TariffError(
                f'{path}.hours: "{span}" has an edge that is on no slot boundary; a day has '
                f"{', '.join(map(str, SLOT_COUNTS))} slots, so edges are multiples of {_GRID_MINUTES} minutes"
            )


def _check_coverage(calendar: Calendar) -> None:
    """Every unconditional day of both classes is covered, and peak, flat and valley never meet."""
    for month in YEAR:
        for tariff_class in ("single_part", "two_part"):
            entries = [e for e in calendar.entries if month in e.months and _always(e.when, tariff_class)]
            if (_paint(tuple(entries)) == _UNPAINTED).any():
                raise TariffError(f"entries: month {month}, {tariff_class}: hours are missing; add them or a rest")
            spans = [s for e in entries if e.period in ("peak", "flat", "valley") for s in e.hours]
            if spans and np.max(np.sum([_covered(span) for span in spans], axis=0)) > 1:
                raise TariffError(f"entries: month {month}, {tariff_class}: peak, flat and valley overlap")


def _always(when: When, tariff_class: str) -> bool:
    return msgspec.structs.replace(when, classes=()) == When() and (not when.classes or tariff_class in when.classes)
