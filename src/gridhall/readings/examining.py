"""The kernel's rules over what a publication brings, seen together with what the store holds around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from gridhall.kernel import vee
from gridhall.readings import catalog, like_days
from gridhall.readings.like_days import REACH
from gridhall.readings.store import Block, Curves, Quantity, SegmentRecord, day_of, iter_blocks, scan

ISSUES_MAX = 100_000  # of one import; more have one cause, and nobody closes them one by one
BLOCK_VALUES = 8 << 20  # dense values judged at a time: 64 MB as the widest type
HOURS = 24

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of one quantity in one block of points, and the days that were judged anew."""

    quantity: int
    issues: vee.Issues
    points: Int64s
    days: NDArray[np.int32]
    judged: Bools

    def judged_on(self, points: Int64s, first: Int64s, last: Int64s) -> Bools:
        """bool[n]: whether any day from first to last (day numbers) of each point was judged."""
        row = np.searchsorted(self.points, points).clip(max=len(self.points) - 1)
        upto = np.pad(np.cumsum(self.judged, axis=1), ((0, 0), (1, 0)))
        low, high = (np.clip(day - self.days[0], 0, len(self.days)) for day in (first, last + 1))
        return (self.points[row] == points) & (upto[row, high] > upto[row, low])

    def on_judged_days(self, slots: int) -> Found:
        """Without the findings that lie wholly on days seen before."""
        issues = self.issues
        last = issues.day + (issues.first_slot + issues.n_slots - 1) // slots
        which = self.judged_on(issues.point, issues.day.astype(np.int64), last.astype(np.int64))
        return replace(self, issues=_only(issues, which))

    def at_most(self, room: int) -> Found:
        """The first ``room`` findings; where some are left out, none of the days counts as judged."""
        if len(self.issues) <= room:
            return self
        return replace(self, issues=_only(self.issues, slice(room)), judged=np.zeros_like(self.judged))


def _only(issues: vee.Issues, which: Bools | slice) -> vee.Issues:
    return vee.Issues(*(getattr(issues, column.name)[which] for column in fields(issues)))


def examine(staged: Iterable[SegmentRecord], snapshot: int) -> list[Found]:
    """Findings on the days of the staged segments, as if they were published after ``snapshot``."""

    def part_of(record: SegmentRecord) -> tuple[str, int, int]:
        return record.city, int(record.quantity), record.slots

    found: list[Found] = []
    room = ISSUES_MAX
    for (city, quantity, slots), group in groupby(sorted(staged, key=part_of), key=part_of):
        records = list(group)
        first = min(record.first_day for record in records)
        last = max(record.last_day for record in records)
        around = catalog.visible(snapshot, city, quantity, first - REACH, last)
        every = [record for record in around if record.slots == slots] + records
        for part in _Part(Quantity(quantity), slots, first, last, records, every).judge():
            found.append(part.at_most(room))
            room -= len(found[-1].issues)
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """The staged segments of one city, quantity and interval, and all that must be read with them."""

    quantity: Quantity
    slots: int
    first: date
    last: date
    staged: Sequence[SegmentRecord]
    every: Sequence[SegmentRecord]

    @property
    def rules(self) -> vee.VeeRules:
        return vee.rules_on(vee.shipped_rules(), self.last)

    def judge(self) -> Iterator[Found]:
        """Block by block: gaps for all points; weeks of history only for the few that look odd at first sight."""
        near = timedelta(days=self.rules.stuck_hours_min // HOURS + 1)
        width = ((self.last - self.first).days + 1 + near.days) * self.slots
        for block in self._blocks(self.staged, None, self.first, max(1, BLOCK_VALUES // width)):
            touched = _days_of([block], block.points, REACH.days, (self.last - self.first).days + 1)
            around = self._blocks(self.every, block.points, self.first - REACH, len(block.points))
            present = _days_of(around, block.points, 0, touched.shape[1])
            curves = self._scan(block.points, self.first - near)
            recent = touched[:, REACH.days - near.days :]
            odd = curves.points[self._odd(curves, recent, present.sum(axis=1))]
            judged = _judged(touched, present)
            parts = [*self._gaps(curves, recent, judged & ~present), *self._odd_ones(odd)]
            issues = vee.Issues.join(parts)
            yield Found(self.quantity, issues, block.points, self._far_days, judged).on_judged_days(self.slots)

    @property
    def _far_days(self) -> NDArray[np.int32]:
        begin = np.datetime64(self.first - REACH, "D").astype(np.int32)
        return np.arange(begin, begin + REACH.days + (self.last - self.first).days + 1, dtype=np.int32)

    def _blocks(
        self, records: Sequence[SegmentRecord], points: Int64s | None, begin: date, size: int
    ) -> Iterator[Block]:
        return iter_blocks(catalog.store_root(), records, points, self.quantity, begin, self.last, size)

    def _scan(self, points: Int64s, begin: date) -> Curves:
        return scan(catalog.store_root(), self.every, points, self.quantity, begin, self.last, self.slots)

    def _gaps(self, curves: Curves, recent: Bools, absent: Bools) -> Iterator[vee.Issues]:
        """Missing intervals of staged days, and days that are missing whole."""
        if curves.flags is not None:
            gone = like_days.missing(curves) & recent[:, :, None]
            yield vee.missing_values(curves.points, curves.days, gone)
        point, day = np.nonzero(absent)
        count = np.full(len(point), self.slots, np.int64)
        zero = np.zeros_like(count)
        where = curves.points[point], self._far_days[day]
        yield vee.Issues.of(vee.Rule.MISSING, *where, zero, count, count, zero)

    def _odd(self, curves: Curves, recent: Bools, days: Int64s) -> Bools:
        """bool[points]: a value that may be a spike, high and with enough days to compare, or one that stands still."""
        floor = self.rules.spike_watt_min * HOURS // self.slots
        odd = np.any((curves.values.max(axis=2, initial=0) > floor) & recent, axis=1)
        odd &= days >= self.rules.spike_like_days_min
        gone = like_days.missing(curves)
        still = vee.stuck_values(curves.points, curves.days, curves.values, gone, self.rules)
        return odd | np.isin(curves.points, still.point)

    def _odd_ones(self, points: Int64s) -> Iterator[vee.Issues]:
        """Spikes and standing values of a few points, with the weeks before them."""
        size = max(1, BLOCK_VALUES // (len(self._far_days) * self.slots))
        for start in range(0, len(points), size):
            curves = self._scan(points[start : start + size], self.first - REACH)
            gone = like_days.missing(curves)
            kinds = like_days.kinds(curves.days)
            complete = like_days.measured(curves).all(axis=2)
            peaks = vee.like_day_peaks(curves.values, complete, kinds, kinds, self.rules)
            yield vee.spikes(curves.points, curves.days, curves.values, peaks, self.rules)
            yield vee.stuck_values(curves.points, curves.days, curves.values, gone, self.rules)


def _days_of(blocks: Iterable[Block], points: Int64s, before: int, days: int) -> Bools:
    """bool[points, before + days]: which days the blocks have rows for; their own first day is column ``before``."""
    there = np.zeros((len(points), before + days), np.bool_)
    for block in blocks:
        position = np.searchsorted(points, block.points)
        for piece in block.pieces:
            on = np.broadcast_to(piece.days, (len(piece.at), piece.days.shape[1]))
            row, column = np.nonzero(on >= 0)
            there[position[piece.at[row]], before + on[row, column]] = True
    return there


def _judged(touched: Bools, present: Bools) -> Bools:
    """The staged days, and the days missing whole between the last day that came before and a staged one."""
    arrived_before = np.maximum.accumulate(present, axis=1)
    arrives_after = np.maximum.accumulate(touched[:, ::-1], axis=1)[:, ::-1]
    return touched | (~present & arrived_before & arrives_after)


def examine_registers(quantity: int, curves: Curves, register_wh: Int64s) -> Found:
    """Curve sums against what the registers counted over the same days, int64[points] with multiplier, in Wh."""
    rules = vee.rules_on(vee.shipped_rules(), day_of(curves.days[0]))
    days = np.full(len(curves.points), curves.days[0], np.int32)
    slots = np.full(len(curves.points), curves.values.shape[1] * curves.values.shape[2], np.int64)
    sums = curves.values.sum(axis=(1, 2), dtype=np.int64)
    complete = ~like_days.missing(curves).any(axis=(1, 2))
    # A curve with gaps differs because of them, which is another finding.
    register_wh = np.where(complete, register_wh, sums)
    issues = vee.register_differences(curves.points, days, sums, register_wh, slots, rules)
    return Found(quantity, issues, curves.points, curves.days, np.ones(curves.values.shape[:2], np.bool_))
