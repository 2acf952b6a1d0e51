"""Comparing everybody: started by a person, worked on by a job, stopped by a person."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.advice.billed import newest_month
from gridhall.cis.advice.everybody import Found, write
from gridhall.cis.advice.models import AdviceRun
from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.scope import path_range
from gridhall.platform.tags import Tag

ADVICE_JOB = "advice"


@action(Tag.ADVICE_START)
def start_run(act: Act, path: str) -> AdviceRun:
    """Queue comparing every open account of a unit over the twelve months up to its newest bill."""
    if not act.actor.scope.covers(path):
        raise NotInScope()
    until = newest_month(Q(path_range("path", path)))
    if until is None:
        raise Refused(_("No bill was released in this unit yet; plans are compared from bills."))
    run = AdviceRun.objects.create(
        path=path, until=until, on=timezone.localdate(act.at), created_by=act.actor.name, created_at=act.at
    )
    run.job = jobs.submit(ADVICE_JOB, {"run": run.pk}, key=f"{ADVICE_JOB}:{run.pk}", path=path, by=act.actor.name)
    run.save(update_fields=["job"])
    act.on(run, path)
    act.note(until=until)
    return run


@action(Tag.ADVICE_STEP)
def keep_step(act: Act, run_id: int, ids: Sequence[int], found: Sequence[Found]) -> None:
    """Keep what comparing the next accounts found. Doing it twice is doing it once."""
    run = _locked(act, run_id)
    if ids and ids[-1] > run.done_to:
        write(run, found)
        run.done_to = ids[-1]
        run.accounts += len(ids)
        run.compared += sum(one.complete for one in found)
        run.with_saving += sum(one.saving_fen > 0 for one in found)
        run.saving_fen += sum(one.saving_fen for one in found)
        run.save(update_fields=["done_to", "accounts", "compared", "with_saving", "saving_fen"])
        act.note(accounts=len(ids), compared=len(found))


@action(Tag.ADVICE_STEP)
def finish_run(act: Act, run_id: int) -> None:
    """Every account is compared."""
    run = _locked(act, run_id)
    run.ended = True
    run.save(update_fields=["ended"])
    act.note(accounts=run.accounts, with_saving=run.with_saving, saving_fen=run.saving_fen)


@action(Tag.ADVICE_CANCEL)
def cancel_run(act: Act, run_id: int) -> AdviceRun:
    """Stop after the step that is under way; what was found stays."""
    run = _locked(act, run_id)
    if run.ended or run.job is None:
        raise Refused(_("This run has ended already."))
    jobs.cancel(run.job)
    return run


def _locked(act: Act, run_id: int) -> AdviceRun:
    rows = lock(AdviceRun.objects.within(act.actor.scope).filter(pk=run_id))
    if not rows:
        raise NotInScope()
    act.on(rows[0], rows[0].path)
    return rows[0]
