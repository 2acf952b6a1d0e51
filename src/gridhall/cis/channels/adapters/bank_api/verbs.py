"""What a bank may ask for in real time."""

from __future__ import annotations

from typing import Annotated

from django.utils import timezone
from msgspec import Meta, Struct

from gridhall.cis.channels import booking
from gridhall.cis.channels.contract import Outcome, Request
from gridhall.cis.channels.models import Link
from gridhall.cis.payments.models import Payment

Serial = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Number = Annotated[str, Meta(min_length=1, max_length=40)]


class Query(Struct, frozen=True, forbid_unknown_fields=True, tag_field="verb", tag="query"):
    """What does an account owe today?"""

    account: Number


class Pay(Struct, frozen=True, forbid_unknown_fields=True, tag_field="verb", tag="pay"):
    """The bank took money for an account; ``serial`` is its own number of the transfer, for ever."""

    account: Number
    amount_fen: Annotated[int, Meta(ge=1, le=10_000_000_000)]
    serial: Serial


class Reverse(Struct, frozen=True, forbid_unknown_fields=True, tag_field="verb", tag="reverse"):
    """The bank gave the money of ``original`` back."""

    original: Serial
    serial: Serial
    reason: Annotated[str, Meta(min_length=1, max_length=60)] = "reversed by the bank"


class Result(Struct, frozen=True, forbid_unknown_fields=True, tag_field="verb", tag="result"):
    """What became of a serial whose answer never came?"""

    serial: Serial


Asked = Query | Pay | Reverse | Result


def answer(link: Link, request: Request) -> Outcome:
    """Do one verb. Raises Turned."""
    match request.said:
        case Query(account):
            owing = booking.owed(link, account)
            return Outcome(said={
                "account": owing.account, "name": owing.name, "due_fen": owing.due_fen, "bills": owing.bills,
            })  # fmt: skip
        case Pay(account, amount_fen, serial):
            return _told(booking.pay(link, account, amount_fen, serial))
        case Reverse(original, serial, reason):
            return _told(booking.take_back(link, original, serial, reason))
        case Result(serial):
            payment = booking.paid(link, serial)
            return _told(payment) if payment else Outcome(said={"state": "unknown", "serial": serial})
    raise TypeError(type(request.said))


def _told(payment: Payment) -> Outcome:
    received = timezone.localtime(payment.received_at).isoformat(timespec="seconds")
    said = {
        "serial": payment.serial, "receipt": payment.receipt_number, "amount_fen": payment.amount_fen,
        "state": payment.state, "received_at": received,
    }  # fmt: skip
    return Outcome(said=said, payment=payment)
