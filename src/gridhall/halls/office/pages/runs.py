"""Bill runs: the list, a new one, and the cockpit of one run."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.actions import create_run
from gridhall.cis.billing.history import months_back
from gridhall.cis.billing.models import Bill, BillRun
from gridhall.cis.customers.models import BillingCycle
from gridhall.cis.network.models import ServicePointTerms
from gridhall.halls import formats
from gridhall.halls.dates import month_of, month_or
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.runs import at_work, compared, effect, find, month_before, totals
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag

MONTHS_OFFERED = 6
CYCLES_SHOWN_MAX = 500


def cycles(scope: Scope) -> list[BillingCycle]:
    """The billing cycles of the scope, by code."""
    return list(BillingCycle.objects.within(scope).order_by("code")[:CYCLES_SHOWN_MAX])


class RunForm(KeyedForm):
    """A cycle of the reader's units and one of the last months."""

    cycle = forms.ChoiceField(label=gettext_lazy("Billing cycle"))
    month = forms.TypedChoiceField(label=gettext_lazy("Month"), coerce=int)

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = "zh" if formats.chinese() else "en"
        known = cycles(scope)
        self.fields["cycle"].choices = [(one.pk, f"{one.code} {getattr(one, f'name_{language}')}") for one in known]
        this = month_of(timezone.localdate())
        months = [months_back(this, back) for back in range(MONTHS_OFFERED)]
        self.fields["month"].choices = [(month, formats.month(month)) for month in months]
        self.fields["month"].initial = months[1]


@page("office-runs")
def runs(request: PageRequest) -> HttpResponse:
    """Newest month first, by cycle, month and state."""
    rows, scope = billing.runs(request.actor.scope), request.actor.scope
    chosen = {name: request.GET.get(name, "") for name in ("cycle", "month", "state")}
    if chosen["cycle"]:
        rows = rows.filter(cycle__code=chosen["cycle"])
    if month := month_or(chosen["month"], 0):
        rows = rows.filter(month=month)
    if chosen["state"] in BillRun.State.values:
        rows = rows.filter(state=chosen["state"])
    months = billing.runs(scope).order_by("-month").values_list("month", flat=True).distinct()[:36]
    context = {
        "listing": listing(request, rows), "cycles": cycles(scope), "months": months, "chosen": chosen,
        "states": BillRun.State.choices, "may_create": policy.may(request.actor, Tag.BILL_RUN_CREATE),
        "may_open_late": policy.may_open(request.actor, "office-late"),
    }  # fmt: skip
    return render(request, "office/runs.html", context)


@page("office-run-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Fixes period and snapshot; the worker calculates."""
    form, status = RunForm(request.actor.scope, request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        run, status = attempt(
            form, lambda: create_run(request.actor, int(data["cycle"]), data["month"], key=str(data["key"]))
        )
        if run is not None:
            messages.success(request, _("The run is created; the bills are being calculated."))
            return redirect("office-run", run.public_id)
    return render(request, "office/run_new.html", {"form": form}, status=status)


@page("office-run")
def run(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Progress, totals against last month, and the bills."""
    scope, actor = request.actor.scope, request.actor
    found = find(scope, public_id)
    bills = Bill.objects.within(scope).filter(run=found).select_related("account__customer").order_by("pk")
    chosen = {name: request.GET.get(name, "") for name in ("state", "use_class")}
    if chosen["state"] in Bill.State.values:
        bills = bills.filter(state=chosen["state"])
    if chosen["use_class"] in ServicePointTerms.UseClass.values:
        bills = bills.filter(use_class=chosen["use_class"])
    foreign = found.created_by_user is None or found.created_by_user != actor.user_id
    context = {
        **progress_of(scope, found), "listing": listing(request, bills), "chosen": chosen,
        "states": Bill.State.choices, "classes": ServicePointTerms.UseClass.choices, "effect": effect(scope, found),
        "may_release": policy.may(actor, Tag.BILL_RUN_RELEASE) and foreign,
        "may_cancel": policy.may(actor, Tag.BILL_RUN_CANCEL),
    }  # fmt: skip
    return render(request, "office/run.html", context)


@page("office-run-progress")
def progress(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The part of the cockpit that moves; without htmx's trigger once the work is done."""
    scope = request.actor.scope
    context = progress_of(scope, find(scope, public_id))
    response = render(request, "office/_run_progress.html", context)
    if request.htmx and not context["working"]:
        response.headers["HX-Refresh"] = "true"  # the bills and what may now be done stand outside this part
    return response


def progress_of(scope: Scope, found: BillRun) -> dict[str, Any]:
    """What the moving part shows."""
    earlier = month_before(scope, found)
    names = (_("Bills"), _("Energy, kWh"), _("Amount"))
    figures = compared(names, totals(found), totals(earlier) if earlier else None)
    return {"run": found, "working": at_work(found), "figures": figures, "earlier": earlier}
