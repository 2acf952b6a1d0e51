"""Writing and checking the audit chain."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from gridhall.platform import statements
from gridhall.platform.actor import Actor
from gridhall.platform.models import AuditEvent, AuditHead
from gridhall.platform.tags import Tag

CHAINS = 64  # writers in different processes use different chains, so none waits for another's commit


def _hash(event: AuditEvent) -> str:
    content = [
        event.previous_hash,
        event.chain,
        event.number,
        event.at.astimezone(UTC).isoformat(),
        event.actor,
        event.actor_user,
        event.address,
        event.tag,
        event.subject,
        event.path,
        event.detail,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def append(actor: Actor, tag: Tag, at: datetime, *, subject: str, path: str, detail: dict[str, Any]) -> AuditEvent:
    """Add one event to this process's chain; call inside the action's transaction, as its last lock."""
    chain = os.getpid() % CHAINS
    number, previous = _locked_head(chain)
    event = AuditEvent(
        chain=chain,
        number=number + 1,
        at=at,
        actor=actor.name,
        actor_user=actor.user_id,
        address=actor.address,
        tag=tag.value,
        subject=subject,
        path=path,
        previous_hash=previous,
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
    )
    event.hash = _hash(event)
    with statements.together():
        statements.keep([event])
        statements.run(
            "UPDATE platform_audithead SET number = %s, hash = %s WHERE chain = %s", [event.number, event.hash, chain]
        )
    return event


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
            if event.previous_hash != previous or event.hash != _hash(event):
                yield f"chain {head.chain}: event {event.number} ({event.tag}) was altered"
            previous, expected = event.hash, event.number + 1
        if (head.number, head.hash) != (expected - 1, previous):
            yield f"chain {head.chain}: its end was cut off or its head altered"
