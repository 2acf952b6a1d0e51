"""Dates and times as people and machines write them."""

import re
from datetime import date, time

from gridhall.codecs.intervals import day_number

_DATE = r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?"
_ZONE = r"\s*(Z|[+-]\d{2}:?\d{2})"
_DAY = re.compile(_DATE + r"(?:[ T]00:00(?::00)?)?", re.ASCII)
_MOMENT = re.compile(_DATE + r"(?:[ T]\s*|(?<=日))" + _TIME + r"(?:" + _ZONE + r")?", re.ASCII)


def _date(groups: tuple[str | None, ...]) -> date | None:
    year, *pairs = (int(g) if g else 0 for g in groups)
    month, day = max(pairs[0::2]), max(pairs[1::2])
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    # Meters outside these years do not exist; a swapped column does.
    return found if 1970 <= year <= 2200 else None


def parse_date(text: str) -> date | None:
    """A date from 2026-11-21, 2026/11/21, 20261121 or 2026年11月21日; None for anything else."""
    found = _DAY.fullmatch(text.strip())
    return _date(found.groups()) if found else None


def parse_moment(text: str) -> tuple[int, int, str | None] | None:
    """Day number, second of the day (0 … 86400, 24:00 allowed) and the zone as written, or None.

    A date alone is its midnight: that is how spreadsheets write midnight.
    """
    found = _MOMENT.fullmatch(text.strip())
    if not found:
        midnight = parse_date(text)
        return None if midnight is None else (day_number(midnight), 0, None)
    day = _date(found.groups()[:9])
    hour, minute, second = int(found[10]), int(found[11]), int(found[12] or 0)
    seconds = hour * 3600 + minute * 60 + second
    if day is None or minute > 59 or second > 59 or seconds > 86400:
        return None
    return day_number(day), seconds, found[13]


def zone_offset_s(zone: str) -> int:
    """Seconds east of UTC from `Z`, `+08:00` or `+0800`."""
    if zone == "Z":
        return 0
    sign = -1 if zone[0] == "-" else 1
    return sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)


def time_of(seconds: int) -> time:
    """The time of day; 24:00 is not one and raises ValueError."""
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
