"""A payment whose keypad token is out is not taken back as if nothing had happened."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from gridhall.cis.payments.actions.taking_back import CHARGE_BACK, TakingBack, taking_back
from gridhall.cis.payments.models import Payment
from gridhall.cis.prepay.models import Token
from gridhall.platform.actions import Act
from gridhall.platform.errors import Refused
from gridhall.platform.scope import EVERYTHING


@receiver(taking_back, dispatch_uid="prepay-tokens")
def before_taking_back(act: Act, payment: Payment, kind: TakingBack, **_more: Any) -> None:
    """Raises Refused while the token counts; a bank that took the money already is booked, and others are told."""
    rows = Token.objects.within(EVERYTHING).filter(payment=payment, voided_at__isnull=True)
    token = rows.select_related("device").first()
    if token is None:
        return
    if kind is CHARGE_BACK:
        act.note(token_without_money=token.device.serial, energy_wh=token.energy_wh)
        act.emit("token.without-money", receipt=payment.receipt_number, meter=token.device.serial,
                 energy_wh=token.energy_wh)  # fmt: skip
        return
    said = {"digits": token.grouped, "serial": token.device.serial}
    raise Refused(
        _(
            "The keypad token %(digits)s for device %(serial)s was issued for this payment. Take its energy off "
            "the meter first; then a supervisor records the token as void on the receipt, "
            "and the payment can be taken back."
        )
        % said
    )
