"""Money that is announced: an order at a wallet, a debit that the bank is asked for. Nothing is in the books yet."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.payments.actions.receive import book, check_amount, locked_account
from gridhall.cis.payments.actions.taking_back import locked
from gridhall.cis.payments.channels import channel as channel_on
from gridhall.cis.payments.models import Payment
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import Refused
from gridhall.platform.ids import next_ids
from gridhall.platform.tags import Tag


@action(Tag.PAYMENT_ANNOUNCE)
def announce(
    act: Act, account_id: int, amount_fen: int, channel: str, method: str, *, link_code: str = "", reference: str = ""
) -> Payment:
    """Keep what somebody is about to pay under their ``key``; the same key gives the first one."""
    if not act.key:
        raise ValueError("a payment needs a key made by whoever pays")
    account = locked_account(act, account_id)
    check_amount(amount_fen, method)
    on = timezone.localtime(act.at).date()
    channel_on(channel, on)
    (pk,) = next_ids(Payment, 1)
    payment = Payment.objects.create(
        pk=pk, key=act.key, receipt_number=f"R{on:%Y%m%d}{pk:09d}", account=account, path=account.path,
        channel=channel, method=method, amount_fen=amount_fen, reference=reference, link_code=link_code,
        state=Payment.State.PENDING, received_at=act.at, received_by=act.actor.name,
    )  # fmt: skip
    act.on(payment, payment.path, account.pk)
    act.note(amount_fen=amount_fen, channel=channel, receipt=payment.receipt_number)
    return payment


@action(Tag.PAYMENT_CONFIRM)
def confirm(act: Act, payment_id: int, amount_fen: int, serial: str = "") -> Payment:
    """Book an announced payment now that the channel says it was paid. One that was booked before stays as it is.

    Raises Refused when the amount is not the announced one: a good signature does not make 0.01 yuan pay a bill.
    """
    payment = locked(act, payment_id)
    if payment.amount_fen != amount_fen:
        raise Refused(_("The amount differs from what was announced."))
    if payment.state not in Payment.UNBOOKED:
        return payment
    payment.serial = serial
    return book(act, payment, timezone.localtime(act.at).date())


@action(Tag.PAYMENT_FAIL)
def fail(act: Act, payment_id: int, reason: str) -> Payment:
    """An announced payment will not come: no cover, or the customer turned away."""
    payment = locked(act, payment_id)
    if payment.state == Payment.State.PENDING:
        payment.state, payment.reference = Payment.State.FAILED, reason[:60]
        payment.save(update_fields=["state", "reference"])
    elif payment.state != Payment.State.FAILED:
        raise Refused(_("This payment was booked already."))
    act.note(receipt=payment.receipt_number, reason=reason[:60])
    return payment
