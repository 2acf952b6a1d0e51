"""The job motor: submit, claim under a lease, report with a checkpoint, resume after a crash.

A handler is a function ``handler(run: Running) -> None`` registered under a kind. It does its work in steps, each
idempotent, and calls ``run.report(done, total, checkpoint)`` after each; ``report`` raises LeaseLost when another
worker took over or the job was cancelled, and Stopped when this process was asked to end; the handler simply ends.

A handler with ``every=`` recurs: one row that is queued again after each run and is never failed for good.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from gridhall.platform.errors import Refused
from gridhall.platform.models import Job

LEASE = timedelta(seconds=60)
MAX_FAILURES = 5  # in a row, without progress; then the job is failed for good and a person decides
FIRST_DELAY = timedelta(seconds=2)  # doubled after each failure
LONGEST_DELAY = timedelta(minutes=10)  # an outage of hours ends in minutes for the jobs that waited

log = logging.getLogger(__name__)
Handler = Callable[["Running"], None]
_HANDLERS: dict[str, Handler] = {}
_EVERY: dict[str, timedelta] = {}
_stopping = threading.Event()


class LeaseLost(Exception):
    """This worker no longer owns the job: it was cancelled, or another worker took it over."""


class Stopped(Exception):
    """This process was asked to end; the job goes on elsewhere from its checkpoint."""


def handler(kind: str, *, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of ``kind``; with ``every``, again and again once it is submitted."""

    def register(function: Handler) -> Handler:
        _HANDLERS[kind] = function
        if every is not None:
            _EVERY[kind] = every
        return function

    return register


def submit_recurring() -> None:
    """Queue each recurring kind that is not there yet: one row per kind, whatever the number of workers."""
    for kind in _EVERY:
        submit(kind, {}, key=f"recurring:{kind}")


def stop() -> None:
    """Ask this process to end: a running job stops after its current step. Safe in a signal handler."""
    _stopping.set()


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
        if done > self.job.done:
            changes["failures"] = self.job.failures = 0
        if not _owned(self.job).filter(cancel_requested=False).update(**changes):
            raise LeaseLost
        self.job.done = done
        # Inside a step's transaction the step is committed first, so that stopping loses nothing.
        transaction.on_commit(_end_when_asked)


def _end_when_asked() -> None:
    if _stopping.is_set():
        raise Stopped


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
    due = Q(state=Job.State.QUEUED, due_at__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    rows = Job.objects.filter(due, kind__in=_HANDLERS).order_by("due_at", "pk")
    if not rows.exists():  # an idle worker takes no write lock
        return None
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        if job.state == Job.State.RUNNING:
            job.failures += 1  # its worker died; a job that kills every worker must come to an end, too
        job.state, job.attempt, job.lease_until = Job.State.RUNNING, job.attempt + 1, now + LEASE
        job.started_at = job.started_at or now
        job.save(update_fields=["state", "attempt", "failures", "lease_until", "started_at"])
        return Running(job)


def run_one() -> Job | None:
    """Claim one job and do it; None when nothing is due."""
    running = claim()
    if running is None:
        return None
    job = running.job
    try:
        if job.failures >= MAX_FAILURES and job.kind not in _EVERY:
            raise RuntimeError(f"the worker died {job.failures} times in this job")
        if Job.objects.filter(pk=job.pk, cancel_requested=True).exists():
            raise LeaseLost
        _HANDLERS[job.kind](running)
        _finish(job)
    except LeaseLost:
        _owned(job).filter(cancel_requested=True).update(state=Job.State.CANCELLED, finished_at=timezone.now())
    except Stopped:
        _owned(job).update(state=Job.State.QUEUED, due_at=timezone.now(), lease_until=None)
    except Refused as error:
        _refuse(job, str(error))
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _put_back(job, traceback.format_exc())
    return job


def _finish(job: Job) -> None:
    now = timezone.now()
    if job.kind in _EVERY:
        again = {"state": Job.State.QUEUED, "due_at": now + _EVERY[job.kind], "lease_until": None, "failures": 0}
        _owned(job).update(**again, error="", finished_at=now)
    else:
        _owned(job).update(state=Job.State.DONE, finished_at=now, error="")


def _refuse(job: Job, reason: str) -> None:
    """An action said no: trying again would not change its mind, a person has to."""
    if job.kind in _EVERY:
        _put_back(job, reason)
    else:
        _owned(job).update(state=Job.State.FAILED, error=reason, finished_at=timezone.now())


def _put_back(job: Job, error: str) -> None:
    failures = job.failures + 1
    if failures >= MAX_FAILURES and job.kind not in _EVERY:
        _owned(job).update(state=Job.State.FAILED, failures=failures, error=error, finished_at=timezone.now())
    else:
        due = timezone.now() + min(FIRST_DELAY * 2 ** min(failures, 16), LONGEST_DELAY)
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


def restart(job: Job) -> bool:
    """Queue a failed job once more, with all its attempts before it; False for one in another state."""
    again = {"state": Job.State.QUEUED, "failures": 0, "due_at": timezone.now(), "lease_until": None}
    failed = Job.objects.filter(pk=job.pk, state=Job.State.FAILED)
    return bool(failed.update(**again, error="", finished_at=None, cancel_requested=False))
