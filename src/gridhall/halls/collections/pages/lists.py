"""The lists of the desk: calls and visits, orders, protections, instalments, securities, reliefs, questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections import queries
from gridhall.cis.collections.actions import record_touch
from gridhall.cis.collections.arrangements import progress
from gridhall.cis.collections.guarantees import ending
from gridhall.cis.collections.models import (
    Arrangement,
    DisconnectionOrder,
    Dispute,
    Guarantee,
    Protection,
    Relief,
    Touch,
)
from gridhall.halls.collections.forms import OutcomeForm
from gridhall.halls.collections.stages import stage_words
from gridhall.halls.collections.verbs import Verb, answer
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.platform.tags import Tag


def by_state(request: PageRequest, rows: Any, states: Any) -> tuple[Any, dict[str, Any]]:
    """Rows in the state that the address names, and what the filter shows."""
    chosen = request.GET.get("state", "")
    chosen = chosen if chosen in states.values else ""
    return rows.filter(state=chosen) if chosen else rows, {"states": states.choices, "chosen": chosen}


@page("collections-touches")
def touches(request: PageRequest) -> HttpResponse:
    """Calls and visits that wait for somebody."""
    shown = listing(request, queries.to_do(request.actor.scope))
    rows = [(touch, stage_words(touch.stage.partition(":")[0])) for touch in shown.rows]
    return render(request, "collections/touches.html", {"listing": shown, "rows": rows})


@page("collections-touch", "GET", "POST")
def touch(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What to say, and how it went."""
    found: Touch = (
        Touch.objects.within(request.actor.scope).select_related("account__customer").get(public_id=public_id)
    )
    verbs = []
    if found.state == Touch.State.TO_DO:
        verbs = [
            Verb("record", _("How it went"), Tag.TOUCH_RECORD,
                 lambda actor, data, key: record_touch(actor, found.pk, data["outcome"], data["note"], key=key),
                 _("It is written down."), OutcomeForm),
        ]  # fmt: skip
    done = answer(request, verbs)
    if done.gone:
        return redirect("collections-touches")
    return render(request, "collections/touch.html", {"touch": found, "offered": done.offered}, status=done.status)


def simple_list(name: str, template: str, rows_of: Callable[[PageRequest], Any], states: Any) -> Any:
    """A list that is filtered by state and nothing else."""

    @page(name)
    def view(request: PageRequest) -> HttpResponse:
        rows, chosen = by_state(request, rows_of(request), states)
        return render(request, template, {"listing": listing(request, rows), "now": timezone.now(), **chosen})

    return view


orders = simple_list(
    "collections-orders", "collections/orders.html", lambda request: queries.orders(request.actor.scope),
    DisconnectionOrder.State,
)  # fmt: skip
protected = simple_list(
    "collections-protected", "collections/protected.html", lambda request: queries.protections(request.actor.scope),
    Protection.State,
)  # fmt: skip
reliefs = simple_list(
    "collections-reliefs", "collections/reliefs.html", lambda request: queries.reliefs(request.actor.scope),
    Relief.State,
)  # fmt: skip
disputes = simple_list(
    "collections-disputes", "collections/disputes.html", lambda request: queries.disputes(request.actor.scope),
    Dispute.State,
)  # fmt: skip


@page("collections-arrangements")
def arrangements(request: PageRequest) -> HttpResponse:
    """Instalment plans, and how far those that are kept have come."""
    rows, chosen = by_state(request, queries.arrangements(request.actor.scope), Arrangement.State)
    shown, today = listing(request, rows), timezone.localdate()
    context = {"listing": shown, "rows": [(row, progress(row, today)) for row in shown.rows], **chosen}
    return render(request, "collections/arrangements.html", context)


@page("collections-guarantees")
def guarantees(request: PageRequest) -> HttpResponse:
    """Securities, and those that end soon."""
    rows, chosen = by_state(request, queries.guarantees(request.actor.scope), Guarantee.State)
    today = timezone.localdate()
    context = {
        "listing": listing(request, rows), "ending": ending(request.actor.scope, today)[:20], "today": today, **chosen,
    }  # fmt: skip
    return render(request, "collections/guarantees.html", context)
