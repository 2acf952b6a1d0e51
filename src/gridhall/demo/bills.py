"""Month after month: a run is created, calculated, looked at and released by a second person."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from gridhall.cis.billing.actions import create_run, release_run
from gridhall.cis.billing.models import Bill, BillRun
from gridhall.demo.organisation import Utility
from gridhall.demo.span import Span, first_of, following
from gridhall.platform import clock, jobs
from gridhall.platform.scope import EVERYTHING


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """A civil time as an aware moment."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def bill_month(utility: Utility, span: Span, month: int) -> None:
    """The runs of all cycles, on the second and third day of the following month, but not after today."""
    done, today = first_of(following(month)), moment(span.today, 0, 5)
    for cycle in utility.cycles.values():
        with clock.set_to(min(moment(done + timedelta(days=1), 8), today)):
            run = create_run(utility.actor("Biller Gao"), cycle.pk, month)
            jobs.run_until_idle()
        run = BillRun.objects.within(utility.actor("Biller Gao").scope).get(pk=run.pk)
        if run.state != BillRun.State.CALCULATED:
            raise RuntimeError(f"the run of {month} ended as {run.state}: {run.job.error if run.job else ''}")
        with clock.set_to(min(moment(done + timedelta(days=2), 9), today)):
            release_run(utility.actor("Checker He"), run.pk)


def digest() -> str:
    """One hash over every bill: two cities are equal when their digests are."""
    rows = Bill.objects.within(EVERYTHING).order_by("account__number", "month", "pk")
    total = hashlib.sha256()
    for row in rows.values_list("account__number", "month", "kind", "state", "total_fen", "content_sha256").iterator():
        total.update(repr(row).encode())
    return total.hexdigest()
