"""Bills that somebody else issued for the customer's supply, beside ours."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gridhall.halls.customer.accounts import chosen
from gridhall.halls.other_bills import pages
from gridhall.halls.page import PageRequest, page


@page("customer-others")
def others(request: PageRequest) -> HttpResponse:
    """What is kept, newest first."""
    mine = chosen(request)
    found = pages.kept(request, mine["account"], lambda one: reverse("customer-other", args=[one.public_id]))
    return render(request, "customer/others.html", {**mine, **found})


@page("customer-other-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Typed or sent as a file; the comparison follows at once."""
    mine = chosen(request)
    found, context, status = pages.entered(request, mine["account"])
    if found is not None:
        return redirect("customer-other", found.public_id)
    return render(request, "customer/other_new.html", {**mine, **context}, status=status)


@page("customer-other", "GET", "POST")
def other(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One of them with every fen of the difference."""
    return render(request, "customer/other.html", pages.one(request, public_id))
