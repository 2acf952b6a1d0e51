"""Long work of the readings: importing a kept upload, and keeping the store in order."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from gridhall.platform import jobs, policy
from gridhall.platform.actor import Actor
from gridhall.platform.errors import NotInScope
from gridhall.platform.jobs import Running
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag
from gridhall.readings import upkeep
from gridhall.readings.catalog import Moved
from gridhall.readings.importing import files, problems
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.importing.run import bring_in, preview
from gridhall.readings.models import ReadingsImport

IMPORT, COMPACT = "readings-import", "readings-compact"
REPORT_EVERY_S = 1.0


def upload(
    actor: Actor, file_name: str, chunks: Iterable[bytes], options: ImportOptions, *, preview_first: bool = False
) -> ReadingsImport:
    """Keep an uploaded file and queue its import, or first its preview; the row shows what became of it.

    Raises NotAllowed without the permission, NotInScope for a unit that is not the actor's.
    """
    policy.require(actor, Tag.READINGS_IMPORT)
    path = options.unit_path or (actor.scope.prefixes[0] if actor.scope.prefixes else "")
    if not actor.scope.covers(path):
        raise NotInScope()
    kept = files.keep(chunks)
    with transaction.atomic():
        row = ReadingsImport.objects.create(
            path=path, file_name=file_name.replace("\\", "/").rsplit("/", 1)[-1][-200:], sha256=files.sha256(kept),
            state=ReadingsImport.State.RUNNING, quarantine=options.quarantine, imported_by=actor.name,
        )  # fmt: skip
        _submit(actor, row, kept.name, options, "preview" if preview_first else "apply")
    return row


def apply_preview(actor: Actor, row: ReadingsImport, options: ImportOptions) -> ReadingsImport:
    """Queue the import of a previewed file, with the options now chosen."""
    policy.require(actor, Tag.READINGS_IMPORT)
    with transaction.atomic():
        waiting = ReadingsImport.objects.within(actor.scope).filter(pk=row.pk, state=ReadingsImport.State.PREVIEWED)
        if not waiting.update(state=ReadingsImport.State.RUNNING, quarantine=options.quarantine):
            raise NotInScope()
        kept = Job.objects.get(key=_key(row, "preview")).arguments["upload"]
        _submit(actor, row, kept, options, "apply")
    row.refresh_from_db()
    return row


def job_of(row: ReadingsImport) -> Job | None:
    """The newest job of an import: its progress, and under ``checkpoint["summary"]`` what the file holds."""
    return Job.objects.filter(key__in=[_key(row, step) for step in ("preview", "apply")]).order_by("-pk").first()


def _key(row: ReadingsImport, step: str) -> str:
    return f"{IMPORT}:{row.public_id}:{step}"


def _submit(actor: Actor, row: ReadingsImport, upload_name: str, options: ImportOptions, step: str) -> Job:
    who = {
        "name": actor.name, "kind": actor.kind, "roles": sorted(actor.roles), "prefixes": list(actor.scope.prefixes),
        "everything": actor.scope.everything, "user_id": actor.user_id, "address": actor.address,
    }  # fmt: skip
    arguments = {"import": row.pk, "upload": upload_name, "options": options.as_json(), "step": step, "actor": who}
    return jobs.submit(IMPORT, arguments, key=_key(row, step), path=row.path, by=actor.name)


def _actor(who: dict[str, Any]) -> Actor:
    """The person who submitted, with the roles and the scope of that moment."""
    scope = Scope(prefixes=tuple(who["prefixes"]), everything=who["everything"])
    return Actor(who["name"], who["kind"], frozenset(who["roles"]), scope, who["user_id"], who["address"])


@jobs.handler(IMPORT)
def run_import(run: Running) -> None:
    """Do or preview one import. A second attempt starts anew: nothing of the first can be seen."""
    row = ReadingsImport.objects.get(pk=run.arguments["import"])
    kept = files.kept(run.arguments["upload"])
    if row.state != ReadingsImport.State.RUNNING:
        # An earlier attempt got as far as its publication and died before it could say so.
        return
    try:
        _run_import(run, row, kept)
    except jobs.LeaseLost:
        if Job.objects.filter(pk=run.job.pk, attempt=run.job.attempt, cancel_requested=True).exists():
            row.state, row.problems = ReadingsImport.State.REFUSED, [problems.problem("cancelled")]
            row.save(update_fields=["state", "problems"])
        raise


def _run_import(run: Running, row: ReadingsImport, kept: Path) -> None:
    options = ImportOptions.from_json(run.arguments["options"])
    actor, size, report = _actor(run.arguments["actor"]), kept.stat().st_size, _Reporter(run)
    if run.arguments["step"] == "preview":
        outcome = preview(actor, kept, row.file_name, options, row=row, progress=report)
        _save_preview(row, outcome.row, outcome.already)
    else:
        outcome = bring_in(
            actor, kept, row.file_name, options, row=row, progress=report, fence=lambda: run.report(size, size)
        )
        if outcome.already:
            _save_same(row, outcome.row)
        kept.unlink(missing_ok=True)
    run.report(size, size, {"summary": outcome.summary, "already": outcome.already})


def _save_preview(row: ReadingsImport, seen: ReadingsImport, already: bool) -> None:
    if already:
        _save_same(row, seen)
        return
    row.state = ReadingsImport.State.PREVIEWED
    row.save()


def _save_same(row: ReadingsImport, earlier: ReadingsImport) -> None:
    """The content was in the store already: all its rows are the same."""
    row.format, row.sha256, row.values = earlier.format, earlier.sha256, earlier.values
    row.rows_same = earlier.rows_new + earlier.rows_changed + earlier.rows_same
    row.state = ReadingsImport.State.DONE
    row.save()


class _Reporter:
    """Progress at most once a second: each report is a write that others wait for."""

    def __init__(self, run: Running) -> None:
        self._run, self._next = run, 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._run.report(done, total)
            self._next = now + REPORT_EVERY_S


@jobs.handler(COMPACT, every=timedelta(days=1))
def run_compact(run: Running) -> None:
    """Compact every complete month, one publication each, then sweep orphans and forgotten uploads."""
    months = upkeep.compactable(timezone.localdate())
    for done, month in enumerate(months):
        run.report(done, len(months))
        # Readings of the month that came meanwhile go first; tomorrow is soon enough.
        with suppress(Moved):
            upkeep.compact_month(month)
    swept = len(upkeep.sweep())
    run.report(len(months), len(months), {"months": len(months), "swept": swept, "uploads": files.sweep()})
