"""Meters and where they are installed; what stands between a meter's reading and the energy that is billed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.network.models import ServicePoint
from gridhall.platform.dated import Dated
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Meter(models.Model):
    """An asset. Its registers show ``digits`` before and ``decimals`` after the point."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    asset_number = models.CharField(max_length=40, unique=True)
    maker = models.CharField(max_length=60, blank=True)
    digits = models.PositiveSmallIntegerField(default=6)
    decimals = models.PositiveSmallIntegerField(default=2)
    path = PathField(db_index=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.asset_number


class Installation(Dated):
    """A meter at a service point, with the multiplier of its instrument transformers."""

    class Source(models.TextChoices):
        INTERVAL = "interval", _("Load curve")
        REGISTER = "register", _("Register readings")

    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="installations")
    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="installations")
    multiplier = models.PositiveIntegerField(default=1)
    billing_source = models.CharField(max_length=10, choices=Source, default=Source.INTERVAL)

    PATH_COLUMN = "service_point__path"


class LossTerms(Dated):
    """Losses between a service point's meter and the grid: its transformer's plate, and a share for the line.

    Current and impedance in 1e-6 percent, ``shape_e6`` is K (0: as the rules say), ``line_loss_e6`` a share.
    """

    class Method(models.TextChoices):
        NONE = "none", _("No transformer loss")
        FORMULA = "formula", _("By formula")
        TABLE = "table", _("By table")

    class Shift(models.TextChoices):
        CONSTANT = "", _("Constant factor")
        SINGLE = "single", _("One shift")
        DOUBLE = "double", _("Two shifts")
        TRIPLE = "triple", _("Three shifts")

    class Spreading(models.TextChoices):
        PROPORTION = "proportion", _("Over the periods in proportion")
        FLAT = "flat", _("All on flat")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="loss_terms")
    method = models.CharField(max_length=8, choices=Method, default=Method.FORMULA)
    series = models.CharField(max_length=20, blank=True)
    own_plate = models.BooleanField(default=False)
    rated_va = models.BigIntegerField(default=0)
    no_load_w = models.IntegerField(default=0)
    load_w = models.IntegerField(default=0)
    no_load_current_e6 = models.IntegerField(default=0)
    impedance_e6 = models.IntegerField(default=0)
    shift = models.CharField(max_length=6, choices=Shift, blank=True, default=Shift.CONSTANT)
    shape_e6 = models.IntegerField(default=0)
    table = models.CharField(max_length=40, blank=True)
    line_loss_e6 = models.IntegerField(default=0)
    spreading = models.CharField(max_length=10, choices=Spreading, default=Spreading.PROPORTION)

    PATH_COLUMN = "service_point__path"


class SubMeter(Dated):
    """A point whose energy passes the main point's meter first and is taken from it."""

    class Kind(models.TextChoices):
        METERED = "metered", _("By its own meter")
        FIXED = "fixed", _("Fixed amount a month")
        RATIO = "ratio", _("Ratio of the main meter")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    main = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="sub_meters")
    sub = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="main_meters")
    kind = models.CharField(max_length=8, choices=Kind)
    ratio_e6 = models.IntegerField(default=0)
    kwh_per_month = models.IntegerField(default=0)
    shares_demand = models.BooleanField(default=False)

    PATH_COLUMN = "main__path"
