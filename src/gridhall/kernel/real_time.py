"""Energy at the price of its own interval: the exact sum of Wh x price over a curve, rounded once to the fen."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gridhall.kernel.money import DIVISORS, INT64_MAX, Unit, round_half_up, scale_array
from gridhall.kernel.runs import Run
from gridhall.kernel.tariffs.types import TariffVersion

Int64s = npt.NDArray[np.int64]

ROWS_AT_ONCE = 4096  # 96 products of eight bytes each: 3 MB, which a core's cache holds
FEN = DIVISORS[Unit.KWH]


def charged_e8(version: TariffVersion, prices_e8: Int64s) -> Int64s:
    """What an interval costs under a version: the series' price times its factor, to the price step; any shape."""
    assert version.real_time is not None
    step, factor_e6 = int(version.rounding.price_step_e8 or 1), version.real_time.factor_e6
    flat = scale_array(prices_e8.ravel(), 10**6 if factor_e6 is None else int(factor_e6), 10**6 * step) * step
    return flat.reshape(prices_e8.shape)


def in_slots(prices_e8: Int64s, slots: int) -> Int64s:
    """Prices `[d, m]` for the intervals of a curve with `slots` a day; ValueError where they are finer than these."""
    if slots % prices_e8.shape[1]:
        raise ValueError(f"{prices_e8.shape[1]} prices a day cannot be laid on {slots} intervals")
    return np.repeat(prices_e8, slots // prices_e8.shape[1], axis=1)


def amounts_fen(runs: Sequence[Run], points: int, prices_e8: Int64s) -> Int64s:
    """Fen of each of `points` points over the days and slots of `prices_e8[d, slots]`, int64[p].

    Rows as in `kernel.determinants.fold_runs`; a price may be negative. Exact: a product that might pass 2^63 is
    taken in Python integers, and the sum is kept as whole fen and a rest until it is rounded, half-up from zero.
    """
    fen, rest = np.zeros(points, np.int64), np.zeros(points, np.int64)
    for run in runs:
        values = run.values.reshape(len(run.at), -1, prices_e8.shape[1])
        days = np.broadcast_to(run.days, values.shape[:2])
        for n in range(values.shape[1]):
            inside = np.flatnonzero(days[:, n] >= 0)
            for start in range(0, len(inside), ROWS_AT_ONCE):
                rows = inside[start : start + ROWS_AT_ONCE]
                whole, part = _of_days(values[rows, n], prices_e8[days[rows, n]], 10**run.scale)
                np.add.at(fen, run.at[rows], whole)
                np.add.at(rest, run.at[rows], part)
    fen, rest = fen + rest // FEN, rest % FEN
    return fen + np.where(fen < 0, rest > FEN // 2, rest >= FEN // 2)


def _of_days(values: npt.NDArray[np.unsignedinteger], prices_e8: Int64s, unit: int) -> tuple[Int64s, Int64s]:
    """Whole fen and what is left of them, of rows of one day each."""
    highest = max(int(prices_e8.max(initial=0)), -int(prices_e8.min(initial=0)))
    if int(values.max(initial=0)) * unit * highest * values.shape[1] <= INT64_MAX:
        sums = (values.astype(np.int64) * prices_e8).sum(axis=1) * unit
        return sums // FEN, sums % FEN
    exact = (values.astype(object) * prices_e8.astype(object)).sum(axis=1) * unit
    return np.array(exact // FEN, np.int64), np.array(exact % FEN, np.int64)


def amount_fen(values_wh: Sequence[int], prices_e8: Sequence[int]) -> int:
    """One day or any stretch of intervals by itself, in fen."""
    return round_half_up(sum(wh * price for wh, price in zip(values_wh, prices_e8, strict=True)), FEN)
