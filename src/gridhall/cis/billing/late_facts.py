"""Bills that weather, a notice, hours or prices came too late for: which, what changes, and billing them again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from itertools import islice
from operator import or_
from typing import Any

import numpy as np
from django.db.models import Max, Min, Q

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.explain import stored_mask
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.measure import masks
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.tariffs import calendars, day_facts, series
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.models import Announcement, CalendarVersion, DayFact, PriceDay, TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.platform.scope import Scope

LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)
BILLS_MAX = 10_000  # one hot day of one city; more are found again when these are done
SPANS_PER_QUESTION = 50
SLOTS = 96


@dataclass(frozen=True)
class Change:
    """A bill as it stands and as it would be; ``days`` are those on which a period changes, and no others.

    ``problem`` is why it cannot be billed with today's facts, such as a tariff without a price for a new period.
    """

    bill: Bill
    days: list[date]
    after_fen: int
    problem: tuple[str, dict[str, Any]] | None = None

    @property
    def difference_fen(self) -> int:
        return self.after_fen - self.bill.total_fen


@dataclass(frozen=True)
class Late:
    """A fact: the calendars or the price series that ask for it, its days, and the bills that had not seen it."""

    asked_by: frozenset[str]
    first: date
    last: date
    unseen: Q


def touched(scope: Scope) -> list[Bill]:
    """Live bills with a day about which a fact was recorded, or taken back, after they were made."""
    spans: dict[frozenset[str], list[Q]] = defaultdict(list)
    for late in (*_weather(), *_announced(), *_hours(), *_prices()):
        spans[late.asked_by].append(Q(period_from__lte=late.last, period_to__gt=late.first) & late.unseen)
    asking, found = _tariffs(), {}
    for codes, every in spans.items():
        tariffs = set().union(*(asking.get(code, ()) for code in codes))
        rows = Bill.objects.within(scope).filter(account__agreements__tariff_code__in=tariffs, state__in=LIVE)
        rows = rows.filter(kind__in=Bill.RATED).select_related("account", "run").distinct().order_by("pk")
        for n in range(0, len(every), SPANS_PER_QUESTION):
            some = rows.filter(reduce(or_, every[n : n + SPANS_PER_QUESTION]))
            found |= {bill.pk: bill for bill in some[: BILLS_MAX - len(found)]}
    return [found[key] for key in sorted(found)]


def changes(scope: Scope, most: int) -> list[Change]:
    """What changes of the touched bills, at most so many; the next ones come when these are done."""
    return list(islice((found for bill in touched(scope) if (found := change(bill)).days), most))


def change(bill: Bill) -> Change:
    """What today's facts make of a bill, on the readings it was made from."""
    newest = day_facts.newest()
    days = sorted({day for row in stored(bill.inputs) for day in _moved(bill, row, newest)})
    if not days:
        return Change(bill, [], bill.total_fen)
    chunk = Chunk(ids=(bill.account_id,))
    result = calculate(chunk, bill.month, bill.period_from, bill.period_to, bill.snapshot)
    if result.problems or not len(result.total_fen):
        return Change(bill, days, bill.total_fen, next(iter(result.problems.values()), ("no_agreement", {})))
    return Change(bill, days, int(result.total_fen[0]))


def _moved(bill: Bill, row: dict[str, Any], newest: Seen) -> Iterator[date]:
    """The days of a stored segment on which a period or the price of an interval is another one by now."""
    first, end, seen = date.fromisoformat(row["from"]), date.fromisoformat(row["to"]), Seen.of(row)
    version = parsed(row["version"])
    moved = np.zeros((end - first).days, np.bool_)
    if version.calendar and "reads" not in row:  # registers were cut by their meter
        cuts = (masks(stored_mask(bill, row), first, end, SLOTS, known) for known in (seen, newest))
        before, after = (types[index] for types, index in cuts)
        moved |= (before != after).any(axis=1)
    if version.real_time is not None and seen.prices:
        charged = (series.prices(version.real_time.series, first, end, one.prices) for one in (seen, newest))
        before, after = (known.prices_e8 for known in charged)
        moved |= (before != after).any(axis=1)
    return (first + timedelta(days=int(n)) for n in np.flatnonzero(moved))


def _weather() -> Iterator[Late]:
    """The newest weather of every day with any."""
    versions = [(code, one) for code, found in calendars.known().items() for one in found]
    newest: dict[tuple[str, date], int] = {}
    for key, place, day in DayFact.objects.order_by("pk").values_list("pk", "place", "day"):
        newest[place, day] = key
    for (place, day), key in newest.items():
        asked = [(code, days) for code, one in versions for at, days in one.weather if at == place]
        if asked:
            last = day + timedelta(days=max(days for _code, days in asked) - 1)
            yield Late(frozenset(code for code, _days in asked), day, last, Q(seen_weather__lt=key))


def _announced() -> Iterator[Late]:
    """Every announcement."""
    asking = day_facts.announceable()
    for row in Announcement.objects.order_by("pk"):
        codes = frozenset(calendar.code for calendar in asking.get((row.area, row.period), ()))
        yield Late(codes, row.first, row.last, Q(seen_announced__lt=row.pk))


def _hours() -> Iterator[Late]:
    """Every publication of hours."""
    for row in CalendarVersion.objects.order_by("pk"):
        last = row.valid_to - timedelta(days=1) if row.valid_to else date.max
        unseen = Q(seen_calendars__lt=row.pk) | Q(seen_calendars=None)
        yield Late(frozenset({row.code}), row.valid_from, last, unseen)


def _prices() -> Iterator[Late]:
    """Every file of prices; a bill that pays them had seen all its days, so that what it had not seen is later."""
    uploads = PriceDay.objects.values("upload", "series__code").annotate(
        first=Min("day"), last=Max("day"), key=Max("pk")
    )
    for row in uploads.order_by("upload"):
        yield Late(frozenset({row["series__code"]}), row["first"], row["last"], Q(seen_prices__lt=row["key"]))


def _tariffs() -> dict[str, set[str]]:
    """The codes of published tariffs by the calendar they cut by, and by the series they charge."""
    found: dict[str, set[str]] = defaultdict(set)
    for key, code in TariffVersion.objects.values_list("pk", "tariff__code"):
        version = parsed(key)
        for asked in (version.calendar, version.real_time and version.real_time.series):
            if asked:
                found[asked].add(code)
    return found
