"""How an account's capacity is charged: what held when, and changing the way or the contract demand."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing import demand_charging
from gridhall.cis.billing.actions import change_charging
from gridhall.cis.customers import queries as customers
from gridhall.cis.customers.models import Agreement
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.fields import DayField, ScaledField
from gridhall.halls.page import PageRequest, page

WAYS = [choice for choice in Agreement.Charging.choices if choice[0] != Agreement.Charging.NONE]


class ChargingForm(KeyedForm):
    """A way of charging, from the first of a month on."""

    charging = forms.TypedChoiceField(label=gettext_lazy("Way of charging"), choices=WAYS, coerce=int)
    contract = ScaledField(
        label=gettext_lazy("Contract demand, kW"), decimals=6, most=1_000_000, required=False,
        help_text=gettext_lazy("Only where charging is by contract demand."),
    )  # fmt: skip
    applied_on = DayField(label=gettext_lazy("Applied for on"))
    on = DayField(label=gettext_lazy("From"), help_text=gettext_lazy("The first day of a month."))


@page("office-account-charging", "GET", "POST")
def charging(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The agreements by date, newest first, and the form."""
    account, status = customers.account_by_public_id(request.actor.scope, public_id), 200
    form = ChargingForm(request.POST or None, initial={"applied_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form,
            lambda: change_charging(
                request.actor, account.pk, data["charging"], data["contract"] or 0, data["on"], data["applied_on"],
                key=str(data["key"]),
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The way of charging is changed."))
            return redirect("office-account-charging", public_id)
    rows = account.agreements.filter(direction=Agreement.Direction.IMPORT).order_by("-valid_from")
    rules = demand_charging.in_force(timezone.localdate())
    context = {"account": account, "form": form, "rows": rows, "rules": rules}
    return render(request, "office/charging.html", context, status=status)
