"""What is known of days: weather, announcements, hours and prices that bills depend on, as of any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import Max

from gridhall.cis.tariffs import calendars, series
from gridhall.cis.tariffs.models import Announcement, DayFact
from gridhall.kernel.calendar_versions import Versions
from gridhall.kernel.calendars import Calendar

Weather = tuple[tuple[tuple[str, date], int], ...]  # ((place, day), highest temperature in 0.1 °C)
Announced = tuple[tuple[tuple[str, str, date], tuple[str, ...]], ...]  # ((area, period, day), hours)
ONE_DAY = timedelta(days=1)


STORED = ("facts", "announced", "calendars", "prices")  # the names of Seen's fields in the stored inputs of a bill


class Seen(NamedTuple):
    """The keys of the newest facts that a bill was made with; 0 before the first."""

    weather: int = 0
    announced: int = 0
    calendars: int = 0  # publications of hours
    prices: int = 0  # published days of interval prices

    @classmethod
    def of(cls, segment: Mapping[str, Any]) -> Seen:
        """What a segment as a bill stored it had seen."""
        return cls(*(segment.get(name, 0) for name in STORED))


NOTHING = Seen()


class Known(NamedTuple):
    """What a calendar can know of some days."""

    weather: Weather = ()
    announced: Announced = ()


others: list[Callable[[], set[str]]] = []  # of other domains: the places whose weather their rules ask for


def places() -> set[str]:
    """Every place whose weather some calendar asks for, or a rule of another domain."""
    found = {place for calendar in _all() for place, _running in calendar.weather}
    return found.union(*(ask() for ask in others))


def announceable() -> dict[tuple[str, str], list[Calendar]]:
    """The calendars in which an authority may switch a period on, by (area, period)."""
    found: dict[tuple[str, str], list[Calendar]] = {}
    for calendar in _all():
        for period in calendar.announced:
            found.setdefault((calendar.area, period), []).append(calendar)
    return found


def asking() -> frozenset[str]:
    """Codes of the calendars whose periods depend on facts about days."""
    return frozenset(calendar.code for calendar in _all() if calendar.weather or calendar.announced)


def _all() -> Iterator[Calendar]:
    return (calendar for versions in calendars.known().values() for calendar in versions)


def newest() -> Seen:
    """Everything recorded up to now."""
    keys = (model.objects.aggregate(newest=Max("pk"))["newest"] or 0 for model in (DayFact, Announcement))
    return Seen(*keys, calendars.newest(), series.newest())


def known(versions: Versions, first: date, end: date, seen: Seen) -> Known:
    """What a calendar can know of ``[first, end)`` from the facts up to ``seen``, and of the days before."""
    return Known(_weather(versions, first, end, seen.weather), _announced(versions, first, end, seen.announced))


def _weather(versions: Versions, first: date, end: date, seen: int) -> Weather:
    if not seen:
        return ()
    found: dict[tuple[str, date], int] = {}
    for place, running in sorted({asked for calendar in versions for asked in calendar.weather}):
        rows = DayFact.objects.filter(pk__lte=seen, place=place, day__gt=first - timedelta(days=running), day__lt=end)
        for day, tenths in rows.order_by("pk").values_list("day", "celsius_tenths"):
            found.pop((place, day), None)
            if tenths is not None:
                found[place, day] = tenths
    return tuple(sorted(found.items()))


def _announced(versions: Versions, first: date, end: date, seen: int) -> Announced:
    periods = {period for calendar in versions for period in calendar.announced}
    if not seen or not periods:
        return ()
    found: dict[tuple[str, str, date], tuple[str, ...]] = {}
    rows = Announcement.objects.filter(pk__lte=seen, area__in={one.area for one in versions}, period__in=periods)
    for row in rows.filter(first__lte=end, last__gte=first).order_by("pk"):
        for day in days_between(max(row.first, first), min(row.last, end)):  # with the clock put forward, one day more
            found.pop((row.area, row.period, day), None)
            if row.hours:
                found[row.area, row.period, day] = tuple(row.hours)
    return tuple(sorted(found.items()))


def days_between(first: date, last: date) -> Iterator[date]:
    """The days from ``first`` to ``last``, both counted."""
    return (first + n * ONE_DAY for n in range((last - first).days + 1))
