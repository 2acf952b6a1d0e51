"""An account of one's own file: its bills, and billing it for a period outside any run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing.actions import bill_account
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.queries import unbilled_from
from gridhall.cis.customers import queries as customers
from gridhall.halls.dates import month_bounds, month_of
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.fields import DayField
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.tags import Tag

ONE_DAY = timedelta(days=1)


class PeriodForm(KeyedForm):
    """First and last day, both inside the bill."""

    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", _("The last day lies before the first."))
        return data


@page("office-account")
def account(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Who, where, how supplied and measured, and every bill with drafts."""
    scope = request.actor.scope
    found = customers.account_by_public_id(scope, public_id)
    bills = Bill.objects.within(scope).filter(account=found).select_related("account__customer").order_by("-pk")
    context = {
        "account": found, "summary": customers.summary(found), "listing": listing(request, bills),
        "may_bill": policy.may(request.actor, Tag.BILL_SINGLE),
        "may_open_case": policy.may(request.actor, Tag.CASE_OPEN),
        "may_set": policy.may(request.actor, Tag.LOSS_TERMS_SET),
    }  # fmt: skip
    return render(request, "office/account.html", context)


@page("office-account-bill", "GET", "POST")
def bill(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Bills and releases at once; what stands in the way is said beside the form."""
    found, status = customers.account_by_public_id(request.actor.scope, public_id), 200
    form = PeriodForm(request.POST or None, initial=period(request, found.pk, found.opened_on))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        fresh, status = attempt(
            form,
            lambda: bill_account(request.actor, found.pk, data["first"], data["last"] + ONE_DAY, key=str(data["key"])),
        )
        if fresh is not None:
            messages.success(request, _("The bill is made and released."))
            return redirect("office-bill", fresh.public_id)
    return render(request, "office/account_bill.html", {"account": found, "form": form}, status=status)


def period(request: PageRequest, account_id: int, opened_on: date) -> dict[str, date]:
    """From the end of the last bill, or the beginning, to the end of that month but not past yesterday."""
    first = unbilled_from(account_id, request.actor.scope) or opened_on
    last = month_bounds(month_of(first))[1] - ONE_DAY
    return {"first": first, "last": max(first, min(last, timezone.localdate() - ONE_DAY))}
