"""Alipay tells what became of an order: a form with an RSA2 signature, sent again until the answer is ``success``."""

from __future__ import annotations

from collections.abc import Mapping

from gridhall.cis.channels import booking, keys
from gridhall.cis.channels.contract import Envelope, Outcome, Reply, Request, Turned
from gridhall.cis.channels.models import Link
from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import alipay
from gridhall.codecs.payments.items import fen_of_yuan

PAID = ("TRADE_SUCCESS", "TRADE_FINISHED")
CLOSED = "TRADE_CLOSED"


def read(link: Link, envelope: Envelope) -> Request:
    """Check the signature over every field, blank ones too, and that the notice is for our application.

    A notice has no time window: Alipay repeats it for a day. Repeating changes nothing, because orders are paid once.
    """
    try:
        fields = alipay.read_notice(envelope.body)
    except CodecError as error:
        raise Turned("bad_body", 422, str(error)) from error
    if not keys.is_signed(link, alipay.signed_text(fields), fields.get("sign", "")):
        raise Turned("bad_signature", 401)
    if fields.get("app_id") != link.app_id:
        raise Turned("wrong_recipient", 403)
    missing = [name for name in ("trade_no", "out_trade_no", "total_amount", "trade_status") if not fields.get(name)]
    if missing:
        raise Turned("bad_body", 422, missing[0])
    return Request("notice", None, None, fields)


def answer(link: Link, request: Request) -> Outcome:
    """Book what was paid or given back; a good signature under another status is no money."""
    fields: Mapping[str, str] = request.said
    if fields.get("refund_fee"):
        return Outcome(payment=_refund(link, fields))
    if fields["trade_status"] in PAID:
        amount_fen = _fen(fields, "total_amount")
        return Outcome(payment=booking.pay_order(link, fields["out_trade_no"], amount_fen, fields["trade_no"]))
    if fields["trade_status"] == CLOSED:
        booking.close_order(link, fields["out_trade_no"])
    return Outcome()


def _refund(link: Link, fields: Mapping[str, str]) -> booking.Payment:
    """``refund_fee`` is the sum of all refunds so far, so what is new is what we have not booked yet."""
    payment = booking.original(link, fields["trade_no"])
    new_fen = _fen(fields, "refund_fee") - booking.taken_back_fen(payment)
    if new_fen <= 0:
        return payment
    serial = fields.get("out_biz_no") or f"{fields['trade_no']}-{fields['refund_fee']}"
    return booking.refund(link, fields["trade_no"], new_fen, serial[:64], "refund by Alipay")


def _fen(fields: Mapping[str, str], name: str) -> int:
    try:
        return fen_of_yuan(fields[name], None, name)
    except CodecError as error:
        raise Turned("bad_amount", 422, str(error)) from error


def reply(link: Link, request: Request | None, outcome: Outcome) -> Reply:
    """``success`` ends the repetitions; anything else has the notice come again."""
    return Reply(200, b"success" if outcome.good else b"fail", "text/plain")
