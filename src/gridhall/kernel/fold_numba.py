"""The fold as compiled code: reads every value once, in the order it lies in memory.

A tile of points is folded at a time, so that its sums stay in the first cache while the rows of any number of day
files stream by. Days of one type are added slot by slot first; periods are summed once per day type.
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

TILE = 8


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def _pointer(_context: Any, _address: Any) -> Any:
    """An address as a pointer: a typed list of arrays would cost more than the fold."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def _prefetch(_context: Any, _address: Any) -> Any:
    """Ask for a cache line ahead of its use."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], cgutils.voidptr_t)
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, number, number, number])
        prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(prefetch, [pointer, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.none(types.uint64), generate


@numba.njit(nogil=True, cache=True)
def fold_rows(
    like: Any, addresses: Any, first: Any, per_row: Any, days_first: Any, days_step: Any, at: Any, days: Any,
    plan_of: Any, type_of_day: Any, used: Any, period: Any, with_demand: Any, sum_masks: Any, top_masks: Any,
    window: int, wh_unit: int, kw_e6_unit: int, slots: int, energy: Any, demand: Any, seen: Any,
) -> int:  # fmt: skip
    """Add all rows of all runs to energy, demand (raised) and seen days. Arrays are as in `determinants._tables`.

    Answers how many rows were left unread: some, where the positions of a run do not ascend.
    """
    kinds = type_of_day.max() + 1
    sums = np.zeros((TILE * kinds, sum_masks.shape[3]), sum_masks.dtype)
    tops = np.zeros((TILE * kinds, top_masks.shape[3]), top_masks.dtype)
    counts = np.zeros(TILE * kinds, np.int64)
    cursor = first[:-1].copy()
    row_bytes = np.uint64(slots * like.itemsize)
    for low in range(0, len(plan_of), TILE):
        high = min(low + TILE, len(plan_of))
        for run in range(len(addresses)):
            row, end, n = cursor[run], first[run + 1], per_row[run]
            if row == end or at[row] < low or at[row] >= high:
                continue
            rows = numba.carray(_pointer(addresses[run]), ((end - first[run]) * n, slots), like.dtype)
            while row < end and low <= at[row] < high:
                plan = np.uint64(plan_of[at[row]])
                cells = np.uint64((at[row] - low) * kinds)
                line = np.uint64((row - first[run]) * n)
                day_at = np.uint64(days_first[run] + (row - first[run]) * days_step[run])
                raises = with_demand[plan]
                for j in range(np.uint64(n)):
                    day = days[day_at + j]
                    if day >= 0:
                        cell = cells + np.uint64(type_of_day[plan, np.uint64(day)])
                        ahead = addresses[run] + (line + j + np.uint64(TILE)) * row_bytes
                        for cache_line in range(np.uint64(0), row_bytes, np.uint64(64)):
                            _prefetch(ahead + cache_line)
                        _add(sums, cell, rows, line + j)
                        if raises and window == 1:
                            _raise(tops, cell, rows, line + j)
                        elif raises:
                            _raise_windows(tops, cell, rows, line + j, window)
                        counts[cell] += 1
                row += 1
            cursor[run] = row
        for point in range(low, high):
            for kind in range(kinds):
                cell = (point - low) * kinds + kind
                if counts[cell]:
                    seen[point] += counts[cell]
                    counts[cell] = 0
                    _settle(
                        point, plan_of[point], kind, cell, sums, tops, used, period, with_demand, sum_masks, top_masks,
                        wh_unit, kw_e6_unit, energy, demand,
                    )  # fmt: skip
    return np.sum(first[1:] - cursor)


@numba.njit(nogil=True, cache=True)
def _settle(
    point: int, plan: int, kind: int, cell: int, sums: Any, tops: Any, used: Any, period: Any, with_demand: Any,
    sum_masks: Any, top_masks: Any, wh_unit: int, kw_e6_unit: int, energy: Any, demand: Any,
) -> None:  # fmt: skip
    """Give the folded days of one type to their periods and clear the cell."""
    for u in range(used[plan, kind]):
        column = period[plan, kind, u]
        energy[point, column] += _sum(sums, cell, sum_masks, plan, kind, u) * wh_unit
        if with_demand[plan]:
            top = _top(tops, cell, top_masks, plan, kind, u) * kw_e6_unit
            demand[point, column] = max(demand[point, column], top)
            demand[point, 0] = max(demand[point, 0], top)
    sums[cell] = 0
    if with_demand[plan]:
        tops[cell] = 0


# Below: whole arrays with unsigned indices, since a slice costs two atomic counts and a signed index a branch; casts
# that keep arithmetic in the lane's own width, since numba widens to 64 bits and most lanes of a register are lost.


@numba.njit(nogil=True, cache=True)
def _add(sums: Any, cell: int, rows: Any, row: int) -> None:
    for slot in range(np.uint64(rows.shape[1])):
        sums[cell, slot] += rows[row, slot]


@numba.njit(nogil=True, cache=True)
def _raise(tops: Any, cell: int, rows: Any, row: int) -> None:
    for slot in range(np.uint64(rows.shape[1])):
        value, top = rows[row, slot], tops[cell, slot]
        tops[cell, slot] = value if value > top else top


@numba.njit(nogil=True, cache=True)
def _raise_windows(tops: Any, cell: int, rows: Any, row: int, window: int) -> None:
    for w in range(rows.shape[1] // window):
        total = tops.dtype.type(0)
        for slot in range(w * window, (w + 1) * window):
            total = tops.dtype.type(total + rows[row, slot])
        tops[cell, w] = max(tops[cell, w], total)


@numba.njit(nogil=True, cache=True)
def _sum(sums: Any, cell: int, masks: Any, plan: int, kind: int, u: int) -> int:
    c, p, k, q = np.uint64(cell), np.uint64(plan), np.uint64(kind), np.uint64(u)
    total = sums.dtype.type(0)
    for lane in range(np.uint64(masks.shape[3])):
        total = sums.dtype.type(total + sums.dtype.type(sums[c, lane] & masks[p, k, q, lane]))
    return np.int64(total)


@numba.njit(nogil=True, cache=True)
def _top(tops: Any, cell: int, masks: Any, plan: int, kind: int, u: int) -> int:
    c, p, k, q = np.uint64(cell), np.uint64(plan), np.uint64(kind), np.uint64(u)
    top = tops.dtype.type(0)
    for lane in range(np.uint64(masks.shape[3])):
        top = tops.dtype.type(max(top, tops.dtype.type(tops[c, lane] & masks[p, k, q, lane])))
    return np.int64(top)
