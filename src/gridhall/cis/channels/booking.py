"""What partners may ask for, in the words of no partner: what is owed, pay, take back."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from gridhall.cis.channels.contract import Turned
from gridhall.cis.channels.models import Link
from gridhall.cis.customers.masking import mask_name
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.actions import charge_back, confirm, fail, receive, refund_by_channel, reverse
from gridhall.cis.payments.actions.taking_back import left_fen
from gridhall.cis.payments.models import Payment
from gridhall.cis.payments.queries import standing
from gridhall.platform.actor import Actor
from gridhall.platform.errors import KeyReused, Refused
from gridhall.platform.scope import EVERYTHING, Scope


@dataclass(frozen=True)
class Owing:
    """What an account owes today; the name is masked, for the payer to recognise."""

    account: str
    name: str
    due_fen: int
    bills: int


def actor_of(link: Link) -> Actor:
    """The partner at work: it may do what its adapter asks for, on accounts of its unit only."""
    return Actor(f"channel {link.code}", "system", scope=Scope(prefixes=(link.path,)))


def account_of(link: Link, number: str) -> Account:
    """An account of the link's unit. Raises Turned: what lies elsewhere does not exist."""
    rows = Account.objects.within(actor_of(link).scope).select_related("customer")
    account = rows.filter(number=number[:40]).first()
    if account is None:
        raise Turned("unknown_account", 404, "There is no account of this number.")
    return account


def owed(link: Link, number: str) -> Owing:
    """What is to be paid today, late penalty included. Raises Turned."""
    account = account_of(link, number)
    stands = standing(account.pk, timezone.localdate())
    return Owing(account.number, mask_name(account.customer.name), stands.due_fen, len(stands.items))


def key_of(link: Link, serial: str) -> str:
    """The name of a partner's transfer for ever."""
    return f"{link.code}:{serial}"


def pay(link: Link, number: str, amount_fen: int, serial: str, method: str = "transfer") -> Payment:
    """Book a transfer under the partner's serial; the same serial gives the first one. Raises Turned."""
    account = account_of(link, number)
    try:
        return receive(
            actor_of(link), account.pk, amount_fen, link.channel, method, key=key_of(link, serial),
            link_code=link.code, serial=serial, reference=serial[:60],
        )  # fmt: skip
    except KeyReused as error:
        raise Turned("key_reused", 422, str(error)) from error
    except Refused as error:
        raise Turned("bad_amount", 422, str(error)) from error


def paid(link: Link, serial: str) -> Payment | None:
    """The payment of a serial, if it was booked."""
    if not serial:
        return None
    return Payment.objects.within(actor_of(link).scope).filter(link_code=link.code, serial=serial).first()


def original(link: Link, serial: str) -> Payment:
    """The payment that is to be taken back. Raises Turned where it is not here yet."""
    payment = paid(link, serial)
    if payment is None or payment.amount_fen < 0:
        raise Turned("unknown_original", 409, "The payment to be taken back is not here; send it first.")
    return payment


def take_back(link: Link, first: str, serial: str, reason: str) -> Payment:
    """Reverse a payment of today; later the same request is a charge-back. The same serial gives the first one."""
    known = paid(link, serial)
    payment = original(link, first)
    if known is not None:
        if known.reverses_id == payment.pk:
            return known
        raise Turned("key_reused", 422, "This serial was used for another payment.")
    today = timezone.localtime(payment.received_at).date() == timezone.localdate()
    try:
        act = reverse if today else charge_back
        return act(actor_of(link), payment.pk, reason, serial, key=key_of(link, serial))
    except KeyReused as error:
        raise Turned("key_reused", 422, str(error)) from error
    except Refused as error:
        raise Turned("not_reversible", 409, str(error)) from error


def refund(link: Link, first: str, amount_fen: int, serial: str, reason: str) -> Payment:
    """Book a refund that the partner paid out, whole or part. The same serial gives the first one. Raises Turned."""
    known = paid(link, serial)
    payment = original(link, first)
    if known is not None:
        if (known.reverses_id, known.amount_fen) == (payment.pk, -amount_fen):
            return known
        raise Turned("key_reused", 422, "This serial was used for another refund.")
    try:
        return refund_by_channel(actor_of(link), payment.pk, amount_fen, reason, serial, key=key_of(link, serial))
    except KeyReused as error:
        raise Turned("key_reused", 422, str(error)) from error
    except Refused as error:
        raise Turned("not_refundable", 409, str(error)) from error


def taken_back_fen(payment: Payment) -> int:
    """What of a payment was given back already."""
    return payment.amount_fen - left_fen(payment)


def order_of(link: Link, order_number: str) -> Payment:
    """The announced payment of an order number that we gave out. Raises Turned."""
    rows = Payment.objects.within(EVERYTHING).filter(link_code=link.code)
    try:
        payment = rows.filter(public_id=order_number).first() if len(order_number) == 32 else None
    except ValueError:
        payment = None
    if payment is None or not actor_of(link).scope.covers(payment.path):
        raise Turned("unknown_order", 404, "There is no order of this number.")
    return payment


def pay_order(link: Link, order_number: str, amount_fen: int, serial: str) -> Payment:
    """Book an announced payment that the partner says was paid. Raises Turned for another amount."""
    order = order_of(link, order_number)
    if order.amount_fen != amount_fen:
        raise Turned("bad_amount", 422, "The amount differs from the order.")
    if order.serial and order.serial != serial:
        raise Turned("key_reused", 422, "This order was paid by another transaction.")
    try:
        return confirm(actor_of(link), order.pk, amount_fen, serial)
    except Refused as error:
        raise Turned("not_payable", 409, str(error)) from error


def close_order(link: Link, order_number: str) -> None:
    """An announced payment will not come. One that was booked stays as it is."""
    order = order_of(link, order_number)
    if order.state == Payment.State.PENDING:
        fail(actor_of(link), order.pk, "closed by the partner")
