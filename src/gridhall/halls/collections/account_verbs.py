"""What a collector can do with an account that owes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.cis.collections import actions
from gridhall.cis.collections.actions import Paper
from gridhall.cis.collections.arrangements import plan_for
from gridhall.cis.collections.guarantees import asked_fen
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.queries import Standing
from gridhall.halls import formats
from gridhall.halls.collections import forms
from gridhall.halls.collections.verbs import Verb
from gridhall.platform.actor import Actor
from gridhall.platform.tags import Tag

Simple = Callable[..., Any]


def account_verbs(account: Account, stands: Standing) -> list[Verb]:
    """Everything that begins at an account; the lists show how it goes on."""
    today, pk = timezone.localdate(), account.pk
    bills = [
        (item.bill.pk, f"{formats.month(item.bill.month)} · {formats.yuan(item.total_fen)}") for item in stands.items
    ]
    asked = formats.scaled(asked_fen(pk, today), 2).replace(",", "")
    return [
        Verb("touch", _("Remind once more"), Tag.TOUCH_MAKE, _call(actions.make_touch, pk, "channel"),
             _("The customer is reminded."), forms.ChannelForm),
        Verb("arrange", _("Pay in instalments"), Tag.ARRANGEMENT_PROPOSE, _arrange(pk),
             _("The arrangement waits for approval."), forms.ArrangeForm, {"first": today}),
        Verb("protect", _("Put on the do-not-disconnect list"), Tag.PROTECTION_PROPOSE,
             _call(actions.propose_protection, pk, "reason", "evidence", "valid_from", "valid_to"),
             _("The account is protected; a second person confirms it."), forms.ProtectionForm, {"valid_from": today}),
        Verb("dispute", _("Question a bill"), Tag.DISPUTE_OPEN, _of_bill(actions.open_dispute, "reason"),
             _("The bill is not dunned until the question is answered."), forms.DisputeForm, {"bills": bills}),
        Verb("channel", _("How the customer is reminded"), Tag.CHANNEL_CHOOSE,
             _call(actions.choose_channel, pk, "channel"), _("The choice is kept."), forms.ChosenChannelForm),
        Verb("guarantee", _("Take a deposit or guarantee"), Tag.GUARANTEE_TAKE, _guarantee(pk),
             _("The security is recorded."), forms.GuaranteeForm, {"amount": asked}),
        Verb("waive", _("Waive a late penalty"), Tag.WAIVER_PROPOSE,
             _of_bill(actions.propose_waiver, "amount", "cause", "reason"),
             _("The waiver waits for a second person."), forms.WaiverForm, {"bills": bills}),
        Verb("write-off", _("Write a bill off"), Tag.WRITE_OFF_PROPOSE,
             _of_bill(actions.propose_write_off, "cause", "reason"), _("The write-off is recorded."),
             forms.WriteOffForm, {"bills": bills}),
        Verb("disconnect", _("Propose to cut the supply"), Tag.DISCONNECTION_PROPOSE,
             _call(actions.propose_disconnection, pk), _("The order is open; issue the notice next."), danger=True),
    ]  # fmt: skip


def _call(action: Simple, pk: int, *names: str) -> Simple:
    def do(actor: Actor, data: dict[str, Any], key: str) -> Any:
        return action(actor, pk, *(data[name] for name in names), key=key)

    return do


def _of_bill(action: Simple, *names: str) -> Simple:
    def do(actor: Actor, data: dict[str, Any], key: str) -> Any:
        return action(actor, data["bill"], *(data[name] for name in names), key=key)

    return do


def _arrange(pk: int) -> Simple:
    def do(actor: Actor, data: dict[str, Any], key: str) -> Any:
        bills, parts = plan_for(pk, data["instalments"], data["first"])
        return actions.propose_arrangement(actor, pk, bills, parts, data["note"], key=key)

    return do


def _guarantee(pk: int) -> Simple:
    def do(actor: Actor, data: dict[str, Any], key: str) -> Any:
        paper = Paper(data["reference"], data["issuer"], valid_to=data["valid_to"])
        return actions.take_guarantee(actor, pk, data["kind"], data["amount"], paper, key=key)

    return do
