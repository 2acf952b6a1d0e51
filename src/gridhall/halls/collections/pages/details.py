"""One row of a list, and its verbs: decided by a second person, ended, called, recovered, answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.collections import actions, queries
from gridhall.cis.collections.arrangements import progress
from gridhall.cis.collections.models import Arrangement, Dispute, Guarantee, Protection, Relief
from gridhall.halls.collections import forms
from gridhall.halls.collections.verbs import Verb, answer
from gridhall.halls.page import PageRequest, page
from gridhall.platform.tags import Tag


def decisions(tag: Tag, decide: Callable[..., Any], pk: int) -> list[Verb]:
    """A second person's yes and no, each with room for words."""
    return [
        Verb("approve", _("Approve"), tag, lambda actor, data, key: decide(actor, pk, True, data["note"], key=key),
             _("It is approved."), forms.NoteForm),
        Verb("refuse", _("Refuse"), tag, lambda actor, data, key: decide(actor, pk, False, data["note"], key=key),
             _("It is refused."), forms.NoteForm, danger=True),
    ]  # fmt: skip


def shown(request: PageRequest, template: str, row: Any, verbs: list[Verb], **more: Any) -> HttpResponse:
    """The page of a row; after a verb it is opened again."""
    done = answer(request, verbs)
    context = {"row": row, "offered": done.offered, **more}
    return done.gone or render(request, template, context, status=done.status)


@page("collections-protection", "GET", "POST")
def protection(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A row of the do-not-disconnect list."""
    row: Protection = queries.protections(request.actor.scope).get(public_id=public_id)
    if row.state == Protection.State.PROPOSED:
        verbs = decisions(Tag.PROTECTION_DECIDE, actions.decide_protection, row.pk)
    elif row.state == Protection.State.CONFIRMED:
        verbs = [
            Verb("end", _("End the protection"), Tag.PROTECTION_END,
                 lambda actor, data, key: actions.end_protection(
                     actor, row.pk, data["last_day"], data["reason"], key=key),
                 _("The protection ends."), forms.EndForm, {"last_day": timezone.localdate()}, danger=True),
        ]  # fmt: skip
    else:
        verbs = []
    return shown(request, "collections/protection.html", row, verbs)


@page("collections-arrangement", "GET", "POST")
def arrangement(request: PageRequest, public_id: UUID) -> HttpResponse:
    """An instalment plan with its days."""
    row: Arrangement = queries.arrangements(request.actor.scope).get(public_id=public_id)
    verbs = []
    if row.state == Arrangement.State.PROPOSED:
        verbs = decisions(Tag.ARRANGEMENT_DECIDE, actions.decide_arrangement, row.pk)
    if row.state in (Arrangement.State.PROPOSED, Arrangement.State.KEPT):
        verbs.append(
            Verb("cancel", _("End the arrangement"), Tag.ARRANGEMENT_CANCEL,
                 lambda actor, data, key: actions.cancel_arrangement(actor, row.pk, data["reason"], key=key),
                 _("The arrangement has ended."), forms.WhyForm, danger=True)
        )  # fmt: skip
    return shown(
        request, "collections/arrangement.html", row, verbs, progress=progress(row, timezone.localdate()),
        bills=row.bills.order_by("pk"),
    )  # fmt: skip


@page("collections-guarantee", "GET", "POST")
def guarantee(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A security: called for a debt, or returned."""
    row: Guarantee = queries.guarantees(request.actor.scope).get(public_id=public_id)
    verbs = []
    if row.state == Guarantee.State.HELD:
        verbs = [
            Verb("call", _("Call for a debt"), Tag.GUARANTEE_CALL,
                 lambda actor, data, key: actions.call_guarantee(
                     actor, row.pk, data["amount"], data["reason"], key=key),
                 _("The security was used for the debt."), forms.CallForm),
            Verb("return", _("Return"), Tag.GUARANTEE_RETURN,
                 lambda actor, data, key: actions.return_guarantee(actor, row.pk, data["reason"], key=key),
                 _("The security is returned."), forms.WhyForm, danger=True),
        ]  # fmt: skip
    return shown(request, "collections/guarantee.html", row, verbs)


@page("collections-relief", "GET", "POST")
def relief(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A waiver or write-off."""
    row: Relief = queries.reliefs(request.actor.scope).get(public_id=public_id)
    verbs = []
    if row.state == Relief.State.PROPOSED:
        verbs = decisions(Tag.RELIEF_DECIDE, actions.decide_relief, row.pk)
    elif row.kind == Relief.Kind.WRITE_OFF and row.state == Relief.State.POSTED:
        verbs = [
            Verb("recover", _("Post back what was paid"), Tag.WRITE_OFF_RECOVER,
                 lambda actor, _data, key: actions.recover(actor, row.pk, key=key), _("The debt is recovered.")),
        ]  # fmt: skip
    return shown(request, "collections/relief.html", row, verbs)


@page("collections-dispute", "GET", "POST")
def dispute(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A question about a bill, and its answer."""
    row: Dispute = queries.disputes(request.actor.scope).get(public_id=public_id)

    def answered(upheld: bool) -> Callable[..., Any]:
        return lambda actor, data, key: actions.answer_dispute(actor, row.pk, upheld, data["answer"], key=key)

    verbs = []
    if row.state == Dispute.State.OPEN:
        verbs = [
            Verb("reject", _("The bill stands"), Tag.DISPUTE_ANSWER, answered(False), _("The customer is told."),
                 forms.AnswerForm),
            Verb("uphold", _("The customer is right"), Tag.DISPUTE_ANSWER, answered(True), _("The customer is told."),
                 forms.AnswerForm),
        ]  # fmt: skip
    return shown(request, "collections/dispute.html", row, verbs)
