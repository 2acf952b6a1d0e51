"""The fold in NumPy alone, for machines where numba has no wheel; tested equal to the compiled one."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gridhall.kernel.demand import kw_e6_per_wh, slots_per_window, window_wh
from gridhall.kernel.runs import Plans, Run, Values
from gridhall.kernel.tariffs.types import PERIODS

Int64s = npt.NDArray[np.int64]
Indices = npt.NDArray[np.intp]


def fold_run(
    run: Run, plans: Plans, plan_of: npt.NDArray[np.int16], energy: Int64s, demand: Int64s, seen: Int64s
) -> None:
    """Add one run to `energy[p, 6]`, `demand[p, 6]` (raised) and `seen[p]`."""
    for plan in np.unique(plan_of[run.at]):
        mine = np.flatnonzero(plan_of[run.at] == plan)
        for kind, rows, columns in _alike(run.days, plans.type_of_day[plan], mine):
            part: Values = run.values[rows][:, columns]
            at = run.at[rows]
            np.add.at(seen, at, len(columns))
            periods = plans.period_of_slot[plan, kind]
            np.add.at(energy, at, _period_sums(part, periods) * 10**run.scale)
            if plans.with_demand[plan]:
                np.maximum.at(demand, at, _period_tops(part, periods) * 10**run.scale)


def _alike(
    days: npt.NDArray[np.int16], type_of_day: npt.NDArray[np.uint8], rows: Indices
) -> Iterator[tuple[int, Indices, Indices]]:
    """(day type, rows, columns) for each set of rows whose days in these columns are all of that type."""
    kinds = np.where(days >= 0, type_of_day[days].astype(np.int16), -1)
    for kind in np.unique(kinds[kinds >= 0]):
        if len(days) == 1:
            yield int(kind), rows, np.flatnonzero(kinds[0] == kind)
        else:
            for column in range(days.shape[1]):
                alike = rows[kinds[rows, column] == kind]
                if alike.size:
                    yield int(kind), alike, np.array([column])


def _period_sums(part: Values, periods: npt.NDArray[np.uint8]) -> Int64s:
    member = (periods[:, None] == np.arange(len(PERIODS))).astype(np.int64)
    return part.sum(axis=1, dtype=np.int64) @ member


def _period_tops(part: Values, periods: npt.NDArray[np.uint8]) -> Int64s:
    slots = part.shape[2]
    highest = window_wh(part).max(axis=1).astype(np.int64) * kw_e6_per_wh(slots)
    of_window = periods[:: slots_per_window(slots)]
    tops = np.zeros((len(part), len(PERIODS)), np.int64)
    for period in np.unique(of_window):
        tops[:, period] = highest[:, of_window == period].max(axis=1)
    tops[:, 0] = highest.max(axis=1)
    return tops
