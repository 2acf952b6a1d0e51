"""Words of the office: ``{% load office %}``."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.network.models import ServicePointTerms
from gridhall.halls.office.bills import Change
from gridhall.platform.models import Job

register = template.Library()

JOB_KINDS = {
    "bill-run": _("Bill run"),
    "readings-import": _("Import of readings"),
    "parallel-import": _("The old system's bills"),
    "parallel-compare": _("Comparison of a parallel run"),
    "readings-compact": _("Upkeep of the readings store"),
    "billing-figures": _("Figures of the newest months"),
    "billing-figures-earlier": _("Figures of earlier months"),
}
JOB_STATES = {
    Job.State.QUEUED: _("Waiting"),
    Job.State.RUNNING: _("Running"),
    Job.State.DONE: _("Done"),
    Job.State.FAILED: _("Failed"),
    Job.State.CANCELLED: _("Stopped"),
}


@register.filter
def use_class(bill: Bill) -> str:
    """The class of use of a bill in words."""
    return str(dict(ServicePointTerms.UseClass.choices).get(bill.use_class, bill.use_class))


@register.filter
def difference(changes: list[Change]) -> int:
    """What all changes come to, in fen."""
    return sum(change.difference_fen for change in changes)


@register.filter
def job_kind(job: Job) -> str:
    """What a job does, in words."""
    return str(JOB_KINDS.get(job.kind, job.kind))


@register.filter
def job_state(job: Job | str) -> str:
    """How a job stands, in words."""
    state = job if isinstance(job, str) else job.state
    return str(JOB_STATES.get(Job.State(state), state))


@register.filter
def without_sign(fen: int) -> int:
    """The amount of a credit, where the column says what it is."""
    return abs(fen)


@register.filter
def cell(row: dict[str, str], column: str) -> str:
    """The text of a row under a column."""
    return row.get(column, "")
