"""The workbench of exceptions: equal causes together, and one decision for the ticked ones."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.actions import resolve_exception
from gridhall.cis.billing.models import BillException
from gridhall.halls import formats
from gridhall.halls.deciding import ReasonForm
from gridhall.halls.lists import listing
from gridhall.halls.office.evidence import sentence
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import Refused

Outcome = BillException.Outcome
DECISIONS = [("", gettext_lazy("Choose …")), *((one.value, one.label) for one in Outcome if one != Outcome.OPEN)]


class DecisionForm(ReasonForm):
    """What is decided, and why."""

    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), choices=DECISIONS)


def by_filter(request: PageRequest) -> tuple[Any, dict[str, str]]:
    """The exceptions that the address asks for, and what it asks for. A run that is not the reader's has none."""
    chosen = {name: request.GET.get(name, "") for name in ("kind", "outcome", "run")}
    chosen["outcome"] = chosen["outcome"] if chosen["outcome"] in Outcome.values else Outcome.OPEN.value
    run_id = None
    if chosen["run"]:
        try:
            found = billing.run(request.actor.scope, UUID(chosen["run"]))
        except ValueError:
            found = None
        run_id = found.pk if found else 0
    return billing.exceptions(request.actor.scope, run_id=run_id, outcome=chosen["outcome"]), chosen


@page("office-exceptions", "GET", "POST")
def exceptions(request: PageRequest) -> HttpResponse:
    """GET lists one kind or all; POST decides the ticked ones alike, each in a transaction of its own."""
    rows, chosen = by_filter(request)
    form = DecisionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _decide(request, form):
            return redirect(_here(request))
        status = 422
    kinds = rows.order_by().values_list("kind").annotate(count=Count("pk")).order_by("-count", "kind")
    if chosen["kind"]:
        rows = rows.filter(kind=chosen["kind"])
    listed = listing(request, rows)
    context = {
        "listing": listed, "cases": [(one, billing.exception_words(one.kind), sentence(one)) for one in listed.rows],
        "kinds": [(kind, formats.words(billing.exception_words(kind)), count) for kind, count in kinds],
        "chosen": chosen, "outcomes": Outcome.choices, "form": form,
        "batch": bool(chosen["kind"]) and chosen["outcome"] in (Outcome.OPEN, Outcome.FIELD_CHECK),
    }  # fmt: skip
    return render(request, "office/exceptions.html", context, status=status)


def _here(request: HttpRequest) -> str:
    return request.get_full_path()


def _decide(request: PageRequest, form: DecisionForm) -> bool:
    """Every ticked exception gets the decision; those that refuse it stay open and are counted aloud."""
    ticked = [value for value in request.POST.getlist("case") if _is_id(value)]
    rows = billing.exceptions(request.actor.scope, outcome=None).filter(public_id__in=ticked[:200])
    cases = list(rows.order_by("pk"))
    if not cases:
        form.add_error(None, _("Tick at least one exception."))
        return False
    if len({case.kind for case in cases}) > 1:
        form.add_error(None, _("Decide exceptions of one kind together, not of several."))
        return False
    data, refused = form.cleaned_data, []
    for case in cases:
        try:
            key = f"{data['key']}:{case.pk}"
            resolve_exception(request.actor, case.pk, data["outcome"], data["reason"].strip(), key=key)
        except Refused as error:
            if error.status == 403:
                raise
            refused.append(f"{case.account.number}: {error}")
    done = len(cases) - len(refused)
    if done:
        text = ngettext("%(n)s exception is decided.", "%(n)s exceptions are decided.", done) % {"n": done}
        messages.success(request, text)
    for text in refused[:5]:
        messages.error(request, text)
    return True


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
