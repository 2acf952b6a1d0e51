"""Billing periods that no bill settles yet: this one, and earlier ones whose run is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gridhall.cis.billing.actions.runs import period_of
from gridhall.cis.billing.history import months_back
from gridhall.cis.billing.models import Bill
from gridhall.cis.customers.models import BillingCycle
from gridhall.platform.scope import EVERYTHING

SETTLED = (Bill.State.RELEASED, Bill.State.SUPPRESSED)
EARLIER_MAX = 2  # periods before this one; what is billed later than that is a matter for the billing office


@dataclass(frozen=True)
class Period:
    """The days ``[first, end)`` of a billing month that have begun; ``end`` is at most tomorrow."""

    month: int
    first: date
    end: date
    whole_end: date


def periods(cycle: BillingCycle, today: date) -> list[Period]:
    """The period that ``today`` lies in and the ones before it, oldest first."""
    this = today.year * 100 + today.month
    if today.day < cycle.reading_day:
        this = months_back(this, 1)
    found = []
    for back in range(EARLIER_MAX, -1, -1):
        month = months_back(this, back)
        first, whole_end = period_of(cycle, month)
        found.append(Period(month, first, min(whole_end, today + timedelta(days=1)), whole_end))
    return found


def unbilled_from(ids: Sequence[int], period: Period) -> dict[date, list[int]]:
    """The accounts that have days of the period on no bill, by the first such day. Absent: all is billed."""
    rows = (
        Bill.objects.within(EVERYTHING)
        .filter(account_id__in=ids, period_from__lt=period.end, period_to__gt=period.first, state__in=SETTLED)
        .filter(kind__in=Bill.RATED)
    )
    settled = dict.fromkeys(ids, period.first)
    for account_id, until in rows.values_list("account_id", "period_to"):
        settled[account_id] = max(settled[account_id], until)
    groups: dict[date, list[int]] = defaultdict(list)
    for account_id in ids:
        if settled[account_id] < period.end:
            groups[settled[account_id]].append(account_id)
    return groups


def counted_already(ids: Sequence[int], month: int) -> set[int]:
    """Accounts whose energy of the month is on some bill, released or not: the tiers of later months see it there."""
    rows = Bill.objects.within(EVERYTHING).filter(account_id__in=ids, month=month)
    rows = rows.exclude(state__in=(Bill.State.SUPPRESSED, Bill.State.REVERSED)).filter(kind__in=Bill.RATED)
    return set(rows.values_list("account_id", flat=True))
