"""The cockpit of a parallel run: totals of both systems, causes by size, rounds, and the certificate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.parallel import queries
from gridhall.cis.parallel.actions import cancel_run, compare_again, sign_run
from gridhall.cis.parallel.models import ParallelRun
from gridhall.cis.parallel.writing import BANDS_FEN
from gridhall.codecs.tables import write_csv
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.formats import yuan
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.parallel.sentences import sentence
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag
from gridhall.readings.importing import problems

State = ParallelRun.State
WORKING = (State.IMPORTING, State.COMPARING)
PROBLEMS_SHOWN = 20


def find(scope: Scope, public_id: UUID) -> ParallelRun:
    """One run. Raises NotInScope for every other id."""
    found = queries.run(scope, public_id)
    if found is None:
        raise NotInScope()
    return found


def bands() -> list[str]:
    """The size bands in words."""
    ends = [yuan(end).removesuffix(".00") for end in BANDS_FEN]
    return [_("no money"), *(f"≤ {end}" for end in ends[1:]), f"> {ends[-1]}"]


@page("office-parallel")
def run(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Everything about a run on one page."""
    found, actor = find(request.actor.scope, public_id), request.actor
    told = [(one, *problems.reason_and_remedy(one)) for one in found.problems[:PROBLEMS_SHOWN]]
    context = {
        **moving(actor.scope, found), "problems": told, "again": KeyedForm(),
        "may_compare": policy.may(actor, Tag.PARALLEL_COMPARE) and found.state == State.COMPARED,
        "may_cancel": policy.may(actor, Tag.PARALLEL_CANCEL) and found.state not in (State.SIGNED, State.CANCELLED),
    }  # fmt: skip
    return render(request, "office/parallel.html", context)


@page("office-parallel-progress")
def progress(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The part that moves; the whole page comes again once the work is done."""
    context = moving(request.actor.scope, find(request.actor.scope, public_id))
    response = render(request, "office/_parallel_progress.html", context)
    if request.htmx and not context["working"]:
        response.headers["HX-Refresh"] = "true"
    return response


def moving(scope: Scope, found: ParallelRun) -> dict[str, Any]:
    """State and figures of a run and its newest comparison."""
    last = queries.latest(found)
    ended = (Job.State.FAILED, Job.State.CANCELLED)
    working = found.state in WORKING and not (found.job and found.job.state in ended)
    context = {"run": found, "last": last, "working": working, "rounds": queries.rounds(found)}
    if last is not None:
        causes = queries.by_cause(scope, last)
        used = [(n, word) for n, word in enumerate(bands()) if any(n in one.bands for one in causes)]
        context |= {
            "causes": [(one, [(n, one.bands.get(n, 0)) for n, _word in used]) for one in causes], "bands": used,
            "open": sum(one.open for one in causes), "accepted": sum(one.accepted for one in causes),
            "difference_fen": last.ours_fen - last.theirs_fen, "compared": last.equal + last.differing,
        }  # fmt: skip
    return context


@page("office-parallel-again", "POST")
def again(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Once more, on today's tariffs, readings and customers."""
    found, form = find(request.actor.scope, public_id), KeyedForm(request.POST)
    key = str(form.cleaned_data["key"]) if form.is_valid() else None
    compare_again(request.actor, found.pk, key=key)
    messages.success(request, _("The month is being billed and compared again."))
    return redirect("office-parallel", found.public_id)


@page("office-parallel-cancel", "GET", "POST")
def cancel(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Ends a run that nobody wants; its rows stay."""
    found, form, status = find(request.actor.scope, public_id), ReasonForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        _done, status = attempt(form, lambda: cancel_run(request.actor, found.pk, data["reason"], key=str(data["key"])))
        if status == 200:
            messages.success(request, _("The parallel run is cancelled."))
            return redirect("office-parallel", found.public_id)
    return render(request, "office/parallel_cancel.html", {"run": found, "form": form}, status=status)


@page("office-parallel-certificate", "GET", "POST")
def certificate(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What was compared, what was accepted and why, who says so; signed by a second person."""
    found, form, status = find(request.actor.scope, public_id), KeyedForm(request.POST or None), 200
    if request.method == "POST" and form.is_valid():
        done, status = attempt(form, lambda: sign_run(request.actor, found.pk, key=str(form.cleaned_data["key"])))
        if done is not None:
            messages.success(request, _("The month is signed off."))
            return redirect("office-parallel-certificate", found.public_id)
    context = moving(request.actor.scope, found)
    last = context["last"]
    second = found.created_by_user is None or found.created_by_user != request.actor.user_id
    context |= {
        "form": form, "acceptances": queries.acceptances(request.actor.scope, last) if last else [],
        "may_sign": policy.may(request.actor, Tag.PARALLEL_SIGN) and second and found.state == State.COMPARED,
    }  # fmt: skip
    return render(request, "office/parallel_certificate.html", context, status=status)


@page("office-parallel-csv")
def csv(request: PageRequest, public_id: UUID) -> StreamingHttpResponse:
    """Every difference of the newest comparison, for a spreadsheet."""
    found = find(request.actor.scope, public_id)
    header = [
        _("Account"),
        _("Cause"),
        _("Theirs"),
        _("Ours"),
        _("Difference"),
        _("State"),
        _("Reason"),
        _("Explanation"),
    ]
    return _file(f"differences-{found.month}.csv", write_csv(header, _differences(request.actor.scope, found)))


def _differences(scope: Scope, found: ParallelRun) -> Iterator[list[object]]:
    last = queries.latest(found)
    rows = queries.differences(scope, last).iterator(chunk_size=2000) if last else ()
    for one in rows:
        amounts = ["" if fen is None else _plain(fen) for fen in (one.theirs_fen, one.ours_fen, one.difference_fen)]
        told = " ".join(sentence(part) for part in one.detail.get("parts", ()))
        yield [one.account_number, one.get_cause_display(), *amounts, one.get_state_display(), one.reason, told]


def _plain(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


@page("office-parallel-refused")
def refused(request: PageRequest, public_id: UUID) -> StreamingHttpResponse:
    """The refused rows as they stood, with row, reason and remedy in front; to repair and bring in again."""
    found = find(request.actor.scope, public_id)
    rows = ([row, *problems.reason_and_remedy(problem), *texts] for row, texts, problem in queries.refused_rows(found))
    header = [_("Row"), _("Reason"), _("Remedy"), *found.header]
    return _file(f"refused-{found.month}.csv", write_csv(header, rows))


def _file(name: str, lines: Iterator[bytes]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
