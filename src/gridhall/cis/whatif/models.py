"""A population as columns on disk, and what-ifs that were kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7
from gridhall.platform.models import Job
from gridhall.platform.scope import PathField, ScopedManager


class Population(models.Model):
    """What all bills of a unit and month were rated from, taken once; the numbers lie in files (`columns`)."""

    class State(models.TextChoices):
        BUILDING = "building", _("Being taken")
        READY = "ready", _("Ready")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    month = models.IntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.BUILDING)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT)
    accounts = models.IntegerField(default=0)
    energy_wh = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    differing = models.IntegerField(default=0)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"])]


class Scenario(models.Model):
    """A what-if as it was kept: candidate documents by tariff code, elasticity, and what came out. Never edited."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    population = models.ForeignKey(Population, on_delete=models.PROTECT, related_name="scenarios")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    candidates = models.JSONField(default=dict)
    elasticity_e6 = models.IntegerField(default=0)
    result = models.JSONField(default=dict)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"])]
