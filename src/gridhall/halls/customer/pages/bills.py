"""The bills of an account, with what is paid."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing import queries as billing
from gridhall.cis.payments.queries import standing
from gridhall.halls import charts, formats
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.customer.bills import month_totals, with_open
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page

YEAR = 13  # this month and the twelve before it


@page("customer-bills")
def bills(request: PageRequest) -> HttpResponse:
    """Newest first, with the year as bars."""
    mine = chosen(request)
    found = listing(request, billing.bills_of(request.actor.scope, mine["account"].pk), size=24)
    with_open(found.rows, standing(mine["account"].pk, timezone.localdate()))
    return render(
        request, "customer/bills.html", {**mine, "listing": found, "year": _year(request, mine["account"].pk)}
    )


def _year(request: PageRequest, account_id: int) -> charts.Chart | None:
    months = month_totals(request.actor.scope, account_id, YEAR)
    if len(months) < 2:
        return None
    most = max(months, key=lambda row: row.energy_wh)
    finding = _("The highest month was %(month)s with %(kwh)s kWh.") % {
        "month": formats.month(most.month),
        "kwh": formats.kwh(most.energy_wh),
    }
    labels = [formats.month(row.month) for row in months]
    return charts.bars(finding, labels, [row.energy_wh for row in months], head=_("Month"))
