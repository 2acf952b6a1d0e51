"""Taking a payment back: a payment of the negative amount and an entry that undoes the settlement."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry, Line
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.queries import prepaid_fen
from gridhall.cis.payments.actions.receive import MONEY_ACCOUNT
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform.actions import Act, action
from gridhall.platform.bulk import allocate_ids
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag


@action(Tag.PAYMENT_REVERSE)
def reverse(act: Act, payment_id: int, reason: str) -> Payment:
    """Reverse a payment of today. The bills it settled are open again, the newest first."""
    found = Payment.objects.within(act.actor.scope).filter(pk=payment_id).first()
    if found is None:
        raise NotInScope()
    lock(Shift.objects.within(EVERYTHING).filter(pk=found.shift_id))
    account = lock(Account.objects.within(EVERYTHING).filter(pk=found.account_id))[0]
    payment: Payment = lock(Payment.objects.within(act.actor.scope).filter(pk=payment_id))[0]
    act.on(payment, payment.path, account.pk)
    on = timezone.localtime(act.at).date()
    _check(payment, reason, on)
    pk = allocate_ids(Payment, 1)
    reversal = Payment.objects.create(
        pk=pk,
        key=f"reversal-of:{payment.key}"[:255],
        receipt_number=f"R{on:%Y%m%d}{pk:09d}",
        account=account,
        path=account.path,
        channel=payment.channel,
        method=payment.method,
        shift=payment.shift,
        amount_fen=-payment.amount_fen,
        state=Payment.State.REVERSED,
        received_at=act.at,
        received_by=act.actor.name,
        reverses=payment,
        reference=reason[:60],
    )
    _open_again(account, payment.amount_fen, on, act)
    money = MONEY_ACCOUNT[Payment.Method(payment.method)]
    sides = [Side(chart.PREPAYMENT, payment.amount_fen, account.pk), Side(money, -payment.amount_fen)]
    post(
        f"payment:{reversal.receipt_number}",
        "payment-reversal",
        sides,
        path=account.path,
        effective_on=on,
        recorded_at=act.at,
        account_id=account.pk,
    )
    payment.state = Payment.State.REVERSED
    payment.save(update_fields=["state"])
    act.note(receipt=payment.receipt_number, amount_fen=payment.amount_fen, reason=reason)
    act.emit("payment.reversed", receipt=payment.receipt_number, account=account.number, amount_fen=payment.amount_fen)
    return reversal


def _check(payment: Payment, reason: str, on: object) -> None:
    if payment.state == Payment.State.REVERSED:
        raise Refused(_("This payment is already reversed."))
    if not reason.strip():
        raise Refused(_("Give a reason for the reversal."))
    if timezone.localtime(payment.received_at).date() != on:
        raise Refused(_("Only a payment of today can be reversed; pay it back as a refund instead."))
    if payment.shift is not None and payment.shift.closed_at is not None:
        raise Refused(_("The shift of this payment is closed and counted; pay it back as a refund instead."))


def _open_again(account: Account, amount_fen: int, on: object, act: Act) -> None:
    """Give settled debts back until the prepayment covers what leaves: the newest settlement first."""
    missing = amount_fen - prepaid_fen(account.pk)
    sides = []
    settled = (
        Line.objects.filter(account_id=account.pk, ledger_account_id__in=(chart.RECEIVABLE, chart.PENALTY_RECEIVABLE))
        .filter(entry__kind__in=("settlement", "settlement-undone"))
        .values_list("bill_id", "ledger_account_id")
        .order_by("-bill_id", "ledger_account_id")
    )
    sums: dict[tuple[int, str], int] = {}
    for bill_id, code, fen in settled.values_list("bill_id", "ledger_account_id", "amount_fen"):
        sums[bill_id, code] = sums.get((bill_id, code), 0) + fen
    for (bill_id, code), fen in sums.items():
        part = min(-fen, missing)
        if part > 0:
            sides.append(Side(code, part, account.pk, bill_id))
            missing -= part
    if sides:
        sides.append(Side(chart.PREPAYMENT, -sum(side.amount_fen for side in sides), account.pk))
        latest = Entry.objects.within(EVERYTHING).filter(account_id=account.pk).aggregate(entry=Max("pk"))["entry"]
        post(
            f"undo:{account.pk}:{latest}",
            "settlement-undone",
            sides,
            path=account.path,
            effective_on=act.at.date(),
            recorded_at=act.at,
            account_id=account.pk,
        )
