"""What stands against a customer who cannot pay, and what the counter can arrange at once."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.customers import queries as customers
from gridhall.cis.payments.queries import standing
from gridhall.halls.collections.account_verbs import account_verbs
from gridhall.halls.collections.standing import stands_against
from gridhall.halls.collections.verbs import answer
from gridhall.halls.page import PageRequest, page


@page("counter-collections", "GET", "POST")
def collections(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Instalments, a question about a bill, the do-not-disconnect list, the way of being reminded."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    owed = standing(account.pk, timezone.localdate())
    done = answer(request, account_verbs(account, owed))
    context = {
        "account": account, "standing": owed, "against": stands_against(request.actor.scope, account),
        "offered": done.offered,
    }  # fmt: skip
    return done.gone or render(request, "counter/collections.html", context, status=done.status)
