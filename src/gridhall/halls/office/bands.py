"""A time-of-use calendar drawn as 24 h bands, one for each month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gridhall.halls import charts, formats
from gridhall.kernel import calendar_versions, shipped
from gridhall.kernel.calendar_versions import Versions
from gridhall.kernel.calendars import PERIODS, DayFacts, slot_periods
from gridhall.kernel.tariffs.types import YEAR

SATURDAY = 5
LEFT, HOUR, ROW, TOP = 70, 36, 22, 20  # units of the drawing: room for names, an hour, a month, the hours above


@dataclass(frozen=True)
class Month:
    """One month's plain working day: runs of equal periods, ready to draw, and the same in words."""

    name: str
    text_y: int
    y: int
    bands: list[dict[str, Any]]
    words: str


def months(versions: Versions, tariff_class: str, year: int) -> list[Month]:
    """The months of ``year`` in which a calendar holds for a class; empty where it has no hours for it."""
    found = []
    for number in YEAR:
        periods = _plain_day(versions, tariff_class, year, number)
        if periods is not None:
            found.append(_month(number, periods))
    return found


def _plain_day(versions: Versions, tariff_class: str, year: int, month: int) -> list[str] | None:
    """The periods of the first working day in the month that no holiday, heat or announcement touches."""
    facts = DayFacts(holidays=shipped.holidays(), large_industry=tariff_class == "two_part", industrial=True)
    for number in range(1, monthrange(year, month)[1] + 1):
        on = date(year, month, number)
        calendar = calendar_versions.on(versions, on)
        try:
            if calendar and on.weekday() < SATURDAY and not shipped.holidays().is_rest_day(on):
                slots = slot_periods(calendar, on, tariff_class, facts, min(calendar.slot_counts))
                return [PERIODS[i] for i in slots]
        except ValueError:  # no hours for this class, or the year's holidays are not announced
            continue
    return None


def _month(number: int, periods: list[str]) -> Month:
    y, slots, drawn = TOP + (number - 1) * ROW, len(periods), []
    for band in charts.bands(periods):
        first, end = band["first"], band["end"]
        width = (end - first) * HOUR * 24 // slots
        x = LEFT + first * HOUR * 24 // slots
        drawn.append({**band, "x": x, "width": width, "middle": x + width // 2, "y": y, "text_y": y + 15})
    words = _(", ").join(
        f"{charts.clock(band['first'] * 1440 // slots)}–{charts.clock(band['end'] * 1440 // slots)} {band['name']}"
        for band in drawn
    )
    name = f"{number}月" if formats.chinese() else formats.MONTHS[number - 1]
    return Month(name, y + 15, y, drawn, words)


def ruler() -> list[tuple[int, str]]:
    """Places and names of every third hour above the bands."""
    return [(LEFT + hour * HOUR, f"{hour:02d}") for hour in range(0, 25, 3)]


def size() -> tuple[int, int]:
    """Width and height of the drawing."""
    return LEFT + 24 * HOUR + 20, TOP + 12 * ROW + 4
