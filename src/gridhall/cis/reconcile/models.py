"""Statements of partners against our books (银电对账), and what does not agree."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gridhall.cis.channels.models import Link
from gridhall.cis.customers.models import Account
from gridhall.cis.payments.models import Payment
from gridhall.platform.ids import uuid7
from gridhall.platform.scope import PathField, ScopedManager


class Statement(models.Model):
    """What a partner says moved on a day. ``books_fen`` and ``unsettled_fen`` are the proof taken when it was done."""

    class State(models.TextChoices):
        MATCHING = "matching", _("Being matched")
        DONE = "done", _("Matched")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="statements")
    path = PathField()
    day = models.DateField()
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    items = models.IntegerField()
    net_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.MATCHING)
    steps_done = models.IntegerField(default=0)
    books_fen = models.BigIntegerField(null=True)
    unsettled_fen = models.BigIntegerField(null=True)
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=120)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "sha256"], name="statement_once")]
        indexes = [models.Index(fields=["path", "day"])]


class StatementLine(models.Model):
    """One movement of a statement and what was found for it. A serial counts once per link, whatever the statement."""

    class Outcome(models.TextChoices):
        MATCHED = "matched", _("Matched")
        LATE = "late", _("Matched, another day")
        THEIRS_ONLY = "theirs-only", _("Theirs only")
        AMOUNT_DIFFERS = "amount-differs", _("Amount differs")

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines", db_index=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="+", db_index=False)
    row = models.IntegerField()
    serial = models.CharField(max_length=64)
    original = models.CharField(max_length=64, blank=True)
    amount_fen = models.BigIntegerField()
    at = models.DateTimeField(null=True)
    customer = models.CharField(max_length=120, blank=True)
    order = models.CharField(max_length=120, blank=True)
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "serial"], name="statement_serial_once")]
        indexes = [models.Index(fields=["statement", "outcome"])]


class Difference(models.Model):
    """Something that does not agree, with an owner and an age, until two people close it by a posting.

    ``theirs_fen`` is what the partner says, ``ours_fen`` what we booked; one is absent where that side is silent.
    """

    class Kind(models.TextChoices):
        THEIRS_ONLY = "theirs-only", _("Theirs only")
        OURS_ONLY = "ours-only", _("Ours only")
        AMOUNT_DIFFERS = "amount-differs", _("Amount differs")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PROPOSED = "proposed", _("Waiting for a second person")
        CLOSED = "closed", _("Closed")

    class Way(models.TextChoices):
        BOOK = "book", _("Book it to an account")
        GIVE_BACK = "give-back", _("Give the money back")
        CHARGE_BACK = "charge-back", _("Take our payment back")
        TAKE_THEIRS = "take-theirs", _("Book the partner's amount instead")

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    link = models.ForeignKey(Link, on_delete=models.PROTECT, related_name="differences")
    path = PathField()
    kind = models.CharField(max_length=16, choices=Kind)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="differences")
    line = models.OneToOneField(StatementLine, null=True, on_delete=models.PROTECT, related_name="difference")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="+")
    theirs_fen = models.BigIntegerField(null=True)
    ours_fen = models.BigIntegerField(null=True)
    opened_on = models.DateField()
    owner = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    way = models.CharField(max_length=12, choices=Way, blank=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    proposed_by = models.CharField(max_length=120, blank=True)
    proposer_id = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        indexes = [
            models.Index(fields=["path", "state", "opened_on"]),
            models.Index(fields=["payment"], condition=models.Q(state="open"), name="difference_of_payment"),
        ]

    @property
    def amount_fen(self) -> int:
        """What the partner has beyond our books; below zero what our books have beyond it."""
        return (self.theirs_fen or 0) - (self.ours_fen or 0)
