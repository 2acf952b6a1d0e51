"""Populations and kept what-ifs: taking one, comparing some."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.whatif import queries
from gridhall.cis.whatif.actions import take_population
from gridhall.cis.whatif.models import Population
from gridhall.halls import formats
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office import whatif as show
from gridhall.halls.office.units import unit_choices
from gridhall.halls.page import PageRequest, page
from gridhall.platform.scope import Scope

COMPARED_MAX = 4
POPULATIONS_SHOWN = 20


class TakeForm(KeyedForm):
    """A unit and a month that has bills."""

    path = forms.ChoiceField(label=gettext_lazy("Unit"))
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int)

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = unit_choices(scope, provinces=True)
        self.fields["month"].choices = [(month, formats.month(month)) for month in queries.months(scope)]


@page("office-whatifs", "GET", "POST")
def whatifs(request: PageRequest) -> HttpResponse:
    """What was taken and kept, and the form to take another population."""
    scope = request.actor.scope
    form, status = TakeForm(scope, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        taken, status = attempt(
            form, lambda: take_population(request.actor, data["path"], data["month"], key=str(data["key"]))
        )
        if taken is not None:
            messages.success(request, _("The population is being taken; it can be asked as soon as it is ready."))
            return redirect("office-whatifs")
    context = {
        "form": form, "listing": listing(request, queries.scenarios(scope)),
        "populations": [
            (one, one.state == Population.State.READY) for one in queries.populations(scope)[:POPULATIONS_SHOWN]
        ],
        "working": queries.populations(scope).filter(state=Population.State.BUILDING).exists(),
    }  # fmt: skip
    return render(request, "office/whatifs.html", context, status=status)


@page("office-whatif-kept")
def kept(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A kept what-if as it came out then."""
    scope = request.actor.scope
    scenario = queries.scenario(scope, public_id)
    context = {"scenario": scenario, "elasticity": show.shown_elasticity(scenario.elasticity_e6)}
    return render(request, "office/whatif_kept.html", {**context, "answer": shown(scope, scenario.result)})


@page("office-whatif-csv")
def table(request: PageRequest, public_id: UUID) -> StreamingHttpResponse:
    """Every customer of a kept what-if, before and after."""
    scenario = queries.scenario(request.actor.scope, public_id)
    queries.columns(scenario.population)  # refused before the first byte where the files are gone
    rows = queries.csv_rows(request.actor.scope, scenario)
    response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="what-if-{scenario.public_id}.csv"'
    return response


@page("office-whatif-compare")
def compare(request: PageRequest) -> HttpResponse:
    """Two to four kept what-ifs side by side."""
    scope = request.actor.scope
    asked = [text for text in request.GET.getlist("s") if _is_uuid(text)][:COMPARED_MAX]
    chosen = [queries.scenario(scope, UUID(text)) for text in dict.fromkeys(asked)]
    answers = [shown(scope, one.result) for one in chosen]
    facts = [
        (rows[0][0], [text for _label, text in rows]) for rows in zip(*(one.facts for one in answers), strict=True)
    ]
    bands = [
        (rows[0][0], [(count, one.most) for (_label, count), one in zip(rows, answers, strict=True)])
        for rows in zip(*(one.bands for one in answers), strict=True)
    ]
    return render(request, "office/whatif_compare.html", {"chosen": chosen, "facts": facts, "bands": bands})


def shown(scope: Scope, result: dict[str, Any]) -> show.Answer:
    """A result with the account numbers of its movers."""
    movers = [row[0] for row in [*result["up"], *result["down"]]]
    return show.answer(scope, result, queries.numbers(scope, movers))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
