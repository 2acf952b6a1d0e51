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
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from gridhall.platform import audit, clock, policy, statements
from gridhall.platform.actor import Actor
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


Stored = tuple[str, str, str]


def _stored(key: str | None) -> Stored | None:
    """Digest, model and primary key of the answer that a key got before."""
    if not key:
        return None
    rows = statements.fetch("SELECT digest, result_model, result_pk FROM platform_actionkey WHERE key = %s", [key])
    return rows[0] if rows else None  # type: ignore[return-value]


def _store(act: Act, digest: str, result: Any) -> None:
    is_row = isinstance(result, models.Model)
    answer = (result._meta.label, str(result.pk)) if is_row else ("", "")
    columns = ("key", "tag", "digest", "at", "result_model", "result_pk")
    statements.insert(ActionKey, columns, [(act.key, act.tag.value, digest, statements.moment(act.at), *answer)])


def _replay(stored: Stored, digest: str) -> Any:
    of, model, pk = stored
    if of != digest:
        raise KeyReused()
    return apps.get_model(model)._base_manager.get(pk=pk) if model else None


def action(tag: Tag) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[..., R]]:
    """Register ``function`` as the one implementation of ``tag``."""

    def register(function: Callable[Concatenate[Act, P], R]) -> Callable[..., R]:
        @functools.wraps(function)
        def run(by: Actor | Act, *args: Any, key: str | None = None, **kwargs: Any) -> R:
            actor = by.actor if isinstance(by, Act) else by
            policy.require(actor, tag, nested=isinstance(by, Act))
            digest = _digest(tag, args, kwargs) if key else ""
            try:
                with transaction.atomic():
                    stored = _stored(key)
                    if stored:
                        return _replay(stored, digest)
                    act = Act(actor, tag, clock.now(), key)
                    result = function(act, *args, **kwargs)  # type: ignore[arg-type]
                    if key:
                        _store(act, digest, result)
                    audit.append(actor, tag, act.at, subject=act.subject, path=act.path, detail=act.detail)
                    return result
            except IntegrityError:
                # Another process finished the same key between our look-up and our insert: its answer is ours.
                stored = _stored(key)
                if stored is None:
                    raise
                return _replay(stored, digest)

        REGISTERED[tag] = run
        return run

    return register
