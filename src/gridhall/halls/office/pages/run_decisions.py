"""Releasing a run as a second person, and cancelling it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.billing.actions import cancel_run, release_run
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.runs import effect, find
from gridhall.halls.page import PageRequest, page


@page("office-run-release", "GET", "POST")
def release(request: PageRequest, public_id: UUID) -> HttpResponse:
    """First what would be posted and what would stay behind; then the release."""
    run, form, status = find(request.actor.scope, public_id), KeyedForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        done, status = attempt(
            form, lambda: release_run(request.actor, run.pk, key=str(form.cleaned_data["key"]))
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The bills are released and posted."))
            return redirect("office-run", run.public_id)
    context = {"run": run, "form": form, "effect": effect(request.actor.scope, run)}
    return render(request, "office/run_release.html", context, status=status)


@page("office-run-cancel", "GET", "POST")
def cancel(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Throws the drafts away; released runs are refused by the action."""
    run, form, status = find(request.actor.scope, public_id), ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _done, status = attempt(
            form, lambda: cancel_run(request.actor, run.pk, data["reason"].strip(), key=str(data["key"]))
        )
        if status == 200:
            messages.success(request, _("The run is cancelled; its drafts are gone."))
            return redirect("office-run", run.public_id)
    return render(request, "office/run_cancel.html", {"run": run, "form": form}, status=status)
