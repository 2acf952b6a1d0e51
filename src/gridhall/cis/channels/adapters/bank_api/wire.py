"""The wire of the bank interface: signature, nonce and time window of a request, and our signed answer.

One address a link, the verb in the body. Signed text of a request: path, timestamp, nonce and the raw body, each
followed by LF; of an answer: status, timestamp, nonce of the request, and body. The headers are Bank-Timestamp
(seconds), Bank-Nonce and Bank-Signature.
"""

from __future__ import annotations

import json

import msgspec

from gridhall.cis.channels import keys, secrets
from gridhall.cis.channels.adapters.bank_api.verbs import Asked, Pay, Reverse
from gridhall.cis.channels.contract import Envelope, Outcome, Reply, Request, Turned
from gridhall.cis.channels.models import Link
from gridhall.codecs.signatures import sign
from gridhall.platform import clock

WINDOW_S = 300  # clocks of two machines may differ by minutes; a stolen message is of no use later
BODY_MAX = 16 << 10
NONCE = range(16, 65)


def signed_text(*parts: bytes) -> bytes:
    """Each part followed by LF."""
    return b"".join(part + b"\n" for part in parts)


def read(link: Link, envelope: Envelope) -> Request:
    """Check signature and age, then the shape. The signature is over the bytes received, before any parsing."""
    timestamp, nonce = (envelope.headers.get(name, "") for name in ("bank-timestamp", "bank-nonce"))
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12 and len(nonce) in NONCE):
        raise Turned("bad_signature", 401, "Send Bank-Timestamp, Bank-Nonce and Bank-Signature.")
    text = signed_text(envelope.path.encode(), timestamp.encode(), nonce.encode(), envelope.body)
    if not keys.is_signed(link, text, envelope.headers.get("bank-signature", "")):
        raise Turned("bad_signature", 401, "The signature does not fit the message.")
    if abs(envelope.at.timestamp() - int(timestamp)) > WINDOW_S:
        raise Turned("too_old", 401, "The message is too old or the clock is wrong; sign it anew.")
    if len(envelope.body) > BODY_MAX:
        raise Turned("too_large", 413, "The message is too large.")
    try:
        said = msgspec.json.decode(envelope.body, type=Asked)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Turned("bad_amount" if "amount_fen" in str(error) else "bad_body", 422, str(error)) from error
    return Request(
        str(said.__struct_config__.tag), said.serial if isinstance(said, Pay | Reverse) else None, nonce, said
    )


def reply(link: Link, request: Request | None, outcome: Outcome) -> Reply:
    """JSON with ``code`` first, signed with our key where the link has one."""
    body = json.dumps({"code": outcome.code, **outcome.said}, ensure_ascii=False).encode()
    own = secrets.read(link, secrets.OWN_KEY)
    headers = {}
    if own and request:
        timestamp = str(int(clock.now().timestamp()))
        text = signed_text(str(outcome.status).encode(), timestamp.encode(), (request.nonce or "").encode(), body)
        headers = {"Bank-Timestamp": timestamp, "Bank-Signature": sign(own, text)}
    return Reply(outcome.status, body, headers=headers)
