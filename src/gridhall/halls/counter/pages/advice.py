"""Other plans of a customer, and the change to one of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.advice import queries
from gridhall.cis.advice.plans import Charging, Plan
from gridhall.cis.billing.actions import change_charging
from gridhall.cis.customers import queries as customers
from gridhall.cis.customers.actions import change_tariff
from gridhall.cis.customers.models import Account, Agreement
from gridhall.halls import advice, formats
from gridhall.halls.forms import KeyedForm
from gridhall.halls.page import PageRequest, page
from gridhall.halls.plans import plan_name, supplies
from gridhall.platform import policy
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


class ChangeForm(KeyedForm):
    """Which of the open plans, and from which day on; days that passed are billed already or will be."""

    plan = forms.ChoiceField(label=gettext_lazy("New plan"))
    on = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, plans: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].choices = plans

    def clean_plan(self) -> Plan:
        code, way = self.cleaned_data["plan"].rsplit("/", 1)
        return Plan(code, int(way))

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day; a plan is not changed backwards."))
        return on


@page("counter-advice")
def plans(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The comparison that the customer sees, with the way to a change."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    may = policy.may(request.actor, Tag.TARIFF_CHANGE) and account.status == Account.Status.ACTIVE
    change_url = reverse("counter-plan-change", args=[account.public_id]) if may else ""
    shown = advice.context(request.actor.scope, account, timezone.localdate(), request.GET)
    return render(request, "counter/advice.html", {
        "account": account, "change_url": change_url, "may_charge_otherwise": _may_charge_otherwise(request), **shown,
    })  # fmt: skip


@page("counter-plan-change", "GET", "POST")
def change(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Another plan from a day on, by the same action as everywhere; only plans that are open to the supply."""
    account, today = customers.account_by_public_id(request.actor.scope, public_id), timezone.localdate()
    catalogue = queries.catalogue(today)
    _every, agreement_id = supplies(request.actor.scope, account, today, request.GET, catalogue)
    found = queries.choices(request.actor.scope, account.pk, catalogue, agreement_id)
    if found is None or len(found.plans) == 1:
        raise Refused(_("No other plan is open to this supply."))
    plans = [plan for plan in found.plans[1:] if plan.code != found.plans[0].code or _may_charge_otherwise(request)]
    if not plans:
        raise Refused(_("Another way of charging capacity is agreed by a supervisor."))
    offered = [(f"{plan.code}/{plan.charging}", plan_name(plan, catalogue)) for plan in plans]
    start = {"on": first_of_next_month(today).isoformat(), "plan": request.GET.get("plan")}
    form, status = ChangeForm(offered, request.POST or None, initial=start), 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan, key = data["plan"], str(data["key"])
        try:
            _change(request, account, found.agreement, plan, data["on"], key)
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
        else:
            messages.success(request, _("The plan changes on %(day)s.") % {"day": formats.day(data["on"])})
            return redirect("counter-customer", account.public_id)
    context = {
        "account": account, "form": form, "stay_months": catalogue.rules.stay_months,
        "before": plan_name(found.plans[0], catalogue),
    }  # fmt: skip
    return render(request, "counter/plan_change.html", context, status=status)


def _may_charge_otherwise(request: PageRequest) -> bool:
    return policy.may(request.actor, Tag.CHARGING_CHANGE)


def _change(request: PageRequest, account: Account, held: Agreement, plan: Plan, on: date, key: str) -> None:
    """Another way of charging on the same tariff has rules of its own; a contract demand ends where none is charged."""
    if plan.code == held.tariff_code:
        change_charging(request.actor, account.pk, plan.charging, 0, on, timezone.localdate(), key=key)
        return
    terms: dict[str, Any] = {"charging": plan.charging}
    if plan.charging != Charging.CONTRACT:
        terms["contract_demand_kw_e6"] = 0
    change_tariff(request.actor, held, plan.code, on, **terms, key=key)


def first_of_next_month(today: date) -> date:
    """Where a change of plan usually begins, so that no month has two prices."""
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1)
