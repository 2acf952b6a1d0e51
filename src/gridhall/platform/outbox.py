"""Facts for other systems, sent in the order in which they happened, at least once.

``settings.OUTBOX_SENDER`` names another sender: a function of one OutboxEvent that raises when it did not arrive.
Receivers know a repetition by ``id``.
"""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from gridhall.platform.files import write_whole
from gridhall.platform.jobs import Running, handler
from gridhall.platform.models import OutboxEvent

EVERY = timedelta(seconds=5)
ROUND_S = 3.0


@handler("outbox", every=EVERY)
def deliver(running: Running) -> None:
    """Send what is waiting. The first failure ends the round: a later fact must not overtake an earlier one.

    A round is short, so that a long queue does not hold up bill runs.
    """
    send = import_string(getattr(settings, "OUTBOX_SENDER", "gridhall.platform.outbox.to_file"))
    waiting = OutboxEvent.objects.filter(sent_at__isnull=True).order_by("pk")
    count, until = 0, time.monotonic() + ROUND_S
    while time.monotonic() < until and (event := waiting.first()):
        try:
            send(event)
        except Exception as error:
            OutboxEvent.objects.filter(pk=event.pk).update(attempts=event.attempts + 1, error=str(error))
            raise
        count += 1
        with transaction.atomic():
            OutboxEvent.objects.filter(pk=event.pk).update(
                sent_at=timezone.now(), attempts=event.attempts + 1, error=""
            )
            running.report(count, count)


def to_file(event: OutboxEvent) -> None:
    """The sender of a machine that nobody listens to yet: one JSON file an event."""
    content = {
        "id": str(event.public_id), "topic": event.topic, "at": event.created_at.isoformat(), "path": event.path,
        "payload": event.payload,
    }  # fmt: skip
    folder = Path(settings.MESSAGE_FOLDER) / "events"
    write_whole(folder / f"{event.public_id}.json", json.dumps(content, ensure_ascii=False).encode())
