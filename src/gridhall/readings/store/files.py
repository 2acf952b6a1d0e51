"""One segment file: ordinary Parquet, laid out so that it can be mapped into memory and used as it lies.

Columns `point` (int64), `day` (date) and `values` (fixed-length binary, little-endian unsigned) are required, PLAIN and
uncompressed, one data page each per row group; `flags` (fixed-length binary, one byte per value) exists only where some
value is not actual, and is null for a row that is all actual.
"""

import hashlib
import os
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gridhall.readings.store.records import Layout, Quantity, SegmentRecord, Values, day_of, month_days

# Below the 20,000 rows at which newer Arrow writers cut a page: one page per row group is what makes a file mappable.
GROUP_ROWS_MAX = 16_384
GROUP_BYTES_MAX = 24 << 20
PAGE_BYTES_MAX = 1 << 30
CITY = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*/?")


def new_segment_id() -> str:
    """A version 7 UUID (RFC 9562) in hex: sorts by time of making."""
    stamp = (time.time_ns() // 1_000_000) << 80
    noise = secrets.randbits(80) & ~(0xF << 76) & ~(0x3 << 62)
    return f"{stamp | noise | 0x7 << 76 | 0x2 << 62:032x}"


def group_rows(row_bytes: int) -> int:
    """Rows of one row group."""
    return max(1, min(GROUP_ROWS_MAX, GROUP_BYTES_MAX // row_bytes))


@dataclass(slots=True)
class SegmentWriter:
    """Writes one segment under a temporary name; `close` makes it durable, names it and returns its record.

    Rows must arrive sorted by point, then day. Left without `close`, the temporary file is removed.
    """

    root: Path
    city: str
    quantity: Quantity
    width: int
    slots: int
    layout: Layout
    month: int
    scale: int
    with_flags: bool
    import_id: str
    segment_id: str = field(default_factory=new_segment_id)
    rows: int = 0
    _points: tuple[int, int] | None = None
    _days: tuple[int, int] | None = None
    _writer: pq.ParquetWriter | None = None

    def __post_init__(self) -> None:
        if not CITY.fullmatch(self.city):
            raise ValueError(f"city {self.city!r} cannot name a folder: use letters, digits, '-' and '_' between '/'")
        self._temporary.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(
            self._temporary, self._schema(), use_dictionary=False, compression="NONE", write_statistics=False,
            data_page_size=PAGE_BYTES_MAX, store_schema=False,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()
            self._temporary.unlink(missing_ok=True)

    @property
    def file(self) -> str:
        """Path of the finished file relative to the root."""
        month = day_of(self.month).strftime("%Y%m")
        return f"{self.city.rstrip('/')}/{month}/{self.layout}-q{self.quantity}-w{self.width}-{self.segment_id}.parquet"

    @property
    def _temporary(self) -> Path:
        final = self.root / self.file
        return final.with_name(f".{final.name}.tmp")

    @property
    def _row_slots(self) -> int:
        return self.slots * (month_days(self.month)[1] if self.layout == "month" else 1)

    def _schema(self) -> pa.Schema:
        fields = [
            pa.field("point", pa.int64(), nullable=False),
            pa.field("day", pa.date32(), nullable=False),
            pa.field("values", pa.binary(self._row_slots * self.width), nullable=False),
        ]
        if self.with_flags:
            fields.append(pa.field("flags", pa.binary(self._row_slots), nullable=True))
        about = {"quantity": self.quantity.name, "slots": self.slots, "layout": self.layout, "scale": self.scale,
                 "import_id": self.import_id, "segment_id": self.segment_id}  # fmt: skip
        return pa.schema(fields, metadata={f"gridhall.{key}": str(value) for key, value in about.items()})

    def append(
        self, points: NDArray[np.int64], days: NDArray[np.int32], values: Values, flags: NDArray[np.uint8] | None
    ) -> None:
        """Add rows: `values` of the segment's width and `flags`, both [rows, row slots]."""
        step = group_rows(self._row_slots * self.width)
        start = 0
        while start < len(points):
            stop = min(start + step, len(points))
            if stop < len(points):
                first_of_next = int(np.searchsorted(points, points[stop], side="left"))
                stop = first_of_next if first_of_next > start else stop
            part = slice(start, stop)
            self._write_group(points[part], days[part], values[part], None if flags is None else flags[part])
            start = stop

    def _write_group(
        self, points: NDArray[np.int64], days: NDArray[np.int32], values: Values, flags: NDArray[np.uint8] | None
    ) -> None:
        assert self._writer is not None
        columns = [pa.array(points), pa.array(days).cast(pa.date32()), _binary(values.astype(f"<u{self.width}"))]
        if self.with_flags:
            all_flags = np.zeros(values.shape, np.uint8) if flags is None else flags
            columns.append(_binary(all_flags, present=np.any(all_flags, axis=1)))
        self._writer.write_batch(pa.record_batch(columns, schema=self._schema()), row_group_size=len(points))
        first, last = int(points[0]), int(points[-1])
        low, high = int(days.min()), int(days.max())
        if self.layout == "month":
            high += month_days(self.month)[1] - 1
        self._points = (min(first, self._points[0]), max(last, self._points[1])) if self._points else (first, last)
        self._days = (min(low, self._days[0]), max(high, self._days[1])) if self._days else (low, high)
        self.rows += len(points)

    def close(self) -> SegmentRecord | None:
        """Make the file durable under its final name; None, and no file, where no row was written."""
        assert self._writer is not None
        self._writer.close()
        self._writer = None
        if self._points is None or self._days is None:
            self._temporary.unlink()
            return None
        final = self.root / self.file
        with self._temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.replace(self._temporary, final)
        _sync_folder(final.parent)
        return SegmentRecord(
            segment_id=self.segment_id, file=self.file, city=self.city, quantity=self.quantity, width=self.width,
            slots=self.slots, layout=self.layout, first_day=day_of(self._days[0]), last_day=day_of(self._days[1]),
            min_point=self._points[0], max_point=self._points[1], rows=self.rows, scale=self.scale,
            has_flags=self.with_flags, sha256=digest, bytes=final.stat().st_size, import_id=self.import_id,
        )  # fmt: skip


def _binary(rows: NDArray[np.generic], present: NDArray[np.bool_] | None = None) -> pa.Array:
    """Rows of an array as fixed-length binary, without copying the data; rows not `present` become null."""
    data = np.ascontiguousarray(rows)
    mask = None if present is None else pa.py_buffer(np.packbits(present, bitorder="little"))
    row_bytes = data.shape[1] * data.itemsize
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(row_bytes), len(data), [mask, pa.py_buffer(data)])


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable; Windows cannot open a folder and needs no such step."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
