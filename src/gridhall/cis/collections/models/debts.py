"""What stands between a debt and its dunning: disputes and arrangements; and what is given up: waivers, write-offs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Dispute(models.Model):
    """A customer questions a bill: it is not dunned until the office has answered."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        UPHELD = "upheld", _("The customer was right")
        REJECTED = "rejected", _("The bill stands")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="disputes")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="disputes", db_index=False)
    path = PathField()
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)
    answer = models.CharField(max_length=400, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "state", "opened_at"])]
        constraints = [
            models.UniqueConstraint(fields=["bill"], condition=Q(state="open"), name="one_open_dispute_per_bill")
        ]


class Arrangement(models.Model):
    """Named bills paid in instalments. While it is kept they are not dunned; what was paid is read from the books."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for approval")
        KEPT = "kept", _("Being kept")
        BROKEN = "broken", _("Broken")
        COMPLETED = "completed", _("Paid in full")
        REFUSED = "refused", _("Refused")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="arrangements", db_index=False)
    path = PathField()
    bills = models.ManyToManyField(Bill, related_name="arrangements")
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    total_fen = models.BigIntegerField()
    note = models.CharField(max_length=200, blank=True)
    proposed_by = models.CharField(max_length=120)
    proposed_by_user = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)
    ended_on = models.DateField(null=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "state"]), models.Index(fields=["account", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state__in=("proposed", "kept")), name="one_live_arrangement"
            )
        ]


class Instalment(models.Model):
    """One part of an arrangement and its day."""

    arrangement = models.ForeignKey(Arrangement, on_delete=models.CASCADE, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_fen = models.BigIntegerField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["arrangement", "number"], name="instalment_once")]


class Relief(models.Model):
    """Money of a bill that is given up: a late penalty that is waived, or a bill that nobody will pay, which leaves the
    receivables and comes back there when it is paid after all."""

    class Kind(models.TextChoices):
        WAIVER = "waiver", _("Waiver of a late penalty")
        WRITE_OFF = "write_off", _("Write-off")

    class Cause(models.TextChoices):
        ERROR = "error", _("Our mistake")
        HARDSHIP = "hardship", _("Hardship")
        GONE = "gone", _("Customer not to be found")
        DEATH = "death", _("Died without an estate")
        BANKRUPT = "bankrupt", _("Bankrupt")
        BARRED = "barred", _("Barred by time")
        SMALL = "small", _("Too small to pursue")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        POSTED = "posted", _("In the books")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reliefs")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="reliefs")
    path = PathField()
    kind = models.CharField(max_length=9, choices=Kind)
    cause = models.CharField(max_length=10, choices=Cause)
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.PROPOSED)
    principal_fen = models.BigIntegerField(default=0)
    penalty_fen = models.BigIntegerField(default=0)
    recovered_fen = models.BigIntegerField(default=0)
    proposed_by = models.CharField(max_length=120)
    proposed_by_user = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=200, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "kind", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["bill", "kind"], condition=Q(state="proposed"), name="one_open_relief_per_bill"
            )
        ]

    @property
    def amount_fen(self) -> int:
        return self.principal_fen + self.penalty_fen
