"""A bank's list of what it collected: many payments in one transaction, each as if it had come alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.settlement import settle_many
from gridhall.cis.payments.actions.penalties import postings_due
from gridhall.cis.payments.actions.receive import AMOUNT_FEN_MAX, locked_accounts, money_in
from gridhall.cis.payments.channels import channel as channel_on
from gridhall.cis.payments.models import Payment
from gridhall.platform import statements
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.ids import next_ids, uuid7s
from gridhall.platform.tags import Tag

AT_ONCE = 2000  # rows; a longer list is given in parts, each under its own reference


@dataclass(frozen=True, slots=True)
class Collected:
    """One row of the list. ``key`` is the bank's own name for the transfer; the same key is never booked twice."""

    account_id: int
    amount_fen: int
    key: str
    serial: str = ""


@action(Tag.PAYMENT_COLLECT)
def collect(
    act: Act, rows: Sequence[Collected], channel: str, reference: str, *, method: str = Payment.Method.TRANSFER,
    link_code: str = "",
) -> int:  # fmt: skip
    """Book at most AT_ONCE transfers; those booked before are passed over. Returns how many were new.

    Late penalties come first and debts are settled oldest first, as for a single payment. Raises NotInScope for an
    account of others, Refused for a list that is too long, names an account twice or holds an impossible amount.
    """
    _check(rows)
    known = _known(rows)
    fresh = [row for row in rows if row.key not in known]
    accounts = locked_accounts(act, [row.account_id for row in fresh])
    on = timezone.localtime(act.at).date()
    paths = {pk: path for pk, _public_id, _number, path in accounts}
    numbers = {pk: number for pk, _public_id, number, _path in accounts}
    money_account = channel_on(channel, on).money_account(method)
    booked = _booked(fresh, on)
    shared = _Shared(act, channel, method, reference, link_code, money_account, on)
    statements.insert(Payment, _COLUMNS, _rows(booked, paths, shared))
    money = [
        money_in(receipt, paths[row.account_id], row.account_id, money_account, row.amount_fen)
        for _pk, receipt, row in booked
    ]
    settle_many(paths, on, act.at, [*postings_due(paths, on), *money])
    act.emit_many("payment.received", [_fact(receipt, row, paths, numbers) for _pk, receipt, row in booked])
    act.subject = f"payment-list:{reference}"
    act.note(payments=len(fresh), known=len(known), amount_fen=sum(row.amount_fen for row in fresh))
    return len(fresh)


def _check(rows: Sequence[Collected]) -> None:
    if len(rows) > AT_ONCE:
        raise Refused(_("The list has more than %(most)s rows; give it in parts.") % {"most": AT_ONCE})
    if len({row.account_id for row in rows}) != len(rows) or len({row.key for row in rows}) != len(rows):
        raise Refused(_("The list names an account or a transfer twice."))
    if not all(0 < row.amount_fen <= AMOUNT_FEN_MAX for row in rows):
        raise Refused(_("The amount must be above zero and below one hundred million yuan."))


def _known(rows: Sequence[Collected]) -> set[str]:
    found = statements.fetch(
        f"SELECT key FROM payments_payment WHERE {statements.among('key')}",  # noqa: S608 - our own text
        [statements.listed(row.key for row in rows)],
    )
    return {key for (key,) in found}


Booked = tuple[int, str, Collected]  # the payment's id, its receipt's number and the row that it comes from


def _booked(rows: Sequence[Collected], on: date) -> list[Booked]:
    return [(pk, f"R{on:%Y%m%d}{pk:09d}", row) for pk, row in zip(next_ids(Payment, len(rows)), rows, strict=True)]


@dataclass(frozen=True)
class _Shared:
    """What all payments of a list have in common."""

    act: Act
    channel: str
    method: str
    reference: str
    link_code: str
    money_account: str
    on: date


_COLUMNS = (
    "id", "public_id", "key", "receipt_number", "account_id", "path", "amount_fen", "serial", "channel", "method",
    "reference", "link_code", "money_account", "settled_on", "state", "received_at", "received_by",
)  # fmt: skip


def _rows(booked: Sequence[Booked], paths: dict[int, str], shared: _Shared) -> list[tuple[Any, ...]]:
    """The payments as rows of their table: a list is too long for an object each."""
    in_hand = shared.money_account in (chart.CASH, chart.BANK)
    every = (
        shared.channel, str(shared.method), shared.reference, shared.link_code, shared.money_account,
        statements.day(shared.on) if in_hand else None, Payment.State.RECEIVED.value, statements.moment(shared.act.at),
        shared.act.actor.name,
    )  # fmt: skip
    return [
        (pk, public_id, row.key, receipt, row.account_id, paths[row.account_id], row.amount_fen, row.serial, *every)
        for public_id, (pk, receipt, row) in zip(uuid7s(len(booked)), booked, strict=True)
    ]


def _fact(receipt: str, row: Collected, paths: dict[int, str], numbers: dict[int, str]) -> tuple[dict[str, Any], str]:
    said = {"receipt": receipt, "account": numbers[row.account_id], "amount_fen": row.amount_fen}
    return said, paths[row.account_id]
