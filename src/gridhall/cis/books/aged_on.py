"""Receivables as they stood at the end of a past day, from the lines of the ledger that were posted for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from gridhall.cis.billing.models import Bill
from gridhall.cis.books import rules
from gridhall.cis.books.aged import Aged
from gridhall.cis.books.balances import posted_in
from gridhall.cis.books.export import yuan
from gridhall.cis.books.open_bills import owed_on_bills
from gridhall.cis.customers import queries as customers
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.platform.scope import EVERYTHING, Scope

AT_ONCE = 2000  # ids in one condition
HEAD = ("bill", "account", "unit", "class", "due_on", "days_after_due", "energy_bill", "penalties_and_others", "sum")


@dataclass(frozen=True)
class OpenThen:
    """A bill on which something was open, or in credit, on a day; ``group`` is its age on that day."""

    bill_id: int
    number: str
    account_id: int
    path: str
    use_class: str
    due_on: date
    group: int
    principal_fen: int
    other_fen: int

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.other_fen


def open_on(scope: Scope, path: str, on: date) -> list[OpenThen]:
    """Every bill of a unit and those below it on which something was open at the end of ``on``, the oldest first.

    The sum is the balance of the accounts for receivables in the trial balance of that day: both add the same lines.
    """
    ages = rules.ages(on)
    sums = _sums(scope, path, on)
    found = [
        OpenThen(pk, number, account, at, use, due, ages.group((on - due).days), *sums[pk])
        for pk, number, account, at, use, due in _bills(list(sums))
    ]
    return sorted(found, key=lambda row: (row.due_on, row.bill_id))


def _sums(scope: Scope, path: str, on: date) -> dict[int, tuple[int, int]]:
    """Fen of energy and of the rest by bill, without what is settled."""
    lines = Line.objects.filter(
        posted_in(scope, path),
        ledger_account_id__in=owed_on_bills(),
        bill_id__isnull=False,
        entry__effective_on__lte=on,
    )
    energy = Q(ledger_account_id=chart.RECEIVABLE)
    rows = lines.values_list("bill_id").annotate(
        energy=Sum("amount_fen", filter=energy), rest=Sum("amount_fen", filter=~energy)
    )
    return {bill: (own or 0, rest or 0) for bill, own, rest in rows.iterator() if own or rest}


def _bills(ids: list[int]) -> Iterator[tuple[int, str, int, str, str, date]]:
    for first in range(0, len(ids), AT_ONCE):
        rows = Bill.objects.within(EVERYTHING).filter(pk__in=ids[first : first + AT_ONCE])
        yield from rows.values_list("pk", "number", "account_id", "path", "use_class", "due_on")


def aged(rows: Iterable[OpenThen]) -> list[Aged]:
    """The same summed by unit, class and age, as the page of today shows them."""
    found: dict[tuple[str, str, int], list[int]] = {}
    for row in rows:
        line = found.setdefault((row.path, row.use_class, row.group), [0, 0, 0])
        line[0] += 1
        line[1] += row.principal_fen
        line[2] += row.other_fen
    return [Aged(*key, *figures) for key, figures in sorted(found.items())]


def as_csv(scope: Scope, rows: list[OpenThen], path: str, on: date) -> Iterator[str]:
    """CSV with a byte-order mark; yuan with two digits; the last row holds the number of bills and the sums."""
    yield "\ufeff" + _line(HEAD)
    for first in range(0, len(rows), AT_ONCE):
        part = rows[first : first + AT_ONCE]
        numbers = customers.numbers_of(scope, (row.account_id for row in part))
        yield "".join(
            _line((
                row.number, numbers.get(row.account_id, ""), row.path, row.use_class, row.due_on,
                (on - row.due_on).days, yuan(row.principal_fen), yuan(row.other_fen), yuan(row.total_fen),
            ))
            for row in part
        )  # fmt: skip
    sums = [sum(row.principal_fen for row in rows), sum(row.other_fen for row in rows)]
    yield _line(("SUM", len(rows), path, "", on, "", *map(yuan, sums), yuan(sum(sums))))


def _line(row: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(row)
    return text.getvalue()
