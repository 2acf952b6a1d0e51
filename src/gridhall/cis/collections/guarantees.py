"""How much security is asked for, and which one ends soon."""

from __future__ import annotations

from datetime import date, timedelta

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections import rules
from gridhall.cis.collections.credit_rules import credit
from gridhall.cis.collections.models import Guarantee
from gridhall.kernel.money import round_half_up
from gridhall.platform.scope import EVERYTHING, Scope, ScopedQuerySet


def asked_fen(account_id: int, on: date) -> int:
    """The security an account is asked for: so many months of its average bill; nothing before its first bill."""
    asked = credit(on).guarantee
    newest = Bill.objects.within(EVERYTHING).filter(account_id=account_id, state=Bill.State.RELEASED)
    bills = list(newest.filter(kind__in=Bill.RATED).order_by("-month", "-pk")[: asked.months_looked_at])
    if not bills:
        return 0
    months = asked.months.of(rules.payer_of(bills[0].use_class))
    return max(0, round_half_up(months * sum(bill.total_fen for bill in bills), len(bills)))


def ending(scope: Scope, on: date) -> ScopedQuerySet[Guarantee]:
    """Held securities that have ended or end within the days that are watched."""
    until = on + timedelta(days=credit(on).guarantee.watch_days)
    held = Guarantee.objects.within(scope).filter(state=Guarantee.State.HELD, valid_to__lte=until)
    return held.select_related("account__customer").order_by("valid_to", "pk")
