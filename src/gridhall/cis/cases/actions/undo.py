"""Withdrawing a case by reversal, and paying a refund out."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.cases.actions.make import locked
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.posting import take_back
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side, post
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@action(Tag.CASE_WITHDRAW)
def withdraw_case(act: Act, case_id: int, reason: str) -> Case:
    """Before posting it is put away. A posted one is reversed entry by entry, by somebody who did not make it."""
    case, accounts = locked(act, case_id)
    if case.state == Case.State.WITHDRAWN:
        raise Refused(_("This case is withdrawn already."))
    if not reason.strip():
        raise Refused(_("Give the reason; the customer will read it."))
    if case.state == Case.State.POSTED:
        if act.actor.user_id in (case.opened_by_user, case.made_by_user):
            raise Refused(_("You have made this case; a second person withdraws it."))
        if case.paid_out_at is not None:
            raise Refused(_("The refund is paid out; what was paid too much is charged as an adjustment."))
        take_back(act, case, accounts, timezone.localtime(act.at).date())
    before, case.state = case.state, Case.State.WITHDRAWN
    case.withdrawn_by, case.withdrawn_at, case.withdrawn_why = act.actor.name, act.at, reason.strip()[:200]
    case.save()
    act.note(number=case.number, before=before, total_fen=case.total_fen, reason=reason)
    act.emit("case.withdrawn", case=case.number, kind=case.kind, account=accounts[0].number)
    return case


@action(Tag.CASE_PAY_OUT)
def pay_out_refund(act: Act, case_id: int, reference: str) -> Case:
    """The money has left, under the bank's or the channel's ``reference``. Refused to whoever made the refund."""
    case, accounts = locked(act, case_id)
    if case.kind != Case.Kind.REFUND or case.state != Case.State.POSTED or case.paid_out_at is not None:
        raise Refused(_("Only a posted refund can be paid out, and only once."))
    if act.actor.user_id in (case.opened_by_user, case.made_by_user):
        raise Refused(_("You have made this refund; a second person pays it out."))
    if not reference.strip():
        raise Refused(_("Give the reference of the transfer."))
    fen, on = case.recovered_fen, timezone.localtime(act.at).date()
    # From the bank, whatever the way: a clearing account holds nothing but payments that no statement has shown yet.
    sides = [Side(chart.REFUNDS_PAYABLE, fen), Side(chart.BANK, -fen)]
    post(
        f"refund-paid:{case.number}", "refund-paid", sides, path=case.path, effective_on=on, recorded_at=act.at,
        account_id=case.account_id,
    )  # fmt: skip
    case.paid_out_at, case.paid_out_by, case.paid_out_reference = act.at, act.actor.name, reference.strip()[:60]
    case.save()
    act.note(number=case.number, amount_fen=fen, reference=reference)
    act.emit("refund.paid", case=case.number, account=accounts[0].number, amount_fen=fen)
    return case
