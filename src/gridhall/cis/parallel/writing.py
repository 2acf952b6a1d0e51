"""What a step of comparing leaves behind: rows of differences, with the acceptances that still hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from gridhall.cis.parallel.comparing import Compared, Row
from gridhall.cis.parallel.models import Comparison, ComparisonRound
from gridhall.platform.bulk import insert
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import EVERYTHING

# Upper ends in fen of the size bands; the last band is open.
BANDS_FEN = (0, 1, 10, 100, 1_000, 10_000, 100_000)
COLUMNS = (
    "public_id", "round_id", "account_number", "account_id", "path", "theirs_fen", "ours_fen", "difference_fen",
    "size_fen", "band", "cause", "detail", "state", "reason", "accepted_by", "accepted_at",
)  # fmt: skip
LOOKED_UP = 5_000  # account numbers in one question; SQLite takes 32,766 values


def band_of(size_fen: int) -> int:
    """0 for no money at all, 1 for one fen, 2 up to ten, and so on."""
    return next((n for n, end in enumerate(BANDS_FEN) if size_fen <= end), len(BANDS_FEN))


def write(found: ComparisonRound, result: Compared) -> None:
    """Insert the differences of a step. An acceptance is kept where the difference is still the same to the fen.

    Accounts that came in while a round was interrupted may move its steps: what it has already is left alone.
    """
    numbers = [row.number for row in result.rows]
    have = _numbers_of(found, numbers)
    rows = [row for row in result.rows if row.number not in have]
    insert(Comparison, COLUMNS, _rows(found, rows, _accepted_before(found, numbers)))


def resolve(found: ComparisonRound) -> None:
    """Mark what the round before had open or accepted and this one no longer has."""
    before = Comparison.objects.within(EVERYTHING).filter(round__run=found.run_id, round__number=found.number - 1)
    still = Comparison.objects.within(EVERYTHING).filter(round=found).values("account_number")
    before.exclude(account_number__in=still).update(state=Comparison.State.RESOLVED)


def _numbers_of(found: ComparisonRound, numbers: list[str]) -> set[str]:
    have: set[str] = set()
    rows = Comparison.objects.within(EVERYTHING).filter(round=found)
    if rows.exists():
        for n in range(0, len(numbers), LOOKED_UP):
            part = rows.filter(account_number__in=numbers[n : n + LOOKED_UP])
            have.update(part.values_list("account_number", flat=True))
    return have


def _accepted_before(found: ComparisonRound, numbers: list[str]) -> dict[str, tuple[Any, ...]]:
    accepted: dict[str, tuple[Any, ...]] = {}
    rows = Comparison.objects.within(EVERYTHING).filter(
        round__run=found.run_id, round__number=found.number - 1, state=Comparison.State.ACCEPTED
    )
    columns = ("account_number", "difference_fen", "cause", "reason", "accepted_by", "accepted_at")
    for n in range(0, len(numbers), LOOKED_UP):
        part = rows.filter(account_number__in=numbers[n : n + LOOKED_UP])
        accepted.update((row[0], row[1:]) for row in part.values_list(*columns))
    return accepted


def _rows(found: ComparisonRound, rows: list[Row], accepted: dict[str, tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        state, decision = Comparison.State.OPEN, ("", "", None)
        before = accepted.get(row.number)
        if before and before[0] == row.difference_fen:
            state, decision = Comparison.State.ACCEPTED, before[2:]
        size = abs(row.difference_fen)
        yield (
            uuid7().hex, found.pk, row.number, row.account_id, row.path or found.path, row.theirs_fen, row.ours_fen,
            row.difference_fen, size, band_of(size), row.cause, json.dumps(row.detail, ensure_ascii=False), state.value,
            *decision[:2], connection.ops.adapt_datetimefield_value(decision[2]),
        )  # fmt: skip
