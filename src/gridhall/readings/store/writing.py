"""Readings in, segment files out."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridhall.readings.store.files import SegmentWriter
from gridhall.readings.store.records import SLOTS, Flag, Quantity, SegmentRecord, Values, day_of, month_days

WIDEST = {2: 2**16 - 1, 4: 2**32 - 1}
SCALES = range(1, 4)  # up to 4 TWh an interval: sums over a year stay far from 64 bits


def write_segments(
    root: Path,
    city: str,
    points: NDArray[np.int64],
    days: NDArray[np.int32],
    values: Values,
    flags: NDArray[np.uint8] | None,
    quantity: Quantity,
    import_id: str,
) -> list[SegmentRecord]:
    """Write the rows as new segments, one per month and width, and return their records, not yet published.

    `values[n, slots]` in Wh (varh), `days` since 1970-01-01, `flags[n, slots]` as `Flag` or None where all are actual.
    Order of rows is free; each (point, day) at most once. ValueError names the row that cannot be stored.
    """
    _check(points, days, values, flags)
    order = _order(points, days)
    distinct = np.unique(days)
    months = np.array([month_days(int(day))[0] for day in distinct], np.int64)
    month_of_row = months[np.searchsorted(distinct, days)]
    kind_of_row = _width_and_scale(points, days, values)
    records: list[SegmentRecord] = []
    for month in np.unique(months):
        for kind in np.unique(kind_of_row[month_of_row == month]):
            rows = order[(month_of_row == month)[order] & (kind_of_row == kind)[order]]
            part = None if flags is None else flags[rows]
            width, scale = int(kind) % 10, int(kind) // 10
            with SegmentWriter(
                root, city, quantity, width, values.shape[1], "day", int(month), scale,
                with_flags=part is not None and bool(part.any()), import_id=import_id,
            ) as writer:  # fmt: skip
                writer.append(points[rows], days[rows], shrink(values[rows], width, scale), part)
                record = writer.close()
            assert record is not None
            records.append(record)
    return records


def shrink(values: Values, width: int, scale: int) -> Values:
    """The values in `10**scale` units and `width` bytes; `_width_and_scale` has made sure that they fit."""
    divided = values // np.uint64(10**scale) if scale else values
    return divided.astype(f"<u{width}", copy=False)


def _check(points: NDArray[np.int64], days: NDArray[np.int32], values: Values, flags: NDArray[np.uint8] | None) -> None:
    if values.ndim != 2 or values.shape[1] not in SLOTS:
        raise ValueError(f"values need shape [rows, one of {SLOTS}], got {list(values.shape)}")
    if not np.issubdtype(values.dtype, np.unsignedinteger):
        raise ValueError(f"values need an unsigned type, got {values.dtype}: reverse flow is a quantity of its own")
    if not len(points) == len(days) == len(values) > 0:
        raise ValueError(f"{len(points)} points, {len(days)} days and {len(values)} rows of values do not fit")
    if flags is None:
        return
    if flags.shape != values.shape:
        raise ValueError(f"flags need shape {list(values.shape)}, got {list(flags.shape)}")
    if flags.max() > max(Flag):
        raise ValueError(f"flag {flags.max()} is not one of {[flag.value for flag in Flag]}")
    missing = (flags == Flag.MISSING) & (values != 0)
    if missing.any():
        row, slot = np.argwhere(missing)[0]
        raise ValueError(f"point {points[row]}, {day_of(days[row])}, slot {slot}: flagged missing but holds a value")


def _order(points: NDArray[np.int64], days: NDArray[np.int32]) -> NDArray[np.intp]:
    order = np.lexsort((days, points))
    p, d = points[order], days[order]
    twice = np.flatnonzero((p[1:] == p[:-1]) & (d[1:] == d[:-1]))
    if twice.size:
        row = twice[0]
        raise ValueError(f"point {p[row]} has {day_of(d[row])} twice: keep one row of each day")
    return order


def _width_and_scale(points: NDArray[np.int64], days: NDArray[np.int32], values: Values) -> NDArray[np.int64]:
    """`10 * scale + width` of each row: 2 bytes where the row fits, else 4, else 4 and the least exact scale."""
    highest = values.max(axis=1)
    kind = np.where(highest <= WIDEST[2], 2, 4).astype(np.int64)
    for row in np.flatnonzero(highest > WIDEST[4]):
        exact = [s for s in SCALES if highest[row] // 10**s <= WIDEST[4] and not (values[row] % 10**s).any()]
        if not exact:
            raise ValueError(
                f"point {points[row]}, {day_of(days[row])}: {highest[row]} Wh is over 32 bits and not a round number"
            )
        kind[row] = 10 * exact[0] + 4
    return kind
