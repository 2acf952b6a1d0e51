"""Estimates of missing intervals from like days: integers in, integers out."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from gridhall.readings.store import Curves, Flag

REACH = timedelta(days=35)  # how far a like day may lie: five weeks hold four days of the same name on each side
LIKE_DAYS = 4
TRUSTED = (Flag.ACTUAL, Flag.SUBSTITUTED, Flag.EDITED)


def like_days(history: Curves, days: NDArray[np.int32], gaps: NDArray[np.bool_]) -> NDArray[np.uint64] | None:
    """uint64[days, slots]: for each gap the mean of that slot on the nearest four days like it, half-up.

    Like means the same day of the week, then the same kind of day (working day or weekend), then any day. ``history``
    holds one point. None where a gap has no trusted value at all within reach.
    """
    values = history.values[0].astype(np.int64)
    trusted = np.zeros(values.shape, np.bool_)
    flags = np.zeros(values.shape, np.uint8) if history.flags is None else history.flags[0]
    trusted[:] = history.present[0][:, None] & np.isin(flags, TRUSTED)
    filled = np.zeros(gaps.shape, np.uint64)
    for row in np.flatnonzero(gaps.any(axis=1)):
        order, tiers = _nearest(history.days, int(days[row]))
        for slot in np.flatnonzero(gaps[row]):
            usable = trusted[order, slot]
            if not usable.any():
                return None
            # The best tier that has a value, nearest first.
            best = tiers[usable].min()
            chosen = order[usable & (tiers == best)][:LIKE_DAYS]
            total = int(values[chosen, slot].sum())
            filled[row, slot] = (2 * total + len(chosen)) // (2 * len(chosen))
    return filled


def _nearest(days: NDArray[np.int32], day: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Indexes of all other days, nearest first, and how alike each is: 0 same weekday, 1 same kind, 2 any."""
    weekday = (days + 3) % 7  # 1970-01-01 was a Thursday
    own = (day + 3) % 7
    tier = np.where(weekday == own, 0, np.where((weekday >= 5) == (own >= 5), 1, 2)).astype(np.int64)
    others = np.flatnonzero(days != day)
    # Of two days equally far the earlier one: the result does not depend on when it is asked.
    order = others[np.lexsort((days[others], np.abs(days[others] - day)))]
    return order, tier[order]
