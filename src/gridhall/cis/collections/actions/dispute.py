"""A customer questions a bill; the office answers. In between the bill is not dunned."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections.actions.dunning import look_again
from gridhall.cis.collections.guards import locked_account, locked_row, require_reason
from gridhall.cis.collections.models import Dispute
from gridhall.cis.ledger.queries import open_items
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.notifications import notify
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag


@action(Tag.DISPUTE_OPEN)
def open_dispute(act: Act, bill_id: int, reason: str) -> Dispute:
    """Question an open bill. Raises Refused without words, for a paid bill and where a question waits already."""
    bill = Bill.objects.within(act.actor.scope).filter(pk=bill_id, state=Bill.State.RELEASED).first()
    if bill is None:
        raise NotInScope()
    account = locked_account(act, bill.account_id)
    require_reason(reason, _("Say what is wrong with the bill."))
    if not any(item.bill_id == bill.pk and item.principal_fen > 0 for item in open_items(account.pk)):
        raise Refused(_("This bill is paid; ask the office to correct it instead."))
    if Dispute.objects.within(EVERYTHING).filter(bill=bill, state=Dispute.State.OPEN).exists():
        raise Refused(_("Your question about this bill waits for its answer."))
    row = Dispute.objects.create(
        account=account, bill=bill, path=account.path, reason=reason.strip()[:400], opened_at=act.at,
        opened_by=act.actor.name,
    )  # fmt: skip
    act.on(row, row.path, account.pk)
    act.note(bill=bill.number)
    look_again(act, [account.pk])
    return row


@action(Tag.DISPUTE_ANSWER)
def answer_dispute(act: Act, dispute_id: int, upheld: bool, answer: str) -> Dispute:
    """Say who was right, in words the customer reads. A bill that stands is dunned again from the next day on; one
    that was wrong is corrected by reversal, which is the biller's verb."""
    row = locked_row(act, Dispute, dispute_id)
    if row.state != Dispute.State.OPEN:
        raise Refused(_("This is answered already."))
    require_reason(answer, _("Write an answer; the customer reads it."))
    row.state = Dispute.State.UPHELD if upheld else Dispute.State.REJECTED
    row.answer, row.answered_at, row.answered_by = answer.strip()[:400], act.at, act.actor.name
    row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    act.note(upheld=upheld)
    customer = row.account.customer
    if customer.phone:
        data = {"account": row.account.number, "bill": row.bill.number, "answer": row.answer}
        notify(act, "dispute-answered", "sms", customer.phone, customer.language, data, row.account_id)
    return row
