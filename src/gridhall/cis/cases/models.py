"""Cases: breaches of agreed use and theft, back-bills, adjustments, refunds, transfers; from finding to posting."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import Account
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Case(models.Model):
    """What was found or asked, what it comes to step by step, and who decided. Posted once, taken back by reversal.

    ``terms`` are what the calculation was told, ``calculation`` the steps it made; both are records of ``terms`` and
    ``steps``. Amounts are positive where the customer owes.
    """

    class Kind(models.TextChoices):
        WRONG_CLASS = "wrong_class", _("Wrong class of use")
        OVER_CAPACITY = "over_capacity", _("Over contract capacity")
        SUSPENDED_EQUIPMENT = "suspended_equipment", _("Suspended equipment used")
        MOVED_EQUIPMENT = "moved_equipment", _("Meter moved or tampered with")
        OWN_SOURCE = "own_source", _("Supply led in or out without consent")
        THEFT = "theft", _("Theft of electricity")
        BACK_BILL = "back_bill", _("Back-bill of energy")
        ADJUSTMENT = "adjustment", _("Adjustment")
        REFUND = "refund", _("Refund")
        TRANSFER = "transfer", _("Transfer of credit")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CALCULATED = "calculated", _("Calculated")
        CONFIRMED = "confirmed", _("Waits for a supervisor")
        POSTED = "posted", _("Posted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="cases")
    other_account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="cases_received")
    path = PathField()
    found_on = models.DateField()
    found_by = models.CharField(max_length=80, blank=True)
    evidence = models.TextField(max_length=2000, blank=True)
    note = models.CharField(max_length=200, blank=True)
    terms = models.JSONField(default=dict)
    calculation = models.JSONField(default=dict)
    recovered_fen = models.BigIntegerField(default=0)
    charge_fen = models.BigIntegerField(default=0)
    energy_wh = models.BigIntegerField(default=0)
    due_on = models.DateField(null=True)
    opened_by = models.CharField(max_length=120)
    opened_by_user = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
    made_by = models.CharField(max_length=120, blank=True)
    made_by_user = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmed_by_user = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    posted_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)
    paid_out_at = models.DateTimeField(null=True)
    paid_out_by = models.CharField(max_length=120, blank=True)
    paid_out_reference = models.CharField(max_length=60, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "state", "opened_at"]),
            models.Index(fields=["account", "state"]),
            models.Index(fields=["made_by_user", "made_at"]),
        ]

    @property
    def total_fen(self) -> int:
        """What the customer owes by it, or is owed where it is below zero."""
        return self.recovered_fen + self.charge_fen


class CaseBill(models.Model):
    """A debt or credit that a case put on the account, so that payments settle it as they settle any bill."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_bills")
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="of_case")
