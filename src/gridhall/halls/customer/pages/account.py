"""Switching between the accounts of one log-in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect

from gridhall.cis.customers import queries as customers
from gridhall.halls.customer.accounts import CHOSEN
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope


@page("customer-account", "POST")
def switch(request: PageRequest) -> HttpResponse:
    """Show another account from now on; somebody else's does not exist."""
    wanted = request.POST.get("account", "")
    if wanted not in {str(account.public_id) for account in customers.accounts(request.actor.scope)}:
        raise NotInScope()
    request.session[CHOSEN] = wanted
    return redirect("customer-home")
