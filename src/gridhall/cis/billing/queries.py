"""Reading bills back, always in scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
from django.db.models import Count, Min
from django.db.models.fields.json import KT

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.document import bill_document
from gridhall.cis.billing.explain import explain_line, lines_of, period_wh_by_day
from gridhall.cis.billing.history import months_served, used_before, window_start
from gridhall.cis.billing.models import Bill, BillException, BillRun, MonthFigure
from gridhall.cis.billing.recompute import recompute
from gridhall.cis.billing.supply import Chunk, Segment, supplied
from gridhall.cis.billing.wording import exception_words
from gridhall.cis.tariffs.series import newest, published
from gridhall.kernel.calendars import PERIODS
from gridhall.kernel.money import round_half_up
from gridhall.kernel.tariffs import TariffVersion
from gridhall.kernel.tariffs.types import Tiers
from gridhall.platform.scope import Scope, ScopedQuerySet
from gridhall.readings import queries as readings
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.store import Curves, Quantity, day_of

__all__ = [
    "bill", "bill_document", "bills_of", "exception_words", "exceptions", "explain_line", "figures", "lines_of",
    "month_to_date", "recompute", "run", "runs", "tier_progress", "unpriced",
]  # fmt: skip

SHOWN = (Bill.State.RELEASED, Bill.State.REVERSED)


def bills_of(scope: Scope, account_id: int) -> ScopedQuerySet[Bill]:
    """Released and reversed bills of an account, newest first."""
    return Bill.objects.within(scope).filter(account_id=account_id, state__in=SHOWN).order_by("-month", "-pk")


def bill(scope: Scope, public_id: UUID | str) -> Bill | None:
    """One bill; customers see it only when it is released."""
    rows = Bill.objects.within(scope).select_related("account__customer", "account__premise", "reverses", "run")
    if not scope.everything and not scope.prefixes:
        rows = rows.filter(state__in=SHOWN)
    return rows.filter(public_id=public_id).first()


def runs(scope: Scope) -> ScopedQuerySet[BillRun]:
    """Bill runs, newest first."""
    return BillRun.objects.within(scope).select_related("cycle", "job").order_by("-month", "-pk")


def run(scope: Scope, public_id: UUID | str) -> BillRun | None:
    """One run."""
    return runs(scope).filter(public_id=public_id).first()


def exceptions(
    scope: Scope, *, run_id: int | None = None, outcome: str | None = BillException.Outcome.OPEN, kind: str = ""
) -> ScopedQuerySet[BillException]:
    """Exceptions to decide on, by kind, so that equal causes stand together."""
    wanted = {"run_id": run_id, "outcome": outcome or None, "kind": kind or None}
    rows = BillException.objects.within(scope).filter(**{k: v for k, v in wanted.items() if v is not None})
    return rows.select_related("account__customer", "bill", "run").order_by("kind", "pk")


@dataclass(frozen=True)
class Unpriced:
    """Accounts without a bill because a series lacked prices from a day on; ``there``: that day has some by now."""

    series: str
    first: date
    accounts: int
    there: bool


def unpriced(scope: Scope) -> list[Unpriced]:
    """What waits for prices, by series."""
    rows = BillException.objects.within(scope).filter(kind="missing_prices", outcome=BillException.Outcome.OPEN)
    series, first = KT("evidence__series"), Min(KT("evidence__from"))
    found = rows.order_by().values(code=series).annotate(first=first, n=Count("account", distinct=True))
    known, waiting = newest(), [(row["code"], date.fromisoformat(row["first"]), row["n"]) for row in found]
    return [
        Unpriced(code, day, n, bool(published(code, day, day + timedelta(days=1), known)))
        for code, day, n in sorted(waiting)
    ]


def figures(scope: Scope, first_month: int, last_month: int) -> list[MonthFigure]:
    """Figures of the units in scope over some months."""
    rows = MonthFigure.objects.within(scope).filter(month__gte=first_month, month__lte=last_month)
    return list(rows.order_by("month", "path", "use_class"))


@dataclass(frozen=True)
class DaySoFar:
    """Energy of one day by period, in the order of PERIODS."""

    day: date
    period_wh: tuple[int, ...]

    @property
    def energy_wh(self) -> int:
        return sum(self.period_wh)


@dataclass(frozen=True)
class SoFar:
    """What the running period would cost if it ended with ``until`` (exclusive), by the same kernel as the bill."""

    first: date
    until: date
    energy_wh: int
    total_fen: int
    period_wh: tuple[int, ...]
    days: list[DaySoFar]


def unbilled_from(account_id: int, scope: Scope) -> date | None:
    """First day that no bill of the account covers; None before the first bill."""
    newest = Bill.objects.within(scope).filter(account_id=account_id, kind__in=("normal", "rebill", "final"))
    return (
        newest.exclude(state=Bill.State.SUPPRESSED)
        .order_by("-month", "-pk")
        .values_list("period_to", flat=True)
        .first()
    )


def month_to_date(scope: Scope, account_id: int, on: date) -> SoFar | None:
    """From the end of the last bill (or the first of the month) up to the last full day of readings before ``on``."""
    billed_to = unbilled_from(account_id, scope)
    first = billed_to if billed_to and (on - billed_to).days < 62 else on.replace(day=1)
    account = next(iter(supplied(Chunk(ids=(account_id,)), first, on)), None) if first < on else None
    if account is None or not account.segments:
        return None
    points = sorted({segment.point_id for segment in account.segments if not segment.export})
    curves = readings.curves(points, Quantity.ACTIVE_IMPORT, first, on)
    complete = np.flatnonzero(curves.present.all(axis=0)) if len(points) else np.zeros(0, np.int64)
    if not len(complete):
        return None
    until = day_of(int(curves.days[complete[-1]])) + timedelta(days=1)
    month = first.year * 100 + first.month
    result = calculate(Chunk(ids=(account_id,)), month, first, until, current_snapshot())
    days = _days(account.segments, curves, until)
    total = np.array([day.period_wh for day in days]).sum(axis=0) if days else np.zeros(len(PERIODS), np.int64)
    return SoFar(first, until, int(result.energy_wh[0]), int(result.total_fen[0]), tuple(total.tolist()), days)


def _days(segments: Sequence[Segment], curves: Curves, until: date) -> list[DaySoFar]:
    by_day: dict[date, np.ndarray] = {}
    for segment in segments:
        if not segment.export:
            for day, row in period_wh_by_day(segment, curves):
                if day < until:
                    by_day[day] = by_day.get(day, 0) + row
    return [DaySoFar(day, tuple(int(x) for x in row)) for day, row in sorted(by_day.items())]


@dataclass(frozen=True)
class TierProgress:
    """Where an account stands in its tiers: upper ends in Wh (the last tier is open) and prices of each tier."""

    version: TariffVersion
    window_from: int
    used_wh: int
    ends_wh: tuple[int, ...]
    prices_e8: tuple[int, ...]

    @property
    def tier(self) -> int:
        """1-based tier of the next kWh."""
        return 1 + sum(self.used_wh >= end for end in self.ends_wh)


def tier_progress(scope: Scope, account_id: int, on: date, so_far: SoFar | None = None) -> TierProgress | None:
    """Energy used in the tier window up to now, billed and not yet billed; None where the tariff has no tiers now."""
    chunk = Chunk(ids=(account_id,))
    account = next(iter(supplied(chunk, on, on + timedelta(days=1))), None)
    segment = next((s for s in account.segments if not s.export), None) if account else None
    if segment is None or segment.published.version.tiers is None:
        return None
    version, tiers = segment.published.version, segment.published.version.tiers
    month = on.year * 100 + on.month
    if on.month not in tiers.months:
        return None
    start = window_start(version, month)
    billed = used_before(chunk, [segment], month).get(start, {}).get(account_id, 0)
    step = next(step for step in tiers.thresholds if on.month in step.months)
    ends_wh = _tier_ends_wh(tiers, step.kwh, segment.persons, months_served(account.opened_on, start))
    base = version.season(on.month).prices
    price = next(p for p in (base.total, base.flat, base.peak, base.valley) if p is not None)
    uplifts = [0, *(int(uplift.total or 0) for uplift in tiers.uplifts)]
    used = billed + (so_far.energy_wh if so_far else 0)
    return TierProgress(version, start, used, ends_wh, tuple(int(price) + uplift for uplift in uplifts))


def _tier_ends_wh(tiers: Tiers, kwh: Sequence[int], persons: int, months: int) -> tuple[int, ...]:
    """Upper ends as rating takes them: more for a large household, by twelfths in a year not served in full."""
    yearly = tiers.basis == "year"
    extra = 0
    if tiers.large_household and persons >= tiers.large_household.persons_min:
        extra = tiers.large_household.extra_kwh_per_month * (12 if yearly else 1)
    ends = [(end + extra) * 1000 for end in kwh]
    return tuple(round_half_up(end * months, 12) if yearly else end for end in ends)


def numbers_of(scope: Scope, bill_ids: Sequence[int]) -> dict[int, tuple[str, UUID]]:
    """Number and public id of bills by id, for lists that hold ids."""
    rows = Bill.objects.within(scope).filter(pk__in=bill_ids).values_list("pk", "number", "public_id")
    return {pk: (number, public_id) for pk, number, public_id in rows}


def bill_by_number(scope: Scope, number: str) -> Bill | None:
    """One bill by the number that stands on it."""
    return Bill.objects.within(scope).filter(number=number).first()
