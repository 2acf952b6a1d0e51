"""A year of curves in NumPy alone, for machines where numba has no wheel; tested equal to the compiled passes."""

from typing import Any

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]


def fold_year(
    curves: npt.NDArray[Any], kinds: npt.NDArray[np.uint8], energy_of: npt.NDArray[np.uint8],
    demand_of: npt.NDArray[np.uint8], w_per_wh: int, _sums: npt.NDArray[Any], energy_wh: Int64s,
    peak_w: Int64s, flat_w: Int64s,
) -> None:  # fmt: skip
    """As `year_numba.fold_year`."""
    for kind in np.unique(kinds):
        days, month = curves[:, kinds == kind], kind // 2
        hours = days.reshape(*days.shape[:2], 24, -1)
        sums = hours.sum(axis=(1, 3), dtype=np.int64)
        tops = hours.max(axis=(1, 3)).astype(np.int64) * w_per_wh
        for hour in range(24):
            energy_wh[:, month, energy_of[kind, hour]] += sums[:, hour]
            peak = peak_w[:, month, demand_of[kind, hour]]
            np.maximum(peak, tops[:, hour], out=peak)
        np.maximum(flat_w[:, month], tops.max(axis=1), out=flat_w[:, month])


def fill_in_time(
    curves: npt.NDArray[Any], kinds: npt.NDArray[np.uint8], period_of: npt.NDArray[np.uint8], ends_wh: Int64s,
    tier_wh: Int64s,
) -> None:  # fmt: skip
    """As `year_numba.fill_in_time`, interval by interval."""
    points, days, slots = curves.shape
    used = np.zeros(points, np.int64)
    for day in range(days):
        month = kinds[day] // 2
        if day == 0 or kinds[day - 1] // 2 != month:
            used = np.zeros(points, np.int64)
        for slot in range(slots):
            period, before = period_of[kinds[day], slot * 24 // slots], used
            used = used + curves[:, day, slot]
            low = before
            for tier in range(ends_wh.shape[3]):
                last = tier == ends_wh.shape[3] - 1
                high = used if last else np.clip(ends_wh[:, month, period, tier], low, used)
                tier_wh[:, month, period, tier] += high - low
                low = high
