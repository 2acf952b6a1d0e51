"""Calendars in words: how long their hours hold, and when each entry applies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.tariffs.calendars import SOON
from gridhall.halls import charts, formats
from gridhall.halls.office import bands
from gridhall.halls.office.tariffs import CLASSES
from gridhall.kernel.calendar_versions import Versions
from gridhall.kernel.calendars import Calendar, Entry, When

HOLIDAYS = {
    "new_year": gettext_lazy("New Year"), "spring_festival": gettext_lazy("Spring Festival"),
    "qingming": gettext_lazy("Qingming"), "labour_day": gettext_lazy("Labour Day"),
    "dragon_boat": gettext_lazy("Dragon Boat Festival"), "mid_autumn": gettext_lazy("Mid-Autumn Festival"),
    "national_day": gettext_lazy("National Day"),
}  # fmt: skip
BUSINESS = ("single_part", "two_part")


@dataclass(frozen=True)
class EntryRow:
    """One entry of a calendar, as text."""

    period: str
    letter: str
    name: str
    hours: str
    months: str
    conditions: str


def name(calendar: Calendar) -> str:
    return calendar.name.zh if formats.chinese() else calendar.name.en


def published_for(calendar: Calendar) -> str:
    """How long the hours hold: a year, a span, from a day on, or what the notice does not say."""
    begin, end = calendar.valid_from, calendar.valid_to
    if begin and end:
        whole = (begin.month, begin.day, end) == (1, 1, date(begin.year + 1, 1, 1))
        return _("%(year)s only") % {"year": begin.year} if whole else formats.period(begin, end)
    if end:
        return _("to %(day)s, not including it") % {"day": formats.day(end)}
    return _("from %(day)s on") % {"day": formats.day(begin)} if begin else _("not stated in the notice at hand")


def run_out_sentence(versions: Versions, today: date) -> str:
    """That the newest hours have ended, or end soon; empty while they hold."""
    end = versions[-1].valid_to if versions else None
    if end is None or end > today + SOON:
        return ""
    known = {"span": published_for(versions[-1]), "day": formats.day(end)}
    if end <= today:
        return _("These hours were published for %(span)s: nothing can be billed by them from %(day)s on.") % known
    return _("These hours are published for %(span)s; publish those that follow before %(day)s.") % known


def pictures(calendar: Calendar, year: int) -> list[tuple[str, list[bands.Month]]]:
    """The day month by month for each class with hours; classes whose days are alike share one drawing."""
    drawn: list[tuple[list[str], list[bands.Month]]] = []
    for tariff_class in ("residential",) if calendar.code.endswith("-residential") else BUSINESS:
        months = bands.months((calendar,), tariff_class, year)
        same = next((names for names, other in drawn if other == months), None)
        if same is not None:
            same.append(str(CLASSES[tariff_class]))
        elif months:
            drawn.append(([str(CLASSES[tariff_class])], months))
    return [(_(", ").join(names), months) for names, months in drawn]


def rows(calendar: Calendar) -> list[EntryRow]:
    """The entries in the order of the notice."""
    return [_row(calendar, entry) for entry in calendar.entries]


def _row(calendar: Calendar, entry: Entry) -> EntryRow:
    unsaid = _("as announced") if entry.when.announced else _("all other hours")
    months = _("all months") if len(entry.months) == 12 else ", ".join(map(str, entry.months))
    conditions = _("; ").join(_conditions(calendar, entry.when))
    period = entry.period
    spans = ", ".join(span.replace("-", "–") for span in entry.hours) or unsaid
    return EntryRow(period, charts.letter(period), charts.period_name(period), spans, months, conditions)


def _conditions(calendar: Calendar, when: When) -> Iterator[str]:
    if when.classes:
        words = {**CLASSES, "large_industry": _("large industry")}
        yield _("for %(classes)s") % {"classes": _(", ").join(str(words[one]) for one in when.classes)}
    if when.industry_only:
        yield _("for industry")
    if when.kva_min:
        yield _("from %(kva)s kVA") % {"kva": when.kva_min}
    if when.rest_days:
        yield _("on days off")
    if when.holidays:
        yield _("on %(holidays)s") % {"holidays": _(", ").join(str(HOLIDAYS[one]) for one in when.holidays)}
    if when.holiday_days_min:
        yield _("on holidays of at least %(days)s days") % {"days": when.holiday_days_min}
    if when.temperature:
        heat = when.temperature
        known = {"place": heat.place or calendar.area, "degrees": heat.celsius_min, "days": heat.days_running}
        yield _("when %(place)s reaches %(degrees)s °C on %(days)s days running") % known
    if when.announced:
        yield _("on days that the authority announces")
    if when.not_in:
        yield _("not in %(places)s") % {"places": _(", ").join(when.not_in)}
