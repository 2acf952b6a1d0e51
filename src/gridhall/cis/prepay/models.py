"""Prepayment (费控): who prepays, whose balance is low, what was said about it, and what the switch was told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.cis.collections.models import DisconnectionOrder
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.models import Payment
from gridhall.platform.dated import Dated
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager
from gridhall.platform.sealing import SealedField


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


class Alarm(models.Model):
    """What a customer was told about the balance: once per level and top-up (the ledger entry ``after_entry``)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="prepay_alarms")
    path = PathField(db_index=True)
    level = models.CharField(max_length=10, choices=Level)
    after_entry = models.BigIntegerField(default=0)
    balance_fen = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    told = models.BooleanField()  # false: no telephone or address to reach the customer by
    at = models.DateTimeField()

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "after_entry", "level"], name="prepay_alarm_once")]


class Command(models.Model):
    """An order to the switch of a meter. Its public id makes it one order however often it is sent; of two orders for a
    meter the one with the higher key counts, whichever arrives last."""

    class Kind(models.TextChoices):
        STOP = "stop", _("Stop supply")
        RESTORE = "restore", _("Permit closing")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        VERIFIED = "verified", _("Done and verified")
        EXPIRED = "expired", _("Expired")
        FAILED = "failed", _("Failed")
        WITHDRAWN = "withdrawn", _("Taken back")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="supply_commands", db_index=False)
    path = PathField()
    meter = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    disconnection = models.ForeignKey(  # the cut for a debt that it carries out or undoes; empty: for the balance
        DisconnectionOrder, null=True, on_delete=models.PROTECT, related_name="commands"
    )
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    balance_fen = models.BigIntegerField()
    snapshot = models.BigIntegerField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    due_at = models.DateTimeField()  # when something is to be done about it next
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=300, blank=True)  # why it is not sent yet, or how it ended

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(state__in=("queued", "sent", "acknowledged")),
                name="one_live_command",
            )
        ]
        indexes = [
            models.Index(fields=["account", "id"]),
            models.Index(fields=["path", "state"]),
            models.Index(
                fields=["due_at"], condition=Q(state__in=("queued", "sent", "acknowledged")), name="command_due"
            ),
        ]


LIVE = (Command.State.QUEUED, Command.State.SENT, Command.State.ACKNOWLEDGED)


class TokenDevice(models.Model):
    """A keypad meter or switch. ``count`` is what it holds after the last token: the count of OpenPAYGO, the identifier
    of STS. One step of a token is ``step_wh``. Starting code and key are sealed, and no page shows them; the
    keys of STS meters are derived from the vending keys of ``settings.STS_FILE`` and stored nowhere."""

    class Standard(models.TextChoices):
        OPENPAYGO = "openpaygo", _("OpenPAYGO")
        STS = "sts", _("STS (IEC 62055-41)")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    serial = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="token_devices")
    path = PathField(db_index=True)
    standard = models.CharField(max_length=10, choices=Standard, default=Standard.OPENPAYGO)
    starting_code = SealedField(blank=True, default="")
    key_hex = SealedField(blank=True, default="")
    restricted = models.BooleanField(default=False)
    extended = models.BooleanField(default=True)
    pan = models.CharField(max_length=18, blank=True)
    supply_group = models.CharField(max_length=6, blank=True)
    tariff_index = models.CharField(max_length=2, blank=True)
    key_revision = models.PositiveSmallIntegerField(default=1)
    key_type = models.PositiveSmallIntegerField(default=2)
    key_expiry = models.PositiveSmallIntegerField(default=255)  # highest first byte of an identifier that its key takes
    step_wh = models.IntegerField(default=100)
    count = models.IntegerField(default=1)
    in_use = models.BooleanField(default=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    def __str__(self) -> str:
        return self.serial


class Token(models.Model):
    """A token that was issued: for a payment at most one, for ever. Void: its energy was taken off the meter again."""

    class Kind(models.TextChoices):
        ADD = "ADD_TIME", _("Add energy")
        SET = "SET_TIME", _("Set energy")
        DISABLE = "DISABLE_PAYG", _("Switch prepayment off")
        CLEAR = "CLEAR_CREDIT", _("Clear the credit")
        TAMPER = "CLEAR_TAMPER", _("Clear a tamper alarm")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    device = models.ForeignKey(TokenDevice, on_delete=models.PROTECT, related_name="tokens")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens", db_index=False)
    path = PathField(db_index=True)
    payment = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="token")
    kind = models.CharField(max_length=12, choices=Kind)
    steps = models.IntegerField()
    energy_wh = models.BigIntegerField()
    price_e8 = models.BigIntegerField(default=0)
    count = models.IntegerField()
    digits = models.CharField(max_length=20)
    issued_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)
    voided_at = models.DateTimeField(null=True)
    voided_by = models.CharField(max_length=120, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "count"], name="token_count_once")]
        indexes = [models.Index(fields=["account", "id"])]

    @property
    def grouped(self) -> str:
        """As people type it: groups of three or four."""
        size = 4 if len(self.digits) in (12, 20) else 3
        return " ".join(self.digits[n : n + size] for n in range(0, len(self.digits), size))
