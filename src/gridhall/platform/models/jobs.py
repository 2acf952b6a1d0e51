"""Long work: a motor with a lease, a checkpoint and progress. Domain rows of the work itself live in their domain."""

from django.db import models

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Job(models.Model):
    """At-least-once: every step must be idempotent. ``attempt`` is the fencing token of the lease."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    key = models.CharField(max_length=255, unique=True, null=True)
    path = PathField(blank=True)
    submitted_by = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    checkpoint = models.JSONField(default=dict)
    attempt = models.IntegerField(default=0)
    failures = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    cancel_requested = models.BooleanField(default=False)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["state", "due_at"]), models.Index(fields=["path", "created_at"])]
