"""Money received, and the cashier shifts it was received in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.platform.ids import uuid7
from gridhall.platform.models import OrgUnit, User
from gridhall.platform.scope import PathField, ScopedManager


class Shift(models.Model):
    """A cashier's till from opening float to count."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cashier = models.ForeignKey(User, on_delete=models.PROTECT)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT)
    path = PathField(db_index=True)
    opened_at = models.DateTimeField()
    float_fen = models.BigIntegerField()
    closed_at = models.DateTimeField(null=True)
    expected_fen = models.BigIntegerField(null=True)
    counted_fen = models.BigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cashier"], condition=models.Q(closed_at__isnull=True), name="one_open_shift"
            )
        ]


class Payment(models.Model):
    """One receipt of money. ``key`` was made by whoever paid in and is kept for ever; books are in the ledger entry."""

    class Channel(models.TextChoices):
        COUNTER = "counter", _("Counter")
        ONLINE = "online", _("Web hall")

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        TRANSFER = "transfer", _("Transfer")
        DEMO = "demo", _("Demonstration channel")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        REVERSED = "reversed", _("Reversed")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    key = models.CharField(max_length=255, unique=True)
    receipt_number = models.CharField(max_length=24, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments", db_index=False)
    path = PathField()
    channel = models.CharField(max_length=10, choices=Channel)
    method = models.CharField(max_length=10, choices=Method)
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    tendered_fen = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=120)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount_fen=0), name="payment_not_zero")]
        indexes = [models.Index(fields=["account", "received_at"]), models.Index(fields=["path", "received_at"])]
