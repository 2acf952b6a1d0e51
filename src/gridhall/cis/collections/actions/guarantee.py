"""Deposits and guarantees: taken, called for a debt, returned. Money of a deposit is a liability in the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections import books
from gridhall.cis.collections.guards import locked_account, locked_row, require_reason, require_second_person
from gridhall.cis.collections.models import Guarantee
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.settlement import settle
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

AMOUNT_FEN_MAX = 100_000_000_00
Kind, State = Guarantee.Kind, Guarantee.State


@dataclass(frozen=True)
class Paper:
    """What the security says: number of the transfer, the guarantee or the pledge; who stands for it; until when."""

    reference: str
    issuer: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@action(Tag.GUARANTEE_TAKE)
def take_guarantee(act: Act, account_id: int, kind: str, amount_fen: int, paper: Paper) -> Guarantee:
    """Record a security; a cash deposit arrived at the bank and becomes a liability to the customer."""
    account = locked_account(act, account_id)
    on = timezone.localtime(act.at).date()
    if kind not in Kind.values:
        raise Refused(_("Choose a kind of security."))
    if not 0 < amount_fen <= AMOUNT_FEN_MAX:
        raise Refused(_("The amount must be above zero and below one hundred million yuan."))
    require_reason(paper.reference, _("Give the number of the transfer or of the paper."))
    if kind != Kind.DEPOSIT:
        require_reason(paper.issuer, _("Say who stands for it."))
    if paper.valid_to is not None and paper.valid_to <= (paper.valid_from or on):
        raise Refused(_("The last day lies before the first."))
    row = Guarantee.objects.create(
        account=account, path=account.path, kind=kind, amount_fen=amount_fen, issuer=paper.issuer.strip(),
        reference=paper.reference.strip(), valid_from=paper.valid_from or on, valid_to=paper.valid_to,
        taken_by=act.actor.name, taken_by_user=act.actor.user_id, taken_at=act.at,
    )  # fmt: skip
    act.on(row, row.path, account.pk)
    act.note(account=account.number, kind=kind, amount_fen=amount_fen)
    if kind == Kind.DEPOSIT:
        _post(act, row, "taken", [Side(chart.BANK, amount_fen), Side(chart.DEPOSIT, -amount_fen, account.pk)])
    return row


@action(Tag.GUARANTEE_CALL)
def call_guarantee(act: Act, guarantee_id: int, amount_fen: int, reason: str) -> Guarantee:
    """Use a security for what is overdue: a deposit by the books alone, any other when its money has arrived.

    Another person than who took it does it. Raises Refused for more than is left or more than is overdue.
    """
    row = _held(act, guarantee_id)
    require_second_person(act, row.taken_by_user)
    require_reason(reason, _("Say which debt it is called for."))
    on = timezone.localtime(act.at).date()
    owed = books.overdue_of([row.account_id], on).get(row.account_id)
    if not 0 < amount_fen <= row.left_fen:
        raise Refused(_("Call at most what is left of it."))
    if owed is None or amount_fen > owed.fen:
        raise Refused(_("Call at most what is overdue."))
    source = (
        Side(chart.DEPOSIT, amount_fen, row.account_id) if row.kind == Kind.DEPOSIT else Side(chart.BANK, amount_fen)
    )
    _post(act, row, f"called:{row.called_fen}", [source, Side(chart.PREPAYMENT, -amount_fen, row.account_id)])
    row.called_fen += amount_fen
    if not row.left_fen:
        row.state = State.CALLED
    _ended(act, row, reason)
    settle(row.account_id, row.path, on, act.at)
    act.note(called_fen=amount_fen)
    return row


@action(Tag.GUARANTEE_RETURN)
def return_guarantee(act: Act, guarantee_id: int, reason: str) -> Guarantee:
    """Give back what is left: a deposit by transfer, a paper by hand. Not while something is overdue, not alone."""
    row = _held(act, guarantee_id)
    require_second_person(act, row.taken_by_user)
    require_reason(reason, _("Say why it is returned."))
    if books.overdue_of([row.account_id], timezone.localtime(act.at).date(), everything=True):
        raise Refused(_("Something is overdue; call the security or wait for the payment."))
    if row.kind == Kind.DEPOSIT:
        _post(
            act, row, "returned", [Side(chart.DEPOSIT, row.left_fen, row.account_id), Side(chart.BANK, -row.left_fen)]
        )
    row.state = State.RETURNED
    _ended(act, row, reason)
    act.note(returned_fen=row.left_fen)
    return row


def _held(act: Act, guarantee_id: int) -> Guarantee:
    row = locked_row(act, Guarantee, guarantee_id)
    if row.state != State.HELD:
        raise Refused(_("This security is not held any more."))
    return row


def _ended(act: Act, row: Guarantee, reason: str) -> None:
    row.ended_by, row.ended_at, row.note = act.actor.name, act.at, reason.strip()
    row.save(update_fields=["state", "called_fen", "ended_by", "ended_at", "note"])


def _post(act: Act, row: Guarantee, verb: str, sides: list[Side]) -> None:
    post(
        f"guarantee:{row.pk}:{verb}", "guarantee", sides, path=row.path,
        effective_on=timezone.localtime(act.at).date(), recorded_at=act.at, account_id=row.account_id,
    )  # fmt: skip
