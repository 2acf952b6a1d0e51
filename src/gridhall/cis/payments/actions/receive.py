"""Receiving money: part, exact or over. Penalties are brought up to the day, then debts are settled oldest first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import KW_ONLY, dataclass
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
from gridhall.platform.actions import Act, Call, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.ids import next_ids
from gridhall.platform.locks import lock
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

METHODS = frozenset(Payment.Method.values)
AMOUNT_FEN_MAX = 100_000_000_00  # a hundred million yuan: beyond it a key was mistyped


@dataclass(frozen=True)
class Order:
    """What ``receive`` is called with."""

    account_id: int
    amount_fen: int
    channel: str
    method: str
    _: KW_ONLY
    tendered_fen: int | None = None
    reference: str = ""
    link_code: str = ""
    serial: str = ""


AccountRow = tuple[int, Any, str, str]  # id, public id, number and path


def receive_many(acts: Sequence[Act], calls: Sequence[Call]) -> list[Payment | None]:
    """Payments that come at the same time, each as if it had come alone. None for what is not simple: an account or a
    till in other hands, an account that is named twice or not the actor's, a mistake."""
    on = timezone.localtime(acts[0].at).date()
    orders = [Order(*call.args, **call.kwargs) for call in calls]
    tills = _tills(acts, free=True)
    free = {row[0]: row for row in _lock_accounts({order.account_id for order in orders}, free=True)}
    simple: dict[int, tuple[Act, Order, AccountRow]] = {}
    for place, (act, order) in enumerate(zip(acts, orders, strict=True)):
        row = free.get(order.account_id)
        if row is not None and _is_simple(act, order, row, tills, on):
            simple[place] = act, order, free.pop(order.account_id)
    if not simple:
        return [None] * len(acts)
    payments = {
        place: _payment(act, order, _account(row), tills.get(act.actor.user_id), pk, on)
        for pk, (place, (act, order, row)) in zip(next_ids(Payment, len(simple)), simple.items(), strict=True)
    }
    book_many([acts[place] for place in simple], list(payments.values()), on)
    return [payments.get(place) for place in range(len(acts))]


def _is_simple(act: Act, order: Order, row: AccountRow, tills: Tills, on: date) -> bool:
    pk, _public_id, _number, path = row
    if not act.actor.scope.covers(path, pk) or (act.actor.kind == "staff" and act.actor.user_id not in tills):
        return False
    try:
        check_amount(order.amount_fen, order.method, order.tendered_fen)
        channel_on(order.channel, on)
    except Refused:
        return False
    return True


@action(Tag.PAYMENT_RECEIVE, many=receive_many)
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
    till = _tills([act]).get(act.actor.user_id)
    account = locked_account(act, account_id)
    check_amount(amount_fen, method, tendered_fen)
    if till is None and method == Payment.Method.CASH and act.actor.kind == "staff":
        raise Refused(_("Open your shift before taking cash."))
    on = timezone.localtime(act.at).date()
    order = Order(
        account_id, amount_fen, channel, method,
        tendered_fen=tendered_fen, reference=reference, link_code=link_code, serial=serial,
    )  # fmt: skip
    (pk,) = next_ids(Payment, 1)
    return book(act, _payment(act, order, account, till, pk, on), on)


Tills = dict[int | None, Shift]  # by the user whose open shift it is


def _tills(acts: Sequence[Act], *, free: bool = False) -> Tills:
    """The open shifts of clerks, locked before any account; those that are ``free`` where nobody is to wait."""
    cashiers = {act.actor.user_id for act in acts if act.actor.kind == "staff"}
    if not cashiers:
        return {}
    rows = Shift.objects.within(EVERYTHING).filter(cashier_id__in=cashiers, closed_at__isnull=True)
    return {row.cashier_id: row for row in lock(rows, free=free)}


def locked_account(act: Act, account_id: int) -> Account:
    """The account, locked; it is the subject until the payment is. Raises NotInScope."""
    row = locked_accounts(act, [account_id])[0]
    account = _account(row)
    act.on(account, account.path, account.pk)
    return account


def _account(row: AccountRow) -> Account:
    pk, public_id, number, path = row
    known = (pk, Account._meta.get_field("public_id").to_python(public_id), number, path)
    return Account.from_db(DEFAULT_DB_ALIAS, ("id", "public_id", "number", "path"), known)


def locked_accounts(act: Act, account_ids: Collection[int]) -> list[AccountRow]:
    """Id, public id, number and path of accounts, which are locked in the order of their ids. Raises NotInScope."""
    rows = _lock_accounts(account_ids)
    covers = act.actor.scope.covers
    if len(rows) != len(set(account_ids)) or not all(covers(path, pk) for pk, _public, _number, path in rows):
        raise NotInScope()
    return rows


def _lock_accounts(account_ids: Collection[int], *, free: bool = False) -> list[AccountRow]:
    return statements.fetch(  # type: ignore[return-value]
        f"SELECT id, public_id, number, path FROM customers_account WHERE {statements.among('id')} "  # noqa: S608 - our own text
        f"ORDER BY id{statements.for_update(free=free)}",
        [statements.listed(account_ids)],
    )


def _payment(act: Act, order: Order, account: Account, till: Shift | None, pk: int, on: date) -> Payment:
    return Payment(
        pk=pk, key=act.key, receipt_number=f"R{on:%Y%m%d}{pk:09d}", account=account, path=account.path,
        channel=order.channel, method=order.method, shift=till, amount_fen=order.amount_fen,
        tendered_fen=order.tendered_fen, reference=order.reference, received_by=act.actor.name,
        link_code=order.link_code, serial=order.serial,
    )  # fmt: skip


def book(act: Act, payment: Payment, on: date) -> Payment:
    """Put a payment that is new or was announced into the books: penalties, the money, then the settlement."""
    book_many([act], [payment], on)
    return payment


def book_many(acts: Sequence[Act], payments: Sequence[Payment], on: date) -> None:
    """The same for payments of different accounts, each with its own action."""
    for act, payment in zip(acts, payments, strict=True):
        payment.money_account = channel_on(payment.channel, on).money_account(payment.method)
        payment.settled_on = on if payment.money_account in (chart.CASH, chart.BANK) else None
        payment.state, payment.received_at = Payment.State.RECEIVED, act.at
    new = [payment for payment in payments if payment._state.adding]
    for announced in (payment for payment in payments if not payment._state.adding):
        announced.save()
    statements.keep(*new)
    paths = {payment.account_id: payment.path for payment in payments}
    money = [
        money_in(payment.receipt_number, payment.path, payment.account_id, payment.money_account, payment.amount_fen)
        for payment in payments
    ]
    settle_many(paths, on, acts[0].at, [*postings_due(paths, on), *money])
    for act, payment in zip(acts, payments, strict=True):
        act.on(payment, payment.path, payment.account_id)
        act.note(
            amount_fen=payment.amount_fen, channel=payment.channel, method=payment.method,
            receipt=payment.receipt_number,
        )  # fmt: skip
    acts[0].emit_many("payment.received", [_fact(payment) for payment in payments])


def _fact(payment: Payment) -> tuple[dict[str, Any], str]:
    receipt, account = payment.receipt_number, payment.account.number
    return {"receipt": receipt, "account": account, "amount_fen": payment.amount_fen}, payment.path


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
