"""Bills of other issuers that a customer brings to the counter, beside ours."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gridhall.cis.customers import queries as customers
from gridhall.halls.other_bills import pages
from gridhall.halls.page import PageRequest, page


@page("counter-others")
def others(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What is kept for an account, newest first."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    found = pages.kept(request, account, lambda one: reverse("counter-other", args=[one.public_id]))
    return render(request, "counter/others.html", {"account": account, **found})


@page("counter-other-new", "GET", "POST")
def new(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Typed off the paper, or read from a file."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    found, context, status = pages.entered(request, account)
    if found is not None:
        return redirect("counter-other", found.public_id)
    return render(request, "counter/other_new.html", {"account": account, **context}, status=status)


@page("counter-other", "GET", "POST")
def other(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One of them with every fen of the difference."""
    return render(request, "counter/other.html", pages.one(request, public_id))
