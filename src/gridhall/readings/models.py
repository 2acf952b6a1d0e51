"""Metering points, the catalog of interval segments, register reads, imports and the issues found in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class MeteringPoint(models.Model):
    """Where energy is measured. ``code`` is the outside world's name for it (an NMI, a point number)."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=40, unique=True)
    path = PathField(db_index=True)
    slots = models.PositiveSmallIntegerField(default=96)
    utc_offset_minutes = models.SmallIntegerField(default=480)

    objects = ScopedManager()

    def __str__(self) -> str:
        return self.code


class ReadingsImport(models.Model):
    """One file that was brought in. The same content twice is the same import."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("Previewed")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State)
    quarantine = models.BooleanField(default=False)
    values = models.BigIntegerField(default=0)
    rows_new = models.BigIntegerField(default=0)
    rows_changed = models.BigIntegerField(default=0)
    rows_same = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list)
    imported_by = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"]), models.Index(fields=["sha256"])]


class Snapshot(models.Model):
    """Publication number: each publication of segments or register reads takes the next one."""

    number = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=60)


class Segment(models.Model):
    """One immutable file of the interval store, visible from ``published`` until ``retired``."""

    segment_id = models.CharField(max_length=32, primary_key=True)
    file = models.CharField(max_length=200)
    city = PathField()
    quantity = models.PositiveSmallIntegerField()
    width = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField()
    layout = models.CharField(max_length=5)
    first_day = models.DateField()
    last_day = models.DateField()
    min_point = models.BigIntegerField()
    max_point = models.BigIntegerField()
    rows = models.BigIntegerField()
    scale = models.PositiveSmallIntegerField(default=0)
    has_flags = models.BooleanField(default=False)
    sha256 = models.CharField(max_length=64)
    bytes = models.BigIntegerField()
    published = models.BigIntegerField(db_index=True)
    retired = models.BigIntegerField(null=True)
    imported = models.ForeignKey(ReadingsImport, null=True, on_delete=models.PROTECT)

    class Meta:
        indexes = [models.Index(fields=["city", "quantity", "first_day", "last_day"])]


class RegisterRead(models.Model):
    """A meter register at a moment, in the register's own digits. A correction is a higher version."""

    class Source(models.TextChoices):
        REMOTE = "remote", _("Remote")
        MANUAL = "manual", _("By hand")
        INSTALLATION = "installation", _("Installation reading")
        REMOVAL = "removal", _("Removal reading")
        ESTIMATED = "estimated", _("Estimated")
        EDITED = "edited", _("Edited")

    point = models.ForeignKey(MeteringPoint, on_delete=models.PROTECT, db_index=False)
    meter = models.CharField(max_length=40)
    register = models.CharField(max_length=30)
    read_on = models.DateField()
    value = models.BigIntegerField()
    decimals = models.PositiveSmallIntegerField(default=2)
    source = models.CharField(max_length=12, choices=Source)
    published = models.BigIntegerField()
    imported = models.ForeignKey(ReadingsImport, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "meter", "register", "read_on", "published"], name="register_read_once"
            )
        ]


class Issue(models.Model):
    """Something validation found. It is closed by a person or a rule, never deleted."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted as read")
        EDITED = "edited", _("Edited")
        ESTIMATED = "estimated", _("Estimated")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    point = models.ForeignKey(MeteringPoint, on_delete=models.PROTECT)
    path = PathField()
    quantity = models.PositiveSmallIntegerField()
    day = models.DateField()
    first_slot = models.PositiveSmallIntegerField()
    slots = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=20)
    measured = models.BigIntegerField()
    limit = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    note = models.CharField(max_length=200, blank=True)
    imported = models.ForeignKey(ReadingsImport, null=True, on_delete=models.PROTECT)
    resolved_by = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["point", "quantity", "day", "first_slot", "rule", "imported"], name="issue_once"
            )
        ]
        indexes = [models.Index(fields=["state", "path", "day"])]
