"""Tariff versions before they are published: drafts with their revisions, and price tables from files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.tariffs.models import TariffVersion
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class PriceTable(models.Model):
    """An agency-purchase table as it came: the file itself, what was read from it, and what became of it."""

    class State(models.TextChoices):
        READ = "read", _("Read")
        SUBMITTED = "submitted", _("Waits for a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        DISCARDED = "discarded", _("Discarded")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    area = models.CharField(max_length=30)
    month = models.IntegerField()
    issuer = models.CharField(max_length=120, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    document = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    imported_by = models.CharField(max_length=120)
    imported_by_user = models.BigIntegerField(null=True)
    submitted_by = models.CharField(max_length=120, blank=True)
    submitted_by_user = models.BigIntegerField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    compared_by = models.CharField(max_length=120, blank=True)
    mapping = models.JSONField(default=dict)
    acknowledged = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"])]
        constraints = [models.UniqueConstraint(fields=["path", "sha256"], name="price_table_once")]


class PriceTableVersion(models.Model):
    """A tariff version that came from a row of a table."""

    table = models.ForeignKey(PriceTable, on_delete=models.PROTECT, related_name="versions")
    version = models.ForeignKey(TariffVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table", "version"], name="price_table_version_once")]


class PriceRowTariff(models.Model):
    """Which tariff a row of an area's table is for; overrides what comes with the product. An empty code: none."""

    path = PathField()
    area = models.CharField(max_length=30)
    tariff_class = models.CharField(max_length=20)
    voltage = models.CharField(max_length=20)
    tariff_code = models.CharField(max_length=60, blank=True)
    said_by = models.CharField(max_length=120)
    said_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "area", "tariff_class", "voltage"], name="price_row_tariff_once")
        ]


class Draft(models.Model):
    """A tariff version that is being written. What is in it is in its revisions; only its state changes here."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waits for a second person")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

    class Origin(models.TextChoices):
        BLANK = "blank", _("Blank form")
        COPY = "copy", _("Copy of a version")
        TABLE = "table", _("Row of a price table")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    origin = models.CharField(max_length=5, choices=Origin)
    code = models.CharField(max_length=60)
    base = models.ForeignKey(TariffVersion, null=True, on_delete=models.PROTECT, related_name="+")
    table = models.ForeignKey(PriceTable, null=True, on_delete=models.PROTECT, related_name="drafts")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=120, blank=True)
    submitted_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    acknowledged = models.JSONField(default=list)
    reason = models.CharField(max_length=200, blank=True)
    published = models.ForeignKey(TariffVersion, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"])]


class DraftRevision(models.Model):
    """The text of a draft at one save. Append-only."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    note = models.CharField(max_length=200, blank=True)
    saved_by = models.CharField(max_length=120)
    saved_by_user = models.BigIntegerField(null=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "number"], name="draft_revision_once")]
        ordering = ["draft", "number"]


class DraftComment(models.Model):
    """What somebody said about a draft. Append-only."""

    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="comments")
    revision = models.PositiveIntegerField()
    text = models.CharField(max_length=1000)
    said_by = models.CharField(max_length=120)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["draft", "pk"]
