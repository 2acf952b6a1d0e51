"""Comparing everybody as a job: workers compare ahead, each step is kept whole, and a run goes on behind it."""

from __future__ import annotations

from gridhall.cis.advice.actions import ADVICE_JOB, finish_run, keep_step
from gridhall.cis.advice.everybody import Found, found_of, steps
from gridhall.cis.advice.models import AdviceRun
from gridhall.cis.advice.plans import Catalogue
from gridhall.cis.billing.measure import warm
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.parallel import ahead


@handler(ADVICE_JOB)
def compare_everybody(running: Running) -> None:
    """Steps of accounts by id; what was found before a stop stays."""
    actor = system("advice")
    run = AdviceRun.objects.within(actor.scope).get(pk=running.arguments["run"])
    if run.ended:
        return  # done before, by a worker that died before it could say so
    catalogue, rest, done = Catalogue(run.on), steps(run), run.accounts
    total = done + sum(map(len, rest))

    def work(ids: list[int]) -> list[Found]:
        return found_of(ids, run.until, catalogue)

    warm()
    running.report(done, total)
    for ids, found in zip(rest, ahead(work, rest), strict=True):
        keep_step(actor, run.pk, ids, found)
        done += len(ids)
        running.report(done, total)
    finish_run(actor, run.pk)
