"""Sums per unit, day and ledger account: what the trial balance and the checks before closing read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import connection, transaction

from gridhall.cis.books import components, marks
from gridhall.cis.books.models import LedgerDay
from gridhall.cis.ledger.models import Entry
from gridhall.platform.scope import EVERYTHING

MARK = "days"
_SUMS = """
SELECT e.path, l.ledger_account_id, SUM(CASE WHEN l.amount_fen > 0 THEN l.amount_fen ELSE 0 END),
SUM(CASE WHEN l.amount_fen < 0 THEN -l.amount_fen ELSE 0 END), COUNT(*)
FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id WHERE e.effective_on = %s
GROUP BY e.path, l.ledger_account_id
"""


def catch_up(report: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Count the days that new entries touch; returns how many. Safe to run again and beside postings."""
    seen, mark = marks.newest(), marks.mark(MARK)
    fresh = Entry.objects.within(EVERYTHING).filter(pk__gt=mark.entry_id, pk__lte=seen)
    days = list(fresh.order_by("effective_on").values_list("effective_on", flat=True).distinct())
    for done, day in enumerate(days, 1):
        refresh(day)
        components.refresh(day)
        report(done, len(days))
    marks.move(mark, seen)
    return len(days)


def refresh(on: date) -> None:
    """Recompute one day from the lines. The sums are read before the short transaction that keeps them."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [on])
        rows = [
            LedgerDay(path=path, on=on, ledger_account=code, debit_fen=debit, credit_fen=credit, lines=lines)
            for path, code, debit, credit, lines in cursor.fetchall()
        ]
    with transaction.atomic():
        LedgerDay.objects.within(EVERYTHING).filter(on=on).delete()
        LedgerDay.objects.bulk_create(rows, batch_size=1000)
