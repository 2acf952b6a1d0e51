"""Profiles as compiled code; see `fold_numba` for why indices are unsigned and no slice is taken."""

from typing import Any

import numba
import numpy as np


@numba.njit(nogil=True, cache=True)
def fold_run(
    values: Any, at: Any, days: Any, kind_of_day: Any, unit: int, window: int, kw_e6_unit: int, wh: Any,
    demand_kw_e6: Any, seen: Any,
) -> None:  # fmt: skip
    """Add `values[r, n, slot]` to `wh[p, kind, slot]`, raise the demand, count the days."""
    rows, n, slots = values.shape
    lines, cells = values.reshape(rows * n, slots), wh.reshape(wh.shape[0] * wh.shape[1], slots)
    kinds, same_days = np.uint64(wh.shape[1]), days.shape[0] == 1
    for row in range(np.uint64(rows)):
        point = np.uint64(at[row])
        for j in range(np.uint64(n)):
            day = days[np.uint64(0) if same_days else row, j]
            if day < 0:
                continue
            line, cell = row * np.uint64(n) + j, point * kinds + np.uint64(kind_of_day[np.uint64(day)])
            if unit == 1:
                _add(cells, cell, lines, line)
            else:
                _add_scaled(cells, cell, lines, line, np.uint64(unit))
            top = np.int64(_top(lines, line)) if window == 1 else _top_window(lines, line, window)
            demand_kw_e6[point] = max(demand_kw_e6[point], top * kw_e6_unit)
            seen[point] += 1


@numba.njit(nogil=True, cache=True)
def cut(wh: Any, counts: Any, stretches: Any, energy: Any) -> None:
    """Sum `wh[p, kind, slot]` over the stretches of each calendar: `energy[c, p, 6]`."""
    points, kinds, slots = wh.shape
    sums = np.zeros((kinds, slots + 1), np.int64)
    for point in range(points):
        for kind in range(kinds):
            total = np.int64(0)
            for slot in range(slots):
                total += np.int64(wh[point, kind, slot])
                sums[kind, slot + 1] = total
        for calendar in range(counts.shape[0]):
            for kind in range(kinds):
                for s in range(counts[calendar, kind]):
                    first, end = stretches[calendar, kind, s, 0], stretches[calendar, kind, s, 1]
                    energy[calendar, point, stretches[calendar, kind, s, 2]] += sums[kind, end] - sums[kind, first]


@numba.njit(nogil=True, cache=True)
def _add(cells: Any, cell: int, lines: Any, line: int) -> None:
    for slot in range(np.uint64(lines.shape[1])):
        cells[cell, slot] += lines[line, slot]


@numba.njit(nogil=True, cache=True)
def _add_scaled(cells: Any, cell: int, lines: Any, line: int, unit: int) -> None:
    for slot in range(np.uint64(lines.shape[1])):
        cells[cell, slot] += np.uint64(lines[line, slot]) * unit


@numba.njit(nogil=True, cache=True)
def _top(lines: Any, line: int) -> Any:
    top = lines.dtype.type(0)
    for slot in range(np.uint64(lines.shape[1])):
        value = lines[line, slot]
        top = value if value > top else top
    return top


@numba.njit(nogil=True, cache=True)
def _top_window(lines: Any, line: int, window: int) -> int:
    top = np.int64(0)
    for first in range(0, lines.shape[1], window):
        total = np.int64(0)
        for slot in range(first, first + window):
            total += np.int64(lines[line, np.uint64(slot)])
        top = max(top, total)
    return top
