"""What stands in the way of closing a month, and what somebody should know before they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Sum
from django.utils import timezone

from gridhall.cis.billing.models import BillException, BillRun
from gridhall.cis.books import days, marks
from gridhall.cis.books.balances import balance_fen
from gridhall.cis.books.models import LedgerDay
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Entry
from gridhall.cis.payments.models import Shift
from gridhall.cis.reconcile.models import Difference
from gridhall.cis.reconcile.queries import differences
from gridhall.platform.models import Job
from gridhall.platform.scope import Scope

WAITING_RUNS = (BillRun.State.CREATED, BillRun.State.CALCULATING, BillRun.State.CALCULATED)


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``count`` of them are in the way, zero is well; ``amount_fen`` is how much it is about."""

    code: str
    count: int
    amount_fen: int = 0
    blocking: bool = False
    account: str = ""


def before_closing(path: str, first: date, end: date) -> list[Check]:
    """Everything that is looked at before the books of a city are closed for ``[first, end)``."""
    here = Scope(prefixes=(path,))
    return [*_books(here, end), *_work(here, end), *_to_clear(path, end)]


def _books(here: Scope, end: date) -> Iterator[Check]:
    """The figures hold every entry, and debits equal credits."""
    fresh = Entry.objects.within(here).filter(pk__gt=marks.seen(days.MARK), effective_on__lt=end)
    yield Check("uncounted", fresh.count(), blocking=True)
    sums = LedgerDay.objects.within(here).filter(on__lt=end).aggregate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
    apart = (sums["debit"] or 0) - (sums["credit"] or 0)
    yield Check("unbalanced", int(apart != 0), apart, blocking=True)


def _work(here: Scope, end: date) -> Iterator[Check]:
    """Work that will still post on these days."""
    midnight = timezone.make_aware(datetime.combine(end, time()))
    shifts = Shift.objects.within(here).filter(closed_at__isnull=True, opened_at__lt=midnight)
    yield Check("shifts", shifts.count(), blocking=True)
    runs = BillRun.objects.within(here).filter(state__in=WAITING_RUNS, period_to__lt=end)
    yield Check("runs", runs.count(), runs.aggregate(s=Sum("total_fen"))["s"] or 0)
    held = BillException.objects.within(here).filter(outcome=BillException.Outcome.OPEN, run__period_to__lt=end)
    yield Check("held", held.count(), held.aggregate(s=Sum("bill__total_fen"))["s"] or 0)
    apart = differences(here).filter(state__in=(Difference.State.OPEN, Difference.State.PROPOSED), opened_on__lt=end)
    yield Check("differences", apart.count())
    working = Job.objects.within(here).filter(state__in=(Job.State.QUEUED, Job.State.RUNNING), created_at__lt=midnight)
    yield Check("jobs", working.count(), blocking=True)


def _to_clear(path: str, end: date) -> Iterator[Check]:
    """Accounts that are empty when everything has arrived where it belongs."""
    for clears in ("settlement", "suspense"):
        left = {row.code: balance_fen(path, row.code, end) for row in chart.accounts().values() if row.clears == clears}
        for code, fen in left.items():
            if fen:
                yield Check(clears, 1, fen, account=code)
        if not any(left.values()):
            yield Check(clears, 0, account=next(iter(left)))
