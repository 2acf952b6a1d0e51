"""Taking a population: the stored inputs of every live bill of a unit and month, as columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from gridhall.cis.billing.inputs import determinants_stored, stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif.columns import Columns, joined
from gridhall.cis.whatif.tiers import earlier_wh, opened
from gridhall.kernel.rating import Determinants, totals_fen
from gridhall.platform.scope import EVERYTHING, path_range

LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)
BILLS_PER_STEP = 10_000  # some 20 MB of inputs at once


@dataclass
class Taken:
    """Parts as they come, one list entry per step."""

    facts: list[Determinants] = field(default_factory=list)
    owner: list[np.ndarray] = field(default_factory=list)
    version: list[np.ndarray] = field(default_factory=list)
    before_in_bill_wh: list[np.ndarray] = field(default_factory=list)
    account_id: list[int] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)
    use_class: list[str] = field(default_factory=list)
    before_fen: list[int] = field(default_factory=list)
    spans: list[np.ndarray] = field(default_factory=list)
    number_of: dict[int, int] = field(default_factory=dict)


def bills_of(path: str, month: int) -> Iterator[list[tuple[int, str, str, int, str]]]:
    """(account, path, use class, total, inputs) of the live bills, in steps."""
    rows = Bill.objects.within(EVERYTHING).filter(path_range("path", path), month=month, state__in=LIVE)
    rows = rows.filter(kind__in=Bill.RATED).order_by("pk")
    last = 0
    while True:
        step = list(
            rows.filter(pk__gt=last).values_list("account_id", "path", "use_class", "total_fen", "inputs", "pk")[
                :BILLS_PER_STEP
            ]
        )
        if not step:
            return
        last = step[-1][-1]
        yield [row[:-1] for row in step]


def add(taken: Taken, bills: list[tuple[int, str, str, int, str]]) -> None:
    """One step's bills. An account with two bills in the month (a change within it) is one account."""
    segments, owner, running = [], [], []
    for account, path, use_class, total_fen, inputs in bills:
        number = taken.number_of.setdefault(account, len(taken.account_id))
        if number == len(taken.account_id):
            taken.account_id.append(account)
            taken.unit.append(path)
            taken.use_class.append(use_class)
            taken.before_fen.append(0)
        taken.before_fen[number] += total_fen
        mine = stored(inputs)
        segments += mine
        owner += [number] * len(mine)
        energy = [0 if row["export"] else sum(row["period_wh"]) for row in mine]
        running += [sum(energy[:n]) for n in range(len(mine))]
    if segments:
        taken.facts.append(determinants_stored(segments))
        taken.owner.append(np.array(owner, np.int64))
        taken.before_in_bill_wh.append(np.array(running, np.int64))
        taken.spans.append(np.array([_span(row) for row in segments], np.int64))
        taken.version.append(np.array([row["version"] for row in segments], np.int64))


def _span(row: dict[str, Any]) -> tuple[int, int, int, int, int]:
    """(point, first day, end day, export, by register) of a stored segment."""
    first, end = (date.fromisoformat(row[name]).toordinal() for name in ("from", "to"))
    return row["point"], first, end, int(bool(row["export"])), int("reads" in row)


def columns_of(taken: Taken, month: int) -> tuple[Columns, np.ndarray]:
    """Sorted by version, with what each row costs today; and the spans of the rows."""
    facts = joined(taken.facts) if taken.facts else Determinants.empty(0)
    owner = np.concatenate(taken.owner) if taken.owner else np.zeros(0, np.int64)
    version = np.concatenate(taken.version) if taken.version else np.zeros(0, np.int64)
    order = np.argsort(version, kind="stable")
    facts, owner, version = facts.take(order), owner[order], version[order]
    versions, first = np.unique(version, return_index=True)
    first = np.append(first, len(version)).astype(np.int64)
    base_fen = np.zeros(len(version), np.int64)
    for number, held in enumerate(versions.tolist()):
        rows = np.arange(first[number], first[number + 1])
        base_fen[rows] = totals_fen(parsed(held), facts.take(rows), month, threads=2)
    low_income = np.zeros(len(taken.account_id), np.bool_)
    low_income[owner[facts.free_quota]] = True
    units, unit = np.unique(np.array(taken.unit, object), return_inverse=True) if taken.unit else ([], [])
    classes, use_class = np.unique(np.array(taken.use_class, object), return_inverse=True) if taken.unit else ([], [])
    spans = np.concatenate(taken.spans)[order] if taken.spans else np.zeros((0, 5), np.int64)
    before = np.concatenate(taken.before_in_bill_wh)[order] if taken.spans else np.zeros(0, np.int64)
    return Columns(
        facts=facts, owner=owner, base_fen=base_fen, version_first=first, versions=tuple(versions.tolist()),
        account_id=np.array(taken.account_id, np.int64), unit=np.array(unit, np.uint16),
        use_class=np.array(use_class, np.uint8), low_income=low_income,
        before_fen=np.array(taken.before_fen, np.int64), units=tuple(units), classes=tuple(classes),
        opened=opened(taken.account_id), earlier_wh=earlier_wh(taken.account_id, month), before_in_bill_wh=before,
    ), spans  # fmt: skip


def differing(columns: Columns) -> int:
    """Accounts whose rows, rated again, do not add up to their bills; 0 unless a bill was made by other rules."""
    again = np.zeros(len(columns.account_id), np.int64)
    np.add.at(again, columns.owner, columns.base_fen)
    return int((again != columns.before_fen).sum())
