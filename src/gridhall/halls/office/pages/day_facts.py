"""Weather that some calendars ask for: recording a day, and re-rating the bills it came too late for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gridhall.cis.billing import late_facts
from gridhall.cis.billing.actions import re_rate
from gridhall.cis.billing.queries import exception_words
from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.actions import record_day_fact
from gridhall.cis.tariffs.models import DayFact
from gridhall.halls import formats
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.deciding import attempt
from gridhall.halls.office.fields import DayField
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.money import DecimalError, format_scaled, parse_decimal

SHOWN_MAX = 100  # bills compared on one page; the next ones come when these are done


class FactForm(KeyedForm):
    """A place, a day and its highest temperature; empty takes back what was recorded."""

    place = forms.ChoiceField(label=gettext_lazy("Place"))
    day = DayField(label=gettext_lazy("Day"))
    celsius = forms.CharField(
        label=gettext_lazy("Highest temperature, °C"), required=False, max_length=8,
        help_text=gettext_lazy("Leave it empty to take back what was recorded."),
    )  # fmt: skip
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(place, place) for place in sorted(day_facts.places())]

    def clean_celsius(self) -> int | None:
        """Tenths of a degree."""
        text = self.cleaned_data["celsius"].strip()
        try:
            return parse_decimal(text, 1, "celsius") if text else None
        except DecimalError as error:
            raise forms.ValidationError(_("Write degrees with at most one decimal, for example 35.4.")) from error


@page("office-day-facts", "GET", "POST")
def facts(request: PageRequest) -> HttpResponse:
    """What is recorded, and which bills it touches."""
    form, status = FactForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row, status = attempt(
            form,
            lambda: record_day_fact(
                request.actor, data["place"], data["day"], data["celsius"], data["source"], key=str(data["key"])
            ),
        )
        if row is not None:
            messages.success(request, _("The day is recorded."))
            return redirect("office-day-facts")
    shown = listing(request, DayFact.objects.all())
    context = {
        "form": form,
        "listing": shown,
        "rows": [(one, _celsius(one)) for one in shown.rows],
        **late_bills(request),
    }
    return render(request, "office/day_facts.html", context, status=status)


def late_bills(request: PageRequest) -> dict[str, Any]:
    """The bills that facts came too late for, as the pages of facts show them."""
    found = late_facts.touched(request.actor.scope)
    changes = [change for bill in found[:SHOWN_MAX] if (change := late_facts.change(bill)).days]
    return {
        "touched": len(found), "changes": [one for one in changes if not one.problem],
        "stuck": [(one, formats.words(exception_words(one.problem[0]))) for one in changes if one.problem],
    }  # fmt: skip


def _celsius(fact: DayFact) -> str:
    return "" if fact.celsius_tenths is None else format_scaled(fact.celsius_tenths, 1)


@page("office-day-facts-rerate", "POST")
def rerate(request: PageRequest) -> HttpResponse:
    """Bills the shown ones again, each by an action of its own."""
    done, seen = 0, "-".join(map(str, day_facts.newest()))
    for bill in late_facts.touched(request.actor.scope)[:SHOWN_MAX]:
        change = late_facts.change(bill)
        if change.days and not change.problem:
            re_rate(request.actor, bill.pk, key=f"re-rate:{bill.pk}:{seen}")
            done += 1
    messages.success(request, ngettext("%(n)s bill was re-rated.", "%(n)s bills were re-rated.", done) % {"n": done})
    return redirect("office-announcements" if request.POST.get("from") == "announcements" else "office-day-facts")
