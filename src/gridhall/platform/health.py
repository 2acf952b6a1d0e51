"""How the installation is: what an operator, a supervisor or a load balancer asks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from gridhall.platform.models import Job, Notification, OutboxEvent

WORKER_SILENT = timedelta(minutes=2)  # recurring work is due every few seconds; a step of a long job takes seconds
OUTBOX_LATE = timedelta(minutes=15)
DISK_FREE_BYTES = 1 << 30


def complaints() -> Iterator[str]:
    """What is wrong, one sentence each; nothing when all is well. Raises when the database does not answer."""
    now = timezone.now()
    worked = Job.objects.filter(key="recurring:outbox").values_list("finished_at", flat=True).first()
    busy = Job.objects.filter(state=Job.State.RUNNING, lease_until__gte=now).exists()
    if not busy and (worked is None or now - worked > WORKER_SILENT):
        yield "no worker: nothing was done since " + (worked.isoformat() if worked else "the beginning")
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    if failed:
        yield f"{failed} failed jobs wait for a person"
    oldest: datetime | None = OutboxEvent.objects.filter(sent_at__isnull=True).aggregate(at=Min("created_at"))["at"]
    if oldest is not None and now - oldest > OUTBOX_LATE:
        yield f"events are not sent since {oldest.isoformat()}"
    given_up = Notification.objects.filter(sent_at__isnull=True, due_at__isnull=True).count()
    if given_up:
        yield f"{given_up} messages could not be sent"
    free = shutil.disk_usage(settings.DATA).free
    if free < DISK_FREE_BYTES:
        yield f"only {free >> 20} MiB are free in the data folder"
