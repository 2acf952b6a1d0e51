"""The fitter's list on the phone: supplies to cut today, supplies to switch on, each with its clock."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.collections import actions, clocks, queries
from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.halls.collections import forms
from gridhall.halls.collections.pages.details import shown
from gridhall.halls.collections.verbs import Verb
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.platform.tags import Tag

State = DisconnectionOrder.State


@page("field-tasks")
def tasks(request: PageRequest) -> HttpResponse:
    """What has to be switched on stands first: its promise runs."""
    due = Q(state=State.TO_RECONNECT) | Q(state=State.APPROVED)
    rows = queries.orders(request.actor.scope).filter(due)
    ordered = rows.order_by(F("reconnect_by").asc(nulls_last=True), "planned_at", "pk")
    return render(request, "collections/tasks.html", {"listing": listing(request, ordered), "now": timezone.now()})


@page("field-task", "GET", "POST")
def task(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One task: tell the customer again, cut, or switch on; the meter and a photo are the proof."""
    row: DisconnectionOrder = queries.orders(request.actor.scope).get(public_id=public_id)
    now = timezone.now()
    steps = clocks.before_the_cut(row, now) if row.state == State.APPROVED else []
    return shown(request, "collections/task.html", row, _verbs(row, steps), steps=steps, now=now)


def _verbs(row: DisconnectionOrder, steps: list[clocks.Step]) -> list[Verb]:
    if row.state in (State.TO_RECONNECT, State.EXECUTED):
        return [
            Verb("reconnect", _("The supply is on again"), Tag.DISCONNECTION_RECONNECT,
                 lambda actor, data, key: actions.reconnect(actor, row.pk, data["reading"], data["photo"], key=key),
                 _("The supply is on again."), forms.MeterForm),
        ]  # fmt: skip
    if row.state != State.APPROVED:
        return []
    told = next((step.met for step in steps if step.code == "final"), False)
    again = Verb(
        "tell", _("Tell the customer now"), Tag.DISCONNECTION_FINAL,
        lambda actor, data, key: actions.tell_again(actor, row.pk, data["how"], data["handed_to"], key=key),
        _("The customer is told; the clock runs."), forms.TellForm,
    )  # fmt: skip
    cut = Verb(
        "cut", _("The supply is cut"), Tag.DISCONNECTION_EXECUTE,
        lambda actor, data, key: actions.cut(actor, row.pk, data["reading"], data["photo"], key=key),
        _("The cut is recorded."), forms.MeterForm, danger=True,
    )  # fmt: skip
    return [cut] if told else [again, cut]
