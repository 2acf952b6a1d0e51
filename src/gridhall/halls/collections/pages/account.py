"""One account that owes: what stands against it, everything that was done, and what can be done next."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gridhall.cis.collections import clocks, queries
from gridhall.cis.collections.guarantees import asked_fen
from gridhall.cis.customers import queries as customers
from gridhall.cis.payments.queries import standing
from gridhall.halls.collections.account_verbs import account_verbs
from gridhall.halls.collections.stages import stage_words
from gridhall.halls.collections.timeline import timeline
from gridhall.halls.collections.verbs import answer
from gridhall.halls.page import PageRequest, page


@page("collections-account", "GET", "POST")
def account(request: PageRequest, public_id: UUID) -> HttpResponse:
    """POST does the verb that its form names."""
    scope = request.actor.scope
    found = customers.account_by_public_id(scope, public_id)
    now, stands = timezone.now(), standing(found.pk, timezone.localdate())
    done = answer(request, account_verbs(found, stands))
    if done.gone:
        return done.gone
    case = queries.cases(scope).filter(account=found).first()
    context = {
        "account": found, "standing": stands, "case": case, "stage": stage_words(case.stage) if case else "",
        "against": [one for one in queries.may_disconnect(found, now) if one.code != "hours"],
        "steps": clocks.before_proposing(found.pk, now),
        "moments": timeline(scope, found.pk), "offered": done.offered, "asked_fen": asked_fen(found.pk, now.date()),
    }  # fmt: skip
    return render(request, "collections/account.html", context, status=done.status)
