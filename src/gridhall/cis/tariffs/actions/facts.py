"""What a day turned out to be: its weather, and what an authority announced for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.models import Announcement, DayFact
from gridhall.kernel import tariffs as kernel_tariffs
from gridhall.kernel.calendars import Calendar, hours_fit
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

CELSIUS_TENTHS = (-600, 600)  # no place on Earth was outside
ANNOUNCED_DAYS_MAX = 366


@action(Tag.DAY_FACT_RECORD)
def record_day_fact(act: Act, place: str, day: date, celsius_tenths: int | None, source: str) -> DayFact:
    """The highest temperature of a day at a place; None takes back what was recorded. Nothing is edited."""
    if place not in day_facts.places():
        known = ", ".join(sorted(day_facts.places()))
        raise Refused(
            _("No calendar and no rule asks for the weather of %(place)s; known: %(known)s.")
            % {"place": place, "known": known}
        )
    if celsius_tenths is not None and not CELSIUS_TENTHS[0] <= celsius_tenths <= CELSIUS_TENTHS[1]:
        raise Refused(
            _("%(value)s °C is not a temperature of a day; check the number.") % {"value": celsius_tenths / 10}
        )
    if day > act.at.date():
        raise Refused(_("The day has not ended yet; record it afterwards."))
    if not source.strip():
        raise Refused(_("Say where the figure comes from."))
    row = DayFact.objects.create(
        place=place, day=day, celsius_tenths=celsius_tenths, source=source.strip(), recorded_at=act.at,
        recorded_by=act.actor.name,
    )  # fmt: skip
    act.subject = f"day-fact:{row.pk}"
    act.note(place=place, day=str(day), celsius_tenths=celsius_tenths)
    return row


@action(Tag.ANNOUNCEMENT_RECORD)
def record_announcement(
    act: Act, area: str, period: str, first: date, last: date, hours: str | None, authority: str, notice: str
) -> Announcement:
    """A period that an authority switches on from ``first`` to ``last``, by its notice; nothing is edited.

    ``hours`` such as "17-19, 20:30-22"; "" means the calendar's own, None takes the days back.
    """
    calendars = day_facts.announceable().get((area, period))
    if not calendars:
        possible = ", ".join(f"{name} {switched}" for name, switched in sorted(day_facts.announceable()))
        raise Refused(
            _("No calendar of %(area)s lets %(period)s be switched on; possible: %(possible)s.")
            % {"area": area, "period": period, "possible": possible}
        )
    if not first <= last < first + timedelta(days=ANNOUNCED_DAYS_MAX):
        raise Refused(_("The last day lies before the first, or more than a year after it; correct the days."))
    if not (authority.strip() and notice.strip()):
        raise Refused(_("Name the authority and the number of its notice."))
    spans = [] if hours is None else _announced_hours(hours, calendars, period)
    row = Announcement.objects.create(
        area=area, period=period, first=first, last=last, hours=spans, authority=authority.strip(),
        notice=notice.strip(), recorded_at=act.at, recorded_by=act.actor.name,
    )  # fmt: skip
    act.subject = f"announcement:{row.pk}"
    act.note(area=area, period=period, first=str(first), last=str(last), hours=spans, notice=row.notice)
    return row


def _announced_hours(text: str, calendars: Sequence[Calendar], period: str) -> list[str]:
    """The spans of an announcement; refused where curves of the area's coarsest clock could not be cut by them."""
    spans = [span.strip() for span in re.split("[,，、]", text) if span.strip()]
    try:
        for calendar in calendars:
            wanted, coarsest = spans or calendar.announced[period], calendar.slot_counts[0]
            if not wanted:
                raise Refused(_("The calendar names no hours of its own; write those of the notice, such as 17-19."))
            if not hours_fit(wanted, coarsest):
                raise Refused(
                    _("%(calendar)s is billed by intervals of %(minutes)s minutes; %(hours)s does not end on one.")
                    % {"calendar": calendar.code, "minutes": 1440 // coarsest, "hours": text}
                )
    except kernel_tariffs.TariffError as error:
        raise Refused(_("The hours cannot be read: %(problem)s") % {"problem": error}) from error
    return spans or list(calendars[-1].announced[period])
