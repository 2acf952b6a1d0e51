"""The action: permission, locks, change, ledger, audit, outbox, in one transaction.

    @action(Tag.PAYMENT_RECEIVE)
    def receive(act: Act, account_id: int, amount_fen: int) -> Payment: ...

    receive(actor, account_id, amount_fen, key="client-made key")

Inside another action, pass its ``act`` in place of the actor: the inner change joins the outer transaction.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from gridhall.platform import audit, clock, policy, statements
from gridhall.platform.actor import Actor
from gridhall.platform.at_once import Alone, AtOnce
from gridhall.platform.errors import KeyReused, NotInScope
from gridhall.platform.ids import uuid7s
from gridhall.platform.models import ActionKey, OutboxEvent
from gridhall.platform.tags import Tag

P = ParamSpec("P")
R = TypeVar("R")
REGISTERED: dict[Tag, Callable[..., Any]] = {}


@dataclass
class Act:
    """One running action: who does it, and what the audit event will say."""

    actor: Actor
    tag: Tag
    at: datetime
    key: str | None = None
    subject: str = ""
    path: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def on(self, row: models.Model, path: str, account_id: int | None = None) -> None:
        """Name the subject and check that it lies in the actor's scope; a stranger gets 'not found'."""
        if not self.actor.scope.covers(path, account_id):
            raise NotInScope()
        self.subject = f"{row._meta.model_name}:{getattr(row, 'public_id', row.pk)}"
        self.path = path

    def note(self, **detail: Any) -> None:
        """Facts for the audit event: amounts, counts, before and after. No personal data."""
        self.detail.update(detail)

    def emit(self, topic: str, **payload: Any) -> None:
        """Tell other systems, once the transaction has committed."""
        self.emit_many(topic, [(payload, self.path)])

    def emit_many(self, topic: str, facts: Sequence[tuple[Mapping[str, Any], str]]) -> None:
        """The same for many at once, each with the path of its unit."""
        at = statements.moment(timezone.now())
        rows = [
            (public_id, topic, json.dumps(payload), path, at, 0, "")
            for public_id, (payload, path) in zip(uuid7s(len(facts)), facts, strict=True)
        ]
        columns = ("public_id", "topic", "payload", "path", "created_at", "attempts", "error")
        statements.insert(OutboxEvent, columns, rows)


def _digest(tag: Tag, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    def plain(value: Any) -> Any:
        return f"{value._meta.label}:{value.pk}" if isinstance(value, models.Model) else str(value)

    return hashlib.sha256(json.dumps([tag, args, kwargs], default=plain, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Call:
    """An action that was asked for: by whom, with what, and under which key."""

    actor: Actor
    tag: Tag
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    key: str | None
    digest: str


Stored = tuple[str, str, str]


def _stored(calls: Sequence[Call]) -> dict[str, Stored]:
    """Digest, model and primary key of the answer that a key got before."""
    keys = [call.key for call in calls if call.key]
    if not keys:
        return {}
    named = statements.among("key")
    text = f"SELECT key, digest, result_model, result_pk FROM platform_actionkey WHERE {named}"  # noqa: S608 - our own
    return {key: stored for key, *stored in statements.fetch(text, [statements.listed(keys)])}  # type: ignore[misc]


def _store(done: Sequence[tuple[Call, Act, Any]]) -> None:
    rows = []
    for call, act, result in done:
        answer = (result._meta.label, str(result.pk)) if isinstance(result, models.Model) else ("", "")
        if call.key:
            rows.append((call.key, call.tag.value, call.digest, statements.moment(act.at), *answer))
    statements.insert(ActionKey, ("key", "tag", "digest", "at", "result_model", "result_pk"), rows)


def _replay(stored: Stored, digest: str) -> Any:
    of, model, pk = stored
    if of != digest:
        raise KeyReused()
    return apps.get_model(model)._base_manager.get(pk=pk) if model else None


def _alone(function: Callable[..., Any], call: Call) -> Any:
    """One call in its own transaction, or as part of one that is open."""
    try:
        with transaction.atomic():
            for stored in _stored([call]).values():
                return _replay(stored, call.digest)
            act = Act(call.actor, call.tag, clock.now(), call.key)
            result = function(act, *call.args, **call.kwargs)
            _store([(call, act, result)])
            audit.append([act])
            return result
    except IntegrityError:
        # Another process finished the same key between our look-up and our insert: its answer is ours.
        for stored in _stored([call]).values():
            return _replay(stored, call.digest)
        raise


Many = Callable[[Sequence[Act], Sequence[Call]], Sequence[Any]]


def _together(many: Many, calls: Sequence[Call]) -> list[Any]:
    """Calls in one transaction; None where one was not done. Keys ascend, so that two transactions never wait for each
    other's."""
    with transaction.atomic():
        known, at = _stored(calls), clock.now()
        fresh = sorted({call.key: call for call in calls if call.key not in known}.values(), key=lambda call: call.key)
        acts = [Act(call.actor, call.tag, at, call.key) for call in fresh]
        results = many(acts, fresh) if fresh else ()
        done = [one for one in zip(fresh, acts, results, strict=True) if one[2] is not None]
        if done:
            _store(done)
            audit.append([act for _call, act, _result in done])
    answers = {id(call): result for call, _act, result in done}
    return [answers.get(id(call)) for call in calls]


def action(tag: Tag, *, many: Many | None = None) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[..., R]]:
    """Register ``function`` as the one implementation of ``tag``.

    ``many`` does calls with a key that come at the same time in one transaction. It answers None for what it leaves,
    what is not simple or would make the others wait; that is done alone, and so are all where any error comes up.
    """

    def register(function: Callable[Concatenate[Act, P], R]) -> Callable[..., R]:
        line = None if many is None else AtOnce(functools.partial(_together, many))

        @functools.wraps(function)
        def run(by: Actor | Act, *args: Any, key: str | None = None, **kwargs: Any) -> R:
            actor = by.actor if isinstance(by, Act) else by
            policy.require(actor, tag, nested=isinstance(by, Act))
            call = Call(actor, tag, args, kwargs, key, _digest(tag, args, kwargs) if key else "")
            if line is not None and key and not connection.in_atomic_block:
                with suppress(Alone):
                    return line.result(call)
            return _alone(function, call)

        REGISTERED[tag] = run
        return run

    return register
