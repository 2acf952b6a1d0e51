"""For who cannot pay at once or doubts a bill: instalments, a question to the office, how to be reminded."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.collections import queries
from gridhall.cis.payments.queries import standing
from gridhall.halls.collections.account_verbs import account_verbs
from gridhall.halls.collections.standing import stands_against
from gridhall.halls.collections.verbs import answer
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.page import PageRequest, page

SHOWN_MAX = 20


@page("customer-difficulties", "GET", "POST")
def difficulties(request: PageRequest) -> HttpResponse:
    """What stands, what was said, and what the customer can ask for."""
    mine = chosen(request)
    scope, account = request.actor.scope, mine["account"]
    done = answer(request, account_verbs(account, standing(account.pk, timezone.localdate())))
    context = {
        **mine, "against": stands_against(scope, account), "offered": done.offered,
        "arrangement": queries.arrangements(scope).filter(account=account, state="kept").first(),
        "answers": queries.disputes(scope).filter(account=account).exclude(state="open")[:SHOWN_MAX],
        "said": queries.touches_of(scope, account.pk).filter(state="sent")[:SHOWN_MAX],
    }  # fmt: skip
    return done.gone or render(request, "customer/difficulties.html", context, status=done.status)
