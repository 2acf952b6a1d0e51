"""What a codec yields, row by row sorted into what is staged and what is refused; all in arrays."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.intervals import IntervalBatch
from gridhall.readings.importing import problems
from gridhall.readings.importing.comparing import Rows
from gridhall.readings.importing.points import UNKNOWN, Points
from gridhall.readings.importing.staging import Staging, pack, shown_day
from gridhall.readings.store.records import Quantity

MOST_32_BITS = 2**32 - 1
UNKNOWN_MAX = 100_000  # codes; a file with more belongs to somebody else, and its codes need not fill the memory


@dataclass
class Intake:
    """Takes batches until the end of the file; ``keep_going`` false stops staging at the first refusal."""

    points: Points
    staging: Staging
    keep_going: bool
    found: list[problems.Problem] = field(default_factory=list)
    refusals: int = 0
    _unknown: dict[str, list[int]] = field(default_factory=dict)
    _other_slots: dict[str, list[int]] = field(default_factory=dict)

    def problem(self, found: problems.Problem, rows: int = 1) -> None:
        """Note a problem; the list is bounded, the count is not."""
        if problems.refuses(found):
            self.refusals += 1
            self.staging.counts.refused += rows
        if len(self.found) < problems.KEPT:
            self.found.append(found)

    @property
    def refused(self) -> bool:
        """Whether the file as a whole will not be taken."""
        return bool(self.refusals or self._unknown or self._other_slots) and not self.keep_going

    def batch(self, batch: IntervalBatch) -> None:
        """Resolve, check and stage one batch. Raises CodecError when hardly any of its points is known."""
        resolved = self.points.resolve(batch.keys, batch.slots)
        place = resolved[batch.key_index]
        good = (place[:, 0] != UNKNOWN) & (place[:, 2] == batch.slots)
        if not good.all():
            self._count_misfits(batch, place)
        good &= self._storable(batch)
        if not good.all():
            batch, place = batch.only(good), place[good]
        if len(batch) and not self.refused:
            self._stage(batch, place)

    def _stage(self, batch: IntervalBatch, place: NDArray[np.int64]) -> None:
        flags = batch.flags if batch.flags.any() else None
        rows = Rows(place[:, 0], batch.days, pack(batch.values), flags)
        kinds = place[:, 1] * 8 + batch.quantity
        for kind in np.unique(kinds):
            part = (self.points.cities[kind // 8], Quantity(kind % 8), batch.slots)
            which = kinds == kind
            self.staging.add(part, rows if which.all() else rows.only(which))

    def _count_misfits(self, batch: IntervalBatch, place: NDArray[np.int64]) -> None:
        unknown = place[:, 0] == UNKNOWN
        for which, counted in ((unknown, self._unknown), (~unknown & (place[:, 2] != batch.slots), self._other_slots)):
            keys, first, rows = np.unique(batch.key_index[which], return_index=True, return_counts=True)
            for key, at, count in zip(keys, first, rows, strict=True):
                known_slots = int(place[which][at, 2])
                entry = counted.setdefault(batch.keys[key], [int(batch.rows[which][at]), 0, known_slots])
                entry[1] += int(count)
        if len(self._unknown) > UNKNOWN_MAX:
            raise refuse(Code.TOO_MANY_PROBLEMS, row=int(batch.rows[0]), expected=UNKNOWN_MAX)

    def _storable(self, batch: IntervalBatch) -> NDArray[np.bool_]:
        """Rows without a negative value or one that 32 bits and a power of ten cannot hold."""
        good = np.ones(len(batch), np.bool_)
        if not len(batch) or (batch.values.min() >= 0 and batch.values.max() <= MOST_32_BITS):
            return good
        for i in np.flatnonzero((batch.values.min(axis=1) < 0) | (batch.values.max(axis=1) > MOST_32_BITS)):
            row = batch.values[i]
            where = {"row": int(batch.rows[i]), "field": f"{batch.key(i)} {shown_day(batch.days[i])}"}
            if row.min() < 0:
                self.problem(problems.problem("value_negative", value=f"{row.min()} Wh", **where))
                good[i] = False
            elif not _scalable(row):
                self.problem(problems.problem("value_large", value=int(row.max()), **where))
                good[i] = False
        return good

    def point_of(self, code: str, slots: int, row: int) -> int | None:
        """Primary key of the point of a single reading, or None when it is not known, which is noted."""
        pk = int(self.points.resolve((code,), slots)[0, 0])
        if pk != UNKNOWN:
            return pk
        self._unknown.setdefault(code, [row, 0, 0])[1] += 1
        return None

    def end(self) -> None:
        """Problems that are counted over the whole file: one for each code, not one for each row."""
        for code, (row, rows, _slots) in self._unknown.items():
            self.problem(problems.problem("point_unknown", row=row, field="point", value=code, expected=rows), rows)
        for code, (row, rows, slots) in self._other_slots.items():
            self.problem(problems.problem("point_slots", row=row, field="point", value=code, expected=slots), rows)
        self._unknown, self._other_slots = {}, {}


def _scalable(values: NDArray[np.int64]) -> bool:
    return any(values.max() <= MOST_32_BITS * 10**s and not (values % 10**s).any() for s in range(1, 10))
