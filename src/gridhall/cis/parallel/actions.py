"""The life of a parallel run: a file brought in, compared again and again, differences accepted, signed off."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from django.db.models import F
from django.utils.translation import gettext as _

from gridhall.cis.parallel import importing, writing
from gridhall.cis.parallel.comparing import Compared
from gridhall.cis.parallel.models import Comparison, ComparisonRound, LegacyMapping, ParallelRun
from gridhall.codecs.errors import CodecError
from gridhall.codecs.legacy_bills import ColumnMap
from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.importing import files
from gridhall.readings.importing.problems import from_codec

IMPORT_JOB, COMPARE_JOB = "parallel-import", "parallel-compare"
REASON_CHARACTERS_MIN = 3
State, Found = ParallelRun.State, Comparison.State


@dataclass(frozen=True)
class Group:
    """Differences of one cause and one size band; None stands for all of them."""

    cause: str | None = None
    band: int | None = None


@action(Tag.LEGACY_MAPPING_SAVE)
def save_mapping(act: Act, path: str, name: str, mapping: ColumnMap) -> LegacyMapping:
    """Keep a mapping under a name for the next file; a new one of the same name takes its place."""
    if not act.actor.scope.covers(path):
        raise NotInScope()
    row, _made = LegacyMapping.objects.update_or_create(
        path=path, name=name.strip()[:80], defaults={"mapping": mapping.to_json(), "saved_by": act.actor.name}
    )
    act.on(row, path)
    act.note(columns=len(mapping.targets))
    return row


@action(Tag.PARALLEL_START)
def start_run(act: Act, upload: Path, file_name: str, path: str, month: int, mapping: ColumnMap) -> ParallelRun:
    """Queue the import of a kept upload; the same file of a month with the same mapping gives the first run."""
    if not act.actor.scope.covers(path):
        raise NotInScope()
    stored = mapping.to_json()
    said = hashlib.sha256(json.dumps(stored, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    content = files.sha256(upload)
    known = ParallelRun.objects.within(act.actor.scope).exclude(state=State.CANCELLED)
    run = known.filter(path=path, month=month, sha256=content, mapping_sha256=said).first()
    if run is None:
        run = ParallelRun.objects.create(
            path=path, month=month, file_name=file_name[-200:], sha256=content, mapping=stored, mapping_sha256=said,
            upload=upload.name, header=list(mapping.targets), created_by=act.actor.name,
            created_by_user=act.actor.user_id,
        )  # fmt: skip
        run.job = jobs.submit(IMPORT_JOB, {"run": run.pk}, key=f"{IMPORT_JOB}:{run.pk}", path=path, by=act.actor.name)
        run.save(update_fields=["job"])
    act.on(run, path)
    act.note(month=month, sha256=content)
    return run


@action(Tag.PARALLEL_STEP)
def import_step(act: Act, run_id: int, step: importing.Step) -> None:
    """Keep the next rows of the file. Doing it twice is doing it once."""
    run = _locked(act, run_id)
    if run.state != State.IMPORTING:
        raise Refused(_("The file of this run is not being read any more."))
    if step.read_to > run.imported_to:
        importing.write(run, step)
        run.save(update_fields=["imported_to", "bills", "lines", "refused", "total_fen", "problems"])
        act.note(bills=len(step.bills), refused=len(step.refused))


@action(Tag.PARALLEL_STEP)
def finish_import(act: Act, run_id: int) -> None:
    """All rows are kept: the first comparison begins."""
    run = _locked(act, run_id)
    if run.state == State.IMPORTING:
        _begin_round(act, run)


@action(Tag.PARALLEL_STEP)
def refuse_file(act: Act, run_id: int, error: CodecError) -> None:
    """The file cannot be read to its end: what it said stays with the run, which ends."""
    run = _locked(act, run_id)
    run.state, run.problems = State.CANCELLED, [from_codec(error.problem), *run.problems]
    run.save(update_fields=["state", "problems"])
    act.note(code=error.problem.message_code.value)


@action(Tag.PARALLEL_COMPARE)
def compare_again(act: Act, run_id: int) -> ParallelRun:
    """Bill and compare the month once more, on today's tariffs, readings and customers."""
    run = _locked(act, run_id)
    if run.state != State.COMPARED:
        raise Refused(_("Only a run that is compared and not signed off can be compared again."))
    _begin_round(act, run)
    return run


def _begin_round(act: Act, run: ParallelRun) -> None:
    run.rounds, run.state = run.rounds + 1, State.COMPARING
    found = ComparisonRound.objects.create(
        run=run,
        path=run.path,
        number=run.rounds,
        snapshot=current_snapshot(),
        started_by=act.actor.name if run.rounds > 1 else run.created_by,
    )
    key = f"{COMPARE_JOB}:{found.pk}"
    run.job = jobs.submit(COMPARE_JOB, {"round": found.pk}, key=key, path=run.path, by=act.actor.name)
    run.save(update_fields=["rounds", "state", "job"])
    act.note(round=found.number, snapshot=found.snapshot)


@action(Tag.PARALLEL_STEP)
def compare_step(act: Act, round_id: int, number: int, result: Compared) -> None:
    """Keep what comparing the next accounts found. Doing it twice is doing it once."""
    found = ComparisonRound.objects.within(act.actor.scope).get(pk=round_id)
    run = _locked(act, found.run_id)
    found.refresh_from_db()
    if run.state != State.COMPARING or run.rounds != found.number:
        raise Refused(_("This comparison was ended."))
    if number > found.steps_done:
        writing.write(found, result)
        ComparisonRound.objects.within(act.actor.scope).filter(pk=found.pk).update(
            steps_done=number,
            bills_theirs=F("bills_theirs") + result.bills_theirs,
            bills_ours=F("bills_ours") + result.bills_ours,
            equal=F("equal") + result.equal,
            differing=F("differing") + len(result.rows),
            theirs_fen=F("theirs_fen") + result.theirs_fen,
            ours_fen=F("ours_fen") + result.ours_fen,
        )
        act.note(equal=result.equal, differing=len(result.rows))


@action(Tag.PARALLEL_STEP)
def finish_round(act: Act, round_id: int) -> None:
    """Every account is compared; what the round before had and this one has not is gone."""
    found = ComparisonRound.objects.within(act.actor.scope).get(pk=round_id)
    run = _locked(act, found.run_id)
    if run.state == State.COMPARING and run.rounds == found.number:
        writing.resolve(found)
        found.ended = True
        found.open_at_end = found.comparisons.filter(state=Found.OPEN).count()
        found.save(update_fields=["ended", "open_at_end"])
        run.state = State.COMPARED
        run.save(update_fields=["state"])


@action(Tag.PARALLEL_CANCEL)
def cancel_run(act: Act, run_id: int, reason: str) -> ParallelRun:
    """End a run that nobody wants; its rows stay, and nothing of it ever reached a bill."""
    run = _locked(act, run_id)
    _reason(reason)
    if run.state == State.SIGNED:
        raise Refused(_("The run is signed off; it stays as it is."))
    if run.job and run.state != State.COMPARED:
        jobs.cancel(run.job)
    run.state = State.CANCELLED
    run.save(update_fields=["state"])
    act.note(reason=reason)
    return run


@action(Tag.PARALLEL_ACCEPT)
def accept_group(act: Act, run_id: int, group: Group, reason: str) -> ParallelRun:
    """Accept every open difference of a group with one reason; it holds while the difference stays the same."""
    run = _locked(act, run_id)
    rows = Comparison.objects.within(act.actor.scope).filter(round__run=run, round__number=run.rounds)
    wanted = {"cause": group.cause, "band": group.band}
    _accept(act, run, rows.filter(**{name: value for name, value in wanted.items() if value is not None}), reason)
    return run


@action(Tag.PARALLEL_ACCEPT)
def accept_one(act: Act, comparison_id: int, reason: str) -> ParallelRun:
    """Accept the difference of one account."""
    rows = Comparison.objects.within(act.actor.scope).filter(pk=comparison_id)
    found = rows.select_related("round__run").first()
    if found is None:
        raise NotInScope()
    run = _locked(act, found.round.run_id)
    if found.round.number != run.rounds:
        raise Refused(_("There is a newer comparison; look at the difference there."))
    _accept(act, run, rows, reason)
    return run


def _accept(act: Act, run: ParallelRun, rows: object, reason: str) -> None:
    _reason(reason)
    if run.state != State.COMPARED:
        raise Refused(_("Differences are accepted after a comparison has ended and before it is signed off."))
    changed = {"state": Found.ACCEPTED, "reason": reason.strip(), "accepted_by": act.actor.name, "accepted_at": act.at}
    accepted = rows.filter(state=Found.OPEN).update(**changed)  # type: ignore[attr-defined]
    if not accepted:
        raise Refused(_("None of these differences is open any more."))
    act.note(accepted=accepted, reason=reason.strip())


@action(Tag.PARALLEL_SIGN)
def sign_run(act: Act, run_id: int) -> ParallelRun:
    """Say that the month is proven: every difference is gone or accepted. Who brought the file in may not say it."""
    run = _locked(act, run_id)
    if run.state != State.COMPARED:
        raise Refused(_("The run is not compared to its end."))
    if act.actor.user_id is not None and act.actor.user_id == run.created_by_user:
        raise Refused(_("Who brought the file in may not sign it off; ask a second person."))
    rows = Comparison.objects.within(act.actor.scope).filter(round__run=run, round__number=run.rounds)
    if rows.filter(state=Found.OPEN).exists():
        raise Refused(_("There are open differences; repair them and compare again, or accept them with a reason."))
    run.state, run.signed_by, run.signed_at = State.SIGNED, act.actor.name, act.at
    run.save(update_fields=["state", "signed_by", "signed_at"])
    act.note(month=run.month, accepted=rows.filter(state=Found.ACCEPTED).count(), sha256=run.sha256)
    return run


def _reason(reason: str) -> None:
    if len(reason.strip()) < REASON_CHARACTERS_MIN:
        raise Refused(_("Give a reason; it stays in the audit log."))


def _locked(act: Act, run_id: int) -> ParallelRun:
    rows = lock(ParallelRun.objects.within(act.actor.scope).filter(pk=run_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]
