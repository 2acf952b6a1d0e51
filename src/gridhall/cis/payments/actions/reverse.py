"""Taking a payment of today back, before its day is closed."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.payments.actions.taking_back import REVERSAL, check_standing, left_fen, locked, take_back
from gridhall.cis.payments.models import Payment
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@action(Tag.PAYMENT_REVERSE)
def reverse(act: Act, payment_id: int, reason: str, serial: str = "") -> Payment:
    """Reverse a payment of today. The bills it settled are open again, the newest first.

    ``serial`` is the partner's own number of the reversal. Raises Refused for a payment of another day, of a closed
    shift, or one that was taken back before.
    """
    payment = locked(act, payment_id)
    _check(payment, reason, timezone.localtime(act.at).date())
    return take_back(act, payment, REVERSAL, left_fen(payment), reason, serial)


def _check(payment: Payment, reason: str, on: date) -> None:
    check_standing(payment, reason)
    if timezone.localtime(payment.received_at).date() != on:
        raise Refused(_("Only a payment of today can be reversed; pay it back as a refund instead."))
    if payment.shift is not None and payment.shift.closed_at is not None:
        raise Refused(_("The shift of this payment is closed and counted; pay it back as a refund instead."))
