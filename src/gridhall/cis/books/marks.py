"""Which entries a job has not yet counted."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from gridhall.cis.books.models import Mark
from gridhall.cis.ledger.models import Entry
from gridhall.platform.scope import EVERYTHING

LONGEST_WRITE = timedelta(hours=1)  # no transaction of ours lasts longer


def newest() -> int:
    """The id of the newest entry that can be seen."""
    return Entry.objects.within(EVERYTHING).aggregate(newest=Max("pk"))["newest"] or 0


def mark(name: str) -> Mark:
    """How far the figures called ``name`` are; a new mark stands at the beginning."""
    return Mark.objects.get_or_create(name=name)[0]


def move(found: Mark, seen: int) -> None:
    """Everything up to ``seen`` that was visible is counted now."""
    now = timezone.now()
    found.counted_at, found.seen_id = now, seen
    if connection.vendor == "sqlite":
        found.entry_id = seen  # one writer at a time: ids become visible in their order
    elif found.waiting_since is None or now - found.waiting_since > LONGEST_WRITE:
        found.entry_id = found.waiting_id
        found.waiting_id, found.waiting_since = seen, now
    found.save()


def counted_at(name: str) -> datetime | None:
    """When the figures were last brought up to date; None before the first time."""
    return Mark.objects.filter(name=name).values_list("counted_at", flat=True).first()


def seen(name: str) -> int:
    """The newest entry that the figures hold."""
    return Mark.objects.filter(name=name).values_list("seen_id", flat=True).first() or 0
