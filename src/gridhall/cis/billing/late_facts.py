"""Bills that weather, a notice, hours or prices came too late for: which, what changes, and billing them again."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from operator import or_
from typing import Any

import numpy as np
from django.db.models import Max, Min, Q

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.explain import stored_mask
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.measure import MaskKey, masks
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
PERIODS, PRICES = "periods", "prices"  # why a bill changes


@dataclass(frozen=True)
class Change:
    """A bill as it stands and as it would be; ``days`` are those on which a period or a price changes, and no others.

    ``problem`` is why it cannot be billed with today's facts, such as a tariff without a price for a new period.
    """

    bill: Bill
    days: list[date]
    after_fen: int
    causes: frozenset[str] = frozenset()
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


def touched(scope: Scope, most: int = BILLS_MAX) -> list[Bill]:
    """Live bills with a day about which a fact was recorded, or taken back, after they were made."""
    spans: dict[frozenset[str], list[Q]] = defaultdict(list)
    for late in (*_weather(), *_announced(), *_hours(), *_prices()):
        spans[late.asked_by].append(Q(period_from__lte=late.last, period_to__gt=late.first) & late.unseen)
    asking, found = _tariffs() if spans else {}, {}
    for codes, every in spans.items():
        tariffs = set().union(*(asking.get(code, ()) for code in codes))
        rows = Bill.objects.within(scope).filter(account__agreements__tariff_code__in=tariffs, state__in=LIVE)
        rows = rows.filter(kind__in=Bill.RATED).select_related("account", "run").distinct().order_by("pk")
        for n in range(0, len(every), SPANS_PER_QUESTION):
            some = rows.filter(functools.reduce(or_, every[n : n + SPANS_PER_QUESTION]))
            found |= {bill.pk: bill for bill in some[: most - len(found)]}
    return [found[key] for key in sorted(found)]


def changes(scope: Scope, most: int) -> list[Change]:
    """What changes of the touched bills, at most so many; the next ones come when these are done."""
    newest, moved = day_facts.newest(), functools.cache(_moved)
    found = ((bill, _causes(bill, newest, moved)) for bill in touched(scope))
    return [_change(bill, causes) for bill, causes in islice(((bill, one) for bill, one in found if one), most)]


def waiting(scope: Scope, most: int) -> int:
    """How many bills change among the first ``most`` touched ones; none is calculated."""
    newest, moved = day_facts.newest(), functools.cache(_moved)
    return sum(bool(_causes(bill, newest, moved)) for bill in touched(scope, most))


def change(bill: Bill) -> Change:
    """What today's facts make of a bill, on the readings it was made from."""
    return _change(bill, _causes(bill, day_facts.newest(), _moved))


def _change(bill: Bill, causes: dict[date, set[str]]) -> Change:
    if not causes:
        return Change(bill, [], bill.total_fen)
    days, why = sorted(causes), frozenset().union(*causes.values())
    result = calculate(Chunk(ids=(bill.account_id,)), bill.month, bill.period_from, bill.period_to, bill.snapshot)
    if result.problems or not len(result.total_fen):
        problem = next(iter(result.problems.values()), ("no_agreement", {}))
        return Change(bill, days, bill.total_fen, why, problem)
    return Change(bill, days, int(result.total_fen[0]), why)


Cut = tuple[MaskKey | None, str | None, date, date, Seen, Seen]  # hours and series of some days, as seen and as known


def _causes(bill: Bill, newest: Seen, moved: Callable[[Cut, str], tuple[date, ...]]) -> dict[date, set[str]]:
    """The days of a bill that change, each with why."""
    found: dict[date, set[str]] = defaultdict(set)
    for row in stored(bill.inputs):
        version, seen = parsed(row["version"]), Seen.of(row)
        mask = stored_mask(bill, row) if version.calendar and "reads" not in row else None  # a meter cuts by itself
        charged = version.real_time.series if version.real_time and seen.prices else None
        cut = mask, charged, date.fromisoformat(row["from"]), date.fromisoformat(row["to"]), seen, newest
        for cause in (PERIODS, PRICES):
            for day in moved(cut, cause):
                found[day].add(cause)
    return found


def _moved(cut: Cut, cause: str) -> tuple[date, ...]:
    """The days on which a period, or the price of an interval, is another one by now."""
    mask, charged, first, end, seen, newest = cut
    if cause == PERIODS and mask is not None:
        cuts = (masks(mask, first, end, SLOTS, known) for known in (seen, newest))
        before, after = (types[index] for types, index in cuts)
    elif cause == PRICES and charged is not None:
        before, after = (series.prices(charged, first, end, known.prices).prices_e8 for known in (seen, newest))
    else:
        return ()
    return tuple(first + timedelta(days=int(n)) for n in np.flatnonzero((before != after).any(axis=1)))


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
