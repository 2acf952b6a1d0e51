"""One import from file to publication, for the command line and for the job alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError

from gridhall.platform.actions import Act, action
from gridhall.platform.actor import Actor
from gridhall.platform.tags import Tag
from gridhall.readings import catalog, examining, registers, validation
from gridhall.readings.catalog import Moved
from gridhall.readings.importing import files
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.stage import Progress, Staged, stage
from gridhall.readings.models import ReadingsImport

ATTEMPTS = 5  # how often another publication may overtake this one before it gives up


@dataclass(frozen=True)
class Outcome:
    """The import row; ``already`` when the same content had been applied before and nothing was done."""

    row: ReadingsImport
    already: bool = False
    summary: dict[str, object] | None = None


def bring_in(
    actor: Actor, path: Path, file_name: str, options: ImportOptions, *, row: ReadingsImport | None = None,
    progress: Progress = lambda done, total: None, fence: Callable[[], None] = lambda: None,
) -> Outcome:  # fmt: skip
    """Import a file: all of it visible in one transaction, or nothing. A file with problems comes back as REFUSED.

    ``fence`` runs inside the publishing transaction and raises when this process may not publish any more.
    Raises Moved when other imports of the same months kept overtaking.
    """
    fingerprint = options.fingerprint(files.sha256(path))
    done = applied(actor, fingerprint)
    if done is not None:
        return Outcome(done, already=True)
    for attempt in range(1, ATTEMPTS + 1):
        row = _blank(actor, file_name, fingerprint, options, row)
        staged = stage(path, row, actor, options, progress=progress)
        try:
            found = [] if staged.refused else examining.examine(staged.staging.records, staged.staging.snapshot)
            return Outcome(publish(actor, staged, found, fence), summary=staged.summary())
        except BaseException as error:
            staged.staging.discard()
            # Overtaken by another publication, or by another import that made the same points: compare anew.
            if not isinstance(error, Moved | IntegrityError) or attempt == ATTEMPTS:
                raise
    raise AssertionError


def preview(
    actor: Actor, path: Path, file_name: str, options: ImportOptions, *, row: ReadingsImport | None = None,
    progress: Progress = lambda done, total: None,
) -> Outcome:  # fmt: skip
    """What an import would do: counts, problems and sums on an unsaved row; nothing is written anywhere."""
    fingerprint = options.fingerprint(files.sha256(path))
    done = applied(actor, fingerprint)
    if done is not None:
        return Outcome(done, already=True)
    row = _blank(actor, file_name, fingerprint, options, row)
    staged = stage(path, row, actor, options, write=False, progress=progress)
    return Outcome(row, summary=staged.summary())


def applied(actor: Actor, fingerprint: str) -> ReadingsImport | None:
    """The import that brought in all rows of the same content before, if the actor may see it."""
    same = ReadingsImport.objects.within(actor.scope).filter(sha256=fingerprint, rows_refused=0)
    return same.filter(state=ReadingsImport.State.DONE).first()


@action(Tag.READINGS_IMPORT)
def publish(
    act: Act, staged: Staged, issues: list[examining.Found], fence: Callable[[], None] = lambda: None
) -> ReadingsImport:
    """Make the staged file visible: points, segments, register reads, issues and the import row at once.

    Raises Moved when what the file was compared with has changed since.
    """
    row, staging = staged.row, staged.staging
    fence()
    catalog.lock()
    if staging.moved():
        raise Moved
    act.on(row, row.path)
    row.save()
    if not staged.refused:
        staged.points.write()
        news = staging.records or staged.reads
        reason = f"import {row.public_id}"
        number = catalog.publish(staging.records, imported=row, reason=reason) if news else catalog.current_snapshot()
        counts = registers.record_many(staged.reads, reason="", published=number, imported=row)
        found = validation.record(issues, row)
        act.note(snapshot=number, register_reads=counts.new + counts.changed, issues=found)
    act.note(
        file=row.file_name, format=row.format, state=row.state, values=row.values, new=row.rows_new,
        changed=row.rows_changed, same=row.rows_same, refused=row.rows_refused, points_new=len(staged.points.created),
    )  # fmt: skip
    return row


def _blank(
    actor: Actor, file_name: str, fingerprint: str, options: ImportOptions, row: ReadingsImport | None
) -> ReadingsImport:
    row = row or ReadingsImport(imported_by=actor.name)
    prefixes = actor.scope.prefixes
    row.path = row.path or options.unit_path or (prefixes[0] if prefixes else "")
    row.file_name, row.sha256, row.quarantine = Path(file_name).name[-200:], fingerprint, options.quarantine
    return row
