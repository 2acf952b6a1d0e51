"""Profiles in NumPy alone, for machines where numba has no wheel; tested equal to the compiled ones."""

from typing import Any

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]


def fold_run(
    values: npt.NDArray[Any], at: npt.NDArray[np.int32], days: npt.NDArray[np.int16],
    kind_of_day: npt.NDArray[np.uint8], unit: int, window: int, kw_e6_unit: int, wh: npt.NDArray[Any],
    demand_kw_e6: Int64s, seen: Int64s,
) -> None:  # fmt: skip
    """As `profiles_numba.fold_run`."""
    for j in range(values.shape[1]):
        day = np.broadcast_to(days[:, j], len(at))
        rows = np.flatnonzero(day >= 0)
        part, point = values[rows, j].astype(np.uint64), at[rows]
        np.add.at(wh, (point, kind_of_day[day[rows]]), (part * np.uint64(unit)).astype(wh.dtype))
        tops = (
            part.reshape(len(rows), part.shape[1] // window, window).sum(axis=2).max(axis=1, initial=0).astype(np.int64)
        )
        np.maximum.at(demand_kw_e6, point, tops * kw_e6_unit)
        np.add.at(seen, point, 1)


def cut(wh: npt.NDArray[Any], counts: Int64s, stretches: Int64s, energy: Int64s) -> None:
    """As `profiles_numba.cut`."""
    for (calendar, kind), count in np.ndenumerate(counts):
        for first, end, period in stretches[calendar, kind, :count]:
            energy[calendar, :, period] += wh[:, kind, first:end].sum(axis=1, dtype=np.int64)
