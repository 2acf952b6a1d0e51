"""Receiving money: part, exact or over. Penalties are brought up to the day, then debts are settled oldest first."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.settlement import settle
from gridhall.cis.payments.actions.penalties import bring_up_to_date
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform.actions import Act, action
from gridhall.platform.bulk import allocate_ids
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

AMOUNT_FEN_MAX = 100_000_000_00  # a hundred million yuan: beyond it a key was mistyped
MONEY_ACCOUNT = {
    Payment.Method.CASH: chart.CASH,
    Payment.Method.TRANSFER: chart.BANK,
    Payment.Method.DEMO: chart.ONLINE,
}


@action(Tag.PAYMENT_RECEIVE)
def receive(
    act: Act,
    account_id: int,
    amount_fen: int,
    channel: str,
    method: str,
    *,
    tendered_fen: int | None = None,
    reference: str = "",
) -> Payment:
    """Take ``amount_fen`` for an account under a ``key`` that the payer made; the same key gives the first one.

    What exceeds the debt becomes a prepayment. Cash needs the cashier's open shift.
    """
    if not act.key:
        raise ValueError("a payment needs a key made by whoever pays")
    rows = lock(Account.objects.within(act.actor.scope).filter(pk=account_id))
    if not rows:
        raise NotInScope()
    account = rows[0]
    act.on(account, account.path, account.pk)
    _check_amount(amount_fen, method, tendered_fen)
    shift = _shift(act, method)
    on = timezone.localtime(act.at).date()
    bring_up_to_date(account, on, act.at)
    pk = allocate_ids(Payment, 1)
    payment = Payment.objects.create(
        pk=pk,
        key=act.key,
        receipt_number=f"R{on:%Y%m%d}{pk:09d}",
        account=account,
        path=account.path,
        channel=channel,
        method=method,
        shift=shift,
        amount_fen=amount_fen,
        tendered_fen=tendered_fen,
        reference=reference,
        received_at=act.at,
        received_by=act.actor.name,
    )
    sides = [Side(MONEY_ACCOUNT[Payment.Method(method)], amount_fen), Side(chart.PREPAYMENT, -amount_fen, account.pk)]
    post(
        f"payment:{payment.receipt_number}",
        "payment",
        sides,
        path=account.path,
        effective_on=on,
        recorded_at=act.at,
        account_id=account.pk,
    )
    settle(account.pk, account.path, on, act.at)
    act.on(payment, payment.path, account.pk)
    act.note(amount_fen=amount_fen, channel=channel, method=method, receipt=payment.receipt_number)
    act.emit("payment.received", receipt=payment.receipt_number, account=account.number, amount_fen=amount_fen)
    return payment


def _check_amount(amount_fen: int, method: str, tendered_fen: int | None) -> None:
    if not 0 < amount_fen <= AMOUNT_FEN_MAX:
        raise Refused(_("The amount must be above zero and below one hundred million yuan."))
    if method not in MONEY_ACCOUNT:
        raise Refused(_("Choose cash, transfer or the demonstration channel."))
    if tendered_fen is not None and tendered_fen < amount_fen:
        raise Refused(_("The customer gave less than the amount; take a smaller part payment or ask for the rest."))


def _shift(act: Act, method: str) -> Shift | None:
    if act.actor.kind != "staff":
        return None
    rows = lock(Shift.objects.within(EVERYTHING).filter(cashier_id=act.actor.user_id, closed_at__isnull=True))
    if not rows and method == Payment.Method.CASH:
        raise Refused(_("Open your shift before taking cash."))
    return rows[0] if rows else None
