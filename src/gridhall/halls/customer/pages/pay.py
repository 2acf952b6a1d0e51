"""Paying: part, exactly or more. Pressing twice pays once, because the form carries its own key."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.channels.mandates import in_force
from gridhall.cis.payments.actions import receive
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import standing
from gridhall.halls.customer.accounts import chosen
from gridhall.halls.formats import scaled
from gridhall.halls.forms import KeyedForm, YuanField
from gridhall.halls.page import PageRequest, page
from gridhall.platform.errors import NotInScope, Refused

PAID_ONLINE_FEN_MAX = 50_000_000  # half a million yuan: a mistyped amount is caught here, larger sums go by transfer


class PayForm(KeyedForm):
    amount = YuanField(label=_("Amount in yuan"), most_fen=PAID_ONLINE_FEN_MAX)
    account = forms.UUIDField(widget=forms.HiddenInput)


@page("customer-pay", "GET", "POST")
def pay(request: PageRequest) -> HttpResponse:
    """The form with what is owed filled in; after paying, the receipt."""
    mine = chosen(request)
    account, status = mine["account"], 200
    stands = standing(account.pk, timezone.localdate())
    due = scaled(stands.due_fen, 2).replace(",", "") if stands.due_fen else ""
    form = PayForm(request.POST or None, initial={"amount": due, "account": account.public_id})
    if request.method == "POST" and settings.DEMO and form.is_valid():
        # The form names the account it was shown for: switching in another window must not redirect the money.
        payee = next((one for one in mine["accounts"] if one.public_id == form.cleaned_data["account"]), None)
        if payee is None:
            raise NotInScope()
        try:
            payment = receive(
                request.actor,
                account_id=payee.pk,
                amount_fen=form.cleaned_data["amount"],
                channel=Payment.Channel.ONLINE.value,
                method=Payment.Method.DEMO.value,
                key=str(form.cleaned_data["key"]),
            )
            return redirect("customer-receipt", payment.public_id)
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
    auto_pay = in_force(request.actor.scope, account.pk)
    return render(
        request, "customer/pay.html", {**mine, "form": form, "standing": stands, "auto_pay": auto_pay}, status=status
    )
