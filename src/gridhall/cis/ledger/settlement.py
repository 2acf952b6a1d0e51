"""Settling: credits become prepayment, prepayment pays what is open, oldest bill first."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Max

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.posting import Side, post
from gridhall.cis.ledger.queries import OpenItem, open_items, prepaid_fen


def settle(account_id: int, path: str, on: date, at: datetime) -> None:
    """Turn credits on bills into prepayment, then use the prepayment for what is open, oldest first."""
    items = open_items(account_id)
    credits = [Side(code, -fen, account_id, bill) for bill, code, fen in _parts(items) if fen < 0]
    available = prepaid_fen(account_id) + sum(side.amount_fen for side in credits)
    used, debts = 0, []
    for bill, code, fen in _parts(items):
        part = min(fen, available - used)
        if fen > 0 and part > 0:
            debts.append(Side(code, -part, account_id, bill))
            used += part
    sides = credits + debts
    if sides:
        sides.append(Side(chart.PREPAYMENT, -sum(side.amount_fen for side in sides), account_id))
        latest = Line.objects.filter(account_id=account_id).aggregate(entry=Max("entry_id"))["entry"]
        post(
            f"settle:{account_id}:{latest}",
            "settlement",
            sides,
            path=path,
            effective_on=on,
            recorded_at=at,
            account_id=account_id,
        )


def _parts(items: list[OpenItem]) -> list[tuple[int, str, int]]:
    """(bill, ledger account, open fen), principal before penalty, oldest bill first."""
    return [
        (item.bill_id, code, fen)
        for item in items
        for code, fen in ((chart.RECEIVABLE, item.principal_fen), (chart.PENALTY_RECEIVABLE, item.penalty_fen))
    ]
