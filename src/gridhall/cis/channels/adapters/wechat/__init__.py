"""WeChat Pay tells of a transaction or a refund: a signed notice with a sealed resource (its interface, version 3)."""

from __future__ import annotations

import json

from gridhall.cis.channels import booking, keys, secrets
from gridhall.cis.channels.contract import Envelope, Outcome, Reply, Request, Turned
from gridhall.cis.channels.models import Link
from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import wechat
from gridhall.codecs.signatures import BadSeal, unseal

WINDOW_S = 300
SEALED_WITH = "AEAD_AES_256_GCM"


def read(link: Link, envelope: Envelope) -> Request:
    """Verify over the bytes as they came, then open the resource and see that it is for our merchant number."""
    headers = envelope.headers
    stamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    text = wechat.signed_text(stamp, nonce, envelope.body)
    if not keys.is_signed(link, text, headers.get("wechatpay-signature", "")):
        raise Turned("bad_signature", 401)
    if not (stamp.isascii() and stamp.isdigit()) or abs(envelope.at.timestamp() - int(stamp[:12])) > WINDOW_S:
        raise Turned("too_old", 401)
    seal_key = secrets.read(link, secrets.SEAL_KEY)
    if seal_key is None:
        raise Turned("not_configured", 503, "The seal key of this link is missing.")
    try:
        notice = wechat.read_notice(envelope.body)
        sealed = notice.resource
        if sealed.algorithm != SEALED_WITH:
            raise Turned("bad_body", 422, sealed.algorithm[:40])
        opened = unseal(seal_key, sealed.nonce.encode(), sealed.associated_data.encode(), sealed.ciphertext)
        trade = wechat.read_trade(opened)
    except BadSeal as error:
        raise Turned("bad_seal", 401, str(error)) from error
    except CodecError as error:
        raise Turned("bad_body", 422, str(error)) from error
    if trade.mchid != link.partner_id or (trade.appid and trade.appid != link.app_id):
        raise Turned("wrong_recipient", 403)
    return Request(notice.event_type[:20], None, None, trade)


def answer(link: Link, request: Request) -> Outcome:
    """Book a transaction that succeeded or a refund that was paid out; other events are only noted."""
    trade: wechat.Trade = request.said
    if trade.amount.currency != "CNY":
        raise Turned("bad_amount", 422, "The currency is not CNY.")
    if trade.refund_id:
        if trade.refund_status != "SUCCESS":
            return Outcome()
        reason = "refund by WeChat Pay"
        return Outcome(
            payment=booking.refund(link, trade.transaction_id, trade.amount.refund, trade.refund_id[:64], reason)
        )
    if trade.trade_state != "SUCCESS":
        return Outcome()
    paid = booking.pay_order(link, trade.out_trade_no, trade.amount.total, trade.transaction_id[:64])
    return Outcome(payment=paid)


def reply(link: Link, request: Request | None, outcome: Outcome) -> Reply:
    """200 ends the repetitions."""
    if outcome.good:
        return Reply(200, b'{"code": "SUCCESS"}')
    said = {"code": "FAIL", "message": outcome.code}
    return Reply(outcome.status, json.dumps(said).encode())
