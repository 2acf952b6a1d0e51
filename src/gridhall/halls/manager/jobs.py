"""Arrears of every unit, counted by the worker: over millions of bills a page cannot wait for the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from gridhall.halls.manager.arrears import Arrears, overdue
from gridhall.platform.jobs import Running, handler
from gridhall.platform.models import Job, OrgUnit
from gridhall.platform.scope import EVERYTHING, Scope

KIND = "manager-arrears"
EVERY = timedelta(minutes=30)


@dataclass(frozen=True)
class Counted:
    """Arrears by unit path, of the day ``on``; ``at`` is when they were counted."""

    on: date
    at: datetime
    units: dict[str, Arrears]


@handler(KIND, every=EVERY)
def count(running: Running) -> None:
    """City by city, so that the lease is renewed between them; the result lies in the job's checkpoint."""
    on = timezone.localdate()
    cities = OrgUnit.objects.within(EVERYTHING).filter(level=OrgUnit.Level.CITY).order_by("path")
    units: dict[str, list[int]] = {}
    for done, city in enumerate(cities, 1):
        for path, arrears in overdue(Scope(prefixes=(city.path,)), on).items():
            units[path] = [arrears.accounts, *arrears.ages_fen]
        running.report(done, len(cities))
    running.report(len(cities), len(cities), {"on": str(on), "at": timezone.now().isoformat(), "units": units})


def counted(scope: Scope) -> Counted | None:
    """The last count for the units in ``scope``; None before the first."""
    # The row is the worker's and lies in no unit; what is in it is cut down to the reader's scope here.
    job = Job.objects.within(EVERYTHING).filter(key=f"recurring:{KIND}").first()
    if job is None or not job.checkpoint:
        return None
    units = {
        path: Arrears(accounts, (young, older, oldest))
        for path, (accounts, young, older, oldest) in job.checkpoint["units"].items()
        if scope.covers(path)
    }
    return Counted(date.fromisoformat(job.checkpoint["on"]), datetime.fromisoformat(job.checkpoint["at"]), units)
