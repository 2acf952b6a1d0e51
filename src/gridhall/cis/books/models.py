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


class ComponentDay(models.Model):
    """What bills posted on a day were made of: one row per kind of line, of-which component and tax rate."""

    path = PathField()
    on = models.DateField()
    use_class = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20)
    component = models.CharField(max_length=40, blank=True)
    included = models.BooleanField(default=False)
    untaxed = models.BooleanField(default=False)
    vat_percent = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "on"]), models.Index(fields=["on"], name="component_day_on")]


class CollectedDay(models.Model):
    """What was collected on a day: on bills posted in the same month, and on older ones."""

    path = PathField()
    on = models.DateField()
    current_fen = models.BigIntegerField(default=0)
    old_fen = models.BigIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "on"], name="collected_day_once")]
        indexes = [models.Index(fields=["on"], name="collected_day_on")]


class OpenBill(models.Model):
    """A bill on which something is open, or in credit, by the lines of the ledger."""

    bill_id = models.BigIntegerField(primary_key=True)
    account_id = models.BigIntegerField(db_index=True)
    path = PathField()
    use_class = models.CharField(max_length=20, blank=True)
    due_on = models.DateField()
    principal_fen = models.BigIntegerField()
    other_fen = models.BigIntegerField()

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "due_on"], name="open_bill_aged")]
