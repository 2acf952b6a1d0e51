"""Bills on which something is open: kept in step with the lines of the accounts that moved."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from gridhall.cis.books import marks
from gridhall.cis.books.models import OpenBill
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry
from gridhall.platform.scope import EVERYTHING

MARK = "open-bills"
ACCOUNTS_AT_ONCE = 2000  # ids in one condition; a write transaction of some ten milliseconds
_OPEN = """
INSERT INTO books_openbill (bill_id, account_id, path, use_class, due_on, principal_fen, other_fen)
SELECT b.id, b.account_id, b.path, b.use_class, b.due_on,
SUM(CASE WHEN l.ledger_account_id = %s THEN l.amount_fen ELSE 0 END),
SUM(CASE WHEN l.ledger_account_id = %s THEN 0 ELSE l.amount_fen END)
FROM ledger_line l JOIN billing_bill b ON b.id = l.bill_id
WHERE l.account_id IN ({ids}) AND l.ledger_account_id IN ({codes}) AND l.bill_id IS NOT NULL
GROUP BY b.id, b.account_id, b.path, b.use_class, b.due_on
HAVING SUM(CASE WHEN l.ledger_account_id = %s THEN l.amount_fen ELSE 0 END) <> 0
OR SUM(CASE WHEN l.ledger_account_id = %s THEN 0 ELSE l.amount_fen END) <> 0
"""


def owed_on_bills() -> list[str]:
    """The accounts of the chart on which bills are owed."""
    return [row.code for row in chart.accounts().values() if row.sub_ledger == "bill" and row.kind == "asset"]


def catch_up(report: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Bring the bills of every account with new entries up to date; returns how many accounts."""
    seen, mark = marks.newest(), marks.mark(MARK)
    fresh = Entry.objects.within(EVERYTHING).filter(pk__gt=mark.entry_id, pk__lte=seen, account_id__isnull=False)
    accounts = list(fresh.order_by("account_id").values_list("account_id", flat=True).distinct())
    for start in range(0, len(accounts), ACCOUNTS_AT_ONCE):
        _refresh(accounts[start : start + ACCOUNTS_AT_ONCE])
        report(start, len(accounts))
    marks.move(mark, seen)
    return len(accounts)


def _refresh(accounts: list[int]) -> None:
    codes, principal = owed_on_bills(), chart.RECEIVABLE
    sql = _OPEN.format(ids=", ".join(["%s"] * len(accounts)), codes=", ".join(["%s"] * len(codes)))
    with transaction.atomic(), connection.cursor() as cursor:
        OpenBill.objects.within(EVERYTHING).filter(account_id__in=accounts).delete()
        cursor.execute(sql, [principal, principal, *accounts, *codes, principal, principal])
