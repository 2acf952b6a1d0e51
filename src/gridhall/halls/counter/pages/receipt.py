"""A receipt, and taking its payment back."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.payments import queries as payments
from gridhall.cis.payments.actions import reverse
from gridhall.cis.payments.models import Payment
from gridhall.cis.prepay import queries as prepay
from gridhall.cis.prepay.actions import issue_token, void_token
from gridhall.halls.forms import KeyedForm
from gridhall.halls.page import PageRequest, page
from gridhall.platform import policy
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.scope import Scope


class ReasonForm(KeyedForm):
    reason = forms.CharField(label=gettext_lazy("Why is it taken back?"), max_length=60)


def find(scope: Scope, public_id: UUID) -> Payment:
    """One payment. Raises NotInScope where the actor may not know of it."""
    payment = payments.payment(scope, public_id)
    if payment is None:
        raise NotInScope()
    return payment


def closed(payment: Payment) -> bool:
    """Whether the till that took it was counted already."""
    return payment.shift is not None and payment.shift.closed_at is not None


@page("counter-receipt")
def receipt(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Amount, change, what it settled, and where the account stands now."""
    payment = find(request.actor.scope, public_id)
    today = timezone.localdate()
    settled = payments.settled_by(payment)
    bought = prepay.token_of(request.actor.scope, payment.pk)
    in_use = bought is not None and bought.voided_at is None
    stands = payment.state in Payment.STANDING and payment.amount_fen > 0
    undone = stands and timezone.localtime(payment.received_at).date() == today and not closed(payment)
    context = {
        "payment": payment,
        "change_fen": None if payment.tendered_fen is None else payment.tendered_fen - payment.amount_fen,
        "settled": settled,
        "kept_fen": max(0, payment.amount_fen - sum(fen for _bill, fen in settled)),
        "standing": payments.standing(payment.account_id, today),
        "reversible": undone and not in_use and policy.may_open(request.actor, "counter-reverse"),
        "refundable": stands
        and not undone
        and not in_use
        and payment.channel == Payment.Channel.COUNTER
        and policy.may_open(request.actor, "counter-refund"),
        "taken_back": Payment.objects.within(request.actor.scope).filter(reverses=payment).order_by("pk"),
        "token": bought,
        "may_void": in_use and policy.may_open(request.actor, "counter-token-void"),
        "devices": prepay.devices_of(request.actor.scope, payment.account_id) if payment.amount_fen > 0 else [],
        "may_token": policy.may_open(request.actor, "counter-token"),
    }
    return render(request, "counter/receipt.html", context)


@page("counter-token", "POST")
def token(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Turn the payment into a token of the chosen device. Pressing twice prints one token."""
    payment = find(request.actor.scope, public_id)
    chosen = [
        one for one in prepay.devices_of(request.actor.scope, payment.account_id)
        if str(one.public_id) == request.POST.get("device")
    ]  # fmt: skip
    if not chosen:
        raise Refused(_("Choose one of the devices of this account."))
    issue_token(request.actor, payment.pk, chosen[0].pk, key=f"token:{payment.public_id}:{chosen[0].public_id}")
    return redirect("counter-receipt", public_id)


@page("counter-token-void", "POST")
def void(request: PageRequest, public_id: UUID) -> HttpResponse:
    """Record that the token of the payment is void, with how that was seen."""
    payment = find(request.actor.scope, public_id)
    bought = prepay.token_of(request.actor.scope, payment.pk)
    if bought is None:
        raise Refused(_("This payment has no token."))
    void_token(request.actor, bought.pk, request.POST.get("reason", ""), key=f"token-void:{bought.public_id}")
    return redirect("counter-receipt", public_id)


@page("counter-reverse", "GET", "POST")
def reverse_payment(request: PageRequest, public_id: UUID) -> HttpResponse:
    """What will happen, then why, then the counter-entry."""
    payment, status = find(request.actor.scope, public_id), 200
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            key = str(form.cleaned_data["key"])
            reversal = reverse(request.actor, payment.pk, form.cleaned_data["reason"].strip(), key=key)
            messages.success(request, _("The payment was taken back; its bills are open again."))
            return redirect("counter-receipt", reversal.public_id)
        except Refused as error:
            form.add_error(None, str(error))
            status = error.status
    context = {"payment": payment, "form": form, "settled": payments.settled_by(payment)}
    return render(request, "counter/reverse.html", context, status=status)
