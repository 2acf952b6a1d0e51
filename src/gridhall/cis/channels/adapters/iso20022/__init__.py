"""A bank that speaks ISO 20022: it is sent pain.008 debits, and its camt notices say which came and which went back."""

from __future__ import annotations

import hashlib
import json

from gridhall.cis.channels.contract import Envelope, Outcome, Reply, Request, Turned
from gridhall.cis.channels.models import Link
from gridhall.cis.channels.posting import post_items
from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import camt
from gridhall.codecs.payments.items import Item


def read(link: Link, envelope: Envelope) -> Request:
    """Every statement is about our account and adds up; amounts are whole fen of the link's currency."""
    try:
        items: list[Item] = []
        for account in camt.read(envelope.body):
            if account.account != link.own_account:
                raise Turned("wrong_account", 403, "The statement is about another account.")
            items += camt.items(account, link.currency).items
    except CodecError as error:
        raise Turned("bad_file", 422, str(error)) from error
    return Request("camt", f"file:{hashlib.sha256(envelope.body).hexdigest()}", None, items)


def answer(link: Link, request: Request) -> Outcome:
    """Book debits that came under our order number, and take back those that were returned."""
    answers = post_items(link, request.said, f"{link.code} camt")
    said = {"answers": [[one.serial, one.code, one.receipt, one.booked_fen] for one in answers]}
    good = all(one.code == "ok" for one in answers)
    return Outcome("ok" if good else "some_refused", 200, said)


def reply(link: Link, request: Request | None, outcome: Outcome) -> Reply:
    """What became of each movement."""
    return Reply(outcome.status, json.dumps({"code": outcome.code, **outcome.said}, ensure_ascii=False).encode())
