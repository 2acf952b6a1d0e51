"""Month after month: a run is created, calculated, looked at and released by a second person."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from gridhall.cis.billing.actions import create_run, release_run
from gridhall.cis.billing.models import BillRun
from gridhall.demo.organisation import Utility
from gridhall.demo.span import first_of, following
from gridhall.platform import clock, jobs


def moment(day, hour: int, minute: int = 0) -> datetime:  # type: ignore[no-untyped-def]
    """A civil time as an aware moment."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def bill_month(utility: Utility, month: int) -> None:
    """The runs of all cycles, on the second and third day of the following month."""
    done = first_of(following(month))
    for cycle in utility.cycles.values():
        with clock.set_to(moment(done + timedelta(days=1), 8)):
            run = create_run(utility.actor("Biller Gao"), cycle.pk, month)
            jobs.run_until_idle()
        run = BillRun.objects.within(utility.actor("Biller Gao").scope).get(pk=run.pk)
        if run.state != BillRun.State.CALCULATED:
            raise RuntimeError(f"the run of {month} ended as {run.state}: {run.job.error if run.job else ''}")
        with clock.set_to(moment(done + timedelta(days=2), 9)):
            release_run(utility.actor("Checker He"), run.pk)
