"""Opening a till with its float, and closing it with a count."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.payments import queries as payments
from gridhall.cis.payments.actions import close_shift, open_shift
from gridhall.halls.counter.till import till
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import Staff

SHOWN_MAX = 200


class FloatForm(KeyedForm):
    float_amount = YuanField(label=gettext_lazy("Change in the till"), least_fen=0, initial="0.00")


class CountForm(KeyedForm):
    counted = YuanField(label=gettext_lazy("Cash counted"), least_fen=0)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Needed when the count differs from the books."),
    )


@page("counter-shift-open", "GET", "POST")
def open_(request: PageRequest) -> HttpResponse:
    """At the unit where the cashier sits."""
    form, status = FloatForm(request.POST or None), 200
    staff = Staff.objects.select_related("unit").filter(user_id=request.actor.user_id).first()
    if staff is None:
        raise NotInScope()
    if request.method == "POST" and form.is_valid():
        try:
            open_shift(
                request.actor, staff.unit_id, form.cleaned_data["float_amount"], key=str(form.cleaned_data["key"])
            )
            messages.success(request, _("Your till is open."))
            return redirect("counter-desk")
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
    return render(request, "counter/shift_open.html", {"form": form, "unit": staff.unit}, status=status)


@page("counter-shift", "GET", "POST")
def shift(request: PageRequest, public_id: UUID) -> HttpResponse:
    """The takings of a shift; while it is open, the form that counts and closes it."""
    found, status = payments.shift(request.actor.scope, public_id), 200
    if found is None:
        raise NotInScope()
    form = CountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            close_shift(request.actor, found.pk, data["counted"], data["note"].strip(), key=str(data["key"]))
            messages.success(request, _("The till is closed."))
            return redirect("counter-shift", found.public_id)
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
    return render(request, "counter/shift.html", {"till": till(found, SHOWN_MAX), "form": form}, status=status)
