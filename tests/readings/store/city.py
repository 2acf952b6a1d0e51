"""A small city of curves, written day by day as meters send them."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridhall.readings.store import Flag, Quantity, SegmentRecord, day_number, write_segments

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
DAYS = 30
IMPORT = Quantity.ACTIVE_IMPORT


@dataclass
class City:
    """What the store should answer (`values`, `flags`, `present`), beside the segments that were written."""

    root: Path
    points: NDArray[np.int64]
    values: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    present: NDArray[np.bool_]
    records: list[SegmentRecord] = field(default_factory=list)

    @classmethod
    def of(cls, root: Path, points: int, slots: int = 96, highest: int = 60_000) -> "City":
        shape = (points, DAYS, slots)
        numbers = np.arange(points, dtype=np.int64) * 3 + 1000
        return cls(
            root, numbers, np.zeros(shape, np.uint32), np.full(shape, Flag.MISSING, np.uint8), np.zeros(shape[:2], bool)
        )

    def write(
        self, who: NDArray[np.intp], days: NDArray[np.intp], values: NDArray, flags: NDArray | None = None
    ) -> None:
        """Write rows (position of the point, day of the month from 0, values) as one import and remember them."""
        numbers = (day_number(FIRST) + days).astype(np.int32)
        name = f"import-{len(self.records)}"
        self.records += write_segments(self.root, "32/01", self.points[who], numbers, values, flags, IMPORT, name)
        self.values[who, days] = values
        self.flags[who, days] = 0 if flags is None else flags
        self.present[who, days] = True

    def write_days(self, seed: int, share_missing: float = 0.0, highest: int = 60_000) -> None:
        """One file a day; each leaves out a share of the points."""
        random = np.random.default_rng(seed)
        for day in range(DAYS):
            who = np.flatnonzero(random.random(len(self.points)) >= share_missing)
            values = random.integers(0, highest, (len(who), self.values.shape[2])).astype(np.uint32)
            self.write(who, np.full(len(who), day), values)
