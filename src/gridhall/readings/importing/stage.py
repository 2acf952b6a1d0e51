"""Reading a file into staging: nothing that happens here can be seen by anyone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gridhall.codecs.errors import CodecError, FileProblem
from gridhall.codecs.intervals import DailyTotal, IntervalBatch
from gridhall.codecs.nem13 import AccumulatedRead
from gridhall.codecs.registers_csv import RegisterRead
from gridhall.platform.actor import Actor
from gridhall.readings import catalog, registers
from gridhall.readings.importing import formats, problems, register_rows, single_reads
from gridhall.readings.importing.intake import Intake
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.points import Points
from gridhall.readings.importing.staging import Staging, shown_day
from gridhall.readings.models import ReadingsImport
from gridhall.readings.registers import NewRead

Progress = Callable[[int, int], None]  # bytes done, bytes in all


@dataclass
class Staged:
    """A file read to its end: what would be published, and what was wrong."""

    row: ReadingsImport
    options: ImportOptions
    points: Points
    staging: Staging
    reads: list[NewRead] = field(default_factory=list)
    register_rows: list[RegisterRead] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        return self.row.state == ReadingsImport.State.REFUSED

    def summary(self) -> dict[str, object]:
        """What a preview shows beside the counts of the row: points, period, sums in Wh (varh) by quantity."""
        days = [shown_day(day) for day in (self.staging.first_day, self.staging.last_day) if day is not None]
        return {
            "points": len(self.points), "points_new": len(self.points.created), "days": days,
            "sums": {quantity.name.lower(): total for quantity, total in self.staging.sums.items()},
            "register_reads": len(self.reads),
        }  # fmt: skip


def stage(
    path: Path, row: ReadingsImport, actor: Actor, options: ImportOptions, *, write: bool = True,
    progress: Progress = lambda done, total: None,
) -> Staged:  # fmt: skip
    """Read the file and compare it with the newest snapshot; counts and problems are left on ``row``, not yet saved.

    ``write`` false makes no segments: a preview. On any exception the segments written so far are removed.
    """
    points = Points(actor.scope, options.unit_path if options.create_points else None, dry=not write)
    staged = Staged(row, options, points, Staging(catalog.current_snapshot(), row.public_id.hex, write))
    intake = Intake(points, staged.staging, options.quarantine)
    try:
        _read(path, staged, intake, progress)
        staged.reads += register_rows.resolve(staged.register_rows, intake)
        intake.end()
        if not intake.refused:
            staged.staging.flush()
        _conclude(staged, intake)
    except BaseException:
        staged.staging.discard()
        raise
    return staged


def _read(path: Path, staged: Staged, intake: Intake, progress: Progress) -> None:
    total = path.stat().st_size
    with path.open("rb") as stream:
        try:
            staged.row.format = staged.options.format or formats.detect(stream)
            for found in formats.read(staged.row.format, stream, staged.options.intervals):
                _take(found, staged, intake)
                progress(stream.tell(), total)
        except CodecError as error:
            intake.problem(problems.from_codec(error.problem))
            intake.keep_going = False


def _take(found: formats.Found, staged: Staged, intake: Intake) -> None:
    if isinstance(found, IntervalBatch):
        intake.batch(found)
    elif isinstance(found, FileProblem):
        intake.problem(problems.from_codec(found))
    elif isinstance(found, DailyTotal):
        point_id = intake.point_of(found.key, 24, found.row)
        if point_id is not None:
            staged.reads.append(single_reads.of_total(found, point_id))
    elif isinstance(found, AccumulatedRead):
        point_id = intake.point_of(found.key, 24, found.row)
        if point_id is not None:
            staged.reads.extend(single_reads.of_accumulated(found, point_id))
    else:
        staged.register_rows.append(found)


def _conclude(staged: Staged, intake: Intake) -> None:
    """Write the outcome on the row: done or refused, counts and problems."""
    row, counts = staged.row, staged.staging.counts
    nothing_good = not (counts.new or counts.changed or counts.same or staged.reads)
    if intake.refused or nothing_good:
        staged.staging.discard()
        staged.reads.clear()
        staged.points.created.clear()
        row.state = ReadingsImport.State.REFUSED
        row.values = row.rows_new = row.rows_changed = row.rows_same = 0
    else:
        reads = registers.compare(staged.reads)
        row.state = ReadingsImport.State.DONE
        row.values = counts.values + len(staged.reads)
        row.rows_new, row.rows_changed = counts.new + reads.new, counts.changed + reads.changed
        row.rows_same = counts.same + reads.same
    if counts.edits_kept and counts.first_edit:
        day = shown_day(counts.first_edit[1])
        intake.problem(problems.problem("edits_kept", value=day, expected=counts.edits_kept, warn=True))
    row.rows_refused = counts.refused
    row.problems = intake.found
    if not staged.options.unit_path and staged.points.scope.covers(staged.points.path):
        row.path = staged.points.path
