"""The prepayment monitor: balances by level, orders to meters, one account with its hold."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.customers import queries as customers
from gridhall.cis.prepay import actions
from gridhall.cis.prepay import queries as prepay
from gridhall.cis.prepay.models import Level
from gridhall.halls.deciding import ReasonForm, attempt
from gridhall.halls.lists import listing
from gridhall.halls.office.fields import DayField
from gridhall.halls.page import PageRequest, page
from gridhall.halls.prepay import shown

WHICH = (("live", gettext_lazy("Under way")), ("bad", gettext_lazy("Failed or expired")), ("", gettext_lazy("All")))


class HoldForm(ReasonForm):
    """Until when nobody is cut off; empty lifts the hold."""

    until = DayField(
        label=gettext_lazy("No stop before"), required=False, help_text=gettext_lazy("Empty lifts the hold.")
    )


@page("office-prepay")
def monitor(request: PageRequest) -> HttpResponse:
    """``?level=`` narrows the list of those who stand low."""
    scope, level = request.actor.scope, request.GET.get("level", "")
    level = level if level in Level.values and level != Level.OK else ""
    counts = prepay.counts(scope)
    levels = [(value, Level(value).label, count) for value, count in counts.by_level.items()]
    context = {
        "counts": counts, "levels": levels, "level": level, "listing": listing(request, prepay.standings(scope, level)),
        "live": prepay.commands(scope, "live").count(), "bad": prepay.commands(scope, "bad").count(),
        "head_end": settings.HEAD_END,
    }  # fmt: skip
    return render(request, "office/prepay.html", context)


@page("office-prepay-orders")
def orders(request: PageRequest) -> HttpResponse:
    """Orders to meters: under way, ended badly, or all."""
    which = request.GET.get("which", "live")
    which = which if which in dict(WHICH) else "live"
    rows = prepay.commands(request.actor.scope, which)
    context = {"listing": listing(request, rows), "which": which, "choices": WHICH, "head_end": settings.HEAD_END}
    return render(request, "office/prepay_orders.html", context)


@page("office-prepay-account", "GET", "POST")
def account(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The balance counted now; POST sets or lifts a hold."""
    found, status = customers.account_by_public_id(request.actor.scope, public_id), 200
    context = shown(request.actor.scope, found)
    terms = context["prepay_terms"]
    form = HoldForm(request.POST or None, initial={"until": terms.hold_until if terms else None})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form,
            lambda: actions.hold_stops(
                request.actor, found.pk, data["until"], data["reason"].strip(), key=str(data["key"])
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The hold is set.") if data["until"] else _("The hold is lifted."))
            return redirect("office-prepay-account", public_id)
    context |= {"account": found, "form": form, "take_back": ReasonForm(prefix="back")}
    return render(request, "office/prepay_account.html", context, status=status)


@page("office-prepay-retry", "POST")
def retry(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A new order in place of one that ended badly."""
    order = prepay.command(request.actor.scope, public_id)
    actions.retry(request.actor, order.pk, key=f"retry:{order.public_id}")
    messages.success(request, _("The order is sent again."))
    return redirect("office-prepay-account", order.account.public_id)


@page("office-prepay-withdraw", "POST")
def withdraw(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Take a stop back, with a reason."""
    order = prepay.command(request.actor.scope, public_id)
    form = ReasonForm(request.POST, prefix="back")
    if form.is_valid():
        actions.withdraw(request.actor, order.pk, form.cleaned_data["reason"], key=str(form.cleaned_data["key"]))
        messages.success(request, _("The stop is taken back."))
    else:
        messages.error(request, _("Give a reason of at least three characters."))
    return redirect("office-prepay-account", order.account.public_id)
