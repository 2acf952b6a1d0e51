"""The reconciliation workbench: statements, what does not agree, and closing it by two people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.reconcile import queries
from gridhall.cis.reconcile.actions import confirm, import_statement, own, propose, send_back
from gridhall.cis.reconcile.models import Difference, StatementLine
from gridhall.cis.reconcile.ways import ways_of
from gridhall.codecs.errors import CodecError
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.money import UploadForm, links_of, said
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag

STATEMENTS, LINES = 10, 50
State = Difference.State


class ProposalForm(ReasonForm):
    """How to close it: one of the ways that fit, and the account where one is needed."""

    way = forms.ChoiceField(label=gettext_lazy("How"), widget=forms.RadioSelect)
    account = forms.CharField(
        label=gettext_lazy("Account number"), required=False, max_length=10,
        help_text=gettext_lazy("For booking: the account that the money is for."),
    )  # fmt: skip

    def __init__(self, *args: Any, row: Difference, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way, Difference.Way(way).label) for way in ways_of(row)]


@page("office-money-reconciliation")
def workbench(request: PageRequest) -> HttpResponse:
    """What is open, oldest first, and the last statements."""
    scope, shown = request.actor.scope, request.GET.get("state", "")
    rows = queries.differences(scope)
    rows = rows.filter(state=State.CLOSED) if shown == State.CLOSED else rows.exclude(state=State.CLOSED)
    found, today = listing(request, rows), timezone.localdate()
    context = {
        "listing": found, "rows": [(row, queries.age_days(row, today)) for row in found.rows], "shown": shown,
        "statements": queries.statements(scope)[:STATEMENTS], "suspense_fen": queries.suspense_open_fen(scope),
        "may_import": policy.may(request.actor, Tag.STATEMENT_IMPORT),
    }  # fmt: skip
    return render(request, "office/money/reconciliation.html", context)


@page("office-money-statement-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """A statement of any partner, in the format the partner has; the same file twice changes nothing."""
    links = links_of(request.actor.scope)
    form, status = UploadForm(request.POST or None, request.FILES or None, links=links), 200
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        name = file.name.replace("\\", "/").rsplit("/", 1)[-1]
        try:
            row, status = attempt(form, lambda: import_statement(request.actor, form.chosen.pk, file.read(), name))
            if row is not None:
                return redirect("office-money-statement", row.public_id)
        except CodecError as error:
            form.add_error("file", said(error.problem))
    if request.method == "POST" and status == 200:
        status = Refused.status
    return render(request, "office/money/statement_new.html", {"form": form, "links": links}, status=status)


@page("office-money-statement")
def statement(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What came out, the proof, and the lines that do not agree."""
    row = queries.statement(request.actor.scope, public_id)
    apart = StatementLine.objects.filter(statement=row, outcome__in=queries.APART).select_related("difference")
    context = {
        "row": row, "outcomes": queries.outcomes(row), "apart": apart.order_by("row")[:LINES],
        "ours": queries.differences(request.actor.scope).filter(statement=row, line=None)[:LINES],
        "proved": row.books_fen is not None and row.books_fen == row.unsettled_fen,
    }  # fmt: skip
    return render(request, "office/money/statement.html", context)


@page("office-money-difference")
def difference(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Both sides, its age and owner, and what can be done."""
    return _show(request, queries.difference(request.actor.scope, public_id))


@page("office-money-own", "POST")
def take_on(request: PageRequest, public_id: UUID) -> HttpResponse:
    """This one is mine."""
    return _decided(request, public_id, KeyedForm, _("The difference is yours."), own)


@page("office-money-propose", "POST")
def suggest(request: PageRequest, public_id: UUID) -> HttpResponse:
    """How it should be closed, and why."""
    row = queries.difference(request.actor.scope, public_id)
    form, status = ProposalForm(request.POST, row=row), Refused.status
    if form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form,
            lambda: propose(
                request.actor, row.pk, data["way"], data["reason"], data["account"], key=str(data["key"]),
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("Proposed; a second person confirms it."))
            return redirect("office-money-difference", row.public_id)
    return _show(request, row, form, status)


@page("office-money-confirm", "POST")
def approve(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Post it, as the second person."""
    return _decided(request, public_id, KeyedForm, _("Posted; the difference is closed."), confirm)


@page("office-money-return", "POST")
def back(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Not like this."""
    return _decided(request, public_id, KeyedForm, _("Sent back; the difference is open again."), send_back)


def _decided(
    request: PageRequest, public_id: UUID, form_type: type[KeyedForm], words: str, act: Callable[..., Any]
) -> HttpResponse:
    row, form = queries.difference(request.actor.scope, public_id), form_type(request.POST)
    status = Refused.status
    if form.is_valid():
        done, status = attempt(form, lambda: act(request.actor, row.pk, key=str(form.cleaned_data["key"])))
        if done is not None:
            messages.success(request, words)
            return redirect("office-money-difference", row.public_id)
    return _show(request, row, status=status, refused=form)


def _show(
    request: PageRequest, row: Difference, form: ProposalForm | None = None, status: int = 200,
    refused: forms.Form | None = None,
) -> HttpResponse:  # fmt: skip
    row.refresh_from_db(fields=["state", "way", "owner"])
    proposable = row.state == State.OPEN and bool(ways_of(row))
    context = {
        "row": row, "age": queries.age_days(row, timezone.localdate()), "form": form or ProposalForm(row=row),
        "keyed": KeyedForm(), "refused": refused, "mine": row.proposer_id == request.actor.user_id,
        "may_propose": proposable and policy.may(request.actor, Tag.DIFFERENCE_PROPOSE),
        "waits": row.state == State.OPEN and not proposable,
        "may_confirm": row.state == State.PROPOSED and policy.may(request.actor, Tag.DIFFERENCE_CONFIRM),
        "may_own": row.state != State.CLOSED and policy.may(request.actor, Tag.DIFFERENCE_OWN),
    }  # fmt: skip
    return render(request, "office/money/difference.html", context, status=status)
