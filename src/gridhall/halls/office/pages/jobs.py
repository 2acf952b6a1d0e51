"""Long work: what waits, runs, failed or ended; stopping it, and running again what failed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope
from gridhall.platform.job_actions import cancel_job, restart_job
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag

ALIVE = (Job.State.QUEUED, Job.State.RUNNING)


@page("office-jobs")
def jobs(request: PageRequest) -> HttpResponse:
    """Newest first, by state."""
    rows, chosen = Job.objects.within(request.actor.scope).order_by("-pk"), request.GET.get("state", "")
    if chosen in Job.State.values:
        rows = rows.filter(state=chosen)
    context = {"listing": listing(request, rows), "chosen": chosen, "states": Job.State.choices}
    return render(request, "office/jobs.html", context)


@page("office-job")
def job(request: PageRequest, public_id: UUID) -> HttpResponse:
    """One job with its progress and, where it failed, the error."""
    found = find(request.actor.scope, public_id)
    lines = found.error.strip().splitlines()
    context = {
        "job": found, "form": KeyedForm(), "error": found.error if _technical(request) else lines[-1] if lines else "",
        "working": found.state in ALIVE,
        "may_restart": policy.may(request.actor, Tag.JOB_RESTART) and found.state == Job.State.FAILED,
        "may_cancel": policy.may(request.actor, Tag.JOB_CANCEL) and found.state in ALIVE,
    }  # fmt: skip
    return render(request, "office/_job.html" if request.htmx else "office/job.html", context)


@page("office-job-cancel", "POST")
def cancel(request: PageRequest, public_id: UUID) -> HttpResponse:
    """At once when it waits, after its current step when it runs."""
    found, form = find(request.actor.scope, public_id), KeyedForm(request.POST)
    if form.is_valid():
        cancel_job(request.actor, found, key=str(form.cleaned_data["key"]))
        messages.success(request, _("The job is asked to stop."))
    return redirect("office-job", found.public_id)


@page("office-job-restart", "POST")
def restart(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A person has seen to the cause: the job goes on behind its last step."""
    found, form = find(request.actor.scope, public_id), KeyedForm(request.POST)
    if form.is_valid():
        done, _status = attempt(form, lambda: restart_job(request.actor, found, key=str(form.cleaned_data["key"])))
        if done is None:
            messages.error(request, " ".join(form.non_field_errors()))
        else:
            messages.success(request, _("The job waits for a worker."))
    return redirect("office-job", found.public_id)


def _technical(request: PageRequest) -> bool:
    """Others need what went wrong, not where in the program."""
    return "system-administrator" in request.actor.roles


def find(scope: Scope, public_id: UUID) -> Job:
    """One job. Raises NotInScope for every other id."""
    row = Job.objects.within(scope).filter(public_id=public_id).first()
    if row is None:
        raise NotInScope()
    return row
