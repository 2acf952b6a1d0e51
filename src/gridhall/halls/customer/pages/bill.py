"""One bill, explained: every amount is quantity times price, and every quantity opens down to its readings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.models import Bill
from gridhall.cis.cases import queries as cases
from gridhall.cis.payments.queries import standing
from gridhall.halls import charts, formats
from gridhall.halls.customer.bills import find, with_open
from gridhall.halls.customer.compare import comparison
from gridhall.halls.customer.meters import meter_rows
from gridhall.halls.customer.tiers import bill_gauge
from gridhall.halls.lines import LineRow, line_rows
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response


@page("customer-bill")
def bill(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The bill with its lines, tiers, parts, readings, and what changed since last month."""
    bill = find(request.actor.scope, public_id)
    if bill.of_a_case:
        return redirect("customer-case", cases.case_of(bill).public_id)
    with_open([bill], standing(bill.account_id, timezone.localdate()))
    rows = line_rows(billing.lines_of(bill))
    charged = [row for row in rows if not row.included]
    context: dict[str, Any] = {
        "bill": bill,
        "charged": charged,
        "parts": [row for row in rows if row.included],
        "waterfall": waterfall(bill, charged),
        "gauge": bill_gauge(request.actor.scope, bill),
        "meters": meter_rows(bill),
        "comparison": comparison(request.actor.scope, bill),
        "others": billing.bills_of(request.actor.scope, bill.account_id).filter(month=bill.month).exclude(pk=bill.pk),
    }
    return render(request, "customer/bill.html", context)


def waterfall(bill: Bill, rows: list[LineRow]) -> charts.Chart | None:
    """How the lines add up; not worth a picture for a single line."""
    steps: dict[str, int] = {}
    for row in rows:
        steps[row.name] = steps.get(row.name, 0) + row.amount_fen
    if len(steps) < 2:
        return None
    name, fen = max(steps.items(), key=lambda step: abs(step[1]))
    words = {"name": name, "amount": formats.yuan(fen), "total": formats.yuan(bill.total_fen)}
    if 0 < fen <= bill.total_fen:
        words["share"] = formats.percent(fen, bill.total_fen)
        finding = _("The largest part is %(name)s: %(share)s %% of %(total)s.") % words
    else:  # with a credit on the bill a part can be more than the whole
        finding = _("The largest part is %(name)s: %(amount)s; all together come to %(total)s.") % words
    return charts.waterfall(finding, list(steps.items()), _("Total"))


@page("customer-bill-pdf")
def pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The printed bill in the reader's language."""
    bill = find(request.actor.scope, public_id)
    if bill.of_a_case:
        return redirect("customer-case-pdf", cases.case_of(bill).public_id)
    return pdf_response("bill", billing.bill_document(bill), f"bill-{bill.number}.pdf")
