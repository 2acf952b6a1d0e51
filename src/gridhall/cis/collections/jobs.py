"""The day of the collections desk: every account once, in runs of ids, each one transaction; resumes after a kill."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from gridhall.cis.collections.actions.dunning import dunning_step
from gridhall.cis.customers.models import Account
from gridhall.platform import jobs
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.scope import EVERYTHING

DAY_JOB = "dunning"
ACCOUNTS_PER_STEP = 10_000  # ids; within the limits of both databases on the number of parameters


@handler("dunning-clock", every=timedelta(minutes=10))
def begin_the_day(_running: Running) -> None:
    """Queue today's run once; the key is the day."""
    submit(timezone.localdate())


def submit(on: date) -> None:
    """Queue the run of a day; a second time is the same run."""
    jobs.submit(DAY_JOB, {"on": str(on)}, key=f"{DAY_JOB}:{on}", by="collections")


@handler(DAY_JOB)
def dun(running: Running) -> None:
    """Steps of ACCOUNTS_PER_STEP ids; the checkpoint is the last id that is done."""
    actor, on = system("collections"), date.fromisoformat(running.arguments["on"])
    last = Account.objects.within(EVERYTHING).aggregate(last=Max("pk"))["last"] or 0
    after = int(running.checkpoint.get("after", 0))
    while after < last:
        upto = min(after + ACCOUNTS_PER_STEP, last)
        dunning_step(actor, after, upto, on)
        running.report(upto, last, {"after": upto})
        after = upto
