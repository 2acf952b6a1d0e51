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
from gridhall.cis.payments.actions.receive import AMOUNT_FEN_MAX, locked_accounts, posting_of
from gridhall.cis.payments.channels import channel as channel_on
from gridhall.cis.payments.models import Payment
from gridhall.platform import statements
from gridhall.platform.actions import Act, action
from gridhall.platform.bulk import next_ids
from gridhall.platform.errors import Refused
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
    model = Payment(channel=channel, method=method, reference=reference, link_code=link_code, received_at=act.at)
    model.money_account = channel_on(channel, on).money_account(method)
    model.settled_on = on if model.money_account in (chart.CASH, chart.BANK) else None
    paths = {pk: path for pk, _public_id, _number, path in accounts}
    payments = _payments(act, fresh, paths, model, on)
    settle_many(paths, on, act.at, [*postings_due(paths, on), *map(posting_of, payments)])
    act.emit_many("payment.received", _facts(payments, {pk: number for pk, _public_id, number, _path in accounts}))
    act.subject = f"payment-list:{reference}"
    act.note(payments=len(payments), known=len(known), amount_fen=sum(payment.amount_fen for payment in payments))
    return len(payments)


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


def _payments(act: Act, rows: Sequence[Collected], paths: dict[int, str], model: Payment, on: date) -> list[Payment]:
    """A payment per row, with what all rows of the list share taken from ``model``."""
    payments = [
        Payment(
            pk=pk, key=row.key, receipt_number=f"R{on:%Y%m%d}{pk:09d}", account_id=row.account_id,
            path=paths[row.account_id], channel=model.channel, method=model.method, serial=row.serial,
            amount_fen=row.amount_fen, reference=model.reference, received_at=act.at, received_by=act.actor.name,
            link_code=model.link_code, money_account=model.money_account, settled_on=model.settled_on,
        )
        for pk, row in zip(next_ids(Payment, len(rows)), rows, strict=True)
    ]  # fmt: skip
    statements.keep(payments)
    return payments


def _facts(payments: Sequence[Payment], numbers: dict[int, str]) -> list[tuple[dict[str, Any], str]]:
    return [
        (
            {"receipt": one.receipt_number, "account": numbers[one.account_id], "amount_fen": one.amount_fen},
            one.path,
        )
        for one in payments
    ]
