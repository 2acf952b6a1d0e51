"""Taking money: cash with change, a card or a transfer with its slip. Pressing twice gives the same receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers import queries as customers
from gridhall.cis.payments.actions import receive
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import open_shift_of, standing
from gridhall.halls.formats import scaled
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import Refused
from gridhall.platform.orgs import unit_at

METHODS = [
    (method.value, method.label) for method in (Payment.Method.CASH, Payment.Method.CARD, Payment.Method.TRANSFER)
]


class PaymentForm(KeyedForm):
    amount = YuanField(label=_("Amount"))
    method = forms.ChoiceField(label=_("Paid by"), choices=METHODS, initial=Payment.Method.CASH.value)
    tendered = YuanField(label=_("Handed over"), required=False, help_text=_("Cash: the change is counted for you."))
    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=60, help_text=_("Card or transfer: the number on the slip.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.attrs |= {"autofocus": True, "data-amount": ""}
        self.fields["tendered"].widget.attrs |= {"data-tendered": ""}

    def clean(self) -> dict[str, Any]:
        """A card and a transfer need their slip, and only cash is handed over."""
        data = super().clean() or {}
        if data.get("method") in (Payment.Method.CARD.value, Payment.Method.TRANSFER.value):
            if not data.get("reference", "").strip():
                self.add_error("reference", _("Write down the number on the slip."))
            data["tendered"] = None
        return data


@page("counter-pay", "GET", "POST")
def pay(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What is due stands in the field; take less or more if that is what the customer pays."""
    account, status = customers.account_by_public_id(request.actor.scope, public_id), 200
    owed = standing(account.pk, timezone.localdate())
    start = {"amount": scaled(owed.due_fen, 2).replace(",", "") if owed.due_fen else ""}
    form = PaymentForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            payment = receive(
                request.actor,
                account_id=account.pk,
                amount_fen=data["amount"],
                channel=Payment.Channel.COUNTER.value,
                method=data["method"],
                tendered_fen=data["tendered"],
                reference=data["reference"].strip(),
                key=str(data["key"]),
            )
            return redirect("counter-receipt", payment.public_id)
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
    shift = open_shift_of(request.actor.user_id) if request.actor.user_id else None
    context = {"account": account, "unit": unit_at(account.path), "standing": owed, "form": form, "shift": shift}
    return render(request, "counter/pay.html", context, status=status)
