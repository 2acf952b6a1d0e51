"""Payments of an account, and the receipt of each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.cis.ledger import queries as ledger
from gridhall.cis.payments.models import Payment
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page


@page("customer-payments")
def payments(request: PageRequest) -> HttpResponse:
    """Newest first."""
    mine = chosen(request)
    rows = Payment.objects.within(request.actor.scope).filter(account=mine["account"]).order_by("-received_at", "-pk")
    return render(request, "customer/payments.html", {**mine, "listing": listing(request, rows)})


@page("customer-receipt")
def receipt(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One receipt, to keep or to print."""
    payment = Payment.objects.within(request.actor.scope).select_related("account__customer").get(public_id=public_id)
    owed = ledger.owed_fen(payment.account_id)
    prepaid = ledger.prepaid_fen(payment.account_id)
    return render(request, "customer/receipt.html", {"payment": payment, "owed": owed, "prepaid": prepaid})
