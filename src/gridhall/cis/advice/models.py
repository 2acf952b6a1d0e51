"""The best plan of every account, as the last run found it; and bills of others beside ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.platform.ids import uuid7
from gridhall.platform.models import Job
from gridhall.platform.scope import PathField, ScopedManager


class AdviceRun(models.Model):
    """Every account of a unit compared once. ``done_to`` is the account behind which an interrupted run goes on."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    path = PathField(db_index=True)
    until = models.IntegerField()
    on = models.DateField()
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT)
    done_to = models.BigIntegerField(default=0)
    accounts = models.IntegerField(default=0)
    compared = models.IntegerField(default=0)
    with_saving = models.IntegerField(default=0)
    saving_fen = models.BigIntegerField(default=0)
    ended = models.BooleanField(default=False)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "created_at"])]


class BestPlan(models.Model):
    """The latest result of an account that has plans to choose from; the next run writes over it.

    ``complete``: some other plan could be compared over all billed months, so that ``saving_fen`` can be told. Without
    a cheaper plan the best one is the present one and the saving nothing.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="best_plan")
    run = models.ForeignKey(AdviceRun, on_delete=models.PROTECT, related_name="best_plans", db_index=False)
    path = PathField(db_index=True)
    months = models.PositiveSmallIntegerField()
    months_compared = models.PositiveSmallIntegerField()
    complete = models.BooleanField()
    billed_fen = models.BigIntegerField()
    plan_code = models.CharField(max_length=60)
    plan_charging = models.PositiveSmallIntegerField(default=0)
    best_code = models.CharField(max_length=60)
    best_charging = models.PositiveSmallIntegerField(default=0)
    best_fen = models.BigIntegerField()
    saving_fen = models.BigIntegerField()
    computed_at = models.DateTimeField()

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["run", "saving_fen"])]


class ShadowBill(models.Model):
    """A bill that somebody else issued for a supply of ours, with the one that we would have issued beside it.

    Never a bill: no ledger knows it. ``lines`` are [kind, period, tier, component, included, quantity, price, amount]
    on both sides; ``parts`` give every fen of the difference a cause. Written once; its owner may discard it.
    """

    class State(models.TextChoices):
        KEPT = "kept", _("Kept")
        DISCARDED = "discarded", _("Discarded")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="shadow_bills", db_index=False)
    path = PathField(db_index=True)
    period_from = models.DateField()
    period_to = models.DateField()
    issuer = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=200)
    energy_wh = models.BigIntegerField(null=True)
    period_wh = models.JSONField(null=True)
    amount_fen = models.BigIntegerField()
    lines = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    snapshot = models.BigIntegerField()
    basis = models.CharField(max_length=8, blank=True)
    ours_fen = models.BigIntegerField(null=True)
    ours_wh = models.BigIntegerField(null=True)
    our_lines = models.JSONField(default=list)
    cause = models.CharField(max_length=20, blank=True)
    parts = models.JSONField(default=list)
    problem = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=State, default=State.KEPT)
    owner = models.BigIntegerField(null=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["account", "created_at"])]

    @property
    def difference_fen(self) -> int | None:
        """Ours less theirs."""
        return None if self.ours_fen is None else self.ours_fen - self.amount_fen
