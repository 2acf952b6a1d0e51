"""Double entry: lines of signed fen (debit positive, credit negative) sum to zero per entry; nothing ever changes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class LedgerAccount(models.Model):
    """What lines point to; kept in step with the chart in ``data/chart``."""

    code = models.CharField(max_length=30, primary_key=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in ("asset", "liability", "income", "expense")])
    sub_ledger = models.CharField(max_length=10, default="none")

    def __str__(self) -> str:
        return self.code


class Entry(models.Model):
    """One business event in the books. ``ref`` is unique: posting the same event twice is impossible."""

    ref = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=30)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    path = PathField()
    account_id = models.BigIntegerField(null=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "effective_on"]),
            models.Index(fields=["effective_on", "path"], name="ledger_entry_by_day"),
        ]


class Line(models.Model):
    """One side of an entry. Receivable lines name the bill they belong to, so what is open on a bill is their sum."""

    pk = models.CompositePrimaryKey("entry_id", "seq")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="lines", db_index=False)
    seq = models.PositiveSmallIntegerField()
    ledger_account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, db_index=False)
    account_id = models.BigIntegerField(null=True)
    bill_id = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount_fen=0), name="ledger_line_not_zero")]
        indexes = [
            models.Index(
                fields=["account_id", "ledger_account", "bill_id", "amount_fen"],
                name="ledger_line_customer",
                condition=Q(account_id__isnull=False),
            )
        ]


class Period(models.Model):
    """A month of a city's books. While it is closed nothing is posted on a day of it or before it."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("To be confirmed")
        CLOSED = "closed", _("Closed")
        OPEN = "open", _("Open again")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField()
    month = models.IntegerField()
    end_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    entries = models.IntegerField(default=0)
    last_entry_id = models.BigIntegerField(default=0)
    proposed_by = models.CharField(max_length=120)
    proposed_by_user = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=120, blank=True)
    closed_by_user = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened_by = models.CharField(max_length=120, blank=True)
    reopened_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "month"], name="period_once")]
        indexes = [
            models.Index(fields=["path", "end_on"], name="ledger_closed", condition=Q(state="closed")),
        ]
