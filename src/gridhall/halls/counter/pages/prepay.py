"""Prepayment at the counter: the balance with its explanation, switching there and back, the alarm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from gridhall.cis.customers import queries as customers
from gridhall.cis.prepay import actions
from gridhall.cis.prepay.models import PrepayTerms
from gridhall.halls.deciding import ReasonForm
from gridhall.halls.forms import HallForm
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prepay import ChannelForm, alarm_form, shown
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@page("counter-prepay", "GET", "POST")
def prepay(request: PageRequest, public_id: UUID) -> HttpResponse:
    """``do=start|alarm|end`` says which of the forms was sent."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    context, status = shown(request.actor.scope, account), 200
    forms = _forms(context["prepay_terms"], request.POST if request.method == "POST" else None)
    form = forms.get(request.POST.get("do", ""))
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            messages.success(request, _act(request, account.pk, form, request.POST["do"]))
            return redirect("counter-prepay", public_id)
        except Refused as error:
            if error.status in (403, 404):
                raise
            form.add_error(None, str(error))
            status = error.status
    context |= {
        "account": account, "forms": forms, "may_end": policy.may(request.actor, Tag.PREPAY_END),
        "may_start": policy.may(request.actor, Tag.PREPAY_START),
    }  # fmt: skip
    return render(request, "counter/prepay.html", context, status=status)


def _forms(terms: PrepayTerms | None, posted: Any) -> dict[str, HallForm]:
    """The forms that fit how the account pays; only the one that was sent is bound."""
    makers: dict[str, Callable[[Any], HallForm]] = (
        {"start": ChannelForm}
        if terms is None
        else {"alarm": lambda data: alarm_form(terms, data), "end": lambda data: ReasonForm(data, prefix="end")}
    )
    done = posted.get("do") if posted else None
    return {name: make(posted if name == done else None) for name, make in makers.items()}


def _act(request: PageRequest, account_id: int, form: HallForm, do: str) -> str:
    data = form.cleaned_data
    key = str(data["key"])
    if do == "start":
        actions.start_prepay(request.actor, account_id, data["channel"], key=key)
        return _("The account prepays from now on.")
    if do == "alarm":
        actions.set_alarm(request.actor, account_id, data["alarm"], data["channel"], key=key)
        return _("The alarm is set.")
    actions.end_prepay(request.actor, account_id, data["reason"], key=key)
    return _("The account pays after the bill again.")
