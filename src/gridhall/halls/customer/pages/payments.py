"""Payments of an account, and the receipt of each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import payment, payments_of, settled_by, standing
from gridhall.cis.prepay.document import receipt_with_token
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prints import pdf_response
from gridhall.platform.errors import NotInScope


@page("customer-payments")
def payments(request: PageRequest) -> HttpResponse:
    """Newest first."""
    mine = chosen(request)
    rows = payments_of(request.actor.scope, mine["account"].pk)
    return render(request, "customer/payments.html", {**mine, "listing": listing(request, rows)})


@page("customer-receipt")
def receipt(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One receipt, to keep or to print."""
    found = _mine(request, public_id)
    stands = standing(found.account_id, timezone.localdate())
    context = {"payment": found, "settled": settled_by(found), "standing": stands}
    return render(request, "customer/receipt.html", context)


@page("customer-receipt-pdf")
def receipt_pdf(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The printed receipt in the reader's language."""
    found = _mine(request, public_id)
    return pdf_response("receipt", receipt_with_token(found), f"receipt-{found.receipt_number}.pdf")


def _mine(request: PageRequest, public_id: UUID) -> Payment:
    found = payment(request.actor.scope, public_id)
    if found is None:
        raise NotInScope()
    return found
