"""The file of a run into rows of its bills: steps of bills, refused rows beside them, progress in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gridhall.cis.parallel.models import LegacyBill, LegacyLine, ParallelRun, RefusedRow
from gridhall.codecs import legacy_bills as codec
from gridhall.codecs.errors import FileProblem
from gridhall.platform.bulk import insert
from gridhall.platform.ids import allocate_ids
from gridhall.readings.importing.problems import Problem, from_codec

BILLS_PER_STEP = 5_000  # a second of parsing, some 40,000 rows in one transaction
PROBLEMS_KEPT = 200  # of the file as a whole; refused rows are all kept


@dataclass
class Step:
    """What one transaction keeps. ``read_to`` counts all that the codec gave up to here; bytes are for progress."""

    read_to: int = 0
    bytes_read: int = 0
    bills: list[codec.LegacyBill] = field(default_factory=list)
    refused: list[codec.BadRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def full(self) -> bool:
        return len(self.bills) + len(self.refused) >= BILLS_PER_STEP


def steps(file: Path, mapping: codec.ColumnMap, month: int, done: int = 0) -> Iterator[Step]:
    """The file from behind its first ``done`` findings on; the codec gives the same ones in the same order again."""
    with file.open("rb") as stream:
        step = Step()
        for number, found in enumerate(codec.read(stream, mapping, month), 1):
            if number <= done:
                continue
            if isinstance(found, codec.LegacyBill):
                step.bills.append(found)
            elif isinstance(found, codec.BadRow):
                step.refused.append(found)
            elif isinstance(found, FileProblem):
                step.problems.append(from_codec(found))
            step.read_to, step.bytes_read = number, stream.tell()
            if step.full():
                yield step
                step = Step()
        if step.read_to:
            yield step


def write(run: ParallelRun, step: Step) -> None:
    """Insert the rows of a step and count them on the run, unsaved."""
    insert(
        RefusedRow, ("run_id", "path", "row", "account_number", "texts", "problem"), _refused_rows(run, step.refused)
    )
    _write_bills(run, step.bills)
    run.imported_to = step.read_to
    run.bills += len(step.bills)
    run.lines += sum(len(bill.lines) for bill in step.bills)
    run.refused += len(step.refused)
    run.total_fen += sum(bill.amount_fen for bill in step.bills)
    run.problems = [*run.problems, *step.problems][:PROBLEMS_KEPT]


def _write_bills(run: ParallelRun, bills: list[codec.LegacyBill]) -> None:
    first = allocate_ids(LegacyBill, len(bills))
    columns = (
        "id", "run_id", "row", "account_number", "number", "period_from", "period_to", "energy_wh", "amount_fen",
        "facts", "path",
    )  # fmt: skip
    insert(LegacyBill, columns, (_bill_row(run, first + n, bill) for n, bill in enumerate(bills)))
    columns = ("bill_id", "seq", "name", "kind", "period", "tier", "quantity", "price_e8", "amount_fen")
    insert(LegacyLine, columns, _line_rows(first, bills))


def _bill_row(run: ParallelRun, pk: int, bill: codec.LegacyBill) -> tuple[Any, ...]:
    facts = dict(bill.facts)
    if bill.period_wh:
        facts["period_wh"] = list(bill.period_wh)
    return (
        pk, run.pk, bill.row, bill.account, bill.bill[:64], str(bill.first) if bill.first else None,
        str(bill.end) if bill.end else None, bill.energy_wh, bill.amount_fen, json.dumps(facts), run.path,
    )  # fmt: skip


def _line_rows(first: int, bills: Iterable[codec.LegacyBill]) -> Iterator[tuple[Any, ...]]:
    for n, bill in enumerate(bills):
        for seq, line in enumerate(bill.lines, 1):
            yield (
                first + n, seq, line.name[:80], line.kind, line.period, line.tier, line.quantity, line.price_e8,
                line.amount_fen,
            )  # fmt: skip


def _refused_rows(run: ParallelRun, refused: Iterable[codec.BadRow]) -> Iterator[tuple[Any, ...]]:
    for bad in refused:
        texts = [text[:2000] for text in bad.texts]
        found = json.dumps(from_codec(bad.problem), ensure_ascii=False)
        yield run.pk, run.path, bad.row, bad.account, json.dumps(texts, ensure_ascii=False), found
