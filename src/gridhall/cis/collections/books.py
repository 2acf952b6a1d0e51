"""What the books say is overdue: principal of bills past their due day, less what is disputed or arranged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from gridhall.cis.collections.rules import RESIDENTIAL_CLASSES, Payer
from gridhall.cis.ledger.chart import RECEIVABLE


@dataclass(frozen=True, slots=True)
class Overdue:
    """Fen of principal past due of one account, and since when the oldest of it is due. Penalties are not in it:
    nobody is dunned or cut off for a penalty alone."""

    fen: int
    oldest_due_on: date
    payer: Payer

    def days(self, on: date) -> int:
        return (on - self.oldest_due_on).days


_OPEN = """
SELECT o.account_id, SUM(o.fen), MIN(b.due_on), MIN(CASE WHEN b.use_class IN ({classes}) THEN 0 ELSE 1 END)
FROM (
  SELECT account_id, bill_id, SUM(amount_fen) AS fen FROM ledger_line
  WHERE {accounts} AND ledger_account_id = %s AND bill_id IS NOT NULL
  GROUP BY account_id, bill_id HAVING SUM(amount_fen) > 0
) o JOIN billing_bill b ON b.id = o.bill_id
WHERE b.due_on < %s {resting}
GROUP BY o.account_id
"""
_NOT_RESTING = """
AND NOT EXISTS (SELECT 1 FROM collections_dispute d WHERE d.bill_id = b.id AND d.state = 'open')
AND NOT EXISTS (
  SELECT 1 FROM collections_arrangement_bills ab JOIN collections_arrangement a ON a.id = ab.arrangement_id
  WHERE ab.bill_id = b.id AND a.state = 'kept'
)
"""


def overdue_between(after: int, last: int, on: date) -> dict[int, Overdue]:
    """Overdue accounts with ids in ``(after, last]`` on a day: one statement, whatever their number."""
    return _rows("account_id > %s AND account_id <= %s", [after, last], on)


def overdue_of(account_ids: Collection[int], on: date, *, everything: bool = False) -> dict[int, Overdue]:
    """The same for named accounts; an account that owes nothing overdue is absent. With ``everything``, bills that are
    disputed or arranged count as well."""
    if not account_ids:
        return {}
    marks = ", ".join(["%s"] * len(account_ids))
    return _rows(f"account_id IN ({marks})", list(account_ids), on, "" if everything else _NOT_RESTING)


def _rows(accounts: str, parameters: list[int], on: date, resting: str = _NOT_RESTING) -> dict[int, Overdue]:
    classes = ", ".join(["%s"] * len(RESIDENTIAL_CLASSES))
    sql = _OPEN.format(accounts=accounts, classes=classes, resting=resting)
    with connection.cursor() as cursor:
        # Our own names and conditions; every value is a bound parameter, in the order of the text.
        cursor.execute(sql, [*RESIDENTIAL_CLASSES, *parameters, RECEIVABLE, on])
        return {
            account_id: Overdue(int(fen), _day(due_on), "other" if other else "residential")
            for account_id, fen, due_on, other in cursor.fetchall()
        }


def _day(value: date | str) -> date:
    """SQLite answers an aggregate of dates as text."""
    return value if isinstance(value, date) else date.fromisoformat(value)
