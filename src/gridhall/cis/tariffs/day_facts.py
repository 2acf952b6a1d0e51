"""What is known of days: weather and announcements that some calendars ask for, as of any moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Max

from gridhall.cis.tariffs.models import Announcement, DayFact
from gridhall.kernel import shipped
from gridhall.kernel.calendars import Calendar

Weather = tuple[tuple[tuple[str, date], int], ...]  # ((place, day), highest temperature in 0.1 °C)
Announced = tuple[tuple[tuple[str, str, date], tuple[str, ...]], ...]  # ((area, period, day), hours)
ONE_DAY = timedelta(days=1)


class Seen(NamedTuple):
    """The keys of the newest facts that a bill was made with; 0 before the first."""

    weather: int = 0
    announced: int = 0

    @classmethod
    def of(cls, segment: Mapping[str, Any]) -> Seen:
        """What a segment as a bill stored it had seen."""
        return cls(segment.get("facts", 0), segment.get("announced", 0))


NOTHING = Seen()


class Known(NamedTuple):
    """What a calendar can know of some days."""

    weather: Weather = ()
    announced: Announced = ()


def places() -> set[str]:
    """Every place whose weather some calendar asks for."""
    return {place for calendar in shipped.calendars().values() for place, _running in calendar.weather}


def announceable() -> dict[tuple[str, str], list[Calendar]]:
    """The calendars in which an authority may switch a period on, by (area, period)."""
    found: dict[tuple[str, str], list[Calendar]] = {}
    for calendar in shipped.calendars().values():
        for period in calendar.announced:
            found.setdefault((calendar.area, period), []).append(calendar)
    return found


def asks(code: str | None) -> bool:
    """Whether the periods of a calendar depend on facts about days."""
    calendar = shipped.calendars()[code] if code else None
    return calendar is not None and bool(calendar.weather or calendar.announced)


def newest() -> Seen:
    """Everything recorded up to now."""
    keys = (model.objects.aggregate(newest=Max("pk"))["newest"] or 0 for model in (DayFact, Announcement))
    return Seen(*keys)


def known(calendar: Calendar, first: date, end: date, seen: Seen) -> Known:
    """What a calendar can know of ``[first, end)`` from the facts up to ``seen``, and of the days before."""
    return Known(_weather(calendar, first, end, seen.weather), _announced(calendar, first, end, seen.announced))


def _weather(calendar: Calendar, first: date, end: date, seen: int) -> Weather:
    if not seen:
        return ()
    found: dict[tuple[str, date], int] = {}
    for place, running in calendar.weather:
        rows = DayFact.objects.filter(pk__lte=seen, place=place, day__gt=first - timedelta(days=running), day__lt=end)
        for day, tenths in rows.order_by("pk").values_list("day", "celsius_tenths"):
            found.pop((place, day), None)
            if tenths is not None:
                found[place, day] = tenths
    return tuple(sorted(found.items()))


def _announced(calendar: Calendar, first: date, end: date, seen: int) -> Announced:
    if not seen or not calendar.announced:
        return ()
    found: dict[tuple[str, str, date], tuple[str, ...]] = {}
    rows = Announcement.objects.filter(pk__lte=seen, area=calendar.area, period__in=calendar.announced)
    for row in rows.filter(first__lte=end, last__gte=first).order_by("pk"):
        for day in days_between(max(row.first, first), min(row.last, end)):  # with the clock put forward, one day more
            found.pop((row.area, row.period, day), None)
            if row.hours:
                found[row.area, row.period, day] = tuple(row.hours)
    return tuple(sorted(found.items()))


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from ``first`` to ``last``, both counted."""
    return (first + n * ONE_DAY for n in range((last - first).days + 1))
