"""Batches of a file gathered, compared with the store and written as segments that nobody sees yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridhall.readings import catalog
from gridhall.readings.importing.comparing import Rows, compare
from gridhall.readings.store import Flag, Quantity, SegmentRecord, day_of, write_segments

# Gathered before a segment is written: 650,000 days of 96 small values. More would make fewer files of more memory.
BUFFER_BYTES = 128 << 20

Part = tuple[str, Quantity, int]  # city, quantity, slots: what one segment holds


@dataclass(slots=True)
class Counts:
    """Days of readings by what became of them, and the values in them."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    values: int = 0
    edits_kept: int = 0
    first_edit: tuple[int, int] | None = None


@dataclass
class Staging:
    """Collects accepted rows. With ``write`` false (a preview) it compares and counts, and no file is made."""

    snapshot: int
    import_id: str
    write: bool = True
    counts: Counts = field(default_factory=Counts)
    records: list[SegmentRecord] = field(default_factory=list)
    sums: dict[Quantity, int] = field(default_factory=lambda: defaultdict(int))
    first_day: int | None = None
    last_day: int | None = None
    _gathered: dict[Part, list[Rows]] = field(default_factory=lambda: defaultdict(list))
    _bytes: int = 0

    def add(self, part: Part, rows: Rows) -> None:
        """Take rows of one part; values unsigned Wh (varh), zero where flagged missing."""
        first, last = int(rows.days.min()), int(rows.days.max())
        self.first_day = first if self.first_day is None else min(first, self.first_day)
        self.last_day = last if self.last_day is None else max(last, self.last_day)
        missing = 0 if rows.flags is None else int((rows.flags == Flag.MISSING).sum())
        self.counts.values += rows.values.size - missing
        self.sums[part[1]] += int(rows.values.sum(dtype=np.uint64))
        self._gathered[part].append(rows)
        self._bytes += rows.values.nbytes + (0 if rows.flags is None else rows.flags.nbytes)
        if self._bytes > BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        """Compare and write what has been gathered."""
        for part, pieces in self._gathered.items():
            self._write(part, _joined(pieces))
        self._gathered.clear()
        self._bytes = 0

    def touched(self) -> set[tuple[str, int]]:
        """City and quantity of every segment staged."""
        return {(record.city, int(record.quantity)) for record in self.records}

    def moved(self) -> bool:
        """Whether another publication since our snapshot touched the same months."""
        return any(
            catalog.published_since(self.snapshot, record.city, record.quantity, record.first_day, record.last_day)
            for record in self.records
        )

    def discard(self) -> None:
        """Remove the files of a file that is not to be kept."""
        for record in self.records:
            (catalog.store_root() / record.file).unlink(missing_ok=True)
        self.records.clear()

    def _write(self, part: Part, rows: Rows) -> None:
        city, quantity, slots = part
        found = compare(rows, city, quantity, slots, self.snapshot)
        self.counts.new += found.new
        self.counts.changed += found.changed
        self.counts.same += found.same
        self.counts.edits_kept += found.edits_kept
        self.counts.first_edit = self.counts.first_edit or found.first_edit
        if self.write and len(found.rows):
            kept = found.rows
            self.records += write_segments(
                catalog.store_root(), city, kept.points, kept.days, kept.values, kept.flags, quantity, self.import_id
            )


def pack(values: NDArray[np.int64]) -> NDArray[np.unsignedinteger]:
    """Non-negative values in the least unsigned type that holds all of them."""
    highest = int(values.max(initial=0))
    if highest < 1 << 16:
        return values.astype(np.uint16)
    return values.astype(np.uint32 if highest < 1 << 32 else np.uint64)


def _joined(pieces: list[Rows]) -> Rows:
    if len(pieces) == 1:
        return pieces[0]
    flags = None
    if any(piece.flags is not None for piece in pieces):
        flags = np.concatenate([np.zeros(p.values.shape, np.uint8) if p.flags is None else p.flags for p in pieces])
    return Rows(
        np.concatenate([piece.points for piece in pieces]),
        np.concatenate([piece.days for piece in pieces]),
        np.concatenate([piece.values for piece in pieces]),
        flags,
    )


def shown_day(number: int) -> str:
    """A day number as people write it."""
    return day_of(number).isoformat()
