"""Blocks of points over a range of days, their rows still where they lie in the mapped files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gridhall.kernel.runs import Run
from gridhall.readings.store.mapping import RowGroup, SegmentView, open_segment
from gridhall.readings.store.records import Quantity, SegmentRecord, day_number

# As many as a row group of one day holds: finding the rows costs by the file, folding them by the row.
BLOCK_POINTS = 16_384
# Fewer of the rows wanted than one in so many: copy them out instead of passing over the others.
SPARSE = 8
# Point numbers of one city lie close together: a table over the span of a block is faster than a search.
SPAN_PER_POINT_MAX = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of one row group that belong to a block; `at`, `days` and `scale` as in `kernel.runs.Run`."""

    group: RowGroup
    rows: slice | NDArray[np.intp]
    at: NDArray[np.int32]
    days: NDArray[np.int16]
    scale: int

    def run(self) -> Run:
        """For the kernel: no copy where the rows lie in one piece."""
        return Run(self.group.values[self.rows], self.at, self.days, self.scale)


@dataclass(frozen=True, slots=True)
class Block:
    """`points[p]` and all their rows from `first_day` on for `days` days; each (point, day) at most once."""

    points: NDArray[np.int64]
    first_day: int
    days: int
    slots: int
    pieces: tuple[Piece, ...]

    def runs(self) -> list[Run]:
        """The rows as the kernel folds them."""
        return [piece.run() for piece in self.pieces]


def iter_blocks(
    root: Path,
    records: Sequence[SegmentRecord],
    points: NDArray[np.int64] | None,
    quantity: Quantity,
    first_day: date,
    last_day: date,
    block_points: int = BLOCK_POINTS,
) -> Iterator[Block]:
    """Blocks in order of slots, then point; `records` in order of publication, the newest wins each (point, day).

    `points` ascending, or None for all. A point whose slots changed comes once for each count of slots.
    """
    wanted = [r for r in records if r.quantity == quantity and r.first_day <= last_day and r.last_day >= first_day]
    for slots in sorted({record.slots for record in wanted}):
        views = [open_segment(root, record) for record in wanted if record.slots == slots]
        reader = _Reader(views, day_number(first_day), day_number(last_day) - day_number(first_day) + 1)
        for chunk, low, high in _chunks(views, points, block_points):
            found, pieces = reader.read(chunk, low, high)
            if pieces:
                yield Block(found, reader.first_day, reader.days, slots, tuple(pieces))


def _chunks(
    views: list[SegmentView], points: NDArray[np.int64] | None, size: int
) -> Iterator[tuple[NDArray[np.int64] | None, int, int]]:
    """(points or None for all there are, lowest, highest) of each block."""
    if points is not None:
        for start in range(0, len(points), size):
            chunk = points[start : start + size]
            yield chunk, int(chunk[0]), int(chunk[-1])
        return
    low = min(view.record.min_point for view in views)
    last = max(view.record.max_point for view in views)
    while low <= last:
        high = min(_nth_point(view, low, size, last) for view in views)
        yield None, low, high
        low = high + 1


def _nth_point(view: SegmentView, low: int, count: int, last: int) -> int:
    """The count-th distinct point of a segment from `low` on, or `last` where it has fewer."""
    for group in view.groups:
        if group.points[-1] < low:
            continue
        start = int(np.searchsorted(group.distinct, low))
        if start + count <= len(group.distinct):
            return int(group.distinct[start + count - 1])
        count -= len(group.distinct) - start
    return last


class _Reader:
    """Finds the rows of a block in all segments."""

    def __init__(self, views: list[SegmentView], first_day: int, days: int) -> None:
        self.views = views
        self.first_day = first_day
        self.days = days
        cover = np.zeros(days, np.int64)
        for view in views:
            low, high = (day_number(day) - first_day for day in (view.record.first_day, view.record.last_day))
            cover[max(low, 0) : high + 1] += 1
        self.contested = cover > 1

    def read(self, points: NDArray[np.int64] | None, low: int, high: int) -> tuple[NDArray[np.int64], list[Piece]]:
        """The points of a block and their pieces, in order of publication."""
        found = [(view, group, rows) for view in self.views for group, rows in _overlaps(view, low, high)]
        lists = [group.points[rows] for _, group, rows in found]
        alike = False
        if points is None:
            points, alike = _union(lists, low, high)
        whole = np.arange(len(points), dtype=np.int32)
        claimed = np.zeros((self.days, len(points)), np.bool_)
        pieces = []
        for (view, group, rows), mine in zip(reversed(found), reversed(lists), strict=True):
            at = whole if alike or _same(mine, points) else _positions(mine, points)
            piece = self._piece(view, group, rows, at)
            if piece is not None:
                pieces.append(self._newest(piece, claimed))
        return points, pieces[::-1]

    def _piece(self, view: SegmentView, group: RowGroup, rows: slice, at: NDArray[np.int32]) -> Piece | None:
        """The rows that have a position; the others are passed over, or left out where they are the most."""
        wanted = at >= 0
        chosen: slice | NDArray[np.intp] = rows
        if np.count_nonzero(wanted) * SPARSE < len(at):
            chosen, at, wanted = np.flatnonzero(wanted) + rows.start, at[wanted], np.ones(1, np.bool_)
        days = self._days(group, chosen)
        if not wanted.all():
            days = np.where(wanted[:, None], days, np.int16(-1))
            at = np.maximum(np.maximum.accumulate(at), 0)
        return Piece(group, chosen, at, days, view.record.scale) if at.size and (days >= 0).any() else None

    def _days(self, group: RowGroup, rows: slice | NDArray[np.intp]) -> NDArray[np.int16]:
        """Day index of each row and day in it, -1 outside the range; one line where all rows have the same."""
        shared = group.same_days is not None and len(group.same_days) == 1
        first = group.days[:1] if shared else group.days[rows]
        days = first[:, None] - self.first_day + np.arange(group.values.shape[1])
        return np.where((days >= 0) & (days < self.days), days, -1).astype(np.int16)

    def _newest(self, piece: Piece, claimed: NDArray[np.bool_]) -> Piece:
        """Leave out days that a newer piece holds, and claim the others."""
        if not self.contested[piece.days[piece.days >= 0]].any():
            return piece
        days = np.broadcast_to(piece.days, (len(piece.at), piece.days.shape[1]))
        at = np.broadcast_to(piece.at[:, None], days.shape)
        inside = days >= 0
        taken = inside & claimed[days, at]
        claimed[days[inside], at[inside]] = True
        if not taken.any():
            return piece
        return Piece(piece.group, piece.rows, piece.at, np.where(taken, np.int16(-1), days), piece.scale)


def _overlaps(view: SegmentView, low: int, high: int) -> Iterator[tuple[RowGroup, slice]]:
    """Row groups that hold points from low to high, and which of their rows."""
    if view.record.min_point > high or view.record.max_point < low:
        return
    for group in view.groups:
        if group.points[0] <= high and group.points[-1] >= low:
            start, stop = np.searchsorted(group.points, [low, high + 1])
            if stop > start:
                yield group, slice(int(start), int(stop))


def _union(lists: list[NDArray[np.int64]], low: int, high: int) -> tuple[NDArray[np.int64], bool]:
    """All points of ascending lists, each once, and whether each list is just these."""
    if not lists:
        return np.zeros(0, np.int64), True
    longest = max(lists, key=len)
    others = [points for points in lists if points is not longest and not _same(points, longest)]
    if not others and (longest[1:] != longest[:-1]).all():
        return longest, True
    if high - low < SPAN_PER_POINT_MAX * len(longest):
        there = np.zeros(high - low + 1, np.bool_)
        for points in [longest, *others]:
            there[points - low] = True
        return np.flatnonzero(there).astype(np.int64) + low, False
    return np.unique(np.concatenate([longest, *others])), False


def _same(mine: NDArray[np.int64], points: NDArray[np.int64]) -> bool:
    return len(mine) == len(points) and np.array_equal(mine, points)


def _positions(mine: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.int32]:
    """Position of each of `mine` in ascending `points`, -1 where it is not there."""
    low, high = int(min(mine[0], points[0])), int(max(mine[-1], points[-1]))
    if high - low < SPAN_PER_POINT_MAX * len(points):
        rank = np.full(high - low + 1, -1, np.int32)
        rank[points - low] = np.arange(len(points), dtype=np.int32)
        return rank[mine - low]
    at = np.minimum(np.searchsorted(points, mine), len(points) - 1).astype(np.int32)
    return np.where(points[at] == mine, at, np.int32(-1))
