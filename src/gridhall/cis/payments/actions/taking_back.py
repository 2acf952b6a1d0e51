"""What reversal, refund and charge-back share: a negative payment, and an entry that undoes the settlement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry, Line
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.queries import prepaid_fen
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform.actions import Act
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.ids import next_ids
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING


@dataclass(frozen=True)
class TakingBack:
    """How one kind is booked: the payment's state afterwards, the entry's kind, and the word of its key and event."""

    state: str
    entry_kind: str
    word: str


REVERSAL = TakingBack(Payment.State.REVERSED, "payment-reversal", "reversal")
REFUND = TakingBack(Payment.State.REFUNDED, "payment-refund", "refund")
CHARGE_BACK = TakingBack(Payment.State.CHARGED_BACK, "payment-charge-back", "charge-back")

taking_back = Signal()
"""Sent with ``act``, ``payment`` (locked) and ``kind`` before anything is booked: whoever gave something for it raises
Refused, or notes what the customer keeps where the money is gone already (CHARGE_BACK)."""


def locked(act: Act, payment_id: int) -> Payment:
    """The payment with its shift and account, locked in order. Raises NotInScope."""
    found = Payment.objects.within(act.actor.scope).filter(pk=payment_id).first()
    if found is None:
        raise NotInScope()
    lock(Shift.objects.within(EVERYTHING).filter(pk=found.shift_id))
    account = lock(Account.objects.within(EVERYTHING).filter(pk=found.account_id))[0]
    payment: Payment = lock(Payment.objects.within(act.actor.scope).filter(pk=payment_id))[0]
    payment.account = account
    act.on(payment, payment.path, account.pk)
    return payment


def left_fen(payment: Payment) -> int:
    """What of a payment was not taken back yet."""
    back = Payment.objects.within(EVERYTHING).filter(reverses=payment).aggregate(s=Sum("amount_fen"))["s"] or 0
    return payment.amount_fen + back


def check_standing(payment: Payment, reason: str) -> None:
    """Only a booked payment can be taken back, once, and for a reason."""
    if payment.state == Payment.State.REVERSED:
        raise Refused(_("This payment is already reversed."))
    if payment.state not in Payment.STANDING or payment.amount_fen < 0:
        raise Refused(
            _("This payment cannot be taken back: its state is %(state)s.") % {"state": payment.get_state_display()}
        )
    if not reason.strip():
        raise Refused(_("Give a reason."))


def take_back(
    act: Act, payment: Payment, kind: TakingBack, amount_fen: int, reason: str, serial: str = ""
) -> Payment:  # fmt: skip
    """Book ``amount_fen`` back on the ledger account that took it; the newest settled bills are open again."""
    taking_back.send(sender=Payment, act=act, payment=payment, kind=kind)
    account, on = payment.account, timezone.localtime(act.at).date()
    (pk,), left = next_ids(Payment, 1), left_fen(payment)
    whole = left == payment.amount_fen
    name = f"{payment.link_code}:{serial}" if serial else payment.key if whole else f"{payment.key}#{left}"
    back = Payment.objects.create(
        pk=pk, key=f"{kind.word}-of:{name}"[:255], receipt_number=f"R{on:%Y%m%d}{pk:09d}",
        account=account, path=account.path, channel=payment.channel, method=payment.method, shift=payment.shift,
        amount_fen=-amount_fen, state=kind.state, received_at=act.at, received_by=act.actor.name, reverses=payment,
        reference=reason[:60], link_code=payment.link_code, serial=serial, money_account=payment.money_account,
        settled_on=on if payment.money_account in (chart.CASH, chart.BANK) else None,
    )  # fmt: skip
    _open_again(account, amount_fen, on, act)
    sides = [Side(chart.PREPAYMENT, amount_fen, account.pk), Side(payment.money_account, -amount_fen)]
    post(
        f"payment:{back.receipt_number}", kind.entry_kind, sides, path=account.path, effective_on=on,
        recorded_at=act.at, account_id=account.pk,
    )  # fmt: skip
    if left_fen(payment) == 0:
        payment.state = kind.state
        payment.save(update_fields=["state"])
    act.note(receipt=payment.receipt_number, amount_fen=amount_fen, reason=reason)
    topic = {REVERSAL: "payment.reversed", REFUND: "payment.refunded", CHARGE_BACK: "payment.charged-back"}[kind]
    act.emit(topic, receipt=payment.receipt_number, account=account.number, amount_fen=amount_fen)
    return back


def _open_again(account: Account, amount_fen: int, on: date, act: Act) -> None:
    """Give settled debts back until the prepayment covers what leaves: the newest settlement first."""
    missing = amount_fen - prepaid_fen(account.pk)
    sides = []
    settled = (
        Line.objects.filter(account_id=account.pk, ledger_account_id__in=(chart.RECEIVABLE, chart.PENALTY_RECEIVABLE))
        .filter(entry__kind__in=("settlement", "settlement-undone"))
        .order_by("-bill_id", "ledger_account_id")
        .values_list("bill_id", "ledger_account_id", "amount_fen")
    )
    sums: dict[tuple[int, str], int] = {}
    for bill_id, code, fen in settled:
        sums[bill_id, code] = sums.get((bill_id, code), 0) + fen
    for (bill_id, code), fen in sums.items():
        part = min(-fen, missing)
        if part > 0:
            sides.append(Side(code, part, account.pk, bill_id))
            missing -= part
    if missing > 0:
        raise Refused(_("Part of this money has been paid out already; the account does not hold it any more."))
    if sides:
        sides.append(Side(chart.PREPAYMENT, -sum(side.amount_fen for side in sides), account.pk))
        latest = Entry.objects.within(EVERYTHING).filter(account_id=account.pk).aggregate(entry=Max("pk"))["entry"]
        post(
            f"undo:{account.pk}:{latest}", "settlement-undone", sides, path=account.path, effective_on=on,
            recorded_at=act.at, account_id=account.pk,
        )  # fmt: skip
