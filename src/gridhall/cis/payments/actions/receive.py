"""Receiving money: part, exact or over. Penalties are brought up to the day, then debts are settled oldest first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.customers.models import Account
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Posting, Side
from gridhall.cis.ledger.settlement import settle_many
from gridhall.cis.payments.actions.penalties import postings_due
from gridhall.cis.payments.channels import channel as channel_on
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform import statements
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.ids import next_ids
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

METHODS = frozenset(Payment.Method.values)
AMOUNT_FEN_MAX = 100_000_000_00  # a hundred million yuan: beyond it a key was mistyped


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
    link_code: str = "",
    serial: str = "",
) -> Payment:
    """Take ``amount_fen`` for an account under a ``key`` that the payer made; the same key gives the first one.

    What exceeds the debt becomes a prepayment. Cash needs the cashier's open shift. ``link_code`` and ``serial`` are
    the partner and its own number of the transfer, where one brought it.
    """
    if not act.key:
        raise ValueError("a payment needs a key made by whoever pays")
    account = locked_account(act, account_id)
    check_amount(amount_fen, method, tendered_fen)
    shift = _shift(act, method)
    on = timezone.localtime(act.at).date()
    (pk,) = next_ids(Payment, 1)
    payment = Payment(
        pk=pk, key=act.key, receipt_number=f"R{on:%Y%m%d}{pk:09d}", account=account, path=account.path,
        channel=channel, method=method, shift=shift, amount_fen=amount_fen, tendered_fen=tendered_fen,
        reference=reference, received_by=act.actor.name, link_code=link_code, serial=serial,
    )  # fmt: skip
    return book(act, payment, on)


def locked_account(act: Act, account_id: int) -> Account:
    """The account, locked; it is the subject until the payment is. Raises NotInScope."""
    pk, public_id, number, path = locked_accounts(act, [account_id])[0]
    row = (pk, Account._meta.get_field("public_id").to_python(public_id), number, path)
    account: Account = Account.from_db(DEFAULT_DB_ALIAS, ("id", "public_id", "number", "path"), row)
    act.on(account, path, pk)
    return account


def locked_accounts(act: Act, account_ids: Collection[int]) -> list[tuple[int, Any, str, str]]:
    """Id, public id, number and path of accounts, which are locked in the order of their ids. Raises NotInScope."""
    rows = statements.fetch(
        f"SELECT id, public_id, number, path FROM customers_account WHERE {statements.among('id')} "  # noqa: S608 - our own text
        f"ORDER BY id{statements.for_update()}",
        [statements.listed(account_ids)],
    )
    covers = act.actor.scope.covers
    if len(rows) != len(set(account_ids)) or not all(covers(path, pk) for pk, _public, _number, path in rows):
        raise NotInScope()
    return rows  # type: ignore[return-value]


def book(act: Act, payment: Payment, on: date) -> Payment:
    """Put a payment that is new or was announced into the books: penalties, the money, then the settlement."""
    account = payment.account
    payment.money_account = channel_on(payment.channel, on).money_account(payment.method)
    payment.settled_on = on if payment.money_account in (chart.CASH, chart.BANK) else None
    payment.state, payment.received_at = Payment.State.RECEIVED, act.at
    if payment._state.adding:
        statements.keep(payment)
    else:
        payment.save()
    paths = {account.pk: account.path}
    money = money_in(payment.receipt_number, account.path, account.pk, payment.money_account, payment.amount_fen)
    settle_many(paths, on, act.at, [*postings_due(paths, on), money])
    act.on(payment, payment.path, account.pk)
    amount_fen = payment.amount_fen
    act.note(amount_fen=amount_fen, channel=payment.channel, method=payment.method, receipt=payment.receipt_number)
    act.emit("payment.received", receipt=payment.receipt_number, account=account.number, amount_fen=amount_fen)
    return payment


def money_in(receipt: str, path: str, account_id: int, money_account: str, amount_fen: int) -> Posting:
    """The money of a payment: onto its ledger account, and paid ahead by the customer."""
    sides = [Side(money_account, amount_fen), Side(chart.PREPAYMENT, -amount_fen, account_id)]
    return Posting(f"payment:{receipt}", "payment", path, sides, account_id)


def check_amount(amount_fen: int, method: str, tendered_fen: int | None = None) -> None:
    """Refuse an impossible amount or a method that does not exist."""
    if not 0 < amount_fen <= AMOUNT_FEN_MAX:
        raise Refused(_("The amount must be above zero and below one hundred million yuan."))
    if method not in METHODS:
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
