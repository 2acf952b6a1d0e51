"""Cases: the list, a new one with what it would come to, and changing one that nobody has confirmed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.cases import queries
from gridhall.cis.cases.actions import Facts, calculate_case, open_case
from gridhall.cis.cases.actions.make import OPEN
from gridhall.cis.cases.models import Case
from gridhall.cis.cases.preview import preview
from gridhall.cis.cases.rules import breach_rules
from gridhall.cis.cases.terms import terms_of
from gridhall.cis.cases.wording import PARTS, step_views
from gridhall.cis.customers import queries as customers
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.movements import movement_words
from gridhall.halls.lists import listing
from gridhall.halls.office.cases.forms import CaseForm, ChooseForm, initial_of
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope, Refused


@page("office-cases")
def cases(request: PageRequest) -> HttpResponse:
    """Newest first; ``?state=`` and ``?kind=`` narrow it down."""
    chosen = {
        "state": _one_of(request.GET.get("state"), Case.State.values),
        "kind": _one_of(request.GET.get("kind"), Case.Kind.values),
    }
    context = {
        "listing": listing(request, queries.cases(request.actor.scope, **chosen)), "chosen": chosen,
        "states": Case.State.choices, "kinds": Case.Kind.choices,
    }  # fmt: skip
    return render(request, "office/cases.html", context)


def _one_of(value: str | None, known: list[str]) -> str:
    return value if value in known else ""


@page("office-case-new", "GET", "POST")
def new(request: PageRequest) -> HttpResponse:
    """First whose and what kind, then its questions. Saved as a draft, and calculated where that is possible."""
    asked = request.POST if request.method == "POST" else request.GET
    choose = ChooseForm(asked if "account" in asked and "kind" in asked else None, initial=asked.dict())
    account = _account(request, choose)
    if account is None:
        status = 422 if choose.errors else 200
        return render(request, "office/case_choose.html", {"form": choose}, status=status)
    kind = choose.cleaned_data["kind"]
    form = CaseForm(kind, account, request.actor.scope, request.POST or None, initial=_first_guess())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            facts, key = form.facts(), str(form.cleaned_data["key"])
            try:
                case = open_case(request.actor, account.pk, kind, facts, key=key)
            except Refused as error:
                _raise_unknown(error)
                form.add_error(None, str(error))
            else:
                return _calculated(request, case, None, f"{key}:first")
    return render(request, "office/case_edit.html", _form_context(form, account, kind), status=status)


@page("office-case-edit", "GET", "POST")
def edit(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The same questions with the answers so far."""
    case, status = queries.case(request.actor.scope, public_id), 200
    if case.state not in OPEN:
        raise Refused(_("Only a case that is not confirmed can be calculated; withdraw it and open another."))
    initial = initial_of(case, terms_of(case.terms))
    form = CaseForm(case.kind, case.account, request.actor.scope, request.POST or None, initial=initial)
    if request.method == "POST":
        if form.is_valid():
            return _calculated(request, case, form.facts(), str(form.cleaned_data["key"]))
        status = 422
    return render(
        request, "office/case_edit.html", {**_form_context(form, case.account, case.kind), "case": case}, status=status
    )


@page("office-case-preview", "POST")
def preview_(request: PageRequest) -> HttpResponse:
    """What the answers so far would come to; nothing is kept."""
    choose = ChooseForm(request.POST)
    account = _account(request, choose)
    if account is None:
        raise NotInScope()
    kind = choose.cleaned_data["kind"]
    form = CaseForm(kind, account, request.actor.scope, request.POST)
    return render(request, "office/_case_preview.html", _preview(request, form, account, kind))


def _preview(request: PageRequest, form: CaseForm, account: Account, kind: str) -> dict[str, Any]:
    if not form.is_valid():
        named = [(form.fields[name].label if name in form.fields else "", said) for name, said in form.errors.items()]
        return {"missing": named}
    try:
        found = preview(account, kind, form.facts(), request.actor.user_id, timezone.localdate())
    except Refused as error:
        return {"refused": str(error)}
    return preview_context(found)


def preview_context(found: Any) -> dict[str, Any]:
    """Steps and books as the template shows them."""
    books = [(movement_words(kind), account, fen) for kind, account, fen in found.rows]
    return {"preview": found, "steps": step_views(found.calculation), "parts": PARTS, "books": books}


def _calculated(request: PageRequest, case: Case, facts: Facts | None, key: str) -> HttpResponse:
    try:
        calculate_case(request.actor, case.pk, facts, key=key)
        messages.success(request, _("Calculated. A second person confirms it."))
    except Refused as error:
        _raise_unknown(error)
        messages.warning(request, _("Kept as a draft: %(why)s") % {"why": error})
    return redirect("office-case", case.public_id)


def _raise_unknown(error: Refused) -> None:
    """What the reader may not know of, or not do, is no matter of the form."""
    if error.status in (403, 404):
        raise error


def _account(request: PageRequest, choose: ChooseForm) -> Account | None:
    if not choose.is_bound or not choose.is_valid():
        return None
    try:
        return customers.account_by_number(request.actor.scope, choose.cleaned_data["account"].strip())
    except NotInScope:
        choose.add_error("account", _("There is no such account here."))
        return None


def _first_guess() -> dict[str, Any]:
    return {"found_on": timezone.localdate()}


def _form_context(form: CaseForm, account: Account, kind: str) -> dict[str, Any]:
    rules = breach_rules(timezone.localdate())
    return {
        "form": form, "account": account, "kind": kind, "kind_word": Case.Kind(kind).label, "rules": rules,
        "rule": rules.kinds.get(kind),
    }  # fmt: skip
