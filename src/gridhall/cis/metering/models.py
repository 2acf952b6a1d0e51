"""Meters and where they are installed."""

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
