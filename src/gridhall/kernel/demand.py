"""Demand: the highest mean power over 15 minutes (or over the interval, where that is longer), in 1e-6 kW."""

from typing import Final

import numpy as np
import numpy.typing as npt

from gridhall.kernel.runs import Values

WINDOWS_PER_DAY_MAX: Final = 96


def slots_per_window(slots: int) -> int:
    """Intervals of one demand window: 15 minutes, or one interval where a day has fewer than 96."""
    return max(1, slots // WINDOWS_PER_DAY_MAX)


def kw_e6_per_wh(slots: int) -> int:
    """1e-6 kW of mean power per Wh in one window: exact, since a window is a whole part of an hour."""
    windows_per_hour = slots // slots_per_window(slots) // 24
    return 1000 * windows_per_hour


def window_wh(values: Values) -> npt.NDArray[np.uint64]:
    """Energy of each demand window, `[..., slots]` to `[..., windows]`."""
    slots = values.shape[-1]
    width = slots_per_window(slots)
    windows: npt.NDArray[np.uint64] = values.reshape(*values.shape[:-1], slots // width, width).sum(-1, dtype=np.uint64)
    return windows


def peak_demand_kw_e6(values: Values) -> npt.NDArray[np.int64]:
    """Highest demand of each point in 1e-6 kW, `values[p, d, slots]` in Wh to int64[p]."""
    peak: npt.NDArray[np.int64] = window_wh(values).max(axis=(1, 2), initial=0).astype(np.int64)
    return peak * kw_e6_per_wh(values.shape[-1])
