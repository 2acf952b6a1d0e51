"""The best plan of every account, as the last run found it."""

from django.db import models

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
