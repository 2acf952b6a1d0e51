"""A what-if: every account of a population rated anew under candidate versions, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif.columns import Columns
from gridhall.kernel.elasticity import factors_e6, shifted_wh
from gridhall.kernel.rating import Determinants, totals_fen
from gridhall.kernel.tariffs import PERIODS, TariffVersion

THREADS = 2


@dataclass(frozen=True)
class Outcome:
    """Per account, int64[m]; ``touched`` are the accounts on a candidate's tariff. ``moved_wh[6]`` follows PERIODS."""

    before_fen: np.ndarray
    after_fen: np.ndarray
    touched: np.ndarray
    moved_wh: np.ndarray

    @property
    def change_fen(self) -> np.ndarray:
        return self.after_fen - self.before_fen


class CannotRate(ValueError):
    """A candidate that does not price the energy there is, in the kernel's words."""


def what_if(columns: Columns, month: int, candidates: Mapping[str, TariffVersion], elasticity_e6: int = 0) -> Outcome:
    """Change the tariffs of ``candidates`` (by code) and nothing else; the calendar's periods stay as billed."""
    m = len(columns.account_id)
    change, touched, moved = np.zeros(m, np.int64), np.zeros(m, np.bool_), np.zeros(len(PERIODS), np.int64)
    for number, version_id in enumerate(columns.versions):
        base = parsed(version_id)
        candidate = candidates.get(base.code)
        if candidate is None:
            continue
        rows = columns.rows_of(number)
        facts = _rows(columns.facts, rows)
        if elasticity_e6 and candidate.calendar is not None:
            facts, shift = _shifted(facts, base, candidate, month % 100, elasticity_e6)
            moved += shift
        try:
            after = totals_fen(candidate, facts, month, threads=THREADS)
        except ValueError as error:
            raise CannotRate(str(error)) from error
        owner = columns.owner[rows]
        np.add.at(change, owner, after - columns.base_fen[rows])
        touched[owner] = True
    before = np.array(columns.before_fen)
    return Outcome(before, before + change, touched, moved)


def _rows(facts: Determinants, rows: slice) -> Determinants:
    return replace(facts, **{name: getattr(facts, name)[rows] for name in facts.__dataclass_fields__})


def _shifted(
    facts: Determinants, base: TariffVersion, candidate: TariffVersion, month: int, elasticity_e6: int
) -> tuple[Determinants, np.ndarray]:
    """Energy between the periods as prices move it, and how much that is by period."""
    factors = factors_e6(base.season(month).prices, candidate.season(month).prices, elasticity_e6)
    wh = shifted_wh(np.asarray(facts.period_wh), factors)
    return replace(facts, period_wh=wh), (wh - facts.period_wh).sum(axis=0)
