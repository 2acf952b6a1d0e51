"""Readings from a file: the list, the upload, and how an import stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.codecs.intervals import IntervalOptions
from gridhall.halls import formats
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import HallForm
from gridhall.halls.lists import listing
from gridhall.halls.office.issues import QUANTITIES
from gridhall.halls.office.units import unit_choices
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope
from gridhall.readings import jobs, queries
from gridhall.readings.importing import formats as known
from gridhall.readings.importing import problems
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.models import ReadingsImport
from gridhall.readings.store import Quantity

State = ReadingsImport.State
FORMATS = {
    "wide_csv": gettext_lazy("CSV, one row a day"),
    "long_csv": gettext_lazy("CSV, one row an interval"),
    "nem12": "NEM12, NEM13",
    "green_button": "Green Button",
    "registers_csv": gettext_lazy("Register readings, CSV or XLSX"),
}
PROBLEMS_SHOWN = 50


class UploadForm(HallForm):
    """A file of any known format and what it may not say itself."""

    file = forms.FileField(
        label=gettext_lazy("File"), max_length=200, allow_empty_file=False,
        help_text=gettext_lazy("CSV (wide or long), NEM12, NEM13, Green Button, register readings as CSV or XLSX."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit"), help_text=gettext_lazy("New points are made there, and the import is listed there.")
    )
    create_points = forms.BooleanField(label=gettext_lazy("Create points that are not known"), required=False)
    energy_unit = forms.ChoiceField(
        label=gettext_lazy("Energy unit"), required=False,
        choices=[("", gettext_lazy("As the file says")), ("kWh", "kWh"), ("Wh", "Wh")],
    )  # fmt: skip
    label = forms.ChoiceField(
        label=gettext_lazy("A time names"), required=False,
        choices=[
            ("end", gettext_lazy("the end of its interval")), ("start", gettext_lazy("the start of its interval")),
        ],
    )  # fmt: skip
    format = forms.ChoiceField(label=gettext_lazy("Format"), required=False)

    def __init__(self, scope: Scope, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = unit_choices(scope)
        self.fields["format"].choices = [("", _("Detect it")), *((name, format_name(name)) for name in known.NAMES)]

    def options(self) -> ImportOptions:
        """The preview counts the good rows of a bad file too; all or nothing is chosen after it."""
        data = self.cleaned_data
        intervals = IntervalOptions(unit=data["energy_unit"] or None, label=data["label"] or "end")
        return ImportOptions(data["unit"], True, data["create_points"], data["format"], intervals)


def format_name(name: str) -> str:
    """A format in words."""
    return str(FORMATS.get(name, name))


@page("office-imports")
def imports(request: PageRequest) -> HttpResponse:
    """Newest first, by state."""
    rows, chosen = queries.imports(request.actor.scope), request.GET.get("state", "")
    if chosen in State.values:
        rows = rows.filter(state=chosen)
    found = listing(request, rows)
    context = {
        "listing": found, "rows": [(row, format_name(row.format)) for row in found.rows], "chosen": chosen,
        "states": State.choices,
    }  # fmt: skip
    return render(request, "office/imports.html", context)


@page("office-import-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Keeps the upload under a random name and looks through it; nothing is imported yet."""
    form, status = UploadForm(request.actor.scope, request.POST or None, request.FILES or None), 200
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        row, status = attempt(
            form, lambda: jobs.upload(request.actor, file.name, file.chunks(), form.options(), preview_first=True)
        )
        if row is not None:
            return redirect("office-import", row.public_id)
    return render(request, "office/import_new.html", {"form": form}, status=status)


@page("office-import")
def import_(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Progress, then the preview with its counts and problems, then the result."""
    return render(request, "office/import.html", outcome(find(request.actor.scope, public_id)))


@page("office-import-progress")
def progress(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The same without its frame; asks again while the job works."""
    return render(request, "office/_import.html", outcome(find(request.actor.scope, public_id)))


@page("office-import-apply", "POST")
def apply(request: PageRequest, public_id: UUID) -> HttpResponse:
    """All of it, or only the good rows. Pressing twice queues one job."""
    row = find(request.actor.scope, public_id)
    job = jobs.job_of(row)
    if row.state == State.PREVIEWED and job is not None:
        chosen = ImportOptions.from_json(job.arguments["options"])
        jobs.apply_preview(request.actor, row, replace(chosen, quarantine=request.POST.get("take") == "good"))
        messages.info(request, _("The import has begun."))
    return redirect("office-import", row.public_id)


@page("office-import-problems")
def problems_csv(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Everything that was wrong, for a spreadsheet; no cell of it runs as a formula."""
    row = find(request.actor.scope, public_id)
    headers = {"Content-Disposition": f'attachment; filename="problems-{row.public_id}.csv"'}
    return HttpResponse("".join(problems.as_csv(row.problems)), content_type="text/csv; charset=utf-8", headers=headers)


def find(scope: Scope, public_id: UUID) -> ReadingsImport:
    """One import. Raises NotInScope for every other id."""
    row = queries.imports(scope).filter(public_id=public_id).first()
    if row is None:
        raise NotInScope()
    return row


def outcome(row: ReadingsImport) -> dict[str, Any]:
    """What both the page and its moving part show."""
    job = jobs.job_of(row)
    summary = (job.checkpoint.get("summary") if job else None) or {}
    good = row.rows_new + row.rows_changed + row.rows_same
    return {
        "row": row, "job": job, "format": format_name(row.format), "summary": summary, "good": good or row.values,
        "already": bool(job and job.checkpoint.get("already")),
        "working": row.state == State.RUNNING and bool(job) and job.state in (Job.State.QUEUED, Job.State.RUNNING),
        "sums": [(str(QUANTITIES[Quantity[name.upper()]]), _energy(name, wh)) for name, wh in _sums(summary)],
        "problems": [(one, *problems.reason_and_remedy(one)) for one in row.problems[:PROBLEMS_SHOWN]],
        "more": max(0, len(row.problems) - PROBLEMS_SHOWN),
        "unknown": any(one["code"] == "point_unknown" for one in row.problems),
    }  # fmt: skip


def _sums(summary: dict[str, Any]) -> list[tuple[str, int]]:
    return [(name, wh) for name, wh in summary.get("sums", {}).items() if name.upper() in Quantity.__members__]


def _energy(name: str, wh: int) -> str:
    return f"{formats.kwh(wh)} {'kvarh' if name.startswith('reactive') else 'kWh'}"
