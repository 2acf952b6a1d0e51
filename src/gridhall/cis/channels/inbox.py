"""Every message of a partner goes this way: origin, key, work, record, reply; the same for all adapters.

A message that is in work keeps its key: a second one meanwhile is told so (409). The same key with other content is
refused (422), and a repetition gets the first answer. A refusal takes no key: what came too early can come again.
"""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from gridhall.cis.channels.adapters import adapter_of
from gridhall.cis.channels.contract import Envelope, Outcome, Reply, Request, Turned
from gridhall.cis.channels.models import Link, Message

LEASE = timedelta(seconds=60)  # a message in work for longer was left by a process that died


def take(link: Link, envelope: Envelope) -> Reply:
    """Do what a message asks for and answer it; whatever is wrong becomes an answer, never an exception."""
    adapter = adapter_of(link)
    try:
        request = adapter.read(link, envelope)
    except Turned as turned:
        outcome = _no(turned)
        _record(link, envelope, Request("unread", None, None, None), outcome)
        return adapter.reply(link, None, outcome)
    return adapter.reply(link, request, _answered(link, envelope, request))


def _answered(link: Link, envelope: Envelope, request: Request) -> Outcome:
    """The first answer where there is one already, else the work and its record."""
    try:
        message, known = _claim(link, envelope, request)
    except Turned as turned:
        outcome = _no(turned)
        _record(link, envelope, Request(request.kind, None, None, None), outcome)
        return outcome
    if known is not None:
        return known
    try:
        outcome = adapter_of(link).answer(link, request)
    except Turned as turned:
        outcome = _no(turned)
    _finish(message, outcome)
    return outcome


def _no(turned: Turned) -> Outcome:
    return Outcome(turned.code, turned.status, {"detail": turned.detail} if turned.detail else {})


def _claim(link: Link, envelope: Envelope, request: Request) -> tuple[Message, Outcome | None]:
    """A row of our own for this message, or the outcome of the first one. Raises Turned."""
    digest = hashlib.sha256(envelope.body).hexdigest()
    try:
        with transaction.atomic():
            row = Message.objects.create(
                link=link, path=link.path, kind=request.kind, key=request.key, nonce=request.nonce, sha256=digest,
                at=envelope.at,
            )  # fmt: skip
        return row, None
    except IntegrityError:
        first = Message.objects.filter(link=link, key=request.key).first() if request.key else None
    if first is None:
        raise Turned("replayed", 401, "This nonce was used before.")
    if first.sha256 != digest:
        raise Turned("key_reused", 422, "This key was used with other content.")
    if first.state == Message.State.DONE:
        return first, Outcome(first.code, first.status, json.loads(first.answer), first.payment)
    if first.at > timezone.now() - LEASE:
        raise Turned("in_flight", 409, "A message with this key is in work; ask again in a moment.")
    Message.objects.filter(pk=first.pk).update(at=envelope.at)
    return first, None


def _finish(message: Message, outcome: Outcome) -> None:
    changes = _facts(outcome)
    if not outcome.good:
        changes |= {"key": None, "nonce": None}
    Message.objects.filter(pk=message.pk).update(**changes)


def _record(link: Link, envelope: Envelope, request: Request, outcome: Outcome) -> None:
    digest = hashlib.sha256(envelope.body).hexdigest()
    Message.objects.create(
        link=link, path=link.path, kind=request.kind, sha256=digest, at=envelope.at, **_facts(outcome)
    )


def _facts(outcome: Outcome) -> dict[str, object]:
    state = Message.State.DONE if outcome.good else Message.State.REFUSED
    answer = json.dumps(dict(outcome.said), ensure_ascii=False)
    return {
        "state": state, "status": outcome.status, "code": outcome.code, "answer": answer, "payment": outcome.payment,
    }  # fmt: skip
