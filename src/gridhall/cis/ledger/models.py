"""Double entry: lines of signed fen (debit positive, credit negative) sum to zero per entry; nothing ever changes."""

from django.db import models
from django.db.models import Q

from gridhall.platform.scope import PathField, ScopedManager


class LedgerAccount(models.Model):
    """The chart of accounts, as data."""

    code = models.CharField(max_length=30, primary_key=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=[(k, k) for k in ("asset", "liability", "income", "expense")])
    per_customer = models.BooleanField(default=False)

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
        indexes = [models.Index(fields=["account_id", "effective_on"])]


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
