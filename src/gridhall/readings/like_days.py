"""Which days are alike: working days with working days, days off with days off."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gridhall.kernel import shipped
from gridhall.readings.store import Curves, Flag, day_of

REACH = timedelta(days=35)  # five weeks: ten days off in either direction
_SATURDAY = 5
_MEASURED = np.isin(np.arange(len(Flag)), [Flag.ACTUAL, Flag.SUBSTITUTED, Flag.EDITED])


def kinds(days: NDArray[np.int32]) -> NDArray[np.uint8]:
    """uint8[days]: 1 for a day off as announced, by the weekday alone where the year's announcement is not at hand."""
    return np.array([_is_day_off(int(day)) for day in days], np.uint8)


def measured(curves: Curves) -> NDArray[np.bool_]:
    """bool[points, days, slots]: values that somebody read, so that others may be judged or estimated by them."""
    if curves.flags is None:
        return np.broadcast_to(curves.present[:, :, None], curves.values.shape)
    return _MEASURED[curves.flags] & curves.present[:, :, None]


def missing(curves: Curves) -> NDArray[np.bool_]:
    """bool[points, days, slots]: no value, because the day or the interval is not there."""
    absent = np.broadcast_to(~curves.present[:, :, None], curves.values.shape)
    return absent if curves.flags is None else absent | (curves.flags == Flag.MISSING)


@cache
def _is_day_off(number: int) -> bool:
    day = day_of(number)
    if any(announced.year == day.year for announced in shipped.holidays().years):
        return shipped.holidays().is_rest_day(day)
    return day.weekday() >= _SATURDAY
