"""The worklist: overdue accounts by stage, amount and age; and one verb for all that are ticked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.collections import books, queries, rules
from gridhall.cis.collections.actions import make_touch, propose_disconnection
from gridhall.cis.collections.models import DunningCase
from gridhall.cis.collections.models.dunning import Channel
from gridhall.halls.collections.stages import stage_words
from gridhall.halls.forms import HallForm, KeyedForm, YuanField
from gridhall.halls.lists import listing
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import Refused

TICKED_MAX = 200
CUT = "disconnect"
AGES = (0, 30, 90, 365)


class FilterForm(HallForm):
    """What of the list is shown."""

    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    age = forms.TypedChoiceField(label=gettext_lazy("Overdue for"), required=False, coerce=int, empty_value=0)
    least = YuanField(label=gettext_lazy("At least, yuan"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(one.value, one.label) for one in DunningCase.State if one != DunningCase.State.ENDED]
        self.fields["state"].choices = [("", _("All")), *states]
        self.fields["age"].choices = [(days, _("%(days)s days or more") % {"days": days}) for days in AGES]


class BulkForm(KeyedForm):
    """What is done with every ticked account."""

    what = forms.ChoiceField(label=gettext_lazy("With the ticked accounts"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(one.value, _("Remind: %(way)s") % {"way": one.label}) for one in Channel]
        self.fields["what"].choices = [("", _("Choose …")), *ways, (CUT, _("Propose to cut the supply"))]


@page("collections-desk", "GET", "POST")
def desk(request: PageRequest) -> HttpResponse:
    """GET lists, POST reminds or proposes for the ticked ones, each in a transaction of its own."""
    today, bulk, status = timezone.localdate(), BulkForm(request.POST or None), 200
    if request.method == "POST":
        if bulk.is_valid() and _all_ticked(request, bulk):
            return redirect(request.get_full_path())
        status = 422
    shown = FilterForm(request.GET or None)
    rows, stage = _filtered(request, shown, today), request.GET.get("stage", "")
    stages = _stages(rows, today)
    if stage:
        rows = rows.filter(stage=stage)
    listed = listing(request, rows)
    owed = books.overdue_of([case.account_id for case in listed.rows], today, everything=True)
    context = {
        "listing": listed, "stages": stages, "stage": stage, "filter": shown, "bulk": bulk,
        "rows": [_row(case, owed, today) for case in listed.rows],
    }  # fmt: skip
    return render(request, "collections/desk.html", context, status=status)


def _row(case: DunningCase, owed: dict[int, books.Overdue], today: date) -> dict[str, Any]:
    """The case with what the books say now; a payment of this minute is in it."""
    debt = owed.get(case.account_id)
    return {
        "case": case, "stage": stage_words(case.stage), "fen": debt.fen if debt else 0,
        "due_on": debt.oldest_due_on if debt else None, "days": debt.days(today) if debt else 0,
    }  # fmt: skip


def _filtered(request: PageRequest, shown: FilterForm, today: date) -> Any:
    rows = queries.cases(request.actor.scope)
    if not shown.is_valid():
        return rows
    data = shown.cleaned_data
    if data["state"]:
        rows = rows.filter(state=data["state"])
    if data["age"]:
        rows = rows.filter(oldest_due_on__lte=today - timedelta(days=data["age"]))
    if data["least"]:
        rows = rows.filter(overdue_fen__gte=data["least"])
    return rows


def _stages(rows: Any, today: date) -> list[tuple[str, str, int, int]]:
    """Code, words, accounts and fen of each stage, in the order of the rules."""
    sums = {
        code: (count, fen)
        for code, count, fen in rows.order_by().values_list("stage").annotate(n=Count("pk"), fen=Sum("overdue_fen"))
    }
    order = [stage.code for stage in rules.dunning(today).stages]
    codes = [*[code for code in order if code in sums], *sorted(sums.keys() - set(order))]
    return [(code, stage_words(code), *sums[code]) for code in codes]


def _all_ticked(request: PageRequest, form: BulkForm) -> bool:
    ticked = [value for value in request.POST.getlist("case") if _is_id(value)][:TICKED_MAX]
    chosen = list(queries.cases(request.actor.scope).filter(public_id__in=ticked))
    if not chosen:
        form.add_error(None, _("Tick at least one account."))
        return False
    what, key, refused = form.cleaned_data["what"], form.cleaned_data["key"], []
    for case in chosen:
        try:
            if what == CUT:
                propose_disconnection(request.actor, case.account_id, key=f"{key}:{case.pk}")
            else:
                make_touch(request.actor, case.account_id, what, key=f"{key}:{case.pk}")
        except Refused as error:
            if error.status == 403:
                raise
            refused.append(f"{case.account.number}: {error}")
    done = len(chosen) - len(refused)
    if done:
        messages.success(request, _("Accounts that were dealt with: %(n)s.") % {"n": done})
    for text in refused[:10]:
        messages.error(request, text)
    return True


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False
