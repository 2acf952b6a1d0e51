"""Care of the segment files: complete months in one row, no orphans, no silent damage."""

import hashlib
import time
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridhall.readings.store.blocks import iter_blocks
from gridhall.readings.store.files import SegmentWriter
from gridhall.readings.store.mapping import segment_path
from gridhall.readings.store.records import (
    Curves,
    Layout,
    Quantity,
    SegmentRecord,
    StoreError,
    day_number,
    day_of,
    month_days,
)
from gridhall.readings.store.scanning import scan
from gridhall.readings.store.writing import WIDEST

COMPACT_POINTS = 2048  # at a time: dense curves of a month, flags and copies take some 100 MB
ORPHAN_AGE_S = 3600  # longer than any import holds an unpublished file


@dataclass(frozen=True, slots=True)
class Compaction:
    """New segments to publish and the old ones to retire, in one publication."""

    new: tuple[SegmentRecord, ...]
    retired: tuple[SegmentRecord, ...]


def compact(root: Path, records: Sequence[SegmentRecord]) -> Compaction:
    """Rewrite months that lie in several segments: complete points as one row a month, the others as day rows.

    `records` are those live in one snapshot, in order of publication. Readings, flags and results stay the same.
    Points of a very large scale stay as they are.
    """

    def month_of(record: SegmentRecord) -> tuple[str, int, int, int]:
        return record.city, record.quantity, record.slots, month_days(day_number(record.first_day))[0]

    new: list[SegmentRecord] = []
    retired: list[SegmentRecord] = []
    for (city, quantity, slots, month), together in groupby(sorted(records, key=month_of), key=month_of):
        alike = list(together)
        if any(record.layout == "day" for record in alike) and not any(record.scale for record in alike):
            with _MonthWriter(root, city, Quantity(quantity), slots, month) as writer:
                writer.rewrite(alike)
                new += writer.close()
            retired += alike
    return Compaction(tuple(new), tuple(retired))


def sweep(root: Path, known_files: Collection[str]) -> list[str]:
    """Remove files that no catalog row names and that are older than an hour; returns their relative paths.

    `known_files` are the `file` of every record ever published and not yet purged, retired ones too.
    """
    gone = []
    known = set(known_files)
    for path in root.rglob("*"):
        name = path.relative_to(root).as_posix()
        orphan = path.suffix in (".parquet", ".tmp") and name not in known and path.is_file()
        if orphan and time.time() - path.stat().st_mtime > ORPHAN_AGE_S:
            path.unlink(missing_ok=True)
            gone.append(name)
    return sorted(gone)


def verify(root: Path, record: SegmentRecord) -> None:
    """StoreError where the file is missing or not byte for byte what was published."""
    try:
        with segment_path(root, record).open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as problem:
        raise StoreError(record.file, f"cannot be read ({problem})", record.import_id) from problem
    if digest != record.sha256:
        raise StoreError(record.file, "has changed since it was published", record.import_id)


@dataclass(slots=True)
class _MonthWriter:
    """Up to four segments of one month, opened when first needed: month or day rows, 2 or 4 bytes."""

    root: Path
    city: str
    quantity: Quantity
    slots: int
    month: int
    writers: dict[tuple[Layout, int], SegmentWriter] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "_MonthWriter":
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def rewrite(self, records: list[SegmentRecord]) -> None:
        """Append the newest of every (point, day), block by block."""
        first, count = day_of(self.month), month_days(self.month)[1]
        last = day_of(self.month + count - 1)
        flagged = any(record.has_flags for record in records)
        for block in iter_blocks(self.root, records, None, self.quantity, first, last, COMPACT_POINTS):
            curves = scan(self.root, records, block.points, self.quantity, first, last)
            complete: NDArray[np.bool_] = np.all(curves.present, axis=1)
            self._append("month", _month_rows(curves, complete), flagged)
            self._append("day", _day_rows(curves, ~complete), flagged)

    def _append(self, layout: Layout, rows: "_Rows", flagged: bool) -> None:
        narrow = rows.values.max(axis=1, initial=0) <= WIDEST[2]
        for width, part in ((2, narrow), (4, ~narrow)):
            if part.any():
                writer = self._writer(layout, width, flagged)
                values = rows.values[part].astype(f"<u{width}")
                writer.append(rows.points[part], rows.days[part], values, rows.flags[part])

    def _writer(self, layout: Layout, width: int, flagged: bool) -> SegmentWriter:
        if (layout, width) not in self.writers:
            writer = SegmentWriter(
                self.root, self.city, self.quantity, width, self.slots, layout, self.month, 0, flagged, import_id=""
            )
            self.writers[layout, width] = self.stack.enter_context(writer)
        return self.writers[layout, width]

    def close(self) -> list[SegmentRecord]:
        """Finish all files."""
        return [record for writer in self.writers.values() if (record := writer.close()) is not None]


@dataclass(frozen=True, slots=True)
class _Rows:
    points: NDArray[np.int64]
    days: NDArray[np.int32]
    values: NDArray[np.uint32] | NDArray[np.uint64] | NDArray[np.uint16]
    flags: NDArray[np.uint8]


def _month_rows(curves: Curves, chosen: NDArray[np.bool_]) -> _Rows:
    shape = (int(chosen.sum()), curves.values.shape[1] * curves.values.shape[2])
    flags = np.zeros(curves.values.shape, np.uint8) if curves.flags is None else curves.flags
    first = np.full(shape[0], curves.days[0], np.int32)
    return _Rows(curves.points[chosen], first, curves.values[chosen].reshape(shape), flags[chosen].reshape(shape))


def _day_rows(curves: Curves, chosen: NDArray[np.bool_]) -> _Rows:
    point, day = np.nonzero(curves.present & chosen[:, None])
    flags = np.zeros(curves.values.shape, np.uint8) if curves.flags is None else curves.flags
    return _Rows(curves.points[point], curves.days[day], curves.values[point, day], flags[point, day])
