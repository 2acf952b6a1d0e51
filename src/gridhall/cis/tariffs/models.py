"""Tariffs as published, dated documents. A published version is never edited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Tariff(models.Model):
    """A price a customer can be on; its numbers are in its versions."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    area = models.CharField(max_length=30)
    tariff_class = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.code


class TariffVersion(models.Model):
    """One dated version: the document is the kernel's stored JSON form, the text is what was published."""

    tariff = models.ForeignKey(Tariff, on_delete=models.PROTECT, related_name="versions")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    document = models.TextField()
    text = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64)
    warnings = models.JSONField(default=list)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tariff", "valid_from", "sha256"], name="tariff_version_once")]
        ordering = ["tariff", "valid_from", "id"]


class CalendarVersion(models.Model):
    """Hours published here, beside those that come with the product: the YAML form as it was published.

    Append-only. The key orders them: of two that begin on one day the later counts, and a bill stores the highest key
    it saw, so that it opens with the hours it was made with.
    """

    code = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "sha256"], name="calendar_version_once")]
        ordering = ["code", "valid_from", "id"]


class DayFact(models.Model):
    """What a day turned out to be, as somebody recorded it: the highest temperature at a place, in 0.1 °C.

    Append-only: the newest row of a place and day counts, a withdrawal is a row without a value. The key orders them,
    and a bill stores the highest one it saw.
    """

    place = models.CharField(max_length=60)
    day = models.DateField()
    celsius_tenths = models.IntegerField(null=True)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["place", "day"])]
        ordering = ["-id"]


class Announcement(models.Model):
    """What an authority announced: a period switched on over days, with its hours, by a numbered notice.

    Append-only: of two that name a day, the newer counts; one without hours takes the days back. A bill stores the
    highest key it saw.
    """

    area = models.CharField(max_length=30)
    period = models.CharField(max_length=10)
    first = models.DateField()
    last = models.DateField()  # the last day it holds
    hours = models.JSONField(default=list)  # spans such as 17-19
    authority = models.CharField(max_length=120)
    notice = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["area", "period", "first"])]
        ordering = ["-id"]


class TariffItem(models.Model):
    """A kind of line that a version produces, with the clause that orders it. Bill lines point here."""

    version = models.ForeignKey(TariffVersion, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=10, blank=True)
    tier = models.PositiveSmallIntegerField(default=0)
    component = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=10)
    included = models.BooleanField(default=False)
    clause = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "period", "tier", "component", "unit"], name="tariff_item_once"
            )
        ]


class PriceSeries(models.Model):
    """A market's price of every interval of a day; a tariff with ``real_time`` names it by its code."""

    MINUTES = ((15, "15"), (30, "30"), (60, "60"))

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField(choices=MINUTES)
    source = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.code


class PriceUpload(models.Model):
    """A file of prices as it was read; its days count once a second person has published them."""

    class State(models.TextChoices):
        READ = "read", _("Waits for a second person")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    series = models.ForeignKey(PriceSeries, on_delete=models.PROTECT, related_name="uploads")
    path = PathField(db_index=True)  # of who read it: prices belong to nobody, a file that waits does
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    document = models.JSONField()  # [[day, [price in 1e-8 per kWh of every interval]], ...]
    problems = models.JSONField(default=list)
    first_day = models.DateField()
    last_day = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.CharField(max_length=120)
    uploaded_by_user = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "path", "sha256"], name="price_upload_once")]
        ordering = ["-id"]


class PriceDay(models.Model):
    """The prices of a day as they were published. Append-only: the newest row of a day counts.

    The key orders them, and a bill stores the highest one it saw.
    """

    series = models.ForeignKey(PriceSeries, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    prices_e8 = models.JSONField()
    upload = models.ForeignKey(PriceUpload, on_delete=models.PROTECT, related_name="published")

    class Meta:
        indexes = [models.Index(fields=["series", "day"])]
        ordering = ["-id"]
