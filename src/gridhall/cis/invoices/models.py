"""Tax invoices asked for on bills. The number comes from the tax service; before that there is nothing to print."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.cis.billing.models import Bill
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Invoice(models.Model):
    """One blue invoice for a bill, or the red one that takes it back."""

    class Kind(models.TextChoices):
        BLUE = "blue", _("Invoice")
        RED = "red", _("Red-letter invoice")

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        SENT = "sent", _("With the tax service")
        ISSUED = "issued", _("Issued")
        REFUSED = "refused", _("Refused by the tax service")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="invoices")
    account_id = models.BigIntegerField()
    path = PathField()
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.BLUE)
    red_of = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="red")
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    buyer_name = models.CharField(max_length=120)
    buyer_tax_id = models.CharField(max_length=20, blank=True)
    net_fen = models.BigIntegerField()
    tax_fen = models.BigIntegerField()
    number = models.CharField(max_length=30, blank=True)
    issued_on = models.DateField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bill"], name="invoice_once", condition=Q(kind="blue") & ~Q(state__in=("refused", "withdrawn"))
            ),
            models.UniqueConstraint(fields=["number"], name="invoice_number_once", condition=~Q(number="")),
        ]
        indexes = [
            models.Index(fields=["path", "-requested_at"], name="invoice_by_unit"),
            models.Index(fields=["state", "id"], name="invoice_by_state"),
        ]

    @property
    def gross_fen(self) -> int:
        return self.net_fen + self.tax_fen
