"""The general ledger of a month as text: CSV for spreadsheets and other systems, Beancount for auditors.

Both are written in pieces, in the order in which entries were made, with the sums at the end: a file that was cut off
on its way has no sums. Amounts are decimal yuan with two digits, debit positive.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db import connection

from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry
from gridhall.platform.scope import Scope, path_range

ENTRIES_AT_ONCE = 2000
HEAD = ("entry", "date", "kind", "unit", "seq", "account", "national_code", "customer_account", "bill", "amount")
SPEC = {"asset": "Assets", "liability": "Liabilities", "income": "Income", "expense": "Expenses"}

Row = tuple[int, str, date, str, str, int, str, str | None, str | None, int]
_LINES = """
SELECT e.id, e.ref, e.effective_on, e.kind, e.path, l.seq, l.ledger_account_id, a.number, b.number, l.amount_fen
FROM ledger_entry e JOIN ledger_line l ON l.entry_id = e.id
LEFT JOIN customers_account a ON a.id = l.account_id LEFT JOIN billing_bill b ON b.id = l.bill_id
WHERE e.id IN ({ids}) ORDER BY e.id, l.seq
"""


def lines(scope: Scope, path: str, first: date, end: date) -> Iterator[list[Row]]:
    """The lines of ``[first, end)`` of a unit and those below it, day by day, entries in the order of their making."""
    entries = Entry.objects.within(scope).filter(path_range("path", path))
    for on in entries.filter(effective_on__gte=first, effective_on__lt=end).dates("effective_on", "day"):
        last = 0
        ids = entries.filter(effective_on=on).order_by("pk").values_list("pk", flat=True)
        while found := list(ids.filter(pk__gt=last)[:ENTRIES_AT_ONCE]):
            last = found[-1]
            yield _fetch(found)


def _fetch(ids: list[int]) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(_LINES.format(ids=", ".join(["%s"] * len(ids))), ids)
        return cursor.fetchall()


def yuan(fen: int) -> str:
    """Decimal yuan without grouping: -131560 → -1315.60."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def as_csv(scope: Scope, path: str, first: date, end: date) -> Iterator[str]:
    """CSV with a byte-order mark, so that spreadsheets read the Chinese; the last row holds the number of lines."""
    yield "\ufeff" + _rows([HEAD])
    count, sums = 0, Counter[str]()
    for part in lines(scope, path, first, end):
        yield _rows(
            (ref, on, kind, at, seq, code, chart.accounts()[code].national, customer or "", bill or "", yuan(fen))
            for _id, ref, on, kind, at, seq, code, customer, bill, fen in part
        )
        count += len(part)
        for row in part:
            sums["debit" if row[9] > 0 else "credit"] += row[9]
    yield _rows([("SUM", end, "debit", path, count, "", "", "", "", yuan(sums["debit"])),
                 ("SUM", end, "credit", path, count, "", "", "", "", yuan(sums["credit"]))])  # fmt: skip


def _rows(rows: object) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def as_beancount(scope: Scope, path: str, first: date, end: date, opening: dict[str, int]) -> Iterator[str]:
    """Beancount text: opening balances, one transaction per entry, and a ``balance`` of every account at the end.

    ``opening`` is fen per account of the chart at the beginning of ``first``. `bean-check` proves the balances.
    """
    yield _beancount_head(path, first, end, opening)
    closing = Counter(opening)
    for part in lines(scope, path, first, end):
        text, entry = [], 0
        for row in part:
            if row[0] != entry:
                entry = row[0]
                text.append(f'\n{row[2]} * "{row[3]}" "{_quoted(row[1])}"\n  unit: "{row[4]}"\n')
            text.append(_posting(row))
            closing[row[6]] += row[9]
        yield "".join(text)
    yield "\n" + "".join(
        f"{end} balance {beancount_name(code)} {yuan(closing[code])} CNY\n" for code in chart.accounts()
    )


def _quoted(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'")


def _posting(row: Row) -> str:
    of = "".join(f'\n    {name}: "{value}"' for name, value in (("customer", row[7]), ("bill", row[8])) if value)
    return f"  {beancount_name(row[6])}  {yuan(row[9])} CNY{of}\n"


def _beancount_head(path: str, first: date, end: date, opening: dict[str, int]) -> str:
    text = [f'option "title" "{path} {first}/{end}"\noption "operating_currency" "CNY"\n\n']
    text += [f"{first} open {beancount_name(code)} CNY\n" for code in chart.accounts()]
    text.append(f'{first} open Equity:Opening CNY\n\n{first} * "opening" "balances"\n')
    text += [f"  {beancount_name(code)}  {yuan(fen)} CNY\n" for code, fen in sorted(opening.items()) if fen]
    text.append(f"  Equity:Opening  {yuan(-sum(opening.values()))} CNY\n")
    return "".join(text)


def beancount_name(code: str) -> str:
    """A code of the chart as Beancount names accounts: online-clearing → Assets:Online-Clearing."""
    return f"{SPEC[chart.accounts()[code].kind]}:{re.sub('(^|-)([a-z])', lambda m: m[1] + m[2].upper(), code)}"
