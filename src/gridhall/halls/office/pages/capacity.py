"""Operating capacity of an account: what held when, and suspending, reducing or restoring it."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.billing import suspension
from gridhall.cis.billing.actions import set_operating_capacity
from gridhall.cis.customers import queries as customers
from gridhall.cis.network.models import ServicePointTerms
from gridhall.halls.deciding import attempt
from gridhall.halls.forms import KeyedForm
from gridhall.halls.office.fields import DayField, ScaledField
from gridhall.halls.page import PageRequest, page


class CapacityForm(KeyedForm):
    """How much operates, from when, and until when."""

    kva = ScaledField(label=gettext_lazy("Operating capacity, kVA"), decimals=6, most=1_000_000)
    on = DayField(label=gettext_lazy("From"))
    until = DayField(
        label=gettext_lazy("Until, not including"), required=False,
        help_text=gettext_lazy("Empty: until further notice. Afterwards what operated before operates again."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Reason"), min_length=3, max_length=200)


@page("office-account-capacity", "GET", "POST")
def capacity(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The terms by date, newest first, and the form."""
    account, status = customers.account_by_public_id(request.actor.scope, public_id), 200
    form = CapacityForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        done, status = attempt(
            form,
            lambda: set_operating_capacity(
                request.actor, account.pk, data["kva"], data["on"], data["reason"], until=data["until"],
                key=str(data["key"]),
            ),
        )  # fmt: skip
        if done is not None:
            messages.success(request, _("The operating capacity is set."))
            return redirect("office-account-capacity", public_id)
    point = account.agreements.latest("valid_from").service_point
    rows = ServicePointTerms.objects.filter(service_point=point).order_by("-valid_from")
    rules = suspension.in_force(timezone.localdate())
    return render(
        request, "office/capacity.html", {"account": account, "form": form, "rows": rows, "rules": rules}, status=status
    )
