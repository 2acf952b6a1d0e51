"""Waiving a late penalty and writing a bill off: one proposes, another decides, the books follow."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections.credit_rules import credit
from gridhall.cis.collections.guards import locked_account, locked_row, require_reason, require_second_person
from gridhall.cis.collections.models import Relief
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.queries import OpenItem, open_items, prepaid_fen
from gridhall.cis.ledger.settlement import settle
from gridhall.cis.payments.actions import assess_penalties
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

Kind, State = Relief.Kind, Relief.State


@action(Tag.WAIVER_PROPOSE)
def propose_waiver(act: Act, bill_id: int, amount_fen: int, cause: str, reason: str) -> Relief:
    """Give up so much of a bill's late penalty, as it stands today. A second person decides."""
    bill, item = _open(act, bill_id)
    require_reason(reason, _("Give the reason; it stays in the audit log."))
    if not 0 < amount_fen <= item.penalty_fen:
        raise Refused(_("Waive at most the penalty that is open on the bill."))
    return _proposed(act, bill, Kind.WAIVER, cause, reason, 0, amount_fen)


@action(Tag.WRITE_OFF_PROPOSE)
def propose_write_off(act: Act, bill_id: int, cause: str, reason: str) -> Relief:
    """Take everything that is open on a bill out of the receivables. Up to the limit of the rules it is posted at once,
    above it a second person decides. ``reason`` names the evidence."""
    bill, item = _open(act, bill_id)
    require_reason(reason, _("Name the evidence, for example the court's decision."))
    if bill.due_on >= timezone.localtime(act.at).date():
        raise Refused(_("This bill is not due yet."))
    row = _proposed(act, bill, Kind.WRITE_OFF, cause, reason, item.principal_fen, item.penalty_fen)
    if row.amount_fen <= credit(timezone.localtime(act.at).date()).write_off.alone_up_to_fen:
        _post(act, row)
    return row


@action(Tag.RELIEF_DECIDE)
def decide_relief(act: Act, relief_id: int, approve: bool, note: str = "") -> Relief:
    """Post or refuse what another person proposed. What is no longer open is not given up."""
    row = locked_row(act, Relief, relief_id)
    if row.state != State.PROPOSED:
        raise Refused(_("This is decided already."))
    require_second_person(act, row.proposed_by_user)
    row.decision = note.strip()
    act.note(approved=approve, amount_fen=row.amount_fen)
    if approve:
        _post(act, row)
        return row
    require_reason(note, _("Say why it is refused."))
    row.state, row.decided_by, row.decided_at = State.REFUSED, act.actor.name, act.at
    row.save(update_fields=["state", "decided_by", "decided_at", "decision"])
    return row


@action(Tag.WRITE_OFF_RECOVER)
def recover(act: Act, relief_id: int) -> Relief:
    """A written-off bill is paid after all: as much as the customer has paid in goes back to the receivables and is
    settled there."""
    row = locked_row(act, Relief, relief_id)
    if row.kind != Kind.WRITE_OFF or row.state != State.POSTED:
        raise Refused(_("Only a bill that was written off can be recovered."))
    fen = min(prepaid_fen(row.account_id), row.amount_fen - row.recovered_fen)
    if fen <= 0:
        raise Refused(_("Nothing was paid in that could be used; take the payment first."))
    principal = min(fen, max(0, row.principal_fen - row.recovered_fen))
    back = [(chart.RECEIVABLE, principal), (chart.PENALTY_RECEIVABLE, fen - principal)]
    sides = [Side(code, part, row.account_id, row.bill_id) for code, part in back]
    sides.append(Side(chart.WRITTEN_OFF, -fen, row.account_id, row.bill_id))
    on = timezone.localtime(act.at).date()
    post(
        f"recovery:{row.pk}:{row.recovered_fen}", "write-off-recovered", sides, path=row.path, effective_on=on,
        recorded_at=act.at, account_id=row.account_id,
    )  # fmt: skip
    settle(row.account_id, row.path, on, act.at)
    row.recovered_fen += fen
    row.save(update_fields=["recovered_fen"])
    act.note(recovered_fen=fen)
    return row


def _open(act: Act, bill_id: int) -> tuple[Bill, OpenItem]:
    """The bill with what is open on it, penalties brought up to the day."""
    bill = Bill.objects.within(act.actor.scope).filter(pk=bill_id, state=Bill.State.RELEASED).first()
    if bill is None:
        raise NotInScope()
    account = locked_account(act, bill.account_id)
    assess_penalties(act, account.pk, timezone.localtime(act.at).date())
    item = next((item for item in open_items(account.pk) if item.bill_id == bill.pk and item.total_fen > 0), None)
    if item is None:
        raise Refused(_("Nothing is open on this bill."))
    return bill, item


def _proposed(act: Act, bill: Bill, kind: str, cause: str, reason: str, principal: int, penalty: int) -> Relief:
    if cause not in Relief.Cause.values:
        raise Refused(_("Choose a reason from the list."))
    if Relief.objects.within(EVERYTHING).filter(bill=bill, kind=kind, state=State.PROPOSED).exists():
        raise Refused(_("This bill waits for a decision already."))
    row = Relief.objects.create(
        account_id=bill.account_id, bill=bill, path=bill.path, kind=kind, cause=cause, reason=reason.strip(),
        principal_fen=principal, penalty_fen=penalty, proposed_by=act.actor.name, proposed_by_user=act.actor.user_id,
        proposed_at=act.at,
    )  # fmt: skip
    act.on(row, row.path)
    act.note(bill=bill.number, principal_fen=principal, penalty_fen=penalty, cause=cause)
    return row


def _post(act: Act, row: Relief) -> None:
    item = next((one for one in open_items(row.account_id) if one.bill_id == row.bill_id), OpenItem(row.bill_id, 0, 0))
    row.principal_fen = min(row.principal_fen, max(0, item.principal_fen))
    row.penalty_fen = min(row.penalty_fen, max(0, item.penalty_fen))
    if not row.amount_fen:
        raise Refused(_("Nothing of it is open any more."))
    parts = [(chart.RECEIVABLE, row.principal_fen), (chart.PENALTY_RECEIVABLE, row.penalty_fen)]
    sides = [Side(code, -fen, row.account_id, row.bill_id) for code, fen in parts]
    if row.kind == Kind.WAIVER:
        sides.append(Side(chart.PENALTY_INCOME, row.amount_fen))
    else:
        sides.append(Side(chart.WRITTEN_OFF, row.amount_fen, row.account_id, row.bill_id))
    on = timezone.localtime(act.at).date()
    kind = "penalty-waiver" if row.kind == Kind.WAIVER else "write-off"
    post(f"relief:{row.pk}", kind, sides, path=row.path, effective_on=on, recorded_at=act.at, account_id=row.account_id)
    row.state, row.decided_by, row.decided_at = State.POSTED, act.actor.name, act.at
    row.save(update_fields=["state", "decided_by", "decided_at", "decision", "principal_fen", "penalty_fen"])
    settle(row.account_id, row.path, on, act.at)
