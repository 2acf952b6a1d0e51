"""Money that goes back the way it came: a refund that the channel pays out, and a charge-back that it takes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gridhall.cis.payments.actions.taking_back import (
    CHARGE_BACK,
    REFUND,
    check_standing,
    left_fen,
    locked,
    take_back,
)
from gridhall.cis.payments.models import Payment
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.tags import Tag


@action(Tag.PAYMENT_CHANNEL_REFUND)
def refund_by_channel(act: Act, payment_id: int, amount_fen: int, reason: str, serial: str = "") -> Payment:
    """Book a refund, whole or part, that the channel pays out; what is left of the payment stands.

    ``serial`` is the channel's number of the refund. Paying back an overpayment from the office is another action.
    """
    payment = locked(act, payment_id)
    check_standing(payment, reason)
    if not 0 < amount_fen <= left_fen(payment):
        raise Refused(_("A refund is above zero and at most what is left of the payment."))
    return take_back(act, payment, REFUND, amount_fen, reason, serial)


@action(Tag.PAYMENT_CHARGE_BACK)
def charge_back(
    act: Act, payment_id: int, reason: str, serial: str = "", *, amount_fen: int | None = None
) -> Payment:  # fmt: skip
    """The bank or wallet took a payment back, such as a direct debit that was returned: its bills are open again.

    It took all that was left of it, or the part ``amount_fen``.
    """
    payment = locked(act, payment_id)
    check_standing(payment, reason)
    left = left_fen(payment)
    taken_fen = left if amount_fen is None else amount_fen
    if not 0 < taken_fen <= left:
        raise Refused(_("More was taken back than is left of the payment; give the difference back another way."))
    return take_back(act, payment, CHARGE_BACK, taken_fen, reason, serial)
