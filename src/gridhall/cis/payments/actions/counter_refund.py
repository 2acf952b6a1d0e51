"""Paying money back at the counter, whole or part: the way back of a payment whose day or shift is closed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.payments.actions.taking_back import REFUND, check_standing, left_fen, locked, take_back
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag


@action(Tag.PAYMENT_REFUND)
def refund_at_counter(act: Act, payment_id: int, amount_fen: int, reason: str, shift_id: int | None = None) -> Payment:
    """Pay back ``amount_fen`` of what was taken at a counter; bills that lose their money are open again.

    Cash leaves the till of ``shift_id``, an open one in the actor's scope; what came by card or transfer goes back the
    way it came. Raises Refused for other channels, which pay back themselves, and for more than is left.
    """
    till = _till(act, shift_id)
    payment = locked(act, payment_id)
    check_standing(payment, reason)
    if payment.channel != Payment.Channel.COUNTER:
        raise Refused(_("This money came by another way; its channel pays it back."))
    if not 0 < amount_fen <= left_fen(payment):
        raise Refused(_("A refund is above zero and at most what is left of the payment."))
    if payment.method == Payment.Method.CASH and till is None:
        raise Refused(_("Choose the open till that the cash leaves."))
    payment.shift = till if payment.method == Payment.Method.CASH else None
    return take_back(act, payment, REFUND, amount_fen, reason)


def _till(act: Act, shift_id: int | None) -> Shift | None:
    """The till, locked before the account as everywhere; None for one that is closed or of strangers."""
    rows = lock(Shift.objects.within(act.actor.scope).filter(pk=shift_id, closed_at__isnull=True)) if shift_id else []
    return rows[0] if rows else None
