"""Figures per unit, month and class for the cockpit: derived from bills and books by statements, never counted up."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import Count, Q, Sum

from gridhall.cis.billing.models import Bill, MonthFigure
from gridhall.cis.ledger.chart import RECEIVABLE
from gridhall.platform.scope import EVERYTHING

POSTED = (Bill.State.RELEASED, Bill.State.REVERSED)


def refresh(months: Sequence[int]) -> None:
    """Recompute the figures of the given months."""
    with transaction.atomic():
        for month in sorted(set(months)):
            _refresh_month(month)


def _refresh_month(month: int) -> None:
    bills = Bill.objects.within(EVERYTHING).filter(month=month, state__in=POSTED)
    rows = {
        (row["path"], row["use_class"]): MonthFigure(
            path=row["path"],
            month=month,
            use_class=row["use_class"],
            bills=row["n"],
            energy_wh=row["energy"],
            billed_fen=row["billed"],
        )
        for row in bills.values("path", "use_class").annotate(
            n=Count("pk", filter=Q(state=Bill.State.RELEASED) & ~Q(kind=Bill.Kind.REVERSAL)),
            energy=Sum("energy_wh"),
            billed=Sum("total_fen"),
        )
    }
    for path, use_class, open_fen in _open_by_class(month):
        figure = rows.get((path, use_class))
        if figure is not None:
            figure.collected_fen = figure.billed_fen - open_fen
    MonthFigure.objects.within(EVERYTHING).filter(month=month).delete()
    MonthFigure.objects.bulk_create(rows.values())


_OPEN = """
SELECT b.path, b.use_class, SUM(l.amount_fen) FROM billing_bill b
JOIN ledger_line l ON l.account_id = b.account_id AND l.ledger_account_id = %s AND l.bill_id = b.id
WHERE b.month = %s AND b.state IN (%s, %s) GROUP BY b.path, b.use_class
"""


def _open_by_class(month: int) -> list[tuple[str, str, int]]:
    """What is still open on the bills of a month, energy only."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [RECEIVABLE, month, *(state.value for state in POSTED)])
        return [(path, use_class, int(fen)) for path, use_class, fen in cursor.fetchall()]
