"""A what-if: every account of a population rated anew under candidate versions, and what that changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif import tiers
from gridhall.cis.whatif.columns import Columns
from gridhall.cis.whatif.hours import DaysNotTold, recut
from gridhall.kernel.elasticity import factors_e6, shifted_wh
from gridhall.kernel.rating import Determinants, totals_fen
from gridhall.kernel.tariffs import PERIODS, TariffVersion

THREADS = 2


@dataclass(frozen=True)
class Outcome:
    """Per account, int64[m]; ``touched`` are the accounts on a candidate's tariff. ``moved_wh[6]`` follows PERIODS.

    ``left_out`` rows have no hours (registers, other intervals) and keep their bill when the calendar is exchanged.
    """

    before_fen: np.ndarray
    after_fen: np.ndarray
    touched: np.ndarray
    moved_wh: np.ndarray
    left_out: int = 0

    @property
    def change_fen(self) -> np.ndarray:
        return self.after_fen - self.before_fen


class CannotRate(ValueError):
    """A candidate that does not price the energy there is, in the kernel's words."""


def what_if(
    columns: Columns, public_id: object, month: int, candidates: Mapping[str, TariffVersion], elasticity_e6: int = 0
) -> Outcome:
    """Change the tariffs of ``candidates`` (by code) and nothing else; another calendar cuts the hours anew."""
    m = len(columns.account_id)
    change, touched = np.zeros(m, np.int64), np.zeros(m, np.bool_)
    moved, left_out = np.zeros(len(PERIODS), np.int64), 0
    for number, version_id in enumerate(columns.versions):
        base = parsed(version_id)
        candidate = candidates.get(base.code)
        if candidate is None:
            continue
        rows = columns.rows_of(number)
        facts = _rows(columns.facts, rows)
        facts = tiers.counted(columns, rows, facts, (base, candidate), month)
        counted = np.ones(facts.n, np.bool_)
        if candidate.calendar != base.calendar:
            facts, counted = _recut(columns, public_id, rows, facts, candidate, month)
            left_out += int((~counted).sum())
        if elasticity_e6 and candidate.calendar is not None:
            facts, shift = _shifted(facts, base, candidate, month % 100, elasticity_e6)
            moved += shift
        try:
            after = totals_fen(
                candidate, facts if counted.all() else facts.take(np.flatnonzero(counted)), month, THREADS
            )
        except ValueError as error:
            raise CannotRate(str(error)) from error
        owner = columns.owner[rows][counted]
        np.add.at(change, owner, after - columns.base_fen[rows][counted])
        touched[owner] = True
    before = np.array(columns.before_fen)
    return Outcome(before, before + change, touched, moved, left_out)


def _rows(facts: Determinants, rows: slice) -> Determinants:
    return replace(facts, **{name: getattr(facts, name)[rows] for name in facts.__dataclass_fields__})


def _recut(
    columns: Columns, public_id: object, rows: slice, facts: Determinants, candidate: TariffVersion, month: int
) -> tuple[Determinants, np.ndarray]:
    """The rows under the candidate's calendar, and which of them have hours."""
    if candidate.calendar is None:  # all energy in one period needs no hours
        wh = np.zeros(facts.period_wh.shape, np.int64)
        wh[:, 0] = facts.period_wh.sum(axis=1)
        return replace(facts, period_wh=wh), np.ones(facts.n, np.bool_)
    first = date(month // 100, month % 100, 1)
    end = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    try:
        wh, has_hours = recut(columns, public_id, rows, candidate, first, end)
    except (DaysNotTold, FileNotFoundError, KeyError) as error:
        raise CannotRate(str(error)) from error
    return replace(facts, period_wh=wh), has_hours


def _shifted(
    facts: Determinants, base: TariffVersion, candidate: TariffVersion, month: int, elasticity_e6: int
) -> tuple[Determinants, np.ndarray]:
    """Energy between the periods as prices move it, and how much that is by period."""
    factors = factors_e6(base.season(month).prices, candidate.season(month).prices, elasticity_e6)
    wh = shifted_wh(np.asarray(facts.period_wh), factors)
    return replace(facts, period_wh=wh), (wh - facts.period_wh).sum(axis=0)
