"""Closing a difference takes two people: one proposes the way, another confirms it, and that posts."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.reconcile.closing import close
from gridhall.cis.reconcile.models import Difference
from gridhall.cis.reconcile.ways import ways_of
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag

State = Difference.State


@action(Tag.DIFFERENCE_OWN)
def own(act: Act, difference_id: int) -> Difference:
    """Take a difference: from now on it is this person's to clear up."""
    row = _locked(act, difference_id)
    if row.state == State.CLOSED:
        raise Refused(_("This difference is closed."))
    row.owner = act.actor.name
    row.save(update_fields=["owner"])
    return row


@action(Tag.DIFFERENCE_PROPOSE)
def propose(act: Act, difference_id: int, way: str, reason: str, account_number: str = "") -> Difference:
    """Say how it is to be closed, and why; booking names the account. Nothing is posted yet."""
    row = _locked(act, difference_id)
    if row.state != State.OPEN:
        raise Refused(_("This difference is closed, or waits for a second person already."))
    if way not in ways_of(row):
        raise Refused(_("This way does not fit the difference; choose one that is offered."))
    if not reason.strip():
        raise Refused(_("Give a reason."))
    row.account = _account(act, way, row, account_number.strip())
    row.state, row.way, row.reason = State.PROPOSED, way, reason.strip()[:200]
    row.proposed_by, row.proposer_id, row.proposed_at = act.actor.name, act.actor.user_id, act.at
    row.owner = row.owner or act.actor.name
    row.save()
    act.note(way=way, amount_fen=row.amount_fen)
    return row


@action(Tag.DIFFERENCE_RETURN)
def send_back(act: Act, difference_id: int) -> Difference:
    """Not like this: the difference is open again."""
    row = _locked(act, difference_id)
    if row.state != State.PROPOSED:
        raise Refused(_("Nothing is proposed for this difference."))
    act.note(way=row.way, proposed_by=row.proposed_by)
    row.state, row.way, row.account = State.OPEN, "", None
    row.save(update_fields=["state", "way", "account"])
    return row


@action(Tag.DIFFERENCE_CONFIRM)
def confirm(act: Act, difference_id: int) -> Difference:
    """Post what another person proposed; the difference is closed."""
    row = _locked(act, difference_id)
    if row.state != State.PROPOSED:
        raise Refused(_("Nothing is proposed for this difference."))
    if act.actor.user_id is None or row.proposer_id == act.actor.user_id:
        raise Refused(_("A second person confirms; you proposed this yourself."))
    close(act, row, timezone.localtime(act.at).date())
    row.state, row.closed_by, row.closed_at = State.CLOSED, act.actor.name, act.at
    row.save(update_fields=["state", "closed_by", "closed_at"])
    act.note(way=row.way, amount_fen=row.amount_fen, proposed_by=row.proposed_by)
    return row


def _account(act: Act, way: str, row: Difference, number: str) -> Account | None:
    if way != Difference.Way.BOOK:
        return None
    account = Account.objects.within(act.actor.scope).filter(number=number).first()
    if account is None or not account.path.startswith(row.link.path):
        raise Refused(_("There is no account %(number)s at the unit of this link.") % {"number": number or "–"})
    return account


def _locked(act: Act, difference_id: int) -> Any:
    rows = lock(Difference.objects.within(act.actor.scope).select_related("link").filter(pk=difference_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]
