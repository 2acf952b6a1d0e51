"""Weather that some calendars ask for: recording a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.actions import record_day_fact
from gridhall.cis.tariffs.models import DayFact
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.fields import DayField
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.money import DecimalError, format_scaled, parse_decimal


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
    """What is recorded, and a new day."""
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
    }
    return render(request, "office/day_facts.html", context, status=status)


def _celsius(fact: DayFact) -> str:
    return "" if fact.celsius_tenths is None else format_scaled(fact.celsius_tenths, 1)
