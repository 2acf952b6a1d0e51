"""Measured points that nobody is supplied at yet, and taking one on as a customer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.customers.actions import Newcomer, take_on
from gridhall.cis.customers.models import Agreement, Customer
from gridhall.cis.customers.supply import PERSONS_MAX, Supply
from gridhall.cis.network.actions import ADDRESS_CHARACTERS_MAX, SupplyTerms
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.queries import tariffs
from gridhall.halls import formats
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.lists import listing
from gridhall.halls.office.fields import DayField, ScaledField
from gridhall.halls.office.first_day import first_day
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope
from gridhall.readings.models import MeteringPoint

UseClass, Charging = ServicePointTerms.UseClass, Agreement.Charging


def waiting(scope: Scope) -> Any:
    """The points of the scope that readings were imported for before anybody was supplied there."""
    return MeteringPoint.objects.within(scope).filter(service_point__isnull=True)


def tariff_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every tariff by area."""
    areas: dict[str, list[tuple[str, str]]] = {}
    for one in tariffs():
        name = one.name_zh if formats.chinese() else one.name_en
        areas.setdefault(one.area, []).append((one.code, f"{name} ({one.code})"))
    return list(areas.items())


class TakeOnForm(KeyedForm):
    """Who, which tariff and terms, and from which day."""

    name = forms.CharField(label=gettext_lazy("Customer"), min_length=2, max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Customer.Kind.choices)
    address = forms.CharField(
        label=gettext_lazy("Supplied at"), required=False, max_length=ADDRESS_CHARACTERS_MAX,
        help_text=gettext_lazy("Empty: the code of the point."),
    )  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False, max_length=20)
    on = DayField(label=gettext_lazy("Billed from"))
    tariff = forms.ChoiceField(label=gettext_lazy("Tariff"))
    use_class = forms.ChoiceField(label=gettext_lazy("Class of use"), choices=UseClass.choices)
    voltage = forms.IntegerField(label=gettext_lazy("Voltage, V"), min_value=100, max_value=1_000_000, initial=220)
    capacity = ScaledField(label=gettext_lazy("Contract capacity, kVA"), decimals=6, most=10_000_000, initial="8")
    persons = forms.IntegerField(
        label=gettext_lazy("Persons in the household"), min_value=1, max_value=PERSONS_MAX, initial=1
    )
    charging = forms.TypedChoiceField(
        label=gettext_lazy("Demand charge"), choices=Charging.choices, coerce=int, initial=Charging.NONE.value
    )
    contract_demand = ScaledField(
        label=gettext_lazy("Contract demand, kW"), decimals=6, most=10_000_000, required=False
    )
    power_factor = forms.TypedChoiceField(
        label=gettext_lazy("Power-factor standard"), coerce=int, initial=0,
        choices=[(0, gettext_lazy("None")), (80, "0.80"), (85, "0.85"), (90, "0.90")],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tariff"].choices = [("", _("Choose …")), *tariff_choices()]


@page("office-points")
def points(request: PageRequest) -> HttpResponse:
    """Points without a customer, by code."""
    return render(
        request, "office/points.html", {"listing": listing(request, waiting(request.actor.scope).order_by("code"))}
    )


@page("office-point", "GET", "POST")
def point(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The form that makes a customer, a premise, a meter and an agreement of a measured point."""
    found, status = waiting(request.actor.scope).filter(public_id=public_id).first(), 200
    if found is None:
        supplied = MeteringPoint.objects.within(request.actor.scope).filter(public_id=public_id).first()
        held = supplied and supplied.service_point.agreements.order_by("-pk").first()
        if not held:
            raise NotInScope()
        return redirect("office-account", held.account.public_id)
    today = timezone.localdate()
    form = TakeOnForm(request.POST or None, initial={"on": first_day(found, today) or today.replace(day=1)})
    if request.method == "POST" and form.is_valid():
        account, status = attempt(form, lambda: _take_on(request, found, form.cleaned_data))
        if account is not None:
            messages.success(request, _("Account %(number)s is open.") % {"number": account.number})
            return redirect("office-account-bill", account.public_id)
    return render(request, "office/point.html", {"point": found, "form": form}, status=status)


def _take_on(request: PageRequest, found: MeteringPoint, data: dict[str, Any]) -> Any:
    newcomer = Newcomer(data["name"].strip(), data["kind"], data["phone"].strip(), data["address"].strip())
    supply = Supply(
        data["tariff"], data["charging"], data["contract_demand"] or 0, data["power_factor"], data["persons"]
    )
    terms = SupplyTerms(data["voltage"], data["use_class"], data["capacity"])
    return take_on(request.actor, found.code, newcomer, supply, terms, data["on"], key=str(data["key"]))
