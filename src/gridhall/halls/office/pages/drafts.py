"""Tariff drafts: the list, a new one, the form or the text with live checks, and publishing by a second person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.studio import actions, documents, hints, queries, samples
from gridhall.cis.studio.models import Draft
from gridhall.cis.tariffs.models import TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.cis.whatif.models import Population
from gridhall.cis.whatif.queries import populations
from gridhall.halls import formats
from gridhall.halls.forms import HallForm, KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office import draft_form
from gridhall.halls.office.samples import sample_rows
from gridhall.halls.page import PageRequest, page
from gridhall.kernel.tariffs import TariffError
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.scope import Scope
from gridhall.platform.tags import Tag

POPULATIONS_SHOWN = 5
WORKED_ON = (Draft.State.DRAFT, Draft.State.SUBMITTED)


def _name(row: TariffVersion) -> str:
    return row.tariff.name_zh if formats.chinese() else row.tariff.name_en


class NewForm(KeyedForm):
    """A blank form, or a copy of a version."""

    base = forms.ChoiceField(label=gettext_lazy("Based on"), required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [
            (str(row.pk), f"{_name(row)} · {row.valid_from} · {row.tariff.code}")
            for row in queries.versions_for_copying()
        ]
        self.fields["base"].choices = [("", _("Nothing: a blank form")), *rows]  # type: ignore[attr-defined]


class ReasonForm(HallForm):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@page("office-drafts")
def drafts(request: PageRequest) -> HttpResponse:
    """Newest first."""
    return render(request, "office/drafts.html", {"listing": listing(request, queries.drafts(request.actor.scope))})


@page("office-draft-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """Blank, or a copy with another first day."""
    form = NewForm(request.POST or None, initial={"base": request.GET.get("base", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        base = int(data["base"]) if data["base"] else None
        row = actions.create(request.actor, data["valid_from"], base, key=str(data["key"]))
        return redirect("office-draft-edit", row.public_id)
    return render(request, "office/draft_new.html", {"form": form}, status=422 if request.method == "POST" else 200)


@page("office-draft")
def draft(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What it changes, what it would bill, what was said, and what comes next."""
    return _show(request, public_id)


@page("office-draft-samples", "POST")
def with_account(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The same page with the last bill of an account."""
    return _show(request, public_id, request.POST.get("account", "").strip()[:10])


def _show(request: PageRequest, public_id: UUID, account: str = "", refused: Refused | None = None) -> HttpResponse:
    row = queries.draft(request.actor.scope, public_id)
    last = queries.latest(row)
    checked = documents.check(last.text)
    base = parsed(row.base_id) if row.base_id else None
    bills, asked = [], None
    if checked.version:
        month = checked.version.valid_from.year * 100 + checked.version.valid_from.month
        bills = samples.typical(checked.version, base, month)
        asked = samples.account_bill(request.actor.scope, account, checked.version, base) if account else None
    own = request.actor.user_id in (row.created_by_user, last.saved_by_user)
    context = {
        "draft": row, "last": last, "checked": checked,
        "hints": hints.hints(checked.version) if checked.version else [],
        "diff": documents.diff(queries.base_text(row), documents.canonical(last.text)),
        "bills": [sample_rows(bill) for bill in ([asked] if asked else []) + bills],
        "account": account, "missing": bool(account) and asked is None and checked.version is not None,
        "revisions": row.revisions.order_by("-number"), "comments": row.comments.all(),
        "may_work": row.state in WORKED_ON, "may_submit": row.state == Draft.State.DRAFT and checked.version,
        "may_publish": row.state == Draft.State.SUBMITTED and policy.may(request.actor, Tag.DRAFT_PUBLISH) and not own,
        "own": own and row.state == Draft.State.SUBMITTED, "refused": refused, "reason": ReasonForm(prefix="discard"),
        "billed": _billed(checked) if row.state == Draft.State.SUBMITTED else 0,
        "populations": ready_populations(request.actor.scope)[:POPULATIONS_SHOWN],
    }  # fmt: skip
    return render(request, "office/draft.html", context, status=refused.status if refused else 200)


def ready_populations(scope: Scope) -> QuerySet[Population]:
    """Populations that can be asked what a draft would do, newest first."""
    return populations(scope).filter(state=Population.State.READY)


def _billed(checked: documents.Checked) -> int:
    version = checked.version
    return queries.billed(version.code, version.valid_from, version.valid_to) if version else 0


@page("office-draft-edit", "GET", "POST")
def edit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The document as a form or as text; both show the same and either can be saved."""
    row = queries.draft(request.actor.scope, public_id)
    last = queries.latest(row)
    text, seen, shown = last.text, last.number, request.GET.get("view", "form")
    if request.method == "POST":
        text, seen = _sent(request), _seen(request)
        shown = request.POST.get("show") or request.POST.get("view", "form")
        if "save" in request.POST:
            try:
                actions.revise(request.actor, row.pk, text, seen, request.POST.get("note", ""))
            except Refused as error:
                return _editor(request, row, text, seen, shown, error)
            messages.success(request, _("Saved."))
            return redirect("office-draft", row.public_id)
    return _editor(request, row, text, seen, shown)


def _editor(
    request: PageRequest, row: Draft, text: str, seen: int, shown: str, refused: Refused | None = None
) -> HttpResponse:
    try:
        parts = draft_form.parts(text) if shown != "text" else []
    except TariffError:
        parts, shown = [], "text"
    context = {"draft": row, "text": text, "seen": seen, "parts": parts, "shown": shown, "refused": refused}
    context |= _checks(text)
    return render(request, "office/draft_edit.html", context, status=refused.status if refused else 200)


@page("office-draft-check", "POST")
def check(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Problems, warnings and hints for what stands in the fields now; nothing is saved."""
    queries.draft(request.actor.scope, public_id)
    return render(request, "office/_draft_check.html", _checks(_sent(request)))


def _checks(text: str) -> dict[str, Any]:
    checked = documents.check(text)
    return {"checked": checked, "hints": hints.hints(checked.version) if checked.version else []}


def _seen(request: PageRequest) -> int:
    """The revision that the sender looked at; none where the form was tampered with."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _sent(request: PageRequest) -> str:
    """The text that the sent editor stands for."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    return draft_form.applied(text, request.POST.dict()) if request.POST.get("view") == "form" else text


@page("office-draft-comment", "POST")
def comment(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A word on the revision that stands."""
    row = queries.draft(request.actor.scope, public_id)
    text = request.POST.get("text", "").strip()
    if not text:
        raise Refused(_("Write something first."))
    actions.comment(request.actor, row.pk, text)
    return redirect("office-draft", row.public_id)


@page("office-draft-submit", "POST")
def submit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """To a second person."""
    row = queries.draft(request.actor.scope, public_id)
    actions.submit(request.actor, row.pk)
    messages.success(request, _("Submitted. A second person publishes it."))
    return redirect("office-draft", row.public_id)


@page("office-draft-discard", "POST")
def discard(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Put away, with the reason."""
    row = queries.draft(request.actor.scope, public_id)
    form = ReasonForm(request.POST, prefix="discard")
    if not form.is_valid():
        raise Refused(_("Give the reason."))
    actions.discard(request.actor, row.pk, form.cleaned_data["reason"])
    return redirect("office-draft", row.public_id)


@page("office-draft-publish", "POST")
def publish(request: PageRequest, public_id: UUID) -> HttpResponse:
    """By a second person; a refusal comes beside what was ticked."""
    row = queries.draft(request.actor.scope, public_id)
    seen, ticked = _seen(request), request.POST.getlist("warning")
    try:
        done = actions.publish(request.actor, row.pk, seen, ticked, request.POST.get("reason", ""))
    except Refused as error:
        if error.status != 422:
            raise
        return _show(request, public_id, refused=error)
    messages.success(request, _("Published."))
    return redirect("office-tariff", done.published.tariff.public_id)
