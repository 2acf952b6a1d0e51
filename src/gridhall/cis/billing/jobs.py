"""The bill run as a job: accounts in runs of ids, calculated ahead, each step one transaction, resumable."""

from __future__ import annotations

from datetime import timedelta

from gridhall.cis.billing import figures
from gridhall.cis.billing.actions.runs import RUN_JOB, calculate_step, finish_run
from gridhall.cis.billing.calculate import Calculation, calculate
from gridhall.cis.billing.measure import warm
from gridhall.cis.billing.models import BillRun
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.customers.models import Account
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.parallel import ahead
from gridhall.platform.scope import EVERYTHING

FIGURE_MONTHS = 24  # older debts are written off or in court; the cockpit shows thirteen
ACCOUNTS_PER_STEP = 10_000  # some 100 MB of curves, a few hundred milliseconds of write lock


@handler(RUN_JOB)
def calculate_run(running: Running) -> None:
    """Steps of ACCOUNTS_PER_STEP accounts in id order."""
    actor = system("bill-run")
    run = BillRun.objects.within(actor.scope).get(pk=running.arguments["run"])
    ids = list(
        Account.objects.within(actor.scope).filter(cycle_id=run.cycle_id).order_by("pk").values_list("pk", flat=True)
    )
    done = int(running.checkpoint.get("done", 0))
    steps = [ids[n : n + ACCOUNTS_PER_STEP] for n in range(done, len(ids), ACCOUNTS_PER_STEP)]

    def work(step: list[int]) -> Calculation:
        chunk = Chunk(run.cycle_id, step[0], step[-1])
        return calculate(chunk, run.month, run.period_from, run.period_to, run.snapshot)

    warm()
    running.report(done, len(ids))
    for step, result in zip(steps, ahead(work, steps), strict=True):
        calculate_step(actor, run.pk, step[-1], result)
        done += len(step)
        running.report(done, len(ids), {"done": done})
    finish_run(actor, run.pk)


def _billed_months() -> list[int]:
    """Months with released runs, newest first."""
    released = BillRun.objects.within(EVERYTHING).filter(state=BillRun.State.RELEASED)
    return list(released.order_by("-month").values_list("month", flat=True).distinct()[:FIGURE_MONTHS])


@handler("billing-figures", every=timedelta(minutes=5))
def refresh_figures(_running: Running) -> None:
    """Payments move the collection of the newest months all day long."""
    figures.refresh(_billed_months()[:2])


@handler("billing-figures-earlier", every=timedelta(hours=6))
def refresh_earlier_figures(running: Running) -> None:
    """Old debts are paid more rarely."""
    months = _billed_months()[2:]
    for done, month in enumerate(months, 1):
        figures.refresh([month])
        running.report(done, len(months))
