"""What the store speaks of: quantities, flags, segment records and curves. Plain frozen records; no database here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Layout = Literal["day", "month"]
Values = NDArray[np.uint16] | NDArray[np.uint32] | NDArray[np.uint64]

SLOTS = (24, 48, 96, 288)
EPOCH = date(1970, 1, 1)


class Quantity(IntEnum):
    """What a curve measures; reverse flow is its own quantity, never a sign."""

    ACTIVE_IMPORT = 1
    ACTIVE_EXPORT = 2
    REACTIVE_IMPORT = 3
    REACTIVE_EXPORT = 4


class Flag(IntEnum):
    """How one interval value came to be."""

    ACTUAL = 0
    ESTIMATED = 1
    SUBSTITUTED = 2
    EDITED = 3
    MISSING = 4
    SUSPECT = 5


class StoreError(Exception):
    """A segment file cannot be trusted or read: names the file, what is wrong and the remedy."""

    def __init__(self, file: str, problem: str, import_id: str = "") -> None:
        again = f"import {import_id} again" if import_id else "import the files of that month again"
        self.file = file
        self.problem = problem
        self.remedy = f"restore this file from the backup, or {again}"
        super().__init__(f"{file}: {problem}. To mend it, {self.remedy}.")


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """The catalog row of one immutable segment file.

    `width` is bytes per value; values are `10**scale` Wh (varh). `first_day` and `last_day` are inclusive.
    `import_id` is empty where a compaction wrote the segment.
    """

    segment_id: str
    file: str
    city: str
    quantity: Quantity
    width: int
    slots: int
    layout: Layout
    first_day: date
    last_day: date
    min_point: int
    max_point: int
    rows: int
    scale: int
    has_flags: bool
    sha256: str
    bytes: int
    import_id: str


@dataclass(frozen=True, slots=True)
class Curves:
    """Dense curves: `values[p, d, slot]` in Wh (varh), zero where not `present[p, d]`.

    uint32, or uint64 where a very large point needs it. `days` count from 1970-01-01; `flags` (as `Flag`, MISSING
    where not present) is None where all values are present and actual.
    """

    points: NDArray[np.int64]
    days: NDArray[np.int32]
    values: Values
    flags: NDArray[np.uint8] | None
    present: NDArray[np.bool_]


def day_number(on: date) -> int:
    """Days since 1970-01-01."""
    return (on - EPOCH).days


def day_of(number: int) -> date:
    """The date `number` days after 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def month_days(number: int) -> tuple[int, int]:
    """First day number and length in days of the calendar month that holds day `number`."""
    first = day_of(number).replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return day_number(first), (following - first).days
