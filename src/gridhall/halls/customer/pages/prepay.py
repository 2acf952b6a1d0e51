"""The prepaid balance: now, with where it comes from, the own alarm level, and when supply was stopped."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.prepay import actions
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prepay import alarm_form, shown
from gridhall.platform.errors import Refused


@page("customer-prepay", "GET", "POST")
def prepay(request: PageRequest) -> HttpResponse:
    """GET shows; POST sets the alarm."""
    mine, status = chosen(request), 200
    context = shown(request.actor.scope, mine["account"])
    terms = context["prepay_terms"]
    form = alarm_form(terms, request.POST or None) if terms else None
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_alarm(
                request.actor, mine["account"].pk, data["alarm"], data["channel"], key=str(data["key"])
            )  # fmt: skip
            messages.success(request, _("Your alarm is set."))
            return redirect("customer-prepay")
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
    return render(request, "customer/prepay.html", {**mine, **context, "form": form}, status=status)
