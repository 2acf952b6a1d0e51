"""Paying money back at the counter: what will happen, from which till, how much and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.payments.actions import refund_at_counter
from gridhall.cis.payments.actions.taking_back import left_fen
from gridhall.cis.payments.models import Payment
from gridhall.halls.counter.pages.receipt import find
from gridhall.halls.counter.till import open_tills
from gridhall.halls.deciding import attempt
from gridhall.halls.formats import scaled
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.page import PageRequest, page


class RefundForm(KeyedForm):
    amount = YuanField(label=gettext_lazy("Amount"))
    till = forms.ChoiceField(label=gettext_lazy("Till that the cash leaves"))
    reason = forms.CharField(label=gettext_lazy("Why is it paid back?"), min_length=3, max_length=60)

    def __init__(self, tills: list[tuple[str, str]] | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if tills is None:
            del self.fields["till"]
        else:
            self.fields["till"].choices = tills


@page("counter-refund", "GET", "POST")
def refund(request: PageRequest, public_id: UUID) -> HttpResponse:
    """A supervisor pays back; the clerk whose till it leaves hands the cash over and has the receipt signed."""
    payment, status = find(request.actor.scope, public_id), 200
    left = left_fen(payment)
    tills = open_tills(request.actor.scope) if payment.method == Payment.Method.CASH else None
    form = RefundForm(tills, request.POST or None, initial={"amount": scaled(left, 2).replace(",", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        back, status = attempt(
            form,
            lambda: refund_at_counter(
                request.actor, payment.pk, data["amount"], data["reason"].strip(), int(data.get("till") or 0) or None,
                key=str(data["key"]),
            ),
        )  # fmt: skip
        if back is not None:
            messages.success(request, _("Booked: hand the money over and have the receipt signed."))
            return redirect("counter-receipt", back.public_id)
    context = {"payment": payment, "form": form, "left_fen": left, "tills": tills}
    return render(request, "counter/refund.html", context, status=status)
