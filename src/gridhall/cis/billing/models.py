"""Bill runs, bills and their lines, and what stood in a bill's way."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account, BillingCycle
from gridhall.cis.tariffs.models import TariffItem
from gridhall.platform.ids import uuid7
from gridhall.platform.models import Job
from gridhall.platform.scope import PathField, ScopedManager


class BillRun(models.Model):
    """The bills of one cycle and month. ``snapshot`` fixes the readings it saw."""

    class State(models.TextChoices):
        CREATED = "created", _("Created")
        CALCULATING = "calculating", _("Calculating")
        CALCULATED = "calculated", _("Calculated")
        RELEASED = "released", _("Released")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    cycle = models.ForeignKey(BillingCycle, on_delete=models.PROTECT, related_name="runs")
    path = PathField(db_index=True)
    month = models.IntegerField()
    period_from = models.DateField()
    period_to = models.DateField()
    due_on = models.DateField()
    snapshot = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.CREATED)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT)
    accounts = models.IntegerField(default=0)
    calculated_to = models.BigIntegerField(default=0)
    bills = models.IntegerField(default=0)
    exceptions = models.IntegerField(default=0)
    energy_wh = models.BigIntegerField(default=0)
    total_fen = models.BigIntegerField(default=0)
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    released_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "month"])]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "month"], condition=~models.Q(state="cancelled"), name="one_live_run_per_cycle_month"
            )
        ]


class Bill(models.Model):
    """A pure function of (inputs at a snapshot, tariff versions, policy); ``inputs`` is what it was computed from."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        HELD = "held", _("Held")
        SUPPRESSED = "suppressed", _("Suppressed")
        RELEASED = "released", _("Released")
        REVERSED = "reversed", _("Reversed")

    class Kind(models.TextChoices):
        NORMAL = "normal", _("Bill")
        REVERSAL = "reversal", _("Reversal")
        REBILL = "rebill", _("Corrected bill")
        FINAL = "final", _("Final bill")
        BACK = "back", _("Back-bill")
        BREACH = "breach", _("Charge for a breach")
        ADJUST = "adjust", _("Adjustment")

    # Rated from readings or reads; the others come from a case (cis/cases), which holds how they came about.
    RATED = (Kind.NORMAL, Kind.REBILL, Kind.FINAL)
    OF_CASES = (Kind.BACK, Kind.BREACH, Kind.ADJUST)

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    run = models.ForeignKey(BillRun, null=True, on_delete=models.PROTECT, related_name="run_bills")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="bills", db_index=False)
    path = PathField()
    month = models.IntegerField()
    period_from = models.DateField()
    period_to = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NORMAL)
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    use_class = models.CharField(max_length=20, blank=True)
    snapshot = models.BigIntegerField()
    energy_wh = models.BigIntegerField()
    total_fen = models.BigIntegerField()
    funds_fen = models.BigIntegerField(default=0)
    vat_fen = models.BigIntegerField(default=0)
    due_on = models.DateField()
    late_penalty = models.BooleanField(default=True, db_default=True)
    released_at = models.DateTimeField(null=True)
    inputs = models.TextField()
    content_sha256 = models.CharField(max_length=64, blank=True)
    # the keys of the newest facts that the bill was made with (`day_facts.Seen`), where it depends on such
    seen_weather = models.BigIntegerField(null=True)
    seen_announced = models.BigIntegerField(null=True)
    seen_calendars = models.BigIntegerField(null=True)
    seen_prices = models.BigIntegerField(null=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["account", "month"])]

    @property
    def of_a_case(self) -> bool:
        """Whether this, or what it reverses, was made by a case."""
        return (self.reverses.kind if self.reverses else self.kind) in self.OF_CASES


class BillLine(models.Model):
    """quantity x price = amount, for one item of one segment of the period. ``included`` items are of-which parts."""

    pk = models.CompositePrimaryKey("bill_id", "seq")
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="lines", db_index=False)
    seq = models.PositiveSmallIntegerField()
    segment = models.PositiveSmallIntegerField(default=0)
    item = models.ForeignKey(TariffItem, on_delete=models.PROTECT, db_index=False)
    quantity = models.BigIntegerField()
    price_e8 = models.BigIntegerField()
    amount_fen = models.BigIntegerField()


class BillException(models.Model):
    """Why a bill could not simply be released, with its evidence and what was decided."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Open")
        RELEASE = "release", _("Release as calculated")
        ESTIMATE = "estimate", _("Estimate and calculate again")
        SUPPRESS = "suppress", _("Suppress this month")
        FIELD_CHECK = "field_check", _("Send to a field check")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="run_exceptions")
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    bill = models.ForeignKey(Bill, null=True, on_delete=models.PROTECT, related_name="exceptions")
    path = PathField()
    kind = models.CharField(max_length=30)
    evidence = models.JSONField(default=dict)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    resolved_by = models.CharField(max_length=120, blank=True)
    resolved_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "account", "kind"], name="exception_once")]
        indexes = [models.Index(fields=["run", "outcome"]), models.Index(fields=["path", "outcome"])]


class MonthFigure(models.Model):
    """What was billed and collected per unit and month; recomputed from bills and books, never counted up."""

    path = PathField()
    month = models.IntegerField()
    use_class = models.CharField(max_length=20)
    bills = models.IntegerField(default=0)
    energy_wh = models.BigIntegerField(default=0)
    billed_fen = models.BigIntegerField(default=0)
    collected_fen = models.BigIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["path", "month", "use_class"], name="month_figure_once")]
