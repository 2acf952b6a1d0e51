"""Queueing, cancelling and restarting a job as verbs of a person; jobs of the system itself are submitted without."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gridhall.platform import jobs
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import Job
from gridhall.platform.tags import Tag


@action(Tag.JOB_SUBMIT)
def submit_job(act: Act, kind: str, arguments: dict[str, Any], path: str) -> Job:
    """Queue a job at the unit ``path``. The key of the action is the key of the job."""
    if not act.actor.scope.covers(path):
        raise NotInScope()
    job = jobs.submit(kind, arguments, key=act.key, path=path, by=act.actor.name)
    act.on(job, path)
    act.note(kind=kind)
    return job


@action(Tag.JOB_CANCEL)
def cancel_job(act: Act, job: Job) -> Job:
    """Stop a job: at once when it waits, after its current step when it runs."""
    act.on(job, job.path)
    jobs.cancel(job)
    job.refresh_from_db()
    return job


@action(Tag.JOB_RESTART)
def restart_job(act: Act, job: Job) -> Job:
    """Queue a job that failed for good: it goes on behind its last step. Whoever presses has seen to the cause."""
    act.on(job, job.path)
    if not jobs.restart(job):
        raise Refused(_("Only a job that failed can be run again."))
    job.refresh_from_db()
    return job
