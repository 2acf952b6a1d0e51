"""Channels: who brings money, with which keys, what came last, and what no statement has shown yet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from gridhall.cis.channels import queries
from gridhall.cis.payments.channels import every
from gridhall.cis.payments.queries import unsettled_fen
from gridhall.halls.lists import listing
from gridhall.halls.office.money import code_words, kind_words
from gridhall.halls.page import PageRequest, page


@page("office-money")
def channels(request: PageRequest) -> HttpResponse:
    """Every link in scope with its last message."""
    scope = request.actor.scope
    accounts = {one.code: one.clearing for one in every()}
    rows = [
        (link, queries.messages_of(scope, link).first(), unsettled_fen(scope, accounts[link.channel], link.code))
        for link in queries.links(scope)[:200]
    ]
    return render(request, "office/money/channels.html", {"rows": rows})


@page("office-money-channel")
def channel(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One link: its keys by fingerprint only, and its messages."""
    link = queries.link(request.actor.scope, public_id)
    found = listing(request, queries.messages_of(request.actor.scope, link))
    rows = [(message, kind_words(message.kind), code_words(message.code)) for message in found.rows]
    context = {"link": link, "keys": link.keys.all(), "rows": rows, "listing": found}
    return render(request, "office/money/channel.html", context)
