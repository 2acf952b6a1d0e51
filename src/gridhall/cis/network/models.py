"""The network as customers hang on it: substation, feeder, transformer area; premise and service point."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.platform.dated import Dated
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager
from gridhall.readings.models import MeteringPoint


class Substation(Dated):
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    path = PathField(db_index=True)
    voltage_v = models.IntegerField()

    def __str__(self) -> str:
        return self.name


class Feeder(Dated):
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    path = PathField(db_index=True)
    substation = models.ForeignKey(Substation, on_delete=models.PROTECT, related_name="feeders")
    voltage_v = models.IntegerField(default=10_000)

    def __str__(self) -> str:
        return self.name


class TransformerArea(Dated):
    """台区: the customers behind one distribution transformer, public or dedicated."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    path = PathField(db_index=True)
    feeder = models.ForeignKey(Feeder, on_delete=models.PROTECT, related_name="areas")
    dedicated = models.BooleanField(default=False)
    capacity_kva = models.IntegerField()

    def __str__(self) -> str:
        return self.name


class Premise(models.Model):
    """A place that can be supplied. Position in WGS-84, in 1e-6 degrees."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    address = models.CharField(max_length=200)
    path = PathField(db_index=True)
    longitude_e6 = models.IntegerField(null=True)
    latitude_e6 = models.IntegerField(null=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.address


class ServicePoint(models.Model):
    """Where a premise is supplied and measured; what is agreed about it over time is in its terms."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    premise = models.ForeignKey(Premise, on_delete=models.PROTECT, related_name="service_points")
    point = models.OneToOneField(MeteringPoint, on_delete=models.PROTECT, related_name="service_point")
    path = PathField(db_index=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.point.code


class ServicePointTerms(Dated):
    """Voltage, class and capacities of a service point while they hold."""

    class UseClass(models.TextChoices):
        RESIDENTIAL = "residential", _("Residential")
        SHARED_METER = "shared_meter", _("Shared meter")
        COMMERCIAL = "commercial", _("Commercial")
        INDUSTRIAL = "industrial", _("Industrial")
        LARGE_INDUSTRY = "large_industry", _("Large industry")
        AGRICULTURE = "agriculture", _("Agriculture")
        PUBLIC = "public", _("Public service")
        CHARGING = "charging", _("EV charging")

    class MeteringMode(models.TextChoices):
        HV_HV = "hv_hv", _("High-voltage supply, high-voltage metering")
        HV_LV = "hv_lv", _("High-voltage supply, low-voltage metering")
        LV_LV = "lv_lv", _("Low-voltage supply, low-voltage metering")

    service_point = models.ForeignKey(ServicePoint, on_delete=models.PROTECT, related_name="terms")
    area = models.ForeignKey(TransformerArea, on_delete=models.PROTECT, null=True)
    supply_voltage_v = models.IntegerField()
    use_class = models.CharField(max_length=20, choices=UseClass)
    metering_mode = models.CharField(max_length=5, choices=MeteringMode, default=MeteringMode.LV_LV)
    contract_capacity_kva_e6 = models.BigIntegerField()
    operating_capacity_kva_e6 = models.BigIntegerField()

    PATH_COLUMN = "service_point__path"
