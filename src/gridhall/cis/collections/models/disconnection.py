"""The order to cut a supply for a debt, with every notice and its proof."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class DisconnectionOrder(models.Model):
    """One cut and its end. Times say when each step was done; what is missing is computed from them and the rules."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        NOTICED = "noticed", _("Notice issued")
        APPROVED = "approved", _("Approved")
        EXECUTED = "executed", _("Supply cut")
        TO_RECONNECT = "to_reconnect", _("Paid, to be reconnected")
        RECONNECTED = "reconnected", _("Reconnected")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="disconnections", db_index=False)
    path = PathField()
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    overdue_fen = models.BigIntegerField()
    oldest_due_on = models.DateField()
    proposed_by = models.CharField(max_length=120)
    proposed_by_user = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_at = models.DateTimeField(null=True)
    executed_by = models.CharField(max_length=120, blank=True)
    executed_at = models.DateTimeField(null=True)
    cut_reading = models.CharField(max_length=20, blank=True)
    cut_photo = models.CharField(max_length=120, blank=True)
    remote_at = models.DateTimeField(null=True)  # a command to the meter cuts, or did; empty: a fitter
    remote_by = models.CharField(max_length=120, blank=True)
    remote_said = models.CharField(max_length=200, blank=True)  # why the last command came to nothing
    paid_at = models.DateTimeField(null=True)
    reconnect_by = models.DateTimeField(null=True)
    reconnected_by = models.CharField(max_length=120, blank=True)
    reconnected_at = models.DateTimeField(null=True)
    on_reading = models.CharField(max_length=20, blank=True)
    on_photo = models.CharField(max_length=120, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "state", "planned_at"]), models.Index(fields=["account", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=~Q(state__in=("reconnected", "cancelled")), name="one_live_disconnection"
            )
        ]


BEFORE_THE_CUT = ("proposed", "noticed", "approved")
OVER = ("reconnected", "cancelled")


class Notice(models.Model):
    """A paper or message of the procedure: what it said, and the proof that it arrived."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer", _("Notice to the customer")
        AUTHORITY = "authority", _("Copy to the authority")
        FINAL = "final", _("Last notice before the cut")

    class How(models.TextChoices):
        NONE = "", ""
        HAND = "hand", _("Handed over against a signature")
        POST = "post", _("Registered letter")
        POSTED = "posted", _("Posted at the door, with a photo")
        PHONE = "phone", _("By telephone")
        SMS = "sms", _("By text message")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    order = models.ForeignKey(DisconnectionOrder, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    path = PathField(db_index=True)
    kind = models.CharField(max_length=9, choices=Kind)
    number = models.CharField(max_length=24)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    planned_at = models.DateTimeField()
    overdue_fen = models.BigIntegerField()
    oldest_due_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    delivered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=8, choices=How, blank=True, default=How.NONE)
    handed_to = models.CharField(max_length=120, blank=True)
    proof = models.CharField(max_length=120, blank=True)
    recorded_by = models.CharField(max_length=120, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["account", "issued_at"])]
