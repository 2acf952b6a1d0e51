"""Taking a population as a job: bills in steps, then one file per column."""

from __future__ import annotations

from gridhall.cis.billing.models import Bill
from gridhall.cis.whatif.actions import TAKE_JOB, keep_population
from gridhall.cis.whatif.models import Population
from gridhall.cis.whatif.taking import LIVE, Taken, add, bills_of, columns_of
from gridhall.platform.actor import system
from gridhall.platform.jobs import Running, handler
from gridhall.platform.scope import EVERYTHING, path_range


@handler(TAKE_JOB)
def take(running: Running) -> None:
    """A million bills take some half a minute; a job that was interrupted starts anew, nothing is half kept."""
    population = Population.objects.within(EVERYTHING).get(pk=running.arguments["population"])
    if population.state == Population.State.READY:
        return
    rows = Bill.objects.within(EVERYTHING).filter(path_range("path", population.path), month=population.month)
    total, done, taken = rows.filter(state__in=LIVE).count(), 0, Taken()
    for step in bills_of(population.path, population.month):
        add(taken, step)
        done += len(step)
        running.report(min(done, total), total)
    keep_population(system("population"), population.pk, *columns_of(taken, population.month))
