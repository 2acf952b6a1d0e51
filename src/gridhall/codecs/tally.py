"""What a reader remembers over a whole file: repeated days, gaps, refusals, and the limits on them."""

from collections.abc import Iterator

import numpy as np

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, Severity, problem, refuse, warn
from gridhall.codecs.intervals import MISSING, IntervalBatch, day_of
from gridhall.codecs.repeats import Seen


class Tally:
    """Passes batches and problems through, leaves out days that came before, and stops at the limits."""

    def __init__(self) -> None:
        self.seen = Seen()
        self.refused = self.days = 0
        self._gaps = self._repeats = 0
        self._first_gap = ""
        self._first_repeat = (0, 0)

    def problem(self, found: FileProblem) -> FileProblem:
        """Counts a problem. Raises CodecError when there are more than anyone would read."""
        self.refused += found.severity is Severity.REFUSE
        if self.refused > limits.MAX_PROBLEMS:
            raise refuse(Code.TOO_MANY_PROBLEMS, row=found.row, expected=limits.MAX_PROBLEMS)
        return found

    def repeat(self, row: int, other_row: int, rows: int = 1) -> None:
        """Counts identical rows that are left out."""
        if not self._repeats:
            self._first_repeat = (row, other_row)
        self._repeats += rows

    def batch(self, batch: IntervalBatch, rows_per_day: int = 1) -> Iterator[IntervalBatch | FileProblem]:
        """The days of a batch that are new, and a problem for each that contradicts an earlier one."""
        self.days += len(batch)
        if self.days > limits.MAX_ROWS:
            raise refuse(Code.TOO_MANY_ROWS, expected=limits.MAX_ROWS)
        identity = self.seen.identities(list(batch.keys), batch.key_index, batch.quantity, batch.days)
        earlier, same = self.seen.add(identity, self.seen.contents(batch.values, batch.flags), batch.rows)
        fresh = batch if not earlier.any() else batch.only(earlier == 0)
        self._count_gaps(fresh)
        if len(fresh):
            yield fresh
        for i in np.flatnonzero(earlier):
            row, other = int(batch.rows[i]), int(earlier[i])
            if same[i]:
                self.repeat(row, other, rows_per_day)
            else:
                day = f"{batch.key(i)} {day_of(batch.days[i])}"
                yield self.problem(problem(Code.CONTRADICTION, row=row, value=day, other_row=other))

    def end(self, *, need_rows: bool = True) -> Iterator[FileProblem]:
        """The warnings that need the whole file. Raises CodecError when rows are needed and there are none."""
        if self._repeats:
            row, other = self._first_repeat
            yield warn(Code.REPEATED, row=row, other_row=other, expected=self._repeats)
        if self._gaps:
            yield warn(Code.DAY_INCOMPLETE, value=self._first_gap, expected=self._gaps)
        if need_rows and not self.days and not self.refused:
            raise refuse(Code.NO_ROWS)

    def _count_gaps(self, batch: IntervalBatch) -> None:
        if not batch.flags.any():
            return
        gaps = np.flatnonzero((batch.flags == MISSING).any(axis=1))
        if len(gaps) and not self._gaps:
            self._first_gap = f"{batch.key(gaps[0])} {day_of(batch.days[gaps[0]])}"
        self._gaps += len(gaps)
