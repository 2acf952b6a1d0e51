"""Segment files as arrays that lie on the mapped file: no copy, no decode."""

import mmap
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from gridhall.readings.store.records import SegmentRecord, StoreError, Values, day_number, month_days

# Each map holds a file handle, of which a process commonly has 1,024; smaller files are read instead, which takes no
# longer than mapping them. A city's month is some dozens of files once compacted.
OPEN_SEGMENTS_MAX = 256
MAP_BYTES_MIN = 1 << 20

Flagged = tuple[NDArray[np.intp], NDArray[np.uint8]]

# Parquet page header (Thrift compact): field 1 type = DATA_PAGE, field 2 uncompressed size follows as a zigzag varint.
DATA_PAGE = b"\x15\x00\x15"


@dataclass(frozen=True)
class RowGroup:
    """Rows sorted by point, then day. `values[row, day in row, slot]`; `days[row]` is the first day of a row."""

    points: NDArray[np.int64]
    days: NDArray[np.int32]
    values: Values
    read_flags: Callable[[], Flagged]

    @cached_property
    def flagged(self) -> Flagged:
        """The rows that are not all actual and their flags `[rows, day in row, slot]`; read when first asked for."""
        rows, flags = self.read_flags()
        return rows, flags.reshape(-1, *self.values.shape[1:])

    @property
    def flags(self) -> NDArray[np.uint8] | None:
        """Flags in the shape of `values`, or None where all are actual. Made anew each time: few rows have any."""
        rows, flags = self.flagged
        if not rows.size:
            return None
        dense = np.zeros(self.values.shape, np.uint8)
        dense[rows] = flags
        return dense

    @cached_property
    def distinct(self) -> NDArray[np.int64]:
        """Its points, each once; the column itself where every point has one row."""
        first = np.append(True, self.points[1:] != self.points[:-1])
        return self.points if first.all() else self.points[first]

    @cached_property
    def same_days(self) -> NDArray[np.int32] | None:
        """The first days of each point's rows, where all points have the same, else None."""
        each = len(self.points) // len(self.distinct)
        if each * len(self.distinct) != len(self.points) or (self.points[::each] != self.distinct).any():
            return None
        days = self.days.reshape(-1, each)
        return days[0] if (days == days[0]).all() else None


@dataclass(frozen=True)
class SegmentView:
    """An open segment: its record and its row groups in order of point."""

    record: SegmentRecord
    groups: tuple[RowGroup, ...]
    mapped: bool


_open: OrderedDict[tuple[Path, str], SegmentView] = OrderedDict()
_lock = threading.Lock()


def open_segment(root: Path, record: SegmentRecord) -> SegmentView:
    """The segment's arrays, kept open for the next caller. StoreError where the file is not what the record says."""
    key = (root, record.segment_id)
    with _lock:
        view = _open.get(key)
        if view is not None:
            _open.move_to_end(key)
            return view
    view = _load(root, record)
    with _lock:
        _open[key] = view
        while len(_open) > OPEN_SEGMENTS_MAX:
            _open.popitem(last=False)
    return view


def close_all() -> None:
    """Forget every open map; arrays still in use keep theirs."""
    with _lock:
        _open.clear()


def _load(root: Path, record: SegmentRecord) -> SegmentView:
    try:
        path = segment_path(root, record)
        size = path.stat().st_size
        if size != record.bytes:
            raise _error(record, f"has {size} bytes, the catalog says {record.bytes}")
        buffer: bytes | mmap.mmap = path.read_bytes() if size < MAP_BYTES_MIN else _map(path)
        parquet = pq.ParquetFile(pa.BufferReader(pa.py_buffer(buffer)))
        _check_form(record, parquet.schema_arrow, parquet.metadata)
        groups, mapped = [], True
        for index in range(parquet.metadata.num_row_groups):
            columns = _map_columns(buffer, record, parquet.metadata.row_group(index))
            if columns is None:
                mapped, columns = False, _read_columns(parquet, record, index)
            groups.append(_group(record, columns, partial(_read_flags, parquet, record, index)))
    except FileNotFoundError:
        raise _error(record, "is missing") from None
    except (OSError, ValueError, OverflowError, pa.ArrowException) as problem:
        raise _error(record, f"cannot be read ({problem})") from problem
    return SegmentView(record, tuple(groups), mapped)


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def segment_path(root: Path, record: SegmentRecord) -> Path:
    """Where the segment lies; never outside `root`."""
    path = (root / record.file).resolve()
    if not path.is_relative_to(root.resolve()):
        raise _error(record, "lies outside the store")
    return path


def row_shape(record: SegmentRecord) -> tuple[int, int]:
    """Days and slots of one row."""
    return (month_days(day_number(record.first_day))[1] if record.layout == "month" else 1), record.slots


def _check_form(record: SegmentRecord, schema: pa.Schema, metadata: Any) -> None:
    days, slots = row_shape(record)
    expected = {"point": pa.int64(), "day": pa.date32(), "values": pa.binary(days * slots * record.width)}
    if record.has_flags:
        expected["flags"] = pa.binary(days * slots)
    found = dict(zip(schema.names, schema.types, strict=True))
    if found != expected:
        raise _error(record, f"has columns {found}, expected {expected}")
    if metadata.num_rows != record.rows:
        raise _error(record, f"has {metadata.num_rows} rows, the catalog says {record.rows}")


def _map_columns(buffer: bytes | mmap.mmap, record: SegmentRecord, group: Any) -> list[NDArray[Any]] | None:
    """Views of point, day and values on the map, or None where a column is not one plain page."""
    days, slots = row_shape(record)
    types = ["<i8", "<i4", f"V{days * slots * record.width}"]
    views = []
    for index, dtype in enumerate(map(np.dtype, types)):
        chunk, length = group.column(index), group.num_rows * dtype.itemsize
        header = chunk.total_compressed_size - length
        start = chunk.data_page_offset
        plain = chunk.compression == "UNCOMPRESSED" and not chunk.has_dictionary_page and header > 0
        if not plain or start < 0 or start + header + length > len(buffer):
            return None
        if not buffer[start : start + header].startswith(DATA_PAGE + _varint(2 * length)):
            return None
        views.append(np.frombuffer(buffer, dtype, count=group.num_rows, offset=start + header))
    return views


def _varint(number: int) -> bytes:
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])


def _read_columns(parquet: pq.ParquetFile, record: SegmentRecord, index: int) -> list[NDArray[Any]]:
    """The same arrays through Arrow's reader, for a file some other tool has written."""
    days, slots = row_shape(record)
    table = parquet.read_row_group(index, columns=["point", "day", "values"]).combine_chunks()
    if any(column.null_count for column in table.columns):
        raise _error(record, f"has empty cells in row group {index}")
    point, day, values = (column.combine_chunks() for column in table.columns)
    row = np.dtype((np.void, days * slots * record.width))
    data = np.frombuffer(values.buffers()[1], row, count=len(values), offset=values.offset * row.itemsize)
    return [point.to_numpy(), day.cast(pa.int32()).to_numpy(), data]


def _read_flags(parquet: pq.ParquetFile, record: SegmentRecord, index: int) -> Flagged:
    if not record.has_flags:
        return np.zeros(0, np.intp), np.zeros(0, np.uint8)
    column = parquet.read_row_group(index, columns=["flags"]).column(0).combine_chunks()
    rows = np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False))
    width = column.type.byte_width
    flags = np.frombuffer(column.buffers()[1], np.uint8, count=len(column) * width, offset=column.offset * width)
    return rows, flags.reshape(-1, width)[rows]


def _group(record: SegmentRecord, columns: list[NDArray[Any]], read_flags: Callable[[], Flagged]) -> RowGroup:
    points, days, rows = columns
    shape = (len(points), *row_shape(record))
    values = np.frombuffer(rows, f"<u{record.width}").reshape(shape)
    same = points[1:] == points[:-1]
    ordered = (points[1:] >= points[:-1]).all() and (days[1:][same] > days[:-1][same]).all()
    if not len(points) or not ordered:
        raise _error(record, "is not sorted by point and day")
    return RowGroup(points, days, values, read_flags)


def _error(record: SegmentRecord, problem: str) -> StoreError:
    return StoreError(record.file, problem, record.import_id)
