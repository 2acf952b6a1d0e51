"""How far each debt was dunned, and every touch of a customer."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gridhall.cis.customers.models import Account, Customer
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Channel(models.TextChoices):
    """How a customer is reached."""

    SMS = "sms", _("Text message")
    LETTER = "letter", _("Letter")
    PHONE = "phone", _("Telephone call")
    DOOR = "door", _("Visit")
    WEB = "web", _("Message in the web hall")


BY_HAND = (Channel.PHONE, Channel.DOOR)  # a person does it and says how it went; the others are sent


class ChosenChannel(models.Model):
    """The way of being reminded that a customer chose; without one the rules say what is usual."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, primary_key=True, related_name="chosen_channel")
    channel = models.CharField(max_length=8, choices=Channel)


class DunningCase(models.Model):
    """An account that is overdue, from its first touch until nothing is overdue any more.

    ``stage`` is a code of the dated rules, ``place`` its position there. A paused case says why it rests.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being dunned")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class Why(models.TextChoices):
        NONE = "", ""
        PAID = "paid", _("Paid")
        DISPUTED = "disputed", _("Disputed")
        ARRANGED = "arranged", _("On an arrangement")
        SMALL = "small", _("Below the smallest debt")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="dunning_cases", db_index=False)
    path = PathField()
    payer = models.CharField(max_length=11)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    why = models.CharField(max_length=8, choices=Why, blank=True, default=Why.NONE)
    stage = models.CharField(max_length=20)
    place = models.SmallIntegerField()
    stage_on = models.DateField()
    opened_on = models.DateField()
    ended_on = models.DateField(null=True)
    overdue_fen = models.BigIntegerField()
    oldest_due_on = models.DateField()

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(fields=["account", "state"]),
            models.Index(fields=["path", "state", "overdue_fen"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=~Q(state="ended"), name="one_live_dunning_case")
        ]


class Touch(models.Model):
    """One reminder, with the words that were said. One per account, stage and age of debt, however often the job runs;
    touches by hand have a stage of their own."""

    class State(models.TextChoices):
        SENT = "sent", _("Handed to the sender")
        TO_DO = "to_do", _("To be done")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Outcome(models.TextChoices):
        NONE = "", ""
        REACHED = "reached", _("Reached, promises to pay")
        SPOKEN = "spoken", _("Reached, no promise")
        NOBODY = "nobody", _("Nobody there")
        WRONG = "wrong", _("Wrong number or address")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="touches", db_index=False)
    path = PathField()
    stage = models.CharField(max_length=40)
    oldest_due_on = models.DateField()
    overdue_fen = models.BigIntegerField()
    channel = models.CharField(max_length=8, choices=Channel)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    notification_id = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.NONE)
    note = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=120, blank=True)

    ACCOUNT_COLUMN = "account_id"
    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["path", "state", "made_at"])]
        constraints = [
            models.UniqueConstraint(fields=["account", "oldest_due_on", "stage"], name="touch_once_per_stage")
        ]
