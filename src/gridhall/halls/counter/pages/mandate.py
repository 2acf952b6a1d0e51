"""Direct debit at the counter: what the customer signed, and its end."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers import queries as customers
from gridhall.halls.mandates import MandateForm, answer
from gridhall.halls.page import PageRequest, page


@page("counter-mandate", "GET", "POST")
def mandate(request: PageRequest, public_id: UUID) -> HttpResponse:
    """``do=sign|end`` says which of the forms was sent."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    initial = {"holder": account.customer.name, "signed_on": timezone.localdate()}
    context, done, status = answer(request, account, MandateForm, initial)
    if done:
        messages.success(request, _("Direct debit is on.") if done == "signed" else _("Direct debit is off."))
        return redirect("counter-mandate", public_id)
    return render(request, "counter/mandate.html", context, status=status)
