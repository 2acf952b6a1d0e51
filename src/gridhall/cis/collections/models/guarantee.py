"""Security for what will be billed: deposits in the books, guarantees of others on paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from gridhall.cis.customers.models import Account
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Guarantee(models.Model):
    """One security. ``called_fen`` was used for debts; a cash deposit's rest is a liability in the books."""

    class Kind(models.TextChoices):
        DEPOSIT = "deposit", _("Cash deposit")
        BANK = "bank", _("Bank guarantee")
        PLEDGE = "pledge", _("Pledge")
        ESCROW = "escrow", _("Escrow account")

    class State(models.TextChoices):
        HELD = "held", pgettext_lazy("guarantee", "Held")
        CALLED = "called", _("Called in full")
        RETURNED = "returned", _("Returned")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="guarantees")
    path = PathField()
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.HELD)
    amount_fen = models.BigIntegerField()
    called_fen = models.BigIntegerField(default=0)
    issuer = models.CharField(max_length=120, blank=True)
    reference = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    taken_by = models.CharField(max_length=120)
    taken_by_user = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField()
    ended_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "state", "valid_to"])]

    @property
    def left_fen(self) -> int:
        """What can still be called."""
        return self.amount_fen - self.called_fen
