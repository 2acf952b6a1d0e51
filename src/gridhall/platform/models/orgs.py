"""The organisation tree and the people who work in it."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class User(AbstractUser):
    """A log-in. What it may do is said by Staff and StaffRole, or by the accounts a customer has bound."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    language = models.CharField(max_length=10, default="zh-hans")


class OrgUnit(models.Model):
    """Province, city, county or station. ``path`` holds the codes from the root, each followed by ``/``."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County")
        STATION = "station", _("Station")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(max_length=10, choices=Level)
    code = models.CharField(max_length=12)
    path = PathField(unique=True)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)

    objects = ScopedManager()

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path

    @property
    def city_path(self) -> str:
        """The first two steps of the path: the shard key of every hot table."""
        return "/".join(self.path.split("/")[:2]) + "/"


class Staff(models.Model):
    """A person of the utility; ``unit`` is where they sit, roles say what they may do and where."""

    user = models.OneToOneField(User, on_delete=models.PROTECT)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name_en


class StaffRole(models.Model):
    """A role held at a unit and everything below it. Role names are those of ``policy.yaml``."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "role", "unit"], name="staff_role_once")]
