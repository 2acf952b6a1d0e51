"""What posted bills were made of, and what was collected, by day: sums over lines, made by the worker."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from gridhall.cis.books.models import CollectedDay, ComponentDay
from gridhall.cis.ledger.chart import RECEIVABLE
from gridhall.cis.tariffs import queries as tariffs
from gridhall.platform.scope import EVERYTHING

# A bill's entry is named after it, so the lines summed here are those of the entries of the day, and no others.
_BILLED = """
SELECT e.path, b.use_class, l.item_id, SUM(l.amount_fen) FROM ledger_entry e
JOIN billing_bill b ON b.number = substr(e.ref, 6) JOIN billing_billline l ON l.bill_id = b.id
WHERE e.effective_on = %s AND e.ref >= 'bill:' AND e.ref < 'bill;' GROUP BY e.path, b.use_class, l.item_id
"""
_COLLECTED = """
SELECT e.path, CASE WHEN own.effective_on >= %s THEN 1 ELSE 0 END, -SUM(l.amount_fen) FROM ledger_entry e
JOIN ledger_line l ON l.entry_id = e.id AND l.ledger_account_id = %s
JOIN billing_bill b ON b.id = l.bill_id JOIN ledger_entry own ON own.ref = 'bill:' || b.number
WHERE e.effective_on = %s AND NOT (e.ref >= 'bill:' AND e.ref < 'bill;') GROUP BY e.path, 2
"""


class Part(NamedTuple):
    """What tells the parts of revenue apart."""

    kind: str
    component: str
    included: bool
    untaxed: bool
    vat_percent: int


def refresh(on: date) -> None:
    """Recompute one day."""
    billed, collected = _billed(on), _collected(on)
    with transaction.atomic():
        for model, rows in ((ComponentDay, billed), (CollectedDay, collected)):
            model.objects.within(EVERYTHING).filter(on=on).delete()
            model.objects.bulk_create(rows, batch_size=1000)


def _billed(on: date) -> list[ComponentDay]:
    with connection.cursor() as cursor:
        cursor.execute(_BILLED, [on])
        rows = cursor.fetchall()
    parts = _parts({item for _path, _use, item, _fen in rows})
    sums: Counter[tuple[str, str, Part]] = Counter()
    for path, use_class, item, fen in rows:
        sums[path, use_class, parts[item]] += int(fen)
    return [
        ComponentDay(path=path, on=on, use_class=use_class, amount_fen=fen, **part._asdict())
        for (path, use_class, part), fen in sums.items()
    ]


def _parts(item_ids: set[int]) -> dict[int, Part]:
    found = {}
    for pk, item in tariffs.items(sorted(item_ids)).items():
        version = tariffs.parsed(item.version_id)
        untaxed = {component.code for component in version.components if not component.taxed}
        found[pk] = Part(item.kind, item.component, item.included, item.component in untaxed, version.vat_percent)
    return found


def _collected(on: date) -> list[CollectedDay]:
    days: dict[str, CollectedDay] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COLLECTED, [on.replace(day=1), RECEIVABLE, on])
        for path, current, fen in cursor.fetchall():
            row = days.setdefault(path, CollectedDay(path=path, on=on))
            if current:
                row.current_fen = int(fen)
            else:
                row.old_fen = int(fen)
    return list(days.values())
