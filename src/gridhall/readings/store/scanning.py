"""Curves as dense arrays, for pages, checks and estimates; bulk billing takes `iter_blocks`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridhall.readings.store.blocks import Piece, iter_blocks
from gridhall.readings.store.records import Curves, Flag, Quantity, SegmentRecord, day_number


def scan(
    root: Path,
    records: Sequence[SegmentRecord],
    points: NDArray[np.int64] | None,
    quantity: Quantity,
    first_day: date,
    last_day: date,
    slots: int | None = None,
) -> Curves:
    """Curves of `points` (ascending; None: all that have a row) from `first_day` to `last_day`, both inclusive.

    `records` in order of publication; the newest wins each (point, day). ValueError where segments of several counts
    of slots fit and `slots` does not choose one.
    """
    fitting = [r for r in records if r.quantity == quantity and r.first_day <= last_day and r.last_day >= first_day]
    counts = {record.slots for record in fitting} if slots is None else {slots}
    if len(counts) > 1:
        raise ValueError(f"curves of {sorted(counts)} values a day lie in this range: choose one by slots=")
    chosen = [record for record in fitting if record.slots in counts]
    blocks = list(iter_blocks(root, chosen, points, quantity, first_day, last_day))
    if points is None:
        points = np.concatenate([block.points for block in blocks]) if blocks else np.zeros(0, np.int64)
    days = np.arange(day_number(first_day), day_number(last_day) + 1, dtype=np.int32)
    shape = (len(points), len(days), counts.pop() if counts else 96)
    large = any(record.scale for record in chosen)
    values = np.zeros(shape, np.uint64) if large else np.zeros(shape, np.uint32)
    flags = np.full(shape, Flag.MISSING, np.uint8)
    present = np.zeros(shape[:2], np.bool_)
    for block in blocks:
        start = np.searchsorted(points, block.points)
        for piece in block.pieces:
            _place(piece, start, values, flags, present)
    return Curves(points, days, values, flags if flags.any() else None, present)


def _place(
    piece: Piece,
    position: NDArray[np.intp],
    values: NDArray[np.uint32] | NDArray[np.uint64],
    flags: NDArray[np.uint8],
    present: NDArray[np.bool_],
) -> None:
    run = piece.run()
    select: tuple[Any, ...]
    if len(run.days) == 1:
        select = slice(None), run.days[0] >= 0
        at = position[run.at][:, None], run.days[0][select[1]]
    else:
        select = np.nonzero(run.days >= 0)
        at = position[run.at[select[0]]], run.days[select]
    found = run.values[select]
    values[at] = found.astype(np.uint64) * np.uint64(10**run.scale) if run.scale else found
    dense = piece.group.flags
    flags[at] = 0 if dense is None else dense[piece.rows][select]
    present[at] = True
