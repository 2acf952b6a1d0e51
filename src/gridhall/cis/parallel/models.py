"""A month billed twice: the old system's bills as they came, and every difference to ours until it is gone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.platform.ids import uuid7
from gridhall.platform.models import Job
from gridhall.platform.scope import PathField, ScopedManager


class Cause(models.TextChoices):
    """Why two bills differ, the most certain first: of two causes of one size the earlier one leads."""

    UNREADABLE = "unreadable", _("Rows of the file could not be read")
    MISSING_HERE = "missing_here", _("Not billed here")
    MISSING_THERE = "missing_there", _("Not in the old system's file")
    REPEATED = "repeated", _("Billed twice in the old system")
    SIGN = "sign", _("Sign or reversal")
    PERIOD = "period", _("Other days billed")
    MULTIPLIER = "multiplier", _("Meter multiplier")
    LOSS = "loss", _("Losses")
    SUB_METER = "sub_meter", _("Sub-meter energy")
    READING = "reading", _("Readings or energy")
    TIER_COUNTER = "tier_counter", _("Energy carried in the tiers")
    UNIT_PRICE = "unit_price", _("Unit price")
    DEMAND = "demand", _("Demand or way of charging")
    POWER_FACTOR = "power_factor", _("Power-factor adjustment")
    FREE_QUOTA = "free_quota", _("Free quota")
    PRORATION = "proration", _("Days of a part month")
    ROUNDING = "rounding", _("Rounding")
    UNKNOWN = "unknown", _("Not explained")


class LegacyMapping(models.Model):
    """A column mapping with a name, for the next month's file. A new one of the same name takes its place."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    name = models.CharField(max_length=80)
    mapping = models.JSONField()
    saved_by = models.CharField(max_length=120)
    saved_at = models.DateTimeField(auto_now=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "name"], name="legacy_mapping_once")]


class ParallelRun(models.Model):
    """One file of one month at one unit. The same file with the same mapping is the same run."""

    class State(models.TextChoices):
        IMPORTING = "importing", _("Reading the file")
        COMPARING = "comparing", _("Comparing")
        COMPARED = "compared", _("Compared")
        SIGNED = "signed", _("Signed off")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    month = models.IntegerField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField()
    mapping_sha256 = models.CharField(max_length=64)
    upload = models.CharField(max_length=32, blank=True)
    header = models.JSONField(default=list)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.IMPORTING)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT)
    bills = models.IntegerField(default=0)
    lines = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    imported_to = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    rounds = models.IntegerField(default=0)
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    signed_by = models.CharField(max_length=120, blank=True)
    signed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "month"])]
        constraints = [
            models.UniqueConstraint(
                fields=["path", "month", "sha256", "mapping_sha256"],
                condition=~models.Q(state="cancelled"),
                name="one_live_parallel_run_per_file",
            )
        ]


class LegacyBill(models.Model):
    """One bill as the file has it; never changed. ``facts`` holds what else the file says of it."""

    run = models.ForeignKey(ParallelRun, on_delete=models.PROTECT, related_name="legacy_bills", db_index=False)
    row = models.BigIntegerField()
    account_number = models.CharField(max_length=64)
    number = models.CharField(max_length=64, blank=True)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    energy_wh = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    path = PathField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["run", "account_number"])]


class LegacyLine(models.Model):
    """One line of such a bill. Quantity by its kind: Wh, 1e-6 kW, 1e-6 kVA, fen, 1e-6 months."""

    pk = models.CompositePrimaryKey("bill_id", "seq")
    bill = models.ForeignKey(LegacyBill, on_delete=models.PROTECT, related_name="lines", db_index=False)
    seq = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=10, blank=True)
    tier = models.PositiveSmallIntegerField(default=0)
    quantity = models.BigIntegerField(null=True)
    price_e8 = models.BigIntegerField(null=True)
    amount_fen = models.BigIntegerField()


class RefusedRow(models.Model):
    """A row of the file that is in no bill, as it stood, with the reason; to repair and send again."""

    run = models.ForeignKey(ParallelRun, on_delete=models.PROTECT, related_name="refused_rows", db_index=False)
    path = PathField()
    row = models.BigIntegerField()
    account_number = models.CharField(max_length=64, blank=True)
    texts = models.JSONField()
    problem = models.JSONField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["run", "account_number"])]


class ComparisonRound(models.Model):
    """One comparison of all bills; the next one, after something was repaired, shows what is left."""

    run = models.ForeignKey(ParallelRun, on_delete=models.PROTECT, related_name="comparison_rounds")
    path = PathField()
    number = models.PositiveIntegerField()
    snapshot = models.BigIntegerField()
    steps_done = models.IntegerField(default=0)
    ended = models.BooleanField(default=False)
    bills_theirs = models.IntegerField(default=0)
    bills_ours = models.IntegerField(default=0)
    equal = models.IntegerField(default=0)
    differing = models.IntegerField(default=0)
    open_at_end = models.IntegerField(default=0)
    theirs_fen = models.BigIntegerField(default=0)
    ours_fen = models.BigIntegerField(default=0)
    started_by = models.CharField(max_length=120)
    started_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="comparison_round_once")]


class Comparison(models.Model):
    """An account whose bills differ in one round. ``detail`` explains every fen of the difference, part by part."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        RESOLVED = "resolved", _("Gone in the next round")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    round = models.ForeignKey(ComparisonRound, on_delete=models.PROTECT, related_name="comparisons", db_index=False)
    account_number = models.CharField(max_length=64)
    account_id = models.BigIntegerField(null=True)
    path = PathField()
    theirs_fen = models.BigIntegerField(null=True)
    ours_fen = models.BigIntegerField(null=True)
    difference_fen = models.BigIntegerField()
    size_fen = models.BigIntegerField()
    band = models.PositiveSmallIntegerField()
    cause = models.CharField(max_length=20, choices=Cause)
    detail = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    accepted_by = models.CharField(max_length=120, blank=True)
    accepted_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "account_number"], name="comparison_once")]
        indexes = [
            models.Index(fields=["round", "cause", "band", "size_fen"]),
            models.Index(fields=["round", "size_fen"]),
        ]
