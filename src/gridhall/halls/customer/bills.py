"""Bills as a customer sees them, with what is still open on each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Sum

from gridhall.cis.billing import queries as billing
from gridhall.cis.billing.models import Bill
from gridhall.cis.payments.queries import Standing
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope


def find(scope: Scope, public_id: UUID) -> Bill:
    """One released bill. Raises NotInScope for every other id."""
    bill = billing.bill(scope, public_id)
    if bill is None:
        raise NotInScope()
    return bill


def with_open(bills: Iterable[Any], standing: Standing) -> None:
    """Put ``open_fen`` on each bill: what settles it today, late penalty included."""
    items = {item.bill.pk: item.total_fen for item in standing.items}
    for bill in bills:
        bill.open_fen = items.get(bill.pk, 0)


@dataclass(frozen=True)
class MonthTotal:
    """What a month came to, corrections included."""

    month: int
    energy_wh: int
    total_fen: int


def month_totals(scope: Scope, account_id: int, count: int, before: int = 999_999) -> list[MonthTotal]:
    """The latest ``count`` billed months earlier than ``before``, oldest first."""
    rows = (
        billing.bills_of(scope, account_id)
        .filter(month__lt=before)
        .order_by()
        .values("month")
        .annotate(energy=Sum("energy_wh"), total=Sum("total_fen"))
        .order_by("-month")[:count]
    )
    return [MonthTotal(row["month"], row["energy"], row["total"]) for row in reversed(rows)]
