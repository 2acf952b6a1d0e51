"""Long rows gathered into days: sorted, checked against each other, given when complete."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem, refuse
from gridhall.codecs.intervals import MISSING, SLOTS, Int64s, IntervalBatch, Uint8s, day_of, whole_wh
from gridhall.codecs.long_columns import Clock
from gridhall.codecs.long_rows import LongRows
from gridhall.codecs.numbers import MICRO
from gridhall.codecs.tally import Tally

# A reading's place as one integer: key (33 bits), quantity (3), day (18), slot (9).
_SLOT, _DAY, _QUANTITY = 1 << 9, 1 << 18, 1 << 3
# An interval that ends at the first midnight of 1970 begins on day -1.
_DAY_SHIFT = 1 << 10
_FOLD_ROWS = 1 << 19


@dataclass(frozen=True, slots=True)
class _Readings:
    place: Int64s
    micro_wh: Int64s
    flags: Uint8s
    rows: Int64s

    def __getitem__(self, which: NDArray[np.bool_] | NDArray[np.intp] | slice) -> "_Readings":
        return _Readings(self.place[which], self.micro_wh[which], self.flags[which], self.rows[which])


class LongDays:
    """Collects readings and gives complete days; what is left at the end is given with its gaps MISSING.

    Rows are folded when they have doubled since the last fold, so a file sorted by time costs a logarithm more than
    one sorted by point, not a square.
    """

    def __init__(self, clock: Clock, tally: Tally) -> None:
        self._clock, self._tally = clock, tally
        self._key_ids: dict[str, int] = {}
        self._keys: list[str] = []
        self._parts: list[_Readings] = []
        self._waiting = self._left_over = 0

    def add(self, rows: LongRows) -> Iterator[IntervalBatch | FileProblem]:
        """Takes rows; gives the days that they completed, when it is worth looking."""
        known = self._key_ids
        for key in rows.keys:
            if key not in known:
                known[key] = len(self._keys)
                self._keys.append(key)
        ids = np.array([known[key] for key in rows.keys], np.int64)[rows.key_index]
        place = ((ids * _QUANTITY + rows.quantity) * _DAY + rows.days + _DAY_SHIFT) * _SLOT + rows.slots
        self._parts.append(_Readings(place, rows.micro_wh, rows.flags, rows.rows))
        self._waiting += len(place)
        if self._waiting >= max(_FOLD_ROWS, 2 * self._left_over):
            yield from self._fold(final=False)
            if self._left_over > limits.MAX_PENDING_VALUES:
                raise refuse(Code.TOO_SCATTERED, row=int(rows.rows[-1]))

    def end(self) -> Iterator[IntervalBatch | FileProblem]:
        """Gives every day that is left."""
        if self._parts:
            yield from self._fold(final=True)

    def _fold(self, *, final: bool) -> Iterator[IntervalBatch | FileProblem]:
        readings = self._sorted()
        readings, clashes = self._without_repeats(readings)
        yield from clashes
        slots = self._clock.slots or SLOTS[0]
        group = readings.place // _SLOT
        starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
        counts = np.diff(np.r_[starts, len(group)])
        complete = counts == slots
        in_complete = np.repeat(complete, counts)
        if complete.any():
            yield from self._tally.batch(self._complete(readings[in_complete], slots), rows_per_day=slots)
        rest = readings[~in_complete]
        if final:
            yield from self._incomplete(rest, slots)
            rest = rest[:0]
        self._parts, self._left_over = [rest], len(rest.place)
        self._waiting = self._left_over

    def _sorted(self) -> _Readings:
        whole = _Readings(
            np.concatenate([part.place for part in self._parts]),
            np.concatenate([part.micro_wh for part in self._parts]),
            np.concatenate([part.flags for part in self._parts]),
            np.concatenate([part.rows for part in self._parts]),
        )
        if bool((whole.place[1:] > whole.place[:-1]).all()):
            return whole
        return whole[np.argsort(whole.place, kind="stable")]

    def _without_repeats(self, readings: _Readings) -> tuple[_Readings, list[FileProblem]]:
        again = np.flatnonzero(readings.place[1:] == readings.place[:-1]) + 1
        if not len(again):
            return readings, []
        fresh = np.ones(len(readings.place), np.bool_)
        fresh[again] = False
        leader = np.maximum.accumulate(np.where(fresh, np.arange(len(fresh)), 0))[again]
        same = (readings.micro_wh[again] == readings.micro_wh[leader]) & (
            readings.flags[again] == readings.flags[leader]
        )
        if same.any():
            first = np.flatnonzero(same)[0]
            self._tally.repeat(int(readings.rows[again[first]]), int(readings.rows[leader[first]]), int(same.sum()))
        clashes = []
        for i, j in zip(again[~same], leader[~same], strict=True):
            value, row, other = self._named(int(readings.place[i])), int(readings.rows[i]), int(readings.rows[j])
            clashes.append(self._tally.problem(problem(Code.CONTRADICTION, row=row, value=value, other_row=other)))
        return readings[fresh], clashes

    def _complete(self, readings: _Readings, slots: int) -> IntervalBatch:
        first = readings.place[::slots]
        shape = (-1, slots)
        return self._batch(
            first // _SLOT, readings.micro_wh.reshape(shape), readings.flags.reshape(shape), readings.rows[::slots]
        )

    def _incomplete(self, readings: _Readings, slots: int) -> Iterator[IntervalBatch | FileProblem]:
        if not len(readings.place):
            return
        group, starts, counts = np.unique(readings.place // _SLOT, return_index=True, return_counts=True)
        coarse = _coarse(readings.place % _SLOT, starts, counts, slots)
        number = np.repeat(np.arange(len(group)), counts)
        values = np.zeros((len(group), slots), np.int64)
        flags = np.full((len(group), slots), MISSING, np.uint8)
        values[number, readings.place % _SLOT] = readings.micro_wh
        flags[number, readings.place % _SLOT] = readings.flags
        batch = self._batch(group, values, flags, readings.rows[starts])
        seen = self._tally.seen
        late = seen.earlier_rows(seen.identities(list(batch.keys), batch.key_index, batch.quantity, batch.days))
        for i in np.flatnonzero(coarse | (late > 0)):
            row, value = int(batch.rows[i]), self._named(int(group[i]) * _SLOT, with_time=False)
            if late[i]:
                found = problem(Code.LATE_REPEAT, row=row, value=value, other_row=int(late[i]))
            else:
                found = problem(Code.INTERVAL_MIXED, row=row, value=int(counts[i]), expected=slots)
            yield self._tally.problem(found)
        yield from self._tally.batch(batch.only(~coarse & (late == 0)))

    def _batch(self, group: Int64s, micro_wh: Int64s, flags: Uint8s, rows: Int64s) -> IntervalBatch:
        ids, index = np.unique(group // (_DAY * _QUANTITY), return_inverse=True)
        return IntervalBatch(
            tuple(self._keys[i] for i in ids),
            index.astype(np.int32),
            (group // _DAY % _QUANTITY).astype(np.uint8),
            (group % _DAY - _DAY_SHIFT).astype(np.int32),
            micro_wh.shape[1],
            whole_wh(micro_wh, MICRO),
            flags,
            rows,
        )

    def _named(self, place: int, *, with_time: bool = True) -> str:
        """The point, day and interval that a place means."""
        slot, group = place % _SLOT, place // _SLOT
        key = self._keys[group // (_DAY * _QUANTITY)]
        start = slot * 1440 // (self._clock.slots or SLOTS[0])
        clock = f" {start // 60:02}:{start % 60:02}" if with_time else ""
        return f"{key} {day_of(group % _DAY - _DAY_SHIFT)}{clock}"


def _coarse(slot: Int64s, starts: Int64s, counts: Int64s, slots: int) -> NDArray[np.bool_]:
    """bool[groups]: days that are exactly the day of a longer interval, such as 24 whole hours among quarters."""
    found = np.zeros(len(starts), np.bool_)
    for fewer in SLOTS:
        if fewer < slots:
            phase = slot % (slots // fewer)
            steady = np.minimum.reduceat(phase, starts) == np.maximum.reduceat(phase, starts)
            found |= (counts == fewer) & steady
    return found
