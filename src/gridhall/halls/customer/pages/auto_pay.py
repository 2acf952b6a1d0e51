"""Auto-pay: the bank pays each bill by itself, from the customer's own account, until it is switched off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.halls.customer.accounts import chosen
from gridhall.halls.mandates import OwnMandateForm, answer
from gridhall.halls.page import PageRequest, page


@page("customer-auto-pay", "GET", "POST")
def auto_pay(request: PageRequest) -> HttpResponse:
    """On and off; the bank compares the holder's name when it is asked for the first time."""
    mine = chosen(request)
    context, done, status = answer(request, mine["account"], OwnMandateForm)
    if done:
        messages.success(request, _("Auto-pay is on.") if done == "signed" else _("Auto-pay is off."))
        return redirect("customer-auto-pay")
    return render(request, "customer/auto_pay.html", {**mine, **context}, status=status)
