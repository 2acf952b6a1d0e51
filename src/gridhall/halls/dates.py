"""Dates and months as they come in with an address."""

from __future__ import annotations

import re
from datetime import date


class DayInAddress:
    """``<day:on>`` in a URL pattern: 2026-11-21."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


def day_or(text: str | None, default: date) -> date:
    """A date from the query string; anything else is ``default``."""
    try:
        return date.fromisoformat(text) if text and re.fullmatch(DayInAddress.regex, text) else default
    except ValueError:
        return default


def month_of(day: date) -> int:
    """YYYYMM."""
    return day.year * 100 + day.month


def month_bounds(month: int) -> tuple[date, date]:
    """The first day of YYYYMM and of the month after it."""
    year, number = divmod(month, 100)
    return date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)


def month_or(text: str | None, default: int) -> int:
    """YYYYMM from the query string; anything else is ``default``."""
    if text and re.fullmatch(r"(19|20)\d{2}(0[1-9]|1[0-2])", text):
        return int(text)
    return default
