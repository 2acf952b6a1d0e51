"""Curves to determinants: energy by period and the highest demand, whole blocks of points at once, integers only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gridhall.kernel import fold_numpy
from gridhall.kernel.demand import kw_e6_per_wh, slots_per_window
from gridhall.kernel.runs import Plan, Plans, Run, Values
from gridhall.kernel.tariffs.types import PERIODS

Int64s = npt.NDArray[np.int64]


@cache
def compiled() -> Any:
    """The compiled fold, or None where numba has no wheel and NumPy gives the same numbers, slower.

    Loaded by the first fold: a page or a command that folds nothing need not wait a second for numba.
    """
    try:
        from gridhall.kernel import fold_numba
    except ImportError:
        return None
    return fold_numba


@dataclass(frozen=True, slots=True)
class Folded:
    """Determinants of p points.

    `energy_wh[p, 6]`: energy by period (columns as PERIODS, "total" holding slots of no period), so that the columns
    add up to the whole. `demand_kw_e6[p, 6]`: highest demand in each period; column 0 is the highest of all.
    `days[p]`: how many days were read. Demand is zero for plans without demand.
    """

    energy_wh: Int64s
    demand_kw_e6: Int64s
    days: Int64s

    @classmethod
    def zeros(cls, points: int) -> Self:
        """Nothing read yet."""
        shape = (points, len(PERIODS))
        return cls(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(points, np.int64))


def fold_runs(runs: Sequence[Run], plans: Plans, plan_of: npt.NDArray[np.int16]) -> Folded:
    """Fold rows where they lie. `plan_of[p]` names each point's plan. Releases the GIL while it runs."""
    _check(runs, plans, plan_of)
    folded = Folded.zeros(len(plan_of))
    if compiled() is None:
        for run in runs:
            fold_numpy.fold_run(run, plans, plan_of, folded.energy_wh, folded.demand_kw_e6, folded.days)
    else:
        for dtype, scale in sorted({(run.values.dtype.str, run.scale) for run in runs if run.at.size}):
            alike = [run for run in runs if (run.values.dtype.str, run.scale) == (dtype, scale) and run.at.size]
            _fold_alike(alike, plans, plan_of, folded)
    days = plans.type_of_day.shape[1]
    if (folded.days > days).any():  # it would also pass the bound within which sums cannot overflow
        position = int(np.argmax(folded.days))
        raise ValueError(f"position {position} was given {folded.days[position]} days of {days}: some came twice")
    return folded


def determinants(values: Values, plan: Plan) -> Folded:
    """Energy and demand of dense curves `values[p, d, slots]` in Wh, all points on one plan."""
    points, days, _ = values.shape
    rows: Any = np.ascontiguousarray(values)
    run = Run(rows, np.arange(points, dtype=np.int32), np.arange(days, dtype=np.int16)[None, :])
    return fold_runs([run], Plans.of([plan]), np.zeros(points, np.int16))


def fold_energy(values: Values, type_of_day: npt.NDArray[np.uint8], type_periods: npt.NDArray[np.uint8]) -> Int64s:
    """Energy by period in Wh, int64[p, 6]; `values` are `[p, d, slots]` or rows `[p * d, slots]`, point by point."""
    curves = values.reshape(-1, len(type_of_day), values.shape[-1])
    return determinants(curves, Plan(type_of_day, type_periods, with_demand=False)).energy_wh


@dataclass(frozen=True, slots=True)
class MonthToDate:
    """Running determinants of p points: an arriving day is added without reading the month again.

    A correction of a day already added cannot be taken back from a maximum: fold the month anew then.
    """

    folded: Folded
    last_day: list[int] = field(default_factory=list)

    @classmethod
    def start(cls, points: int) -> Self:
        """An empty month."""
        return cls(Folded.zeros(points))

    def add_day(self, day: int, values: Values, periods: npt.NDArray[np.uint8], with_demand: bool = True) -> None:
        """Add `values[p, slots]` of one day whose slots lie in `periods[slots]`. Days must come in order."""
        if self.last_day and day <= self.last_day[0]:
            raise ValueError(f"day {day} comes after {self.last_day[0]}: fold the month anew")
        plan = Plan(np.zeros(1, np.uint8), periods[None, :], with_demand)
        today = determinants(values[:, None, :], plan)
        self.folded.energy_wh[:] += today.energy_wh
        np.maximum(self.folded.demand_kw_e6, today.demand_kw_e6, out=self.folded.demand_kw_e6)
        self.folded.days[:] += 1
        self.last_day[:] = [day]


def _fold_alike(runs: list[Run], plans: Plans, plan_of: npt.NDArray[np.int16], folded: Folded) -> None:
    """Runs of one type and scale through the compiled fold."""
    window = slots_per_window(plans.slots)
    dtype = runs[0].values.dtype
    unit = 10 ** runs[0].scale
    unread = compiled().fold_rows(
        np.empty(0, dtype), *_tables(runs), plan_of, plans.type_of_day, plans.used, plans.period, plans.with_demand,
        plans.masks(_sum_lane(dtype, plans)), plans.masks(dtype if window == 1 else np.uint64, window),
        window, unit, unit * kw_e6_per_wh(plans.slots), plans.slots, folded.energy_wh, folded.demand_kw_e6, folded.days,
    )  # fmt: skip
    if unread:
        raise ValueError(f"the positions of a run do not ascend: {unread} rows could not be read")


def _check(runs: Sequence[Run], plans: Plans, plan_of: npt.NDArray[np.int16]) -> None:
    """What compiled code would not notice until it had read past an array."""
    points, days = len(plan_of), plans.type_of_day.shape[1]
    if points and not 0 <= plan_of.min() <= plan_of.max() < len(plans.used):
        raise ValueError(f"plan_of names plans {plan_of.min()} to {plan_of.max()}, there are {len(plans.used)}")
    for run in runs:
        rows, n, slots = run.values.shape
        if slots != plans.slots:
            raise ValueError(f"rows of {slots} values do not fit plans of {plans.slots} slots")
        if len(run.at) != rows or run.days.shape not in ((1, n), (rows, n)):
            raise ValueError(f"{rows} rows of {n} days have {len(run.at)} positions and days {list(run.days.shape)}")
        if rows and not (0 <= run.at[0] <= run.at[-1] < points and run.days.max(initial=-1) < days):
            raise ValueError(f"positions {run.at[0]} to {run.at[-1]} or days do not fit {points} points, {days} days")


def _sum_lane(dtype: np.dtype[Any], plans: Plans) -> np.dtype[Any]:
    """The narrowest type in which the sum over all days and slots cannot overflow."""
    highest = np.iinfo(dtype).max * plans.type_of_day.shape[1] * plans.slots
    return np.dtype(np.uint32 if highest < 2**32 else np.uint64)


def _tables(runs: list[Run]) -> tuple[npt.NDArray[Any], ...]:
    """Addresses, first row of each run (and the end), days per row, where its days start and step, `at`, days."""
    for run in runs:
        if not run.values.flags.c_contiguous:
            raise ValueError("values of a run need to lie in one piece")
    addresses = np.array([run.values.__array_interface__["data"][0] for run in runs], np.uint64)
    first = np.cumsum([0, *(len(run.at) for run in runs)])
    per_row = np.array([run.values.shape[1] for run in runs], np.int64)
    days_first = np.cumsum([0, *(run.days.size for run in runs)])[:-1]
    days_step = np.array([run.days.shape[1] if len(run.days) > 1 else 0 for run in runs], np.int64)
    at = np.concatenate([run.at for run in runs])
    days = np.concatenate([run.days.ravel() for run in runs])
    return addresses, first, per_row, days_first, days_step, at, days
