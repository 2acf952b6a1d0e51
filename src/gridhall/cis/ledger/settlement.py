"""Settling: credits become prepayment, prepayment pays what is open, oldest bill first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.dispatch import Signal

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.posting import Posting, Side, post_many
from gridhall.cis.ledger.queries import OpenItem, latest_entries, open_items_of, prepaid_of

settled = Signal()
"""Sent with ``account_ids``, ``on`` and ``at`` inside the transaction, after accounts were looked at for what is open:
domains above the books end here what a debt had begun."""


def settle(account_id: int, path: str, on: date, at: datetime) -> None:
    """Turn credits on bills into prepayment, then use the prepayment for what is open, oldest first."""
    settle_many({account_id: path}, on, at)


def settle_many(paths: Mapping[int, str], on: date, at: datetime) -> None:
    """Settle many accounts, given with their paths; those where nothing is to be settled are passed over."""
    items, prepaid, latest = open_items_of(paths), prepaid_of(paths), latest_entries(paths)
    postings = []
    for account_id, path in paths.items():
        sides = _sides(account_id, items.get(account_id, []), prepaid.get(account_id, 0))
        if sides:
            postings.append(Posting(f"settle:{account_id}:{latest[account_id]}", "settlement", path, sides, account_id))
    post_many(postings, on, at)
    settled.send(sender=Posting, account_ids=list(paths), on=on, at=at)


def _sides(account_id: int, items: list[OpenItem], prepaid_fen: int) -> list[Side]:
    """The lines of one settlement, balanced by the prepayment; none where nothing moves."""
    credits = [Side(code, -fen, account_id, bill) for bill, code, fen in _parts(items) if fen < 0]
    available = prepaid_fen + sum(side.amount_fen for side in credits)
    used, debts = 0, []
    for bill, code, fen in _parts(items):
        part = min(fen, available - used)
        if fen > 0 and part > 0:
            debts.append(Side(code, -part, account_id, bill))
            used += part
    sides = credits + debts
    return [*sides, Side(chart.PREPAYMENT, -sum(side.amount_fen for side in sides), account_id)] if sides else []


def _parts(items: list[OpenItem]) -> list[tuple[int, str, int]]:
    """(bill, ledger account, open fen), principal before penalty, oldest bill first."""
    return [
        (item.bill_id, code, fen)
        for item in items
        for code, fen in ((chart.RECEIVABLE, item.principal_fen), (chart.PENALTY_RECEIVABLE, item.penalty_fen))
    ]
