"""Calendars that come with the product and those published here, as of any publication."""

from __future__ import annotations

import functools
from datetime import date, timedelta
from typing import Any

import msgspec
import yaml
from django.db.models import Max

from gridhall.cis.tariffs.models import CalendarVersion
from gridhall.kernel import calendar_versions, shipped
from gridhall.kernel.calendar_versions import Versions
from gridhall.kernel.calendars import Calendar, load_calendar
from gridhall.kernel.tariffs import TariffVersion

SOON = timedelta(days=60)  # how long before their end hours are named as running out


def newest() -> int:
    """The key of the newest publication; 0 before the first."""
    return int(CalendarVersion.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def known(seen: int | None = None) -> dict[str, Versions]:
    """Versions by code, oldest first, with everything published up to ``seen`` (None: up to now)."""
    return _known(newest() if seen is None else seen)


def versions(code: str | None, seen: int | None = None) -> Versions:
    """The versions of one calendar; none where a tariff has no calendar."""
    return known(seen)[code] if code else ()


@functools.lru_cache(maxsize=64)
def _known(seen: int) -> dict[str, Versions]:
    found = {code: list(versions) for code, versions in shipped.calendars().items()}
    if seen:
        for text in CalendarVersion.objects.filter(pk__lte=seen).order_by("pk").values_list("text", flat=True):
            calendar = load_calendar(text)
            found.setdefault(calendar.code, []).append(calendar)
    return {code: calendar_versions.in_order(found[code]) for code in sorted(found)}


def forget() -> None:
    """Empty the cache: for tests, whose publications are rolled back and whose keys come again."""
    _known.cache_clear()


def published_for(calendar: Calendar) -> str:
    """The time a calendar's hours are published for, in English: "2025 only" or "to 2026-01-01 only"."""
    begin, end = calendar.valid_from, calendar.valid_to
    if begin and end and (begin.month, begin.day, end) == (1, 1, date(begin.year + 1, 1, 1)):
        return f"{begin.year} only"
    return f"to {end} only" if end else ""


def warnings(version: TariffVersion) -> list[str]:
    """That the hours of a tariff's calendar end before it does, where they do."""
    found = versions(version.calendar)
    end = calendar_versions.ends_on(found)
    if end is None or (version.valid_to is not None and version.valid_to <= end):
        return []
    return [f"calendar: these hours were published for {published_for(found[-1])}; publish those that follow {end}"]


def run_out(today: date) -> list[Calendar]:
    """The newest versions of calendars whose hours have ended or end soon, with nothing published after them."""
    newest_of = [found[-1] for found in known().values()]
    return [one for one in newest_of if one.valid_to is not None and one.valid_to <= today + SOON]


def as_text(calendar: Calendar) -> str:
    """The YAML form of a calendar, for drafting the next version."""
    plain: dict[str, Any] = msgspec.to_builtins(calendar, builtin_types=(date,))
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120))
