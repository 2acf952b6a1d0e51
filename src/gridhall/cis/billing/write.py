"""Calculated bills into the database, in bulk. Idempotent: a bill that exists for the run and account is left alone."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from gridhall.cis.billing.calculate import (
    AMOUNT_FEN,
    BILL,
    ITEM,
    PRICE_E8,
    QUANTITY,
    SEGMENT,
    Calculation,
)
from gridhall.cis.billing.models import Bill, BillException, BillLine, BillRun
from gridhall.platform.bulk import insert
from gridhall.platform.ids import allocate_ids, uuid7s

BILL_COLUMNS = (
    "id",
    "public_id",
    "number",
    "run_id",
    "account_id",
    "path",
    "month",
    "period_from",
    "period_to",
    "kind",
    "state",
    "use_class",
    "snapshot",
    "energy_wh",
    "total_fen",
    "funds_fen",
    "vat_fen",
    "due_on",
    "inputs",
    "content_sha256",
    "seen_weather",
    "seen_announced",
    "seen_calendars",
    "seen_prices",
)
LINE_COLUMNS = ("bill_id", "seq", "segment", "item_id", "quantity", "price_e8", "amount_fen")


@dataclass(frozen=True)
class Written:
    """What a chunk added to its run. The new bills have consecutive ids."""

    first_bill_id: int
    bills: int
    exceptions: int
    energy_wh: int
    total_fen: int


def save(run: BillRun, result: Calculation, kind: str = Bill.Kind.NORMAL) -> Written:
    """Insert the bills, lines and exceptions of one chunk; call inside a transaction."""
    ok = [i for i in range(len(result.accounts)) if i not in result.problems]
    first_id = allocate_ids(Bill, len(ok)) if ok else 0
    bill_of = np.full(len(result.accounts), -1, np.int64)
    bill_of[ok] = np.arange(first_id, first_id + len(ok))
    lines = result.lines[bill_of[result.lines[:, BILL]] >= 0]
    _insert_bills(run, result, kind, ok, first_id)
    _insert_lines(lines, bill_of)
    exceptions = _insert_exceptions(run, result, bill_of)
    return Written(first_id, len(ok), exceptions, int(result.energy_wh[ok].sum()), int(result.total_fen[ok].sum()))


def _insert_bills(run: BillRun, result: Calculation, kind: str, ok: list[int], first_id: int) -> None:
    energy, total, funds, vat = (
        column[ok].tolist() for column in (result.energy_wh, result.total_fen, result.funds_fen, result.vat_fen)
    )
    due, fresh = str(run.due_on), iter(uuid7s(len(ok)))

    def row(k: int, i: int) -> tuple[object, ...]:
        account = result.accounts[i]
        state = Bill.State.HELD if i in result.doubts else Bill.State.DRAFT
        return (
            first_id + k,
            next(fresh),
            bill_number(run.month, first_id + k),
            run.pk,
            account.account_id,
            account.path,
            run.month,
            str(account.first),
            str(account.end),
            str(kind),
            state.value,
            account.use_class,
            run.snapshot,
            energy[k],
            total[k],
            funds[k],
            vat[k],
            due,
            result.inputs[i],
            result.content_sha256[i],
            *result.seen[i],
        )

    insert(Bill, BILL_COLUMNS, (row(k, i) for k, i in enumerate(ok)))


def bill_number(month: int, bill_id: int) -> str:
    """Month and serial: unique, and telling on paper."""
    return f"{month}{bill_id:010d}"


def numbered(lines: np.ndarray, bill_ids: np.ndarray) -> list[list[int]]:
    """Columns of LINE_COLUMNS for lines sorted by bill; ``seq`` counts from 1 within each bill."""
    starts = np.searchsorted(bill_ids, bill_ids, side="left")
    seq = np.arange(1, len(bill_ids) + 1) - starts
    return [
        bill_ids.tolist(),
        seq.tolist(),
        lines[:, SEGMENT].tolist(),
        lines[:, ITEM].tolist(),
        lines[:, QUANTITY].tolist(),
        lines[:, PRICE_E8].tolist(),
        lines[:, AMOUNT_FEN].tolist(),
    ]


def _insert_lines(lines: np.ndarray, bill_of: np.ndarray) -> None:
    insert(BillLine, LINE_COLUMNS, zip(*numbered(lines, bill_of[lines[:, BILL]]), strict=True))


def _insert_exceptions(run: BillRun, result: Calculation, bill_of: np.ndarray) -> int:
    found = [(i, None, kind, evidence) for i, (kind, evidence) in result.problems.items()]
    found += [
        (i, int(bill_of[i]), kind, evidence)
        for i, doubts in result.doubts.items()
        if i not in result.problems
        for kind, evidence in doubts
    ]
    rows = [
        BillException(
            run=run,
            account_id=result.accounts[i].account_id,
            bill_id=bill_id,
            path=result.accounts[i].path,
            kind=kind,
            evidence=json.loads(json.dumps(evidence, default=str)),
        )
        for i, bill_id, kind, evidence in found
    ]
    BillException.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
