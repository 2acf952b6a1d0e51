"""What another plan would have cost: the last twelve bills under every plan the customer may choose."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.halls import advice
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.page import PageRequest, page


@page("customer-advice")
def plans(request: PageRequest) -> HttpResponse:
    """Every figure is rated by the kernel from what the bills stored; what cannot be known is said."""
    mine = chosen(request)
    shown = advice.context(request.actor.scope, mine["account"], timezone.localdate(), request.GET)
    return render(request, "customer/advice.html", {**mine, **shown})
