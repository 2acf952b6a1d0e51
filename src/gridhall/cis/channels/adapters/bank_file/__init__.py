"""A bank that sends a day file: every line is booked or refused by itself, and the answer says which."""

from __future__ import annotations

import hashlib

from gridhall.cis.channels.contract import Envelope, Outcome, Reply, Request, Turned
from gridhall.cis.channels.models import Link
from gridhall.cis.channels.posting import post_items
from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import bank_file


def read(link: Link, envelope: Envelope) -> Request:
    """Hash, count and sum fit, and the file is this bank's. The content itself is the key: a file is answered once."""
    try:
        file = bank_file.read(envelope.body, link.charset)
    except CodecError as error:
        raise Turned("bad_file", 422, str(error)) from error
    if file.bank != (link.partner_id or link.code):
        raise Turned("wrong_sender", 403, f"This is a file of {file.bank[:40]}.")
    return Request("day-file", f"file:{hashlib.sha256(envelope.body).hexdigest()}", None, file)


def answer(link: Link, request: Request) -> Outcome:
    """Book what can be booked. What was booked before stays as it is."""
    file: bank_file.DayFile = request.said
    answers = post_items(link, file.items, f"{link.code} {file.day}")
    said = {"answers": [[one.serial, one.code, one.receipt, one.booked_fen] for one in answers]}
    good = all(one.code == "ok" for one in answers)
    return Outcome("ok" if good else "some_refused", 200, said)


def reply(link: Link, request: Request | None, outcome: Outcome) -> Reply:
    """Our answer file; for a file that was refused whole, one line with the reason."""
    if request is None or "answers" not in outcome.said:
        text = f"E|{outcome.code}|{outcome.said.get('detail', '')}\n"
        return Reply(outcome.status, text.encode(link.charset, "replace"), "text/plain")
    answers = [bank_file.Answered(*one) for one in outcome.said["answers"]]
    body = bank_file.write_answers(request.said.bank, request.said.day, answers, link.charset)
    return Reply(200, body, "text/plain")
