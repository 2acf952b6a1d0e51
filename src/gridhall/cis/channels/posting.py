"""The items of a file into the books: payments in lists, what is taken back one by one, each answered by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from gridhall.cis.channels import booking
from gridhall.cis.channels.contract import Turned
from gridhall.cis.channels.models import Link
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.actions import AT_ONCE, Collected, collect
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import by_serials, receipts_by_serial
from gridhall.codecs.payments.bank_file import Answered
from gridhall.codecs.payments.items import Item, Kind

METHODS = {"direct-debit": Payment.Method.DEBIT, "collection": Payment.Method.DEBIT}


@dataclass(frozen=True)
class Step:
    """Some items of a file in the order in which they are booked; at most AT_ONCE."""

    items: list[Item]


def steps(items: Sequence[Item]) -> Iterator[Step]:
    """All payments first, then what takes back or failed, so that a reversal finds the payment of its own file."""
    ordered = [item for item in items if item.kind is Kind.PAY] + [item for item in items if item.kind is not Kind.PAY]
    for first in range(0, len(ordered), AT_ONCE):
        yield Step(ordered[first : first + AT_ONCE])


def post_items(link: Link, items: Sequence[Item], reference: str) -> list[Answered]:
    """Book every item that can be booked; the answers are in the order of the items."""
    found: dict[str, Answered] = {}
    for step in steps(items):
        found |= post_step(link, step, reference)
    return [found[item.serial] for item in items]


def post_step(link: Link, step: Step, reference: str) -> dict[str, Answered]:
    """The answers of one step by serial. Doing a step again books nothing more."""
    payments = [item for item in step.items if item.kind is Kind.PAY]
    found: dict[str, Answered] = {}
    known = by_serials(booking.actor_of(link).scope, link.code, [item.serial for item in payments])
    orders = _orders(link, payments)
    accounts = _accounts(link, payments)
    listed: list[tuple[Item, int]] = []
    for item in payments:
        account_id = accounts.get(item.customer)
        if item.serial in known:
            found[item.serial] = _known(item, known[item.serial])
        elif item.order in orders:
            found[item.serial] = _order(link, item)
        elif account_id is None:
            found[item.serial] = Answered(item.serial, "unknown_order" if not item.customer else "unknown_account")
        else:
            listed.append((item, account_id))
    _collect(link, listed, reference)
    booked = receipts_by_serial(booking.actor_of(link).scope, link.code, [item.serial for item, _id in listed])
    found |= {serial: Answered(serial, "ok", receipt, fen) for serial, (receipt, fen) in booked.items()}
    return found | {item.serial: _one(link, item) for item in step.items if item.kind is not Kind.PAY}


def _accounts(link: Link, items: list[Item]) -> dict[str, int]:
    """Ids by number, of the accounts of the link's unit."""
    numbers = {item.customer for item in items if item.customer}
    rows = Account.objects.within(booking.actor_of(link).scope).filter(number__in=numbers)
    return dict(rows.values_list("number", "pk"))


def _orders(link: Link, items: list[Item]) -> set[str]:
    """Our order numbers among those that the items name."""
    named = {item.order for item in items if len(item.order) == 32 and set(item.order) <= set("0123456789abcdef")}
    rows = Payment.objects.within(booking.actor_of(link).scope).filter(link_code=link.code, public_id__in=named)
    return {UUID(str(public_id)).hex for public_id in rows.values_list("public_id", flat=True)}


def _collect(link: Link, listed: list[tuple[Item, int]], reference: str) -> None:
    """Lists in which no account stands twice, as ``collect`` wants them."""
    rest = listed
    method = METHODS.get(link.channel, Payment.Method.TRANSFER)
    while rest:
        first: dict[int, Item] = {}
        later = []
        for item, account_id in rest:
            if account_id in first:
                later.append((item, account_id))
            else:
                first[account_id] = item
        rows = [
            Collected(account_id, item.amount_fen, booking.key_of(link, item.serial), item.serial)
            for account_id, item in first.items()
        ]
        collect(booking.actor_of(link), rows, link.channel, reference, method=method, link_code=link.code)
        rest = later


def _order(link: Link, item: Item) -> Answered:
    try:
        return _booked(booking.pay_order(link, item.order, item.amount_fen, item.serial))
    except Turned as turned:
        return Answered(item.serial, turned.code)


def _known(item: Item, payment: Payment) -> Answered:
    """The first answer again, if the item says the same as the payment it made."""
    named = item.customer in ("", payment.account.number) or item.order == payment.order_number
    if payment.amount_fen == item.amount_fen and named:
        return _booked(payment)
    return Answered(item.serial, "key_reused")


def _booked(payment: Payment) -> Answered:
    return Answered(payment.serial, "ok", payment.receipt_number, payment.amount_fen)


def _one(link: Link, item: Item) -> Answered:
    """An item that takes back, or says that a debit did not come."""
    try:
        if item.kind is Kind.FAIL:
            booking.close_order(link, item.order)
            return Answered(item.serial, "ok")
        original = item.original
        if original == item.order and item.order:
            original = booking.order_of(link, item.order).serial
        return _booked(booking.take_back(link, original, item.serial, "taken back by the bank"))
    except Turned as turned:
        return Answered(item.serial, turned.code)
