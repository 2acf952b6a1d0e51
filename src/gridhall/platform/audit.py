"""Writing and checking the audit chain."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from gridhall.platform import statements
from gridhall.platform.actor import Actor
from gridhall.platform.ids import uuid7
from gridhall.platform.models import AuditEvent, AuditHead
from gridhall.platform.tags import Tag

CHAINS = 64  # threads of different numbers write to different chains, so that few wait for another's commit


CONTENT = (
    "previous_hash", "chain", "number", "at", "actor", "actor_user", "address", "tag", "subject", "path", "detail",
)  # fmt: skip


def _hash(content: Sequence[Any]) -> str:
    """Over the columns of CONTENT."""
    plain = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in content]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


class Event(Protocol):
    """What an action says of itself when it is done."""

    actor: Actor
    tag: Tag
    at: datetime
    subject: str
    path: str
    detail: dict[str, Any]


def append(events: Sequence[Event]) -> None:
    """Add events to this thread's chain; call inside the actions' transaction, as its last lock."""
    chain = threading.get_native_id() % CHAINS
    last, previous = _locked_head(chain)
    rows = []
    for number, event in enumerate(events, start=last + 1):
        actor, said = event.actor, json.dumps(event.detail, ensure_ascii=False, sort_keys=True, default=str)
        who = (actor.name, actor.user_id, actor.address)
        what = (event.tag.value, event.subject, event.path, said)
        digest = _hash((previous, chain, number, event.at, *who, *what))
        rows.append((previous, chain, number, statements.moment(event.at), *who, *what, digest, uuid7().hex))
        previous = digest
    statements.insert(AuditEvent, (*CONTENT, "hash", "public_id"), rows)
    text = "UPDATE platform_audithead SET number = %s, hash = %s WHERE chain = %s"
    statements.run(text, [last + len(events), previous, chain])


def _locked_head(chain: int) -> tuple[int, str]:
    """Number and hash of the chain's last event; nobody else adds to it until the transaction ends."""
    find = f"SELECT number, hash FROM platform_audithead WHERE chain = %s{statements.for_update()}"  # noqa: S608 - our own text
    rows = statements.fetch(find, [chain])
    if not rows:
        AuditHead.objects.get_or_create(chain=chain)
        rows = statements.fetch(find, [chain])
    return rows[0]  # type: ignore[return-value]


def broken_links() -> Iterator[str]:
    """Every place where the chain does not hold, as a sentence; nothing when all is well."""
    heads = {head.chain: head for head in AuditHead.objects.all()}
    for chain in AuditEvent.objects.order_by("chain").values_list("chain", flat=True).distinct():
        if chain not in heads:
            yield f"chain {chain}: it has no head, so its end may be cut off"
    for head in heads.values():
        previous, expected = "0" * 64, 1
        for event in AuditEvent.objects.filter(chain=head.chain).order_by("number").iterator(2000):
            if event.number != expected:
                yield f"chain {head.chain}: event {expected} is missing"
                expected = event.number
            if event.previous_hash != previous or event.hash != _hash([getattr(event, name) for name in CONTENT]):
                yield f"chain {head.chain}: event {event.number} ({event.tag}) was altered"
            previous, expected = event.hash, event.number + 1
        if (head.number, head.hash) != (expected - 1, previous):
            yield f"chain {head.chain}: its end was cut off or its head altered"
