"""Releasing bills: states, ledger entries and the use of prepayments, by statements over sets."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from gridhall.cis.billing.models import Bill
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.posting import BulkSide, post_rows
from gridhall.cis.ledger.settlement import settle_many
from gridhall.platform.scope import ScopedQuerySet

ACCOUNTS_AT_ONCE = 2000  # ids in one condition: within the limits of both databases
SIDES = [
    BulkSide(chart.RECEIVABLE, "s.total_fen", per_customer=True),
    BulkSide(chart.ENERGY_REVENUE, "s.funds_fen + s.vat_fen - s.total_fen"),
    BulkSide(chart.FUNDS_PAYABLE, "-s.funds_fen"),
    BulkSide(chart.VAT_PAYABLE, "-s.vat_fen"),
]


def release(bills: ScopedQuerySet[Bill], kind: str, on: date, at: datetime) -> int:
    """Post and release the drafts among ``bills``; returns how many. Bills of zero are released without an entry."""
    drafts = bills.filter(state=Bill.State.DRAFT)
    source = drafts.exclude(total_fen=0).values(
        "number", "path", "account_id", "total_fen", "funds_fen", "vat_fen", bill_id=Coalesce("reverses_id", "pk")
    )
    post_rows(source, kind, "bill:", SIDES, effective_on=on, recorded_at=at)
    to_settle = _to_settle(drafts)
    released = drafts.update(state=Bill.State.RELEASED, released_at=at)
    for start in range(0, len(to_settle), ACCOUNTS_AT_ONCE):
        settle_many(dict(to_settle[start : start + ACCOUNTS_AT_ONCE]), on, at)
    return released


def _to_settle(drafts: ScopedQuerySet[Bill]) -> list[tuple[int, str]]:
    """Accounts among the drafts with a prepayment or a credit."""
    prepaid = Line.objects.filter(ledger_account_id=chart.PREPAYMENT, account_id__isnull=False).values("account_id")
    rows = drafts.filter(Q(account_id__in=prepaid) | Q(total_fen__lt=0))
    return list(rows.values_list("account_id", "path").distinct())
