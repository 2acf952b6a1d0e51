"""Curves folded by kind of day and slot: read once, then cut into periods by as many calendars as are asked for.

What a what-if needs: the curves are passed over once, whatever the number of calendars, and as long as the kinds of day
stay the same, hours can be moved without reading them again.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridhall.kernel import profiles_numpy
from gridhall.kernel.demand import kw_e6_per_wh, slots_per_window
from gridhall.kernel.runs import Plans, Run
from gridhall.kernel.tariffs.types import PERIODS

Int64s = npt.NDArray[np.int64]
Periods = npt.NDArray[np.uint8]

POINTS_PER_THREAD_MIN: Final = 10_000  # below, starting a thread costs more than it saves


@dataclass(frozen=True, slots=True)
class Profiles:
    """p points over some days: `wh[p, kind, slot]` summed over the days of a kind (uint32, or uint64 where values are
    wide), the highest demand of all, and how many days were read."""

    wh: npt.NDArray[Any]
    demand_kw_e6: Int64s
    days: Int64s


@dataclass(frozen=True, slots=True)
class Each:
    """Determinants of p points under each of c plans: `energy_wh[c, p, 6]` (columns as PERIODS), and what no calendar
    changes: `demand_kw_e6[p]`, `days[p]`."""

    energy_wh: Int64s
    demand_kw_e6: Int64s
    days: Int64s


@cache
def compiled() -> Any:
    """The compiled passes, or NumPy's where numba has no wheel."""
    try:
        from gridhall.kernel import profiles_numba
    except ImportError:
        return profiles_numpy
    return profiles_numba


def fold_profiles(runs: Sequence[Run], kind_of_day: npt.NDArray[np.uint8], points: int, slots: int) -> Profiles:
    """Fold rows where they lie; day d of the runs is of kind `kind_of_day[d]`. Releases the GIL while it runs."""
    kinds = int(kind_of_day.max(initial=0)) + 1
    narrow = all(run.scale == 0 and run.values.dtype == np.uint16 for run in runs) and len(kind_of_day) < 2**16
    wh = np.zeros((points, kinds, slots), np.uint32 if narrow else np.uint64)
    result = Profiles(wh, np.zeros(points, np.int64), np.zeros(points, np.int64))
    window = slots_per_window(slots)
    for run in runs:
        _check(run, kind_of_day, points, slots)
        unit = 10**run.scale
        compiled().fold_run(
            run.values, run.at, run.days, kind_of_day, unit, window, unit * kw_e6_per_wh(slots), wh,
            result.demand_kw_e6, result.days,
        )  # fmt: skip
    if (result.days > len(kind_of_day)).any():
        position = int(np.argmax(result.days))
        raise ValueError(f"position {position} was given {result.days[position]} days of {len(kind_of_day)}")
    return result


def energy_by_period(profiles: Profiles, calendars: Sequence[Periods], threads: int = 1) -> Int64s:
    """Energy by period under each calendar, `periods[kind, slot]` of PERIODS: int64[c, p, 6]."""
    points, kinds, slots = profiles.wh.shape
    for number, periods in enumerate(calendars):
        if periods.shape != (kinds, slots) or periods.max(initial=0) >= len(PERIODS):
            raise ValueError(f"calendar {number} has shape {list(periods.shape)}; the profiles need {[kinds, slots]}")
    energy = np.zeros((len(calendars), points, len(PERIODS)), np.int64)
    stretches = _stretches(calendars, kinds)
    parts = max(1, min(threads, points // POINTS_PER_THREAD_MIN))
    bounds = [points * part // parts for part in range(parts + 1)]

    def cut(part: int) -> None:
        rows = slice(bounds[part], bounds[part + 1])
        compiled().cut(profiles.wh[rows], *stretches, energy[:, rows])

    if parts == 1:
        cut(0)
    else:
        with ThreadPoolExecutor(parts) as pool:
            list(pool.map(cut, range(parts)))
    return energy


def joint_kinds(plans: Plans) -> tuple[npt.NDArray[np.uint8], list[Periods]]:
    """The kinds of day that some plan tells apart: kind of each day, and each plan's `periods[kind, slot]`."""
    types, kind_of_day = np.unique(plans.type_of_day, axis=1, return_inverse=True)
    if types.shape[1] > 256:
        raise ValueError(f"the plans tell {types.shape[1]} kinds of day apart; fold them in smaller groups")
    calendars = [plans.period_of_slot[plan][types[plan]] for plan in range(len(types))]
    return kind_of_day.reshape(-1).astype(np.uint8), calendars


def fold_each(runs: Sequence[Run], plans: Plans, points: int) -> Each:
    """All plans for all points in one pass over the rows; energy as `determinants.fold_runs` gives it plan by plan."""
    kind_of_day, calendars = joint_kinds(plans)
    profiles = fold_profiles(runs, kind_of_day, points, plans.slots)
    return Each(energy_by_period(profiles, calendars), profiles.demand_kw_e6, profiles.days)


def _stretches(calendars: Sequence[Periods], kinds: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Runs of slots of one period: how many, int64[c, kinds], and (first, end, period), int64[c, kinds, most, 3]."""
    found = [
        [
            list(zip(edges[:-1], edges[1:], row[edges[:-1]], strict=True))
            for row in periods
            for edges in [np.flatnonzero(np.concatenate([[True], row[1:] != row[:-1], [True]]))]
        ]
        for periods in calendars
    ]
    counts = np.array([[len(row) for row in rows] for rows in found], np.int64).reshape(-1, kinds)
    table = np.zeros((*counts.shape, int(counts.max(initial=0)), 3), np.int64)
    for c, rows in enumerate(found):
        for k, row in enumerate(rows):
            table[c, k, : len(row)] = row
    return counts, table


def _check(run: Run, kind_of_day: npt.NDArray[np.uint8], points: int, slots: int) -> None:
    """What compiled code would not notice until it had read past an array."""
    rows, n, width = run.values.shape
    if width != slots:
        raise ValueError(f"rows of {width} values do not fit profiles of {slots} slots")
    if len(run.at) != rows or run.days.shape not in ((1, n), (rows, n)):
        raise ValueError(f"{rows} rows of {n} days have {len(run.at)} positions and days {list(run.days.shape)}")
    if rows and not (0 <= run.at.min() <= run.at.max() < points and run.days.max(initial=-1) < len(kind_of_day)):
        raise ValueError(f"positions or days of a run do not fit {points} points and {len(kind_of_day)} days")
