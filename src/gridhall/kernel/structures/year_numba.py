"""A year of curves in one pass: energy and peaks per kind of day and hour, then per month and period.

For each meter the days of a kind are added slot by slot where they lie (and their maxima taken), hours are summed once
per kind, and the hours go to their periods: a value is read once and touched twice.
"""

from typing import Any

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
def fold_year(
    curves: Any, kinds: Any, energy_of: Any, demand_of: Any, w_per_wh: int, sums: Any, energy_wh: Any, peak_w: Any,
    flat_w: Any,
) -> None:  # fmt: skip
    """`curves[p, d, slot]` in Wh to `energy_wh[p, 12, period]`, `peak_w[p, 12, demand period]`, `flat_w[p, 12]`.

    `sums[24, slot]` is room to add in, wide enough for a month.
    """
    points, days, slots = curves.shape
    tops = np.zeros((24, slots), curves.dtype)
    lines = curves.reshape(points * days, slots)
    per_hour = slots // 24
    for point in range(points):
        sums[:] = 0
        tops[:] = 0
        for day in range(days):
            line, of_kind = np.uint64(point * days + day), np.uint64(kinds[day])
            _add(sums, of_kind, lines, line)
            _raise(tops, of_kind, lines, line)
        for kind in range(24):
            month = kind // 2
            for hour in range(24):
                total, top = np.int64(0), np.int64(0)
                for slot in range(hour * per_hour, (hour + 1) * per_hour):
                    total += np.int64(sums[kind, slot])
                    top = max(top, np.int64(tops[kind, slot]))
                energy_wh[point, month, energy_of[kind, hour]] += total
                watts = top * w_per_wh
                period = demand_of[kind, hour]
                peak_w[point, month, period] = max(peak_w[point, month, period], watts)
                flat_w[point, month] = max(flat_w[point, month], watts)


@numba.njit(nogil=True, cache=True)
def fill_in_time(curves: Any, kinds: Any, period_of: Any, ends_wh: Any, tier_wh: Any) -> None:
    """`curves[p, d, slot]` in Wh into `tier_wh[p, 12, period, tier]` in the order of time.

    `ends_wh[p, 12, period, tier]` are the upper ends; the month's energy so far decides the tier of the next Wh.
    """
    points, days, slots = curves.shape
    tiers = ends_wh.shape[3]
    per_hour = slots // 24
    for point in range(points):
        month_before, used = -1, np.int64(0)
        for day in range(days):
            kind = kinds[day]
            month = kind // 2
            if month != month_before:
                month_before, used = month, np.int64(0)
            for slot in range(slots):
                period, left = period_of[kind, slot // per_hour], np.int64(curves[point, day, slot])
                for tier in range(tiers):
                    if left == 0:
                        break
                    room = left
                    if tier < tiers - 1:
                        room = min(left, max(ends_wh[point, month, period, tier] - used, np.int64(0)))
                    tier_wh[point, month, period, tier] += room
                    used += room
                    left -= room


@numba.njit(nogil=True, cache=True)
def _add(sums: Any, kind: int, lines: Any, line: int) -> None:
    for slot in range(np.uint64(lines.shape[1])):
        sums[kind, slot] += lines[line, slot]


@numba.njit(nogil=True, cache=True)
def _raise(tops: Any, kind: int, lines: Any, line: int) -> None:
    for slot in range(np.uint64(lines.shape[1])):
        value, top = lines[line, slot], tops[kind, slot]
        tops[kind, slot] = value if value > top else top
