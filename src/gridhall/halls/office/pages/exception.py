"""One exception on one screen: the evidence, the draft beside the months before, and the decision."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.actions import resolve_exception
from gridhall.cis.billing.models import BillException
from gridhall.halls import charts, formats
from gridhall.halls.customer.bills import month_totals
from gridhall.halls.deciding import attempt
from gridhall.halls.lines import line_rows
from gridhall.halls.office.evidence import sentence
from gridhall.halls.office.pages.exceptions import DecisionForm
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope

MONTHS = 12
Outcome = BillException.Outcome


@page("office-exception", "GET", "POST")
def exception(request: PageRequest, public_id: UUID) -> HttpResponse:
    """After a decision the next open case of the same kind comes up."""
    scope, status = request.actor.scope, 200
    found = billing.exceptions(scope, outcome=None).filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    form = DecisionForm(request.POST or None)
    if found.bill is None:  # nothing was computed that could be released
        form.fields["outcome"].choices = [one for one in form.fields["outcome"].choices if one[0] != Outcome.RELEASE]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form,
            lambda: resolve_exception(
                request.actor, found.pk, data["outcome"], data["reason"].strip(), key=str(data["key"])
            ),
        )
        if done is not None:
            messages.success(request, _("Decided: %(outcome)s.") % {"outcome": done.get_outcome_display()})
            return redirect(_next(scope, found))
    lines = line_rows(billing.lines_of(found.bill)) if found.bill else []
    context = {
        "found": found, "kind": billing.exception_words(found.kind), "sentence": sentence(found), "form": form,
        "lines": [line for line in lines if not line.included], "energy": energy(scope, found),
        "open": found.outcome in (Outcome.OPEN, Outcome.FIELD_CHECK),
        "others": billing.exceptions(scope, run_id=found.run_id, outcome=None)
        .filter(account_id=found.account_id).exclude(pk=found.pk),
    }  # fmt: skip
    return render(request, "office/exception.html", context, status=status)


def _next(scope: Scope, found: BillException) -> str:
    rows = billing.exceptions(scope, run_id=found.run_id, kind=found.kind)
    following = rows.filter(pk__gt=found.pk).first() or rows.first()
    if following is not None:
        return reverse("office-exception", args=[following.public_id])
    return f"{reverse('office-exceptions')}?run={found.run.public_id}"


def energy(scope: Scope, found: BillException) -> charts.Chart | None:
    """Billed energy of the year before, and the draft's as the last bar."""
    months = [(one.month, one.energy_wh) for one in month_totals(scope, found.account_id, MONTHS, found.run.month)]
    finding = _("No month before this one was billed.")
    if months:
        average = sum(wh for _month, wh in months) // len(months)
        finding = _("Billed so far: %(kwh)s kWh a month on average.") % {"kwh": formats.kwh(average // 1000 * 1000)}
    if found.bill:
        months.append((found.run.month, found.bill.energy_wh))
        finding += " " + _("The draft of %(month)s has %(kwh)s kWh.") % {
            "month": formats.month(found.run.month), "kwh": formats.kwh(found.bill.energy_wh),
        }  # fmt: skip
    if not months:
        return None
    labels = [formats.month(month) for month, _wh in months]
    return charts.bars(finding, labels, [wh for _month, wh in months], head=_("Month"), name="energy")
