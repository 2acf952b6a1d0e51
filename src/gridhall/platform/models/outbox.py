"""What must reach the outside: written with the change, sent afterwards."""

from django.db import models
from django.utils import timezone

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class OutboxEvent(models.Model):
    """A fact for other systems, in the order it happened."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    topic = models.CharField(max_length=60)
    payload = models.JSONField()
    path = PathField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at", "id"])]


class Notification(models.Model):
    """A message to one person, through a pluggable sender. The default sender writes files to the data folder.

    ``due_at`` says when it is tried (again); it is empty once the message was sent or given up.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    channel = models.CharField(max_length=20)
    recipient = models.CharField(max_length=120)
    account_id = models.BigIntegerField(null=True)
    path = PathField(blank=True)
    template = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    attempts = models.IntegerField(default=0)
    error = models.TextField(blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"])]
