"""The audit chain: append-only, each event holds the hash of the one before it."""

from django.db import models

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class AuditHead(models.Model):
    """The last link of one chain. Several chains exist so that writers do not queue for one row."""

    chain = models.PositiveSmallIntegerField(primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class AuditEvent(models.Model):
    """One event per action, written in the action's own transaction. Database triggers refuse UPDATE and DELETE."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    chain = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    actor_user = models.BigIntegerField(null=True)
    address = models.CharField(max_length=45, blank=True)
    tag = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    path = PathField(blank=True)
    detail = models.TextField(default="{}")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="audit_link_once")]
        indexes = [models.Index(fields=["path", "at"]), models.Index(fields=["subject", "at"])]


class ActionKey(models.Model):
    """A client-made key: the same request twice is one change and one answer. Kept for ever."""

    key = models.CharField(max_length=255, primary_key=True)
    tag = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    result_model = models.CharField(max_length=60, blank=True)
    result_pk = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
