"""What many accounts have to pay, without their lines: the same fen as `rate`, some fifty times faster."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np

from gridhall.kernel.rating.facts import Bools, Determinants, Int64s
from gridhall.kernel.rating.rate import rate
from gridhall.kernel.rating.rules import Rules, rules_of
from gridhall.kernel.tariffs.types import TariffVersion

ROWS_PER_THREAD_MIN: Final = 20_000  # below, starting a thread costs more than it saves


@cache
def compiled() -> Any:
    """The compiled pass, or None where numba has no wheel and every row goes through `rate`."""
    try:
        from gridhall.kernel.rating import totals_numba
    except ImportError:
        return None
    return totals_numba


def totals_fen(version: TariffVersion, determinants: Determinants, month: int, threads: int = 1) -> Int64s:
    """`rate(version, determinants, month).total_fen` bit for bit; its ValueError where a row cannot be rated."""
    facts, rules = determinants, rules_of(version, month % 100) if 1 <= month % 100 <= 12 else None
    if rules is None or compiled() is None:
        return rate(version, facts, month).total_fen
    total_fen, left = np.empty(facts.n, np.int64), np.empty(facts.n, np.bool_)
    parts = max(1, min(threads, facts.n // ROWS_PER_THREAD_MIN))
    bounds = [facts.n * part // parts for part in range(parts + 1)]
    slices = [slice(low, high) for low, high in pairwise(bounds)]
    if parts == 1:
        _pass(rules, facts, total_fen, left, slices[0])
    else:
        with ThreadPoolExecutor(parts) as pool:
            list(pool.map(lambda rows: _pass(rules, facts, total_fen, left, rows), slices))
    rest = np.flatnonzero(left)
    if rest.size:
        try:
            total_fen[rest] = rate(version, facts.take(rest), month).total_fen
        except ValueError:
            rate(version, facts, month)  # to name the row as the caller counts it
            raise
    return total_fen


def _pass(rules: Rules, facts: Determinants, total_fen: Int64s, left: Bools, rows: slice) -> None:
    columns = [getattr(facts, field.name)[rows] for field in fields(facts)]
    compiled().totals(rules, *columns, total_fen[rows], left[rows])
