"""The do-not-disconnect list."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account
from gridhall.platform.dated import Dated
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField


class Protection(Dated):
    """An account whose supply is not cut, or only with a copy to the authority. It counts from the day it is proposed,
    until a second person refuses it: somebody's breath may hang on it."""

    class Reason(models.TextChoices):
        MEDICAL = "medical", _("Medical equipment")
        LOW_INCOME = "low_income", _("Low income")
        SCHOOL = "school", _("School")
        HOSPITAL = "hospital", _("Hospital")
        KEY_USER = "key_user", _("Key user")
        IMPORTANT = "important", _("Important user: copy to the authority")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waits for a second person")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUSED = "refused", _("Refused")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="protections")
    path = PathField(db_index=True)
    reason = models.CharField(max_length=20, choices=Reason)
    evidence = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = models.CharField(max_length=120)
    proposed_by_user = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)

    ACCOUNT_COLUMN = "account_id"
