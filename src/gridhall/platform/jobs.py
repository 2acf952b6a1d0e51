"""The job motor: submit, claim under a lease, report with a checkpoint, resume after a crash.

A handler is a function ``handler(run: Running) -> None`` registered under a kind. It does its work in steps, each
idempotent, and calls ``run.report(done, total, checkpoint)`` after each; ``report`` raises LeaseLost when another worker
took over or the job was cancelled, and the handler simply ends.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from gridhall.platform.models import Job

LEASE = timedelta(seconds=60)
MAX_FAILURES = 5  # then the job is failed for good and a person decides
FIRST_DELAY = timedelta(seconds=2)  # doubled after each failure

log = logging.getLogger(__name__)
Handler = Callable[["Running"], None]
_HANDLERS: dict[str, Handler] = {}


class LeaseLost(Exception):
    """This worker no longer owns the job: it was cancelled, or another worker took it over."""


def handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of ``kind``."""

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        return function

    return register


@dataclass
class Running:
    """A claimed job in the hands of its handler."""

    job: Job

    @property
    def arguments(self) -> dict[str, Any]:
        return self.job.arguments

    @property
    def checkpoint(self) -> dict[str, Any]:
        return self.job.checkpoint

    def report(self, done: int, total: int, checkpoint: dict[str, Any] | None = None) -> None:
        """Store progress and renew the lease. Call it in the same transaction as the step where it can be."""
        changes: dict[str, Any] = {"done": done, "total": total, "lease_until": timezone.now() + LEASE}
        if checkpoint is not None:
            changes["checkpoint"] = self.job.checkpoint = checkpoint
        if not _owned(self.job).filter(cancel_requested=False).update(**changes):
            raise LeaseLost


def _owned(job: Job) -> Any:
    """The row, as long as this attempt still holds it: the attempt number is the fencing token."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)


def submit(
    kind: str,
    arguments: dict[str, Any],
    *,
    key: str | None = None,
    path: str = "",
    by: str = "",
    due_at: datetime | None = None,
) -> Job:
    """Queue a job; the same key returns the first one."""
    values = {
        "kind": kind,
        "arguments": arguments,
        "path": path,
        "submitted_by": by,
        "due_at": due_at or timezone.now(),
    }
    if key is None:
        return Job.objects.create(**values)
    return Job.objects.get_or_create(key=key, defaults=values)[0]


def claim() -> Running | None:
    """The oldest job that is due, or whose worker stopped renewing its lease."""
    now = timezone.now()
    with transaction.atomic():
        due = Q(state=Job.State.QUEUED, due_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
        rows = Job.objects.filter(due, kind__in=_HANDLERS).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        job.state, job.attempt, job.lease_until = Job.State.RUNNING, job.attempt + 1, now + LEASE
        job.started_at = job.started_at or now
        job.save(update_fields=["state", "attempt", "lease_until", "started_at"])
        return Running(job)


def run_one() -> Job | None:
    """Claim one job and do it; None when nothing is due."""
    running = claim()
    if running is None:
        return None
    job = running.job
    try:
        if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
            raise LeaseLost
        _HANDLERS[job.kind](running)
        _owned(job).update(state=Job.State.DONE, finished_at=timezone.now(), error="")
    except LeaseLost:
        _owned(job).filter(cancel_requested=True).update(state=Job.State.CANCELLED, finished_at=timezone.now())
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _put_back(job, traceback.format_exc())
    return job


def _put_back(job: Job, error: str) -> None:
    failures = job.failures + 1
    if failures >= MAX_FAILURES:
        _owned(job).update(state=Job.State.FAILED, failures=failures, error=error, finished_at=timezone.now())
    else:
        due = timezone.now() + FIRST_DELAY * 2**failures
        _owned(job).update(state=Job.State.QUEUED, failures=failures, error=error, due_at=due, lease_until=None)


def run_until_idle(limit: int = 1000) -> int:
    """Do due jobs in this process until none is left; for the command line, the demo builder and tests."""
    for count in range(limit):
        if run_one() is None:
            return count
    return limit


def cancel(job: Job) -> None:
    """Ask a running job to stop at its next report; a queued one is cancelled at once."""
    Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(state=Job.State.CANCELLED, finished_at=timezone.now())
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
