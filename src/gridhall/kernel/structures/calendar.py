"""A year as months and days of the week, and which period each slot of a kind of day is in.

A kind of day is month x {weekday, weekend}: 24 kinds, numbered 2 x month + weekend.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from gridhall.kernel.structures.types import HOURS, MONTHS, Schedule

KINDS: Final = 2 * MONTHS
SATURDAY: Final = 5
Kinds = npt.NDArray[np.uint8]


def kinds_of(year: int) -> Kinds:
    """The kind of each day of a year, uint8[365 or 366]."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    return np.array([2 * (day.month - 1) + (day.weekday() >= SATURDAY) for day in days], np.uint8)


def days_in(year: int) -> npt.NDArray[np.int64]:
    """Days of each month, int64[12]."""
    return np.array([monthrange(year, month)[1] for month in range(1, MONTHS + 1)], np.int64)


def hourly(weekday: Schedule, weekend: Schedule) -> npt.NDArray[np.uint8]:
    """Period of each hour of each kind of day, uint8[24, 24]."""
    table = np.empty((KINDS, HOURS), np.uint8)
    table[0::2], table[1::2] = np.array(weekday), np.array(weekend)
    return table
