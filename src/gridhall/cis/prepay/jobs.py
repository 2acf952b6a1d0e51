"""The round of counting: every prepaying account, chunk by chunk, estimated ahead, each chunk one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from django.utils import timezone

from gridhall.cis.billing.measure import warm
from gridhall.cis.customers.models import BillingCycle
from gridhall.cis.prepay.actions.counting import record_balances
from gridhall.cis.prepay.columns import Counted, load, place, save
from gridhall.cis.prepay.drivers import configured
from gridhall.cis.prepay.driving import drive
from gridhall.cis.prepay.estimate import Estimate, estimate
from gridhall.cis.prepay.models import PrepayTerms
from gridhall.cis.prepay.month_to_date import Kept
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.parallel import ahead
from gridhall.platform.scope import EVERYTHING
from gridhall.readings.catalog import current_snapshot

EVERY = timedelta(minutes=30)
ACCOUNTS_PER_STEP = 10_000

Step = tuple[BillingCycle, list[int]]


@handler("prepay-balances", every=EVERY)
def count_balances(running: Running) -> None:
    """Count every balance; after a crash the round goes on behind the last chunk that was kept."""
    today = str(timezone.localtime(clock.now()).date())
    done = int(running.checkpoint.get("steps", 0)) if running.checkpoint.get("on") == today else 0

    def kept(steps: int, of: int) -> None:
        running.report(steps, of, {"on": today, "steps": steps} if steps < of else {})

    count_all(done, kept)


def count_all(done: int = 0, kept: Callable[[int, int], None] = lambda _steps, _of: None) -> int:
    """Count the chunks behind the first ``done``; ``kept`` is told after each. Returns how many accounts."""
    actor, today = system("prepay-balances"), timezone.localtime(clock.now()).date()
    snapshot, every, accounts = current_snapshot(), steps(), 0
    left = every[done:]

    def work(step: Step) -> tuple[Estimate, Kept]:
        return count(step, today, snapshot)

    if left:
        warm()
    for step, (found, rows) in zip(left, ahead(work, left), strict=True):
        counted: list[Counted] = []
        record_balances(actor, found, counted)
        save(place(step[0].pk, step[1][0]), rows, counted[0])
        done, accounts = done + 1, accounts + len(step[1])
        kept(done, len(every))
    return accounts


def steps() -> list[Step]:
    """The prepaying accounts of each cycle, by id, in chunks."""
    chunks: list[Step] = []
    for cycle in BillingCycle.objects.within(EVERYTHING).order_by("pk"):
        rows = PrepayTerms.objects.filter(valid_to__isnull=True, account__cycle=cycle).order_by("account_id")
        ids = list(rows.values_list("account_id", flat=True))
        chunks += [(cycle, ids[n : n + ACCOUNTS_PER_STEP]) for n in range(0, len(ids), ACCOUNTS_PER_STEP)]
    return chunks


def count(step: Step, today: date, snapshot: int) -> tuple[Estimate, Kept]:
    """One chunk from what is kept of it and what has arrived since. Light enough to be sent between processes."""
    cycle, ids = step
    before = load(place(cycle.pk, ids[0]))
    found, kept = estimate(ids, cycle, today, snapshot, before[0] if before else None)
    return replace(found, parts=[]), kept


@handler("prepay-commands", every=timedelta(seconds=10))
def drive_commands(running: Running) -> None:
    """Orders to meters; without a head-end they wait, and the monitor says so."""
    head_end = configured()
    if head_end is not None:
        drive(head_end, lambda done: running.report(done, done))
