"""A bill for staff, and its correction: reversal, or reversal and a new bill."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.actions import rebill, reverse
from gridhall.cis.billing.models import Bill
from gridhall.cis.cases import queries as cases
from gridhall.halls.customer.bills import find
from gridhall.halls.customer.compare import comparison
from gridhall.halls.customer.meters import meter_rows
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.lines import line_rows
from gridhall.halls.office.bills import changes, corrected, inputs
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope
from gridhall.platform.tags import Tag

AGAIN, ONLY = "again", "only"


class CorrectionForm(ReasonForm):
    """Reversed for good, or billed again on today's readings."""

    how = forms.ChoiceField(
        label=gettext_lazy("What shall happen?"),
        choices=[
            (AGAIN, gettext_lazy("Reverse and bill the same days again")),
            (ONLY, gettext_lazy("Reverse only")),
        ],
        initial=AGAIN,
        help_text=gettext_lazy("Billed again means: with the readings, agreements and tariffs as they are now."),
    )


@page("office-bill")
def bill(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The lines as the customer sees them, with the inputs behind them and whether they still give the same."""
    scope = request.actor.scope
    found = find(scope, public_id)
    if found.of_a_case:
        return redirect("office-case", cases.case_of(found).public_id)
    rows = line_rows(billing.lines_of(found))
    old = corrected(scope, found)
    same_days = Bill.objects.within(scope).filter(account_id=found.account_id, month=found.month).exclude(pk=found.pk)
    context: dict[str, Any] = {
        "bill": found, "charged": [row for row in rows if not row.included],
        "parts": [row for row in rows if row.included], "inputs": inputs(found), "meters": meter_rows(found),
        "identical": billing.recompute(found).identical, "comparison": comparison(scope, found),
        "others": same_days.order_by("pk"), "exceptions": found.exceptions.order_by("pk"),
        "old": old, "changes": changes(old, found) if old else [],
        "may_correct": policy.may(request.actor, Tag.BILL_REVERSE) and correctable(found),
        "printable": found.state in billing.SHOWN,
    }  # fmt: skip
    return render(request, "office/bill.html", context)


def correctable(found: Bill) -> bool:
    """Released, and not itself a reversal."""
    return found.state == Bill.State.RELEASED and found.kind in Bill.RATED


@page("office-bill-pdf")
def pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The printed bill; a draft is not printed."""
    found = find(request.actor.scope, public_id)
    if found.of_a_case:
        return redirect("office-case-pdf", cases.case_of(found).public_id)
    if found.state not in billing.SHOWN:
        raise NotInScope()
    return pdf_response("bill", billing.bill_document(found), f"bill-{found.number}.pdf")


@page("office-bill-correct", "GET", "POST")
def correct(request: PageRequest, public_id: UUID) -> HttpResponse:
    """With a reason that the customer may read."""
    found, status = find(request.actor.scope, public_id), 200
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        act = rebill if data["how"] == AGAIN else reverse
        fresh, status = attempt(
            form, lambda: act(request.actor, found.pk, data["reason"].strip(), key=str(data["key"]))
        )  # fmt: skip
        if fresh is not None:
            messages.success(request, _("The bill is corrected. This is %(number)s.") % {"number": fresh.number})
            return redirect("office-bill", fresh.public_id)
    return render(request, "office/bill_correct.html", {"bill": found, "form": form}, status=status)
