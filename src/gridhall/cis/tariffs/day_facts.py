"""What is known of days: the weather that some calendars ask for, as of any moment."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max

from gridhall.cis.tariffs.models import DayFact
from gridhall.kernel import shipped
from gridhall.kernel.calendars import Calendar

Weather = tuple[tuple[tuple[str, date], int], ...]  # ((place, day), highest temperature in 0.1 °C)


def places() -> set[str]:
    """Every place whose weather some calendar asks for."""
    return {place for calendar in shipped.calendars().values() for place, _running in calendar.weather}


def newest() -> int:
    """The key of the newest fact; 0 before the first."""
    return int(DayFact.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def weather(calendar: Calendar, first: date, end: date, seen: int) -> Weather:
    """What a calendar can know of ``[first, end)`` from the facts up to ``seen``, and of the days before."""
    if not seen:
        return ()
    known: dict[tuple[str, date], int] = {}
    for place, running in calendar.weather:
        rows = DayFact.objects.filter(pk__lte=seen, place=place, day__gt=first - timedelta(days=running), day__lt=end)
        for day, tenths in rows.order_by("pk").values_list("day", "celsius_tenths"):
            known.pop((place, day), None)
            if tenths is not None:
                known[place, day] = tenths
    return tuple(sorted(known.items()))
