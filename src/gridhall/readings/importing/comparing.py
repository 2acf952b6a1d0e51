"""New rows against what the store already says: skip the same, fill gaps, keep what a person corrected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridhall.readings import catalog
from gridhall.readings.store import Curves, Flag, Quantity, SegmentRecord, day_of, scan
from gridhall.readings.store.records import month_days

# Rows scanned at a time: in the worst case each of another point, and dense over a month at 4 bytes a value, 100 MB.
CHUNK_ROWS = 8192


@dataclass(slots=True)
class Rows:
    """n days of one city, quantity and interval; ``values`` unsigned [n, slots], ``flags`` None: all actual."""

    points: NDArray[np.int64]
    days: NDArray[np.int32]
    values: NDArray[np.unsignedinteger]
    flags: NDArray[np.uint8] | None

    def __len__(self) -> int:
        return len(self.points)

    def only(self, which: NDArray) -> Rows:
        """The rows of a mask, an index or a slice."""
        flags = None if self.flags is None else self.flags[which]
        return Rows(self.points[which], self.days[which], self.values[which], flags)


@dataclass(slots=True)
class Compared:
    """What is to be written, and how it compares with the store."""

    rows: Rows
    new: int
    changed: int
    same: int
    edits_kept: int
    first_edit: tuple[int, int] | None


def compare(rows: Rows, city: str, quantity: Quantity, slots: int, snapshot: int) -> Compared:
    """Merge ``rows`` with the snapshot. Missing values take the stored ones; values edited by hand win over a file."""
    first, last = int(rows.days.min()), int(rows.days.max())
    records = catalog.visible(snapshot, city, quantity, day_of(first), day_of(last), rows.points)
    records = [record for record in records if record.slots == slots]
    if not records:
        return Compared(rows, len(rows), 0, 0, 0, None)
    result = Compared(rows, 0, 0, 0, 0, None)
    write = np.zeros(len(rows), np.bool_)
    for index in _chunks(rows):
        write[index] = _merge(rows, index, records, quantity, result)
    result.rows = rows.only(write)
    return result


def _chunks(rows: Rows) -> Iterator[NDArray[np.intp]]:
    """Indexes of rows that a dense scan can hold: one month, points close together."""
    distinct, place = np.unique(rows.days, return_inverse=True)
    month = np.array([month_days(int(day))[0] for day in distinct], np.int64)[place]
    order = np.lexsort((rows.days, rows.points, month))
    borders = np.flatnonzero(np.diff(month[order])) + 1
    for part in np.split(order, borders):
        for start in range(0, len(part), CHUNK_ROWS):
            yield part[start : start + CHUNK_ROWS]


def _merge(
    rows: Rows, index: NDArray[np.intp], records: list[SegmentRecord], quantity: Quantity, result: Compared
) -> NDArray[np.bool_]:
    """Which of the rows at ``index`` say something new; their values are completed in place."""
    points, days = rows.points[index], rows.days[index]
    first, last = day_of(days.min()), day_of(days.max())
    stored = scan(catalog.store_root(), records, np.unique(points), quantity, first, last, rows.values.shape[1])
    present, old, old_flags = _stored_rows(stored, points, days, rows.values.shape[1])
    values = rows.values[index].astype(np.uint64)
    flags = np.zeros(values.shape, np.uint8) if rows.flags is None else rows.flags[index]
    edited = (old_flags == Flag.EDITED) & (flags != Flag.EDITED)
    keep = edited | ((flags == Flag.MISSING) & (old_flags != Flag.MISSING))
    overruled = edited & (flags != Flag.MISSING) & (values != old)
    if overruled.any():
        result.edits_kept += int(overruled.sum())
        row = int(np.flatnonzero(overruled.any(axis=1))[0])
        result.first_edit = result.first_edit or (int(points[row]), int(days[row]))
    values = np.where(keep, old, values)
    flags = np.where(keep, old_flags, flags)
    same = present & (values == old).all(axis=1) & (flags == old_flags).all(axis=1)
    result.new += int((~present).sum())
    result.changed += int((present & ~same).sum())
    result.same += int(same.sum())
    if keep.any():
        _write_back(rows, index, values, flags)
    return ~same


def _stored_rows(
    stored: Curves, points: NDArray[np.int64], days: NDArray[np.int32], slots: int
) -> tuple[NDArray[np.bool_], NDArray[np.uint64], NDArray[np.uint8]]:
    """Presence [n], values [n, slots] and flags [n, slots] (MISSING where nothing is) of each (point, day)."""
    p, d = np.searchsorted(stored.points, points), days - stored.days[0]
    present = stored.present[p, d]
    values = stored.values[p, d].astype(np.uint64)
    flags = np.zeros(values.shape, np.uint8) if stored.flags is None else stored.flags[p, d].copy()
    flags[~present] = Flag.MISSING
    return present, values, flags


def _write_back(rows: Rows, index: NDArray[np.intp], values: NDArray[np.uint64], flags: NDArray[np.uint8]) -> None:
    if values.max(initial=0) > np.iinfo(rows.values.dtype).max:
        rows.values = rows.values.astype(np.uint64)
    if rows.flags is None:
        rows.flags = np.zeros(rows.values.shape, np.uint8)
    rows.values[index] = values
    rows.flags[index] = flags
