"""What share of the kernel's time is memory: curves to amounts, against merely reading the same bytes.

200,000 meter-months in memory (1.2 GB, far past the caches), four tariffs of a city, one thread. Three passes over the
same bytes: summing them as words, folding them into determinants, and folding and rating. Below 1 the kernel computes
longer than it reads; a share near 1 would say that only faster memory helps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.spine.store_to_lines import DAYS, MIX, MONTH, SLOTS, _in_force, _plan, _sum, cost
from gridhall.kernel.determinants import Folded, fold_runs
from gridhall.kernel.profiles import energy_by_period, fold_profiles, joint_kinds
from gridhall.kernel.rating import CHARGING_DEMAND, Determinants, totals_fen
from gridhall.kernel.runs import Plans, Run
from gridhall.kernel.tariffs import TariffVersion

METERS = 200_000
BLOCK = 16_384  # as the store hands them out, so that what is built from a block stays in the caches
CALENDARS = 10


def run() -> list[dict[str, Any]]:
    """Share of memory traffic, and what ten calendars cost beside one."""
    values = np.random.default_rng(0).integers(0, 900, (METERS, DAYS, SLOTS), dtype=np.uint16)
    tariffs = [_in_force(code) for code in MIX]
    plans = Plans.of([_plan(version) for version in tariffs])
    bounds = np.cumsum(list(MIX.values()))
    plan_of = np.searchsorted(bounds, np.arange(METERS) % 100, side="right").astype(np.int16)
    read = cost(lambda: _sum(values.reshape(-1).view(np.uint64)))
    folded = cost(lambda: [fold_runs([run], plans, plan_of[at]) for run, at in blocks(values)])
    rated = cost(
        lambda: [price(fold_runs([run], plans, plan_of[at]), plan_of[at], tariffs) for run, at in blocks(values)]
    )
    many = Plans.of([_plan(tariffs[1])] * CALENDARS)
    each = cost(lambda: [cut(run, many, len(run.at)) for run, _ in blocks(values)])
    how = f"{METERS:,} meter-months of {DAYS} x {SLOTS} uint16 in memory, one thread, median of 5, CPU time"
    share = round(read.cpu_s / rated.cpu_s, 3)
    how += f"; the bare read runs at {values.nbytes / read.cpu_s / 1e9:.1f} GB/s"
    per_s, folds_per_s, many_per_s = (round(METERS / one.cpu_s) for one in (rated, folded, each))
    return [
        row("kernel_memory_share", share, "of the kernel's time", "", 0, how),
        row("kernel_meter_months", per_s, "per CPU second", "without pricing", folds_per_s, how),
        row("kernel_ten_calendars", many_per_s, "meter-months per CPU second", "one calendar", folds_per_s, how),
    ]


def blocks(values: np.ndarray) -> list[tuple[Run, slice]]:
    """The month in blocks of points."""
    days = np.arange(DAYS, dtype=np.int16)[None, :]
    found = []
    for low in range(0, METERS, BLOCK):
        part = values[low : low + BLOCK]
        found.append((Run(part, np.arange(len(part), dtype=np.int32), days), slice(low, low + len(part))))
    return found


def price(folded: Folded, plan_of: np.ndarray, tariffs: list[TariffVersion]) -> int:
    """What all points of a block pay."""
    total_fen = 0
    for number, version in enumerate(tariffs):
        rows = np.flatnonzero(plan_of == number)
        facts = Determinants.empty(len(rows))
        facts.period_wh[:] = folded.energy_wh[rows]
        if version.demand is not None:
            facts.charging[:] = CHARGING_DEMAND
            facts.demand_kw_e6[:] = folded.demand_kw_e6[rows, 0]
        total_fen += int(totals_fen(version, facts, MONTH).sum())
    return total_fen


def cut(run: Run, plans: Plans, points: int) -> np.ndarray:
    """Energy by period under every plan, from one pass."""
    kinds, calendars = joint_kinds(plans)
    return energy_by_period(fold_profiles([run], kinds, points, plans.slots), calendars)


def row(name: str, value: float, unit: str, against: str, other: float, how: str) -> dict[str, Any]:
    return {
        "name": name, "value": value, "unit": unit, "against": against, "against_value": other,
        "ratio": round(value / other, 3) if other else None, "method": how,
    }  # fmt: skip
