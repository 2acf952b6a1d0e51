"""What the collections desk did about those who did not pay: reminders of the last weeks, one school, one deposit."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F

from gridhall.cis.collections.actions import Paper, decide_protection, propose_protection, take_guarantee
from gridhall.cis.collections.actions.dunning import dunning_step
from gridhall.cis.customers.models import Account
from gridhall.demo.bills import moment
from gridhall.demo.members import Member
from gridhall.demo.organisation import Utility
from gridhall.demo.span import Span
from gridhall.platform import clock
from gridhall.platform.actor import system
from gridhall.platform.models import Notification
from gridhall.platform.scope import EVERYTHING

WEEKS = 15  # a debt of four months passes through every stage
DEPOSIT_FEN = 20_000_00


def collect_debts(members: list[Member], utility: Utility, span: Span) -> None:
    """Once a week instead of every morning: whoever still owes today was reminded then."""
    last = Account.objects.within(EVERYTHING).order_by("-pk").values_list("pk", flat=True).first() or 0
    for week in range(WEEKS, 0, -1):
        day = span.today - timedelta(weeks=week)
        with clock.set_to(moment(day, 10)):
            dunning_step(system("collections"), 0, last, day)
    ids = {member.en: member.ids["account"] for member in members if member.en}
    shen, ma = utility.actor("Collector Shen"), utility.actor("Checker Ma")
    with clock.set_to(moment(span.today - timedelta(days=30), 10)):
        row = propose_protection(shen, ids["No. 1 High School"], "school", "教育局名单 2026-8", span.first)
        decide_protection(ma, row.pk, True)
        take_guarantee(
            shen, ids["Haisheng Foods"], "bank", DEPOSIT_FEN,
            Paper("LG-2026-118", "临海银行", span.first, span.today + timedelta(days=45)),
        )  # fmt: skip
    # The reminders reached their readers when they were due; the worker of the open city has nothing to catch up on.
    waiting = Notification.objects.within(EVERYTHING).filter(sent_at__isnull=True, due_at__isnull=False)
    waiting.update(sent_at=F("due_at"), due_at=None)
