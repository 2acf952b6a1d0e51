"""What validation doubted: the list, and one issue with its curve and its three ways out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.halls.dates import day_or
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.lists import listing
from gridhall.halls.office.fields import DayField
from gridhall.halls.office.issues import QUANTITIES, RULES, found, hours
from gridhall.halls.office.repair import chart_of, day_of, intervals, later
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope
from gridhall.readings import actions, queries
from gridhall.readings.models import Issue
from gridhall.readings.store import Quantity


class EditForm(ReasonForm):
    """An interval range and its values."""

    first = forms.IntegerField(label=gettext_lazy("First interval"), min_value=1, max_value=1440)
    last = forms.IntegerField(label=gettext_lazy("Last interval"), min_value=1, max_value=1440)
    values = forms.CharField(
        label=gettext_lazy("Values in kWh"), max_length=8000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One for all of them, or one for each, with blanks between."),
    )  # fmt: skip


class EstimateForm(ReasonForm):
    """Days whose gaps are filled from like days."""

    first_day = DayField(label=gettext_lazy("First day"))
    last_day = DayField(label=gettext_lazy("Last day"))


@page("office-issues")
def issues(request: PageRequest) -> HttpResponse:
    """Newest day first, by state, rule, point, days and import."""
    scope = request.actor.scope
    chosen = {name: request.GET.get(name, "") for name in ("state", "rule", "code", "first", "last", "import")}
    chosen["state"] = chosen["state"] if chosen["state"] in Issue.State.values else Issue.State.OPEN.value
    first, last = day_or(chosen["first"], None), day_or(chosen["last"], None)  # type: ignore[arg-type]
    rows = queries.issues(
        scope, state=chosen["state"], rule=chosen["rule"][:20], code=chosen["code"].strip()[:40], first_day=first,
        end_day=later(last) if last else None, import_id=_import_id(scope, chosen["import"]),
    )  # fmt: skip
    shown = listing(request, rows)
    context = {
        "listing": shown, "chosen": chosen, "states": Issue.State.choices, "rules": RULES.items(),
        "rows": [(row, *words(row)) for row in shown.rows],
    }  # fmt: skip
    return render(request, "office/issues.html", context)


def words(row: Issue) -> tuple[str, str, str, str]:
    """Rule, quantity, intervals and finding."""
    return str(RULES.get(row.rule, row.rule)), str(QUANTITIES[Quantity(row.quantity)]), hours(row), found(row)


def _import_id(scope: Scope, text: str) -> int | None:
    if not text:
        return None
    try:
        row = queries.imports(scope).filter(public_id=UUID(text)).first()
    except ValueError:
        row = None
    return row.pk if row else 0


@page("office-issue", "GET", "POST")
def issue(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The day's curve with like days; edit values, estimate days or accept what was read, each with a reason."""
    row = queries.issues(request.actor.scope, state=None).filter(public_id=public_id).first()
    if row is None:
        raise NotInScope()
    verb, status = request.POST.get("verb", ""), 200
    forms_by_verb = {name: make(row, request.POST if verb == name else None) for name, make in FORMS.items()}
    chosen = forms_by_verb.get(verb)
    if chosen is not None and chosen.is_valid():
        _done, status = attempt(chosen, lambda: VERBS[verb](request, row, chosen.cleaned_data))
        if status == 200:
            messages.success(request, _("Kept. A bill that is already out changes only by a correction."))
            return redirect("office-issue", row.public_id)
    elif request.method == "POST":
        status = 422
    context = {
        "issue": row, "rule": RULES.get(row.rule, row.rule), "quantity": QUANTITIES[Quantity(row.quantity)],
        "hours": hours(row), "found": found(row), "chart": chart_of(row, day_of(row)), "forms": forms_by_verb,
        "open": row.state == Issue.State.OPEN,
    }  # fmt: skip
    return render(request, "office/issue.html", context, status=status)


def _edit_form(row: Issue, data: Any) -> ReasonForm:
    last = min(row.first_slot + row.slots, row.point.slots)
    return EditForm(data, initial={"first": row.first_slot + 1, "last": last}, auto_id="edit_%s")


def _estimate_form(row: Issue, data: Any) -> ReasonForm:
    return EstimateForm(data, initial={"first_day": row.day, "last_day": row.day}, auto_id="estimate_%s")


def _accept_form(row: Issue, data: Any) -> ReasonForm:
    return ReasonForm(data, auto_id="accept_%s")


def _edit(request: PageRequest, row: Issue, data: dict[str, Any]) -> Any:
    values = intervals(data["values"], data["first"], data["last"], row.point.slots)
    return actions.edit_interval(
        request.actor, row.point, row.quantity, row.day, values, data["reason"].strip(), key=str(data["key"])
    )


def _estimate(request: PageRequest, row: Issue, data: dict[str, Any]) -> Any:
    return actions.estimate_days(
        request.actor, row.point, row.quantity, data["first_day"], later(data["last_day"]), data["reason"].strip(),
        key=str(data["key"]),
    )  # fmt: skip


def _accept(request: PageRequest, row: Issue, data: dict[str, Any]) -> Any:
    return actions.accept(request.actor, row, data["reason"].strip(), key=str(data["key"]))


FORMS: dict[str, Callable[[Issue, Any], ReasonForm]] = {
    "edit": _edit_form, "estimate": _estimate_form, "accept": _accept_form,
}  # fmt: skip
VERBS: dict[str, Callable[[PageRequest, Issue, dict[str, Any]], Any]] = {
    "edit": _edit, "estimate": _estimate, "accept": _accept,
}  # fmt: skip
