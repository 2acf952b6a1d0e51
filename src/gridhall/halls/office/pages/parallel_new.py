"""The old system's bills come in: a file, what its columns are, and the start of a parallel run."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.parallel import queries
from gridhall.cis.parallel.actions import save_mapping, start_run
from gridhall.halls.lists import listing
from gridhall.halls.office.parallel import targets
from gridhall.halls.office.parallel.upload import FileForm, Kept, Seen, corrected, kept, see
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.tags import Tag
from gridhall.readings.importing import files, problems

PROBLEMS_SHOWN = 20


@page("office-parallels")
def runs(request: PageRequest) -> HttpResponse:
    """Newest first, each with what is still open."""
    found = listing(request, queries.runs(request.actor.scope))
    open_of = queries.counts(request.actor.scope, found.rows)
    rows = [(run, *open_of.get(run.pk, (0, 0))) for run in found.rows]
    return render(request, "office/parallels.html", {"listing": found, "rows": rows})


@page("office-parallel-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Keeps the file and shows what it would be; nothing is brought in yet."""
    form = FileForm(request.actor.scope, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        policy.require(request.actor, Tag.PARALLEL_START)
        data = form.cleaned_data
        if not request.actor.scope.covers(data["unit"]):
            raise NotInScope()
        name = data["file"].name.replace("\\", "/").rsplit("/", 1)[-1][-200:]
        found = Kept(files.keep(data["file"].chunks()), name, data["unit"], data["month"])
        return _preview(request, found, see(found, request.actor.scope))
    status = 422 if request.method == "POST" else 200
    return render(request, "office/parallel_new.html", {"form": form}, status=status)


@page("office-parallel-start", "POST")
def start(request: PageRequest) -> HttpResponse:
    """Looks again with the corrected mapping, or starts; a name keeps the mapping for the next file."""
    found = kept(request.POST.get("kept", ""), request.actor.user_id)
    first = see(found, request.actor.scope)
    try:
        mapping = corrected(request.POST, [column.header for column in first.columns], first.mapping)
    except Refused as error:
        return _preview(request, found, first, str(error))
    seen = see(found, request.actor.scope, mapping)
    if request.POST.get("then") != "start" or not seen.usable:
        return _preview(request, found, seen)
    if name := request.POST.get("mapping_name", "").strip():
        save_mapping(request.actor, found.path, name, mapping)
    run = start_run(request.actor, found.file, found.name, found.path, found.month, mapping)
    messages.success(request, _("The file is being read; the first comparison follows by itself."))
    return redirect("office-parallel", run.public_id)


def _preview(request: PageRequest, found: Kept, seen: Seen, refusal: str = "") -> HttpResponse:
    told = [(one, *problems.reason_and_remedy(one)) for one in seen.problems[:PROBLEMS_SHOWN]]
    context = {
        "kept": found, "seen": seen, "said": found.said(request.actor.user_id), "refusal": refusal, "problems": told,
        "more": max(0, len(seen.problems) - PROBLEMS_SHOWN), "groups": targets.target_choices(),
        "lacking": [targets.named(one) for one in seen.lacking], "kinds": targets.kind_choices(),
        "lines": _lines(seen),
    }  # fmt: skip
    return render(request, "office/parallel_preview.html", context, status=422 if refusal else 200)


def _lines(seen: Seen) -> list[tuple[object, str, object]]:
    """Bill, name and line of the first bills."""
    return [
        (bill, targets.line_name(line.kind, line.period, line.tier), line) for bill in seen.bills for line in bill.lines
    ]
