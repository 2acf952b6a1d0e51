"""Prepayment (费控): who prepays, whose balance is low, and what was said and done about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.platform.dated import Dated
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class PrepayTerms(Dated):
    """An account prepays while its terms hold. ``alarm_fen`` is the customer's own alarm level; empty: by the rules."""

    class Channel(models.TextChoices):
        SMS = "sms", _("Text message")
        EMAIL = "e-mail", _("E-mail")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="prepay_terms")
    path = PathField(db_index=True)
    alarm_fen = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.SMS)
    hold_until = models.DateField(null=True)  # no stop before this day: a member of staff said so
    hold_reason = models.CharField(max_length=200, blank=True)

    ACCOUNT_COLUMN = "account_id"

    class Meta(Dated.Meta):
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["account"], condition=Q(valid_to__isnull=True), name="prepay_terms_one_open"
            ),
        ]


class Level(models.TextChoices):
    """How an account stands, the worst last."""

    OK = "ok", _("Enough")
    LOW = "low", _("Low")
    NEGATIVE = "negative", _("Below zero")
    STOP = "stop", _("Past the credit limit")


LEVELS = (Level.OK, Level.LOW, Level.NEGATIVE, Level.STOP)  # the columns of a balance hold the position


class Standing(models.Model):
    """The last counted balance of an account that does not stand at ``ok``. Those who do have no row."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.PROTECT, related_name="prepay_standing")
    path = PathField()
    level = models.CharField(max_length=10, choices=Level)
    ledger_fen = models.BigIntegerField()
    unbilled_fen = models.BigIntegerField()
    complete = models.BooleanField()  # real readings without a gap
    as_of = models.DateTimeField()
    snapshot = models.BigIntegerField()
    counted_at = models.DateTimeField()

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "level"])]

    @property
    def balance_fen(self) -> int:
        """What is left: negative is owed."""
        return self.ledger_fen - self.unbilled_fen
