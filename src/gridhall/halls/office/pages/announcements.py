"""Periods that an authority switches on for some days: recording its notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.actions import record_announcement
from gridhall.cis.tariffs.models import Announcement
from gridhall.halls import charts
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.fields import DayField
from gridhall.halls.page import PageRequest, page


class AnnouncementForm(KeyedForm):
    """An area's period, the days and hours it is on, and the notice that says so."""

    what = forms.ChoiceField(label=gettext_lazy("Area and period"))
    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))
    hours = forms.CharField(
        label=gettext_lazy("Hours"), required=False, max_length=100,
        help_text=gettext_lazy("As in the notice, such as 17-19, 20-22."),
    )  # fmt: skip
    authority = forms.CharField(label=gettext_lazy("Authority"), max_length=120)
    notice = forms.CharField(label=gettext_lazy("Number of the notice"), max_length=120)
    taken_back = forms.BooleanField(label=gettext_lazy("These days are taken back"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = sorted(day_facts.announceable())
        self.fields["what"].choices = [
            (f"{area} {period}", f"{area} · {charts.period_name(period)}") for area, period in asked
        ]


@page("office-announcements", "GET", "POST")
def announcements(request: PageRequest) -> HttpResponse:
    """What was announced, and a new notice."""
    form, status = AnnouncementForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        area, _blank, period = data["what"].rpartition(" ")
        row, status = attempt(
            form,
            lambda: record_announcement(
                request.actor, area, period, data["first"], data["last"], None if data["taken_back"] else data["hours"],
                data["authority"], data["notice"], key=str(data["key"]),
            ),
        )  # fmt: skip
        if row is not None:
            messages.success(request, _("The announcement is recorded."))
            return redirect("office-announcements")
    shown = listing(request, Announcement.objects.all())
    rows = [(one, charts.period_name(one.period), ", ".join(one.hours)) for one in shown.rows]
    context = {"form": form, "listing": shown, "rows": rows}
    return render(request, "office/announcements.html", context, status=status)
