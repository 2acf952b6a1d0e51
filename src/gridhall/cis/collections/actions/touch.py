"""Touches by hand: what a collector does and writes down, and how a customer wants to be reminded."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.collections import books, rules, touches
from gridhall.cis.collections.guards import locked_account, locked_row
from gridhall.cis.collections.models import ChosenChannel, Touch
from gridhall.cis.collections.models.dunning import Channel
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@action(Tag.TOUCH_MAKE)
def make_touch(act: Act, account_id: int, channel: str) -> Touch:
    """Remind an overdue account once more, beside its stages; once a day and channel.

    Raises Refused where nothing is overdue or that was done today.
    """
    account = locked_account(act, account_id)
    if channel not in Channel.values:
        raise Refused(_("Choose how to reach the customer."))
    on = timezone.localtime(act.at).date()
    owed = books.overdue_of([account.pk], on).get(account.pk)
    if owed is None:
        raise Refused(_("Account %(number)s owes nothing overdue.") % {"number": account.number})
    wanted = touches.Wanted(account.pk, f"by-hand:{channel}:{on}", channel, "dunning-by-hand", owed)
    made = touches.make(act, [wanted], rules.dunning(on), on)
    if not made:
        raise Refused(_("Account %(number)s was reminded in this way today already.") % {"number": account.number})
    act.on(made[0], account.path, account.pk)
    act.note(account=account.number, channel=made[0].channel)
    return made[0]


@action(Tag.TOUCH_RECORD)
def record_touch(act: Act, touch_id: int, outcome: str, note: str = "") -> Touch:
    """How a call or a visit went. Raises Refused where it is written down already or was taken back."""
    touch = locked_row(act, Touch, touch_id)
    if touch.state != Touch.State.TO_DO:
        raise Refused(_("This touch does not wait for anybody any more."))
    if outcome not in Touch.Outcome.values or not outcome:
        raise Refused(_("Choose how it went."))
    touch.state, touch.outcome, touch.note = Touch.State.DONE, outcome, note.strip()
    touch.done_at, touch.done_by = act.at, act.actor.name
    touch.save(update_fields=["state", "outcome", "note", "done_at", "done_by"])
    act.note(outcome=outcome)
    return touch


@action(Tag.CHANNEL_CHOOSE)
def choose_channel(act: Act, account_id: int, channel: str) -> ChosenChannel:
    """How the customer of an account wants to be reminded, for all of their accounts."""
    account = locked_account(act, account_id)
    if channel not in (Channel.SMS, Channel.LETTER, Channel.PHONE, Channel.WEB):
        raise Refused(_("Choose how to reach the customer."))
    if channel in touches.NEED_A_PHONE and not account.customer.phone:
        raise Refused(_("There is no telephone number; record it first."))
    chosen, _new = ChosenChannel.objects.update_or_create(
        customer_id=account.customer_id, defaults={"channel": channel}
    )
    act.note(channel=channel)
    return chosen
