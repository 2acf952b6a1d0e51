"""The token on the printed receipt of its payment."""

from __future__ import annotations

import msgspec

from gridhall.cis.payments.document import receipt_document
from gridhall.cis.payments.models import Payment
from gridhall.cis.prepay.models import Token
from gridhall.kernel.money import format_scaled
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.schema import Words
from gridhall.platform.scope import EVERYTHING


def receipt_with_token(payment: Payment) -> doc.ReceiptDocument:
    """The receipt of a payment that a scoped read gave, with the digits to type where it bought a keypad token."""
    receipt = receipt_document(payment)
    token = Token.objects.within(EVERYTHING).filter(payment=payment).select_related("device").first()
    if token is None:
        return receipt
    said = {"serial": token.device.serial, "digits": token.grouped, "kwh": format_scaled(token.energy_wh, 3, 1)}
    note = Words(
        "表号 {serial} 充值码：{digits}（{kwh} 千瓦时）".format(**said),
        "Keypad token of device {serial}: {digits} ({kwh} kWh)".format(**said),
    )
    return msgspec.structs.replace(receipt, notes=(*receipt.notes, note))
