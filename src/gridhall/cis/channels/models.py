"""Partners that bring money, the keys they sign with, and every message they sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.cis.payments import channels
from gridhall.cis.payments.models import Payment
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager
from gridhall.platform.sealing import SealedField


class Link(models.Model):
    """One partner on one channel: a bank, a wallet, an agent. ``path`` is the unit whose accounts it may pay.

    ``partner_id`` is what the partner calls us (app id, merchant number, creditor id) and ``own_account`` our account
    there. Its secrets are files, never rows.
    """

    class Adapter(models.TextChoices):
        BANK_API = "bank_api", _("Bank, real time")
        BANK_FILE = "bank_file", _("Bank, files")
        ISO20022 = "iso20022", _("Bank, ISO 20022")
        ALIPAY = "alipay", _("Alipay notices")
        WECHAT = "wechat", _("WeChat Pay notices")

    class Charset(models.TextChoices):
        UTF8 = "utf-8", "UTF-8"
        GB18030 = "gb18030", "GB18030"

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    adapter = models.CharField(max_length=12, choices=Adapter)
    path = PathField(db_index=True)
    charset = models.CharField(max_length=8, choices=Charset, default=Charset.UTF8)
    partner_id = models.CharField(max_length=64, blank=True)
    app_id = models.CharField(max_length=64, blank=True)
    own_account = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, default="CNY")
    active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=120)

    objects = ScopedManager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code

    @property
    def channel_name(self) -> str:
        """In the reader's language."""
        return channels.name_of(self.channel)


class LinkKey(models.Model):
    """A public key that a partner signs with. A new one is trusted beside the old one until that is ended."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="keys")
    pem = models.TextField(max_length=4000)
    fingerprint = models.CharField(max_length=64)
    trusted_at = models.DateTimeField()
    trusted_by = models.CharField(max_length=120)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["link", "fingerprint"], name="link_key_once")]


class Message(models.Model):
    """One message of a partner with our answer, kept for ever.

    ``key`` is the partner's own name for what it asks: the same key with the same content gets the same answer.
    A message that proved nothing (a wrong signature, an unreadable body) has no key and takes none away.
    """

    class State(models.TextChoices):
        WORKING = "working", _("In work")
        DONE = "done", _("Accepted")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="messages", db_index=False)
    path = PathField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120, null=True)
    nonce = models.CharField(max_length=64, null=True)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.WORKING)
    status = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=40, blank=True)
    answer = models.TextField(blank=True)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="messages")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "key"], name="message_key_once"),
            models.UniqueConstraint(fields=["link", "nonce"], name="message_nonce_once"),
        ]
        indexes = [models.Index(fields=["link", "at"]), models.Index(fields=["path", "at"])]


class PartnerFile(models.Model):
    """A bank's day file that somebody brought: looked through first, then posted by a job, then answered.

    ``content`` is compressed as it came. ``refused`` holds row, serial and code of lines that were not booked.
    """

    class State(models.TextChoices):
        CHECKED = "checked", _("Looked through")
        POSTING = "posting", _("Being posted")
        POSTED = "posted", _("Posted")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="files")
    path = PathField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    day = models.DateField()
    items = models.IntegerField()
    net_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.CHECKED)
    steps_done = models.IntegerField(default=0)
    booked = models.IntegerField(default=0)
    booked_fen = models.BigIntegerField(default=0)
    refused = models.JSONField(default=list)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=120)
    kept_by_user = models.BigIntegerField(null=True)
    posted_by = models.CharField(max_length=120, blank=True)
    posted_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "sha256"], name="partner_file_once")]
        indexes = [models.Index(fields=["path", "kept_at"])]


class Mandate(models.Model):
    """A customer's leave to collect (代扣协议): from which account at the bank, until it is ended."""

    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="mandates")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="mandates")
    path = PathField(db_index=True)
    reference = models.CharField(max_length=35)
    holder = models.CharField(max_length=70)
    bank_account = SealedField()
    bic = models.CharField(max_length=11, blank=True)
    signed_on = models.DateField()
    ended_on = models.DateField(null=True)
    used_at = models.DateTimeField(null=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link", "reference"], name="mandate_reference_once"),
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(ended_on__isnull=True), name="one_mandate_in_force"
            ),
        ]


class DebitFile(models.Model):
    """A list of debits that a bank is asked for, as it was sent, sealed; its payments are announced."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="debit_files")
    path = PathField(db_index=True)
    collect_on = models.DateField()
    items = models.IntegerField()
    total_fen = models.BigIntegerField()
    content = models.BinaryField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=120)

    objects = ScopedManager()
