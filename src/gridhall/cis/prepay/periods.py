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
from gridhall.platform.bulk import among, as_text, day, fetch
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


@dataclass
class Billed:
    """What bills say of some accounts since the first of the periods."""

    until: dict[int, list[tuple[date, date]]]  # days on a settled bill, [from, to)
    counted: dict[int, set[int]]  # month → accounts whose energy the tiers of later months see on a bill

    def unbilled_from(self, ids: Sequence[int], period: Period) -> dict[date, list[int]]:
        """The accounts that have days of the period on no bill, by the first such day. Absent: all is billed."""
        groups: dict[date, list[int]] = defaultdict(list)
        for account_id in ids:
            first = period.first
            for begin, end in self.until.get(account_id, ()):
                if begin < period.end and end > period.first:
                    first = max(first, end)
            if first < period.end:
                groups[first].append(account_id)
        return groups


def billed(ids: Sequence[int], since: Period) -> Billed:
    """One look at the bills of accounts, which ascend, that reach into ``since`` or later."""
    rows = Bill.objects.within(EVERYTHING).filter(among("account_id", ids), period_to__gt=since.first)
    rows = rows.filter(kind__in=Bill.RATED).order_by()
    found, wanted = Billed({}, defaultdict(set)), set(ids)
    columns = ("account_id", "month", "state", as_text("period_from"), as_text("period_to"))
    for account_id, month, state, begin, end in fetch(rows.values_list(*columns)):
        if account_id not in wanted:
            continue
        if state in SETTLED:
            found.until.setdefault(account_id, []).append((day(begin), day(end)))
        if state not in (Bill.State.SUPPRESSED, Bill.State.REVERSED):
            found.counted[month].add(account_id)
    return found
