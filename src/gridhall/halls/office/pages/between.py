"""What lies between a meter and the bill: losses of an account's service point, and the sub-meters behind it."""

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

from gridhall.cis.customers import queries as customers
from gridhall.cis.metering.actions.adjustments import (
    Losses,
    Split,
    end_losses,
    end_sub_meter,
    set_losses,
    set_sub_meter,
)
from gridhall.cis.metering.models import LossTerms, SubMeter
from gridhall.cis.network.models import ServicePoint
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.fields import DayField, ScaledField
from gridhall.halls.page import PageRequest, page
from gridhall.kernel import shipped
from gridhall.platform.errors import NotInScope, Refused


class LossForm(KeyedForm):
    """A transformer by its series and size, and a share for the line."""

    prefix = "loss"
    method = forms.ChoiceField(label=gettext_lazy("Transformer loss"), choices=LossTerms.Method.choices)
    series = forms.ChoiceField(label=gettext_lazy("Series"), required=False)
    rated_kva = forms.IntegerField(label=gettext_lazy("Rated capacity, kVA"), required=False, min_value=0)
    shift = forms.ChoiceField(label=gettext_lazy("Working shifts"), choices=LossTerms.Shift.choices, required=False)
    line_percent = ScaledField(label=gettext_lazy("Line loss, %"), decimals=4, most=50, initial="0")
    spreading = forms.ChoiceField(label=gettext_lazy("Spread"), choices=LossTerms.Spreading.choices)
    on = DayField(label=gettext_lazy("From"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].choices = [("", "–"), *((code, code) for code in sorted(shipped.transformers()))]

    def losses(self) -> Losses:
        data = self.cleaned_data
        table = next(iter(shipped.loss_tables()), "") if data["method"] == LossTerms.Method.TABLE else ""
        return Losses(
            method=data["method"], series=data["series"], rated_kva=data["rated_kva"] or 0, shift=data["shift"],
            table=table, line_loss_e6=data["line_percent"] or 0, spreading=data["spreading"],
        )  # fmt: skip


class SubForm(KeyedForm):
    """A point behind this one, and how much of it it takes."""

    prefix = "sub"
    code = forms.CharField(label=gettext_lazy("Metering point behind this one"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Taken off"), choices=SubMeter.Kind.choices)
    ratio_percent = ScaledField(label=gettext_lazy("Ratio, %"), decimals=4, most=100, required=False)
    kwh_per_month = forms.IntegerField(label=gettext_lazy("kWh a month"), required=False, min_value=0)
    shares_demand = forms.BooleanField(label=gettext_lazy("Demand goes with it"), required=False)
    on = DayField(label=gettext_lazy("From"))

    def split(self) -> Split:
        data = self.cleaned_data
        return Split(
            kind=data["kind"], ratio_e6=data["ratio_percent"] or 0, kwh_per_month=data["kwh_per_month"] or 0,
            shares_demand=data["shares_demand"],
        )  # fmt: skip


@page("office-account-between", "GET", "POST")
def between(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The terms that hold and held, and forms for new ones."""
    scope, status = request.actor.scope, 200
    account = customers.account_by_public_id(scope, public_id)
    point = account.agreements.latest("valid_from").service_point
    which, today = request.POST.get("which"), timezone.localdate()
    loss = LossForm(request.POST if which == "loss" else None, initial={"on": today})
    sub = SubForm(request.POST if which == "sub" else None, initial={"on": today})
    form = loss if which == "loss" else sub
    if which in ("loss", "sub") and form.is_valid():
        done, status = attempt(form, lambda: _set(request, point, form))
        if done is not None:
            messages.success(request, _("The terms are set."))
            return redirect("office-account-between", public_id)
    context = {
        "account": account, "loss": loss, "sub": sub,
        "losses": LossTerms.objects.filter(service_point=point).order_by("-valid_from"),
        "subs": SubMeter.objects.filter(main=point).select_related("sub__point").order_by("-valid_from"),
        "mains": SubMeter.objects.filter(sub=point).select_related("main__point").order_by("-valid_from"),
    }  # fmt: skip
    return render(request, "office/between.html", context, status=status)


@page("office-account-between-end", "POST")
def end(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Ends losses or a sub-meter today."""
    account = customers.account_by_public_id(request.actor.scope, public_id)
    point, today = account.agreements.latest("valid_from").service_point, timezone.localdate()
    if request.POST.get("losses"):
        terms = LossTerms.objects.get(service_point=point, public_id=_id(request.POST["losses"]))
        end_losses(request.actor, terms, today)
    else:
        relation = SubMeter.objects.get(main=point, public_id=_id(request.POST.get("sub", "")))
        end_sub_meter(request.actor, relation, today)
    messages.success(request, _("The terms end today."))
    return redirect("office-account-between", public_id)


def _id(text: str) -> UUID:
    """What is no id names nothing."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotInScope() from error


def _set(request: PageRequest, point: ServicePoint, form: Any) -> Any:
    data = form.cleaned_data
    if isinstance(form, LossForm):
        return set_losses(request.actor, point, form.losses(), data["on"], key=str(data["key"]))
    found = ServicePoint.objects.within(request.actor.scope).filter(point__code=data["code"].strip()).first()
    if found is None:
        raise Refused(_("There is no metering point %(code)s here.") % {"code": data["code"]})
    return set_sub_meter(request.actor, point, found, form.split(), data["on"], key=str(data["key"]))
