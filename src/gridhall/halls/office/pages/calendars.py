"""Calendars: areas and versions, how long their hours hold, the day drawn, and publishing the hours that follow."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.actions import publish_calendar
from gridhall.cis.tariffs.models import CalendarVersion
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office import bands, hours
from gridhall.halls.office.tariffs import EVIDENCE
from gridhall.halls.page import PageRequest, page
from gridhall.kernel import calendar_versions
from gridhall.kernel.calendar_versions import Versions
from gridhall.kernel.calendars import Calendar
from gridhall.platform import policy
from gridhall.platform.tags import Tag

TEXT_MAX = 50_000  # the largest shipped calendar is 3 kB


class HoursForm(KeyedForm):
    """A calendar in its YAML form."""

    text = forms.CharField(
        label=gettext_lazy("Hours, as text"), max_length=TEXT_MAX, strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "class": "form-control draft-text", "spellcheck": "false"}),
        help_text=gettext_lazy("valid_from is the first day of these hours; valid_to the day after the last."),
    )  # fmt: skip


@page("office-calendars")
def index(request: PageRequest) -> HttpResponse:
    """One row for each version, by area; what has run out stands above."""
    everything, today = calendars.known(), timezone.localdate()
    rows = [(one, _state(versions, one, today)) for versions in everything.values() for one in versions]
    asked = request.GET.get("area", "")
    chosen = sorted(
        (row for row in rows if asked in ("", row[0].area)), key=lambda row: (row[0].area, row[0].code)
    )  # fmt: skip
    shown = listing(request, chosen)
    context = {
        "listing": shown, "asked": asked, "areas": sorted({one.area for one, _state in rows}),
        "rows": [(one, hours.name(one), hours.published_for(one), state, _tags(one)) for one, state in shown.rows],
        "run_out": [(one, hours.name(one), hours.run_out_sentence((one,), today)) for one in calendars.run_out(today)],
        "may_publish": policy.may(request.actor, Tag.CALENDAR_PUBLISH),
    }  # fmt: skip
    return render(request, "office/calendars.html", context)


def _state(versions: Versions, one: Calendar, today: date) -> str:
    if calendar_versions.on(versions, today) is one:
        return _("in force")
    return _("to come") if one.valid_from and one.valid_from > today else _("past")


def _tags(one: Calendar) -> str:
    """What nobody has confirmed about a calendar."""
    unsure = one.evidence != "V" or any("[M]" in note or "[S]" in note or "verify" in note for note in one.notes)
    return _("to verify") if unsure or not (one.valid_from or one.valid_to) else ""


@page("office-calendar")
def calendar(request: PageRequest, code: str) -> HttpResponse:
    """One version in full: drawing, entries, source; and the way to the others."""
    versions, today = calendars.known().get(code, ()), timezone.localdate()
    if not versions:
        raise Http404
    number = request.GET.get("version", "")
    named = versions[int(number)] if number.isdecimal() and int(number) < len(versions) else None
    one = named or calendar_versions.on(versions, today) or versions[-1]
    year = one.valid_to.year - 1 if one.valid_to and one.valid_to <= today else max(today, one.valid_from or today).year
    published = CalendarVersion.objects.filter(code=code, valid_from=one.valid_from).order_by("-pk").first()
    context = {
        "calendar": one, "name": hours.name(one), "spans": [(n, hours.published_for(v), v is one)
        for n, v in enumerate(versions)], "span": hours.published_for(one), "published": published,
        "run_out": hours.run_out_sentence(versions, today), "evidence": EVIDENCE[one.evidence], "year": year,
        "pictures": hours.pictures(one, year), "ruler": bands.ruler(), "size": bands.size(), "entries": hours.rows(one),
        "may_publish": policy.may(request.actor, Tag.CALENDAR_PUBLISH),
    }  # fmt: skip
    return render(request, "office/calendar.html", context)


@page("office-calendar-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Publishes hours; the form begins with the text of the newest version of ``?base=``."""
    versions = calendars.known().get(request.GET.get("base", ""), ())
    form, status = HoursForm(request.POST or None, initial=_initial(versions)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            row, status = attempt(form, lambda: publish_calendar(request.actor, data["text"], key=str(data["key"])))
            if row is not None:
                messages.success(request, _("The hours are published."))
                return redirect("office-calendar", row.code)
    return render(request, "office/calendar_new.html", {"form": form}, status=status)


def _initial(versions: Versions) -> dict[str, Any]:
    return {"text": calendars.as_text(versions[-1])} if versions else {}
