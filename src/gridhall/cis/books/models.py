"""Figures of the books: recomputed from ledger lines by jobs, never counted up; pages only read them."""

from django.db import models

from gridhall.platform.scope import PathField, ScopedManager


class LedgerDay(models.Model):
    """What was posted to a ledger account on a day by a unit; both sums are positive."""

    path = PathField()
    on = models.DateField()
    ledger_account = models.CharField(max_length=30)
    debit_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    lines = models.IntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "on", "ledger_account"], name="ledger_day_once")]
        indexes = [models.Index(fields=["on"], name="ledger_day_on")]


class Mark(models.Model):
    """How far the figures have come: every entry up to ``entry_id`` is in them, the newest they saw is ``seen_id``.

    Entries get their ids before they are committed, so on a database with many writers a later look may find an earlier
    id. ``waiting_id`` was the newest at ``waiting_since``; after an hour nobody still writes behind it.
    """

    name = models.CharField(max_length=20, primary_key=True)
    entry_id = models.BigIntegerField(default=0)
    seen_id = models.BigIntegerField(default=0)
    waiting_id = models.BigIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    counted_at = models.DateTimeField(null=True)
