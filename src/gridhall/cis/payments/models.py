"""Money received, and the cashier shifts it was received in."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.cis.payments import channels
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
    """One movement of money: announced, booked, confirmed by a statement, or taken back as a negative amount.

    ``key`` was made by whoever paid in and is kept for ever; books are in the ledger entry. ``link_code`` and
    ``serial`` are the partner and its own number of the transfer. ``money_account`` is the ledger account that took the
    money, ``settled_on`` the day from which it is known to have arrived: what is not settled lies on clearing accounts.
    """

    class Channel(StrEnum):
        """Channels that the code speaks of; the whole list is dated data."""

        COUNTER = "counter"
        ONLINE = "online"
        DIRECT_DEBIT = "direct-debit"
        ALIPAY = "alipay"
        WECHAT = "wechat"

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        TRANSFER = "transfer", _("Transfer")
        CARD = "card", _("Card")
        WALLET = "wallet", _("Wallet")
        DEBIT = "debit", _("Direct debit")
        DEMO = "demo", _("Demonstration channel")

    class State(models.TextChoices):
        PENDING = "pending", _("Announced")
        FAILED = "failed", _("Not paid")
        RECEIVED = "received", _("Received")
        SETTLED = "settled", _("Settled")
        REVERSED = "reversed", _("Reversed")
        REFUNDED = "refunded", _("Refunded")
        CHARGED_BACK = "charged-back", _("Charged back")

    UNBOOKED = (State.PENDING, State.FAILED)
    STANDING = (State.RECEIVED, State.SETTLED)

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    key = models.CharField(max_length=255, unique=True)
    receipt_number = models.CharField(max_length=24, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments", db_index=False)
    path = PathField()
    channel = models.CharField(max_length=20)
    method = models.CharField(max_length=10, choices=Method)
    shift = models.ForeignKey(Shift, null=True, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    tendered_fen = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=60, blank=True)
    link_code = models.CharField(max_length=20, blank=True)
    serial = models.CharField(max_length=64, blank=True)
    money_account = models.CharField(max_length=30, blank=True)
    settled_on = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=120)
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="taken_back")

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(amount_fen=0), name="payment_not_zero"),
            models.UniqueConstraint(
                fields=["link_code", "serial"], condition=~models.Q(serial=""), name="payment_serial_once"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "received_at"]),
            models.Index(fields=["path", "received_at"]),
            models.Index(
                fields=["money_account", "link_code"],
                condition=models.Q(settled_on__isnull=True),
                name="payment_unsettled",
            ),
        ]

    def get_channel_display(self) -> str:
        """The channel's name in the reader's language."""
        return channels.name_of(self.channel)

    @property
    def order_number(self) -> str:
        """What a wallet or a bank is given to call an announced payment by: 32 letters and digits."""
        return self.public_id.hex
