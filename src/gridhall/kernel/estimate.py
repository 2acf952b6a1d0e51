"""Estimates of missing intervals from like days, scaled so that they add up to what the registers counted."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridhall.kernel.runs import Values

Bools = npt.NDArray[np.bool_]
Int64s = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`values[p, d, slot]` in Wh, gaps filled where `filled`; `unsettled[p]` names points with a gap left open."""

    values: npt.NDArray[np.uint64]
    filled: Bools
    unsettled: Bools


def estimate(
    values: Values,
    usable: Bools,
    gaps: Bools,
    kinds: npt.NDArray[np.uint8],
    like_days: int,
    gap_wh: Int64s | None = None,
) -> Estimate:
    """Fill `gaps[p, d, slot]` with the half-up mean of the same interval on the nearest `like_days` like days.

    Days of the same `kinds[d]` come first; only where none of them has a `usable` value, any day serves. Of two days
    equally near the earlier one is taken. `gap_wh[p]` is what all gaps of a point must add up to (register difference
    less the known intervals), negative where unknown: the estimate is scaled to it to the last Wh, evenly where the
    like days are all zero or there are none. Without it, a gap that no day can fill stays open.
    """
    shape = _like_day_means(values, usable, gaps, kinds, like_days)
    filled = gaps & (shape >= 0)
    weights = np.where(filled, shape, 0)
    unsettled: Bools = np.any(gaps & ~filled, axis=(1, 2))
    if gap_wh is not None:
        for point in np.flatnonzero(np.any(gaps, axis=(1, 2)) & (gap_wh >= 0)):
            open_slots = gaps[point]
            weights[point][open_slots] = share_exactly(int(gap_wh[point]), weights[point][open_slots])
            filled[point] |= open_slots
            unsettled[point] = False
    return Estimate(np.where(filled, weights, values).astype(np.uint64), filled, unsettled)


def share_exactly(total: int, weights: Int64s) -> Int64s:
    """Integers in proportion to `weights` that add up to `total`; evenly where all weights are zero.

    Each part is the difference of rounded-down running shares, so it is less than 1 from its exact share.
    """
    running = np.cumsum(weights)
    if running[-1] == 0:
        running = np.arange(1, len(weights) + 1)
    whole = int(running[-1])
    if total * whole < 2**63:
        upto = running * total // whole
    else:
        upto = np.array([int(part) * total // whole for part in running], np.int64)
    return np.diff(upto, prepend=0)


def _like_day_means(values: Values, usable: Bools, gaps: Bools, kinds: npt.NDArray[np.uint8], like_days: int) -> Int64s:
    """Mean of the like days for every gap, -1 where there is none."""
    means = np.full(values.shape, -1, np.int64)
    numbers = np.arange(values.shape[1])
    for day in np.flatnonzero(np.any(gaps, axis=(0, 2))):
        points = np.flatnonzero(np.any(gaps[:, day], axis=1))
        others = np.delete(numbers, day)
        others = others[np.lexsort((others, np.abs(others - day)))]
        alike = _mean_of_first(values, usable, points, others[kinds[others] == kinds[day]], like_days)
        rest = _mean_of_first(values, usable, points, others, like_days)
        means[points, day] = np.where(alike >= 0, alike, rest)
    return means


def _mean_of_first(
    values: Values, usable: Bools, points: npt.NDArray[np.intp], days: npt.NDArray[np.intp], count: int
) -> Int64s:
    """Half-up mean over the first `count` usable of these days, slot by slot: int64[len(points), slots], else -1."""
    known = usable[np.ix_(points, days)]
    taken = known & (np.cumsum(known, axis=1) <= count)
    total = np.where(taken, values[np.ix_(points, days)].astype(np.int64), 0).sum(axis=1)
    n = taken.sum(axis=1)
    return np.where(n > 0, (2 * total + n) // np.maximum(2 * n, 1), -1)
