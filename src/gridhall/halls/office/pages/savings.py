"""Who would pay less on another plan: everybody compared by a job, listed by saving, exported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.advice import queries
from gridhall.cis.advice.actions import cancel_run, start_run
from gridhall.cis.advice.models import AdviceRun, BestPlan
from gridhall.cis.advice.plans import Plan
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.pages.jobs import ALIVE
from gridhall.halls.office.units import unit_choices
from gridhall.halls.page import PageRequest, page
from gridhall.halls.plans import plan_name
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope, ScopedQuerySet

LEAST = ("1", "50", "100", "500", "1000")  # yuan


class StartForm(KeyedForm):
    """Whose plans are compared."""

    path = forms.ChoiceField(label=gettext_lazy("Unit"))

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["path"].choices = unit_choices(scope, provinces=True)


@page("office-savings", "GET", "POST")
def runs(request: PageRequest) -> HttpResponse:
    """Runs over everybody, newest first, and the form to begin another."""
    scope = request.actor.scope
    form, status = StartForm(scope, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        run, status = attempt(form, lambda: start_run(request.actor, data["path"], key=str(data["key"])))
        if run is not None:
            return redirect("office-saving-run", run.public_id)
    context = {"form": form, "listing": listing(request, queries.runs(scope))}
    return render(request, "office/savings.html", context, status=status)


@page("office-saving-run")
def found(request: PageRequest, public_id: UUID) -> HttpResponse:
    """How far a run is and what it found, the largest saving first; accounts that a later run compared are there."""
    run = _run(request, public_id)
    rows, least, every = _chosen(request, run)
    shown, catalogue = listing(request, rows), queries.catalogue(run.on)
    table = [
        (
            one,
            plan_name(Plan(one.plan_code, one.plan_charging), catalogue),
            plan_name(Plan(one.best_code, one.best_charging), catalogue),
        )
        for one in shown.rows
    ]
    context = {
        "run": run, "listing": shown, "rows": table, "least": least, "every": every, "leasts": LEAST,
        "form": KeyedForm(), "working": run.job is not None and run.job.state in ALIVE,
        "stopped": run.job is not None and run.job.state not in ALIVE and not run.ended,
    }  # fmt: skip
    return render(request, "office/saving_run.html", context)


@page("office-saving-cancel", "POST")
def cancel(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Stop after the step that is under way."""
    run, form = _run(request, public_id), KeyedForm(request.POST)
    if form.is_valid():
        cancel_run(request.actor, run.pk, key=str(form.cleaned_data["key"]))
        messages.success(request, _("The run is asked to stop; what was found stays."))
    return redirect("office-saving-run", run.public_id)


@page("office-saving-csv")
def table(request: PageRequest, public_id: UUID) -> StreamingHttpResponse:
    """Everything that the list shows, with account numbers and without names."""
    run = _run(request, public_id)
    rows, _least, _every = _chosen(request, run)
    response = StreamingHttpResponse(queries.csv_rows(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="savings-{run.until}.csv"'
    return response


def _run(request: PageRequest, public_id: UUID) -> AdviceRun:
    run = queries.run(request.actor.scope, public_id)
    if run is None:
        raise NotInScope()
    return run


def _chosen(request: PageRequest, run: AdviceRun) -> tuple[ScopedQuerySet[BestPlan], str, bool]:
    """The rows of a run as the filter has it: from how many yuan on, or everybody who was compared."""
    every = request.GET.get("every") == "1"
    least = request.GET.get("least", "")
    least = least if least in LEAST else LEAST[0]
    fen = 0 if every else int(least) * 100
    return queries.savings(request.actor.scope, run=run, least_fen=fen, complete=not every), least, every
