"""Bills that a fact about a day came too late for: which, what it changes, and billing them again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.db.models import Q

from gridhall.cis.billing import late_prices
from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.explain import stored_mask
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.measure import masks
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.tariffs import calendars, day_facts
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.models import Announcement, CalendarVersion, DayFact, TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.platform.scope import Scope

LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)
BILLS_MAX = 10_000  # one hot day of one city; more are found again when these are done
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
    """A fact: the calendars that ask for it, the days whose periods it may change, and what a bill must have seen."""

    calendars: frozenset[str]
    first: date
    last: date
    seen: Seen

    def concerns(self, segment: dict[str, Any]) -> bool:
        """Whether a stored segment is of one of the calendars and had not seen this."""
        unseen = any(had < has for had, has in zip(Seen.of(segment), self.seen, strict=True))
        return unseen and parsed(segment["version"]).calendar in self.calendars


def touched(scope: Scope) -> list[Bill]:
    """Live bills with a day about which a fact was recorded, or taken back, after they were made."""
    found: dict[int, Bill] = {}
    for late in [*_weather(), *_announced(), *_hours()]:
        rows = Bill.objects.within(scope).filter(
            Q(account__agreements__tariff_code__in=_tariffs(late.calendars)),
            period_from__lte=late.last, period_to__gt=late.first, state__in=LIVE,
        )  # fmt: skip
        rows = rows.filter(kind__in=Bill.RATED).select_related("account", "run").distinct().order_by("pk")
        for bill in rows[: BILLS_MAX - len(found)]:
            if any(late.concerns(row) for row in _cut(bill)):
                found[bill.pk] = bill
    found |= {bill.pk: bill for bill in late_prices.touched(scope, BILLS_MAX - len(found))}
    return [found[key] for key in sorted(found)]


def change(bill: Bill) -> Change:
    """What today's facts make of a bill, on the readings it was made from."""
    newest, days = day_facts.newest(), set()
    for row in _cut(bill):
        first, end = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
        mask = stored_mask(bill, row)
        (before, which), (after, now) = (masks(mask, first, end, SLOTS, seen) for seen in (Seen.of(row), newest))
        moved = np.flatnonzero((before[which] != after[now]).any(axis=1))
        days |= {first + timedelta(days=int(n)) for n in moved}
    days |= late_prices.moved(bill)
    if not days:
        return Change(bill, [], bill.total_fen)
    chunk = Chunk(ids=(bill.account_id,))
    result = calculate(chunk, bill.month, bill.period_from, bill.period_to, bill.snapshot)
    if result.problems or not len(result.total_fen):
        return Change(bill, sorted(days), bill.total_fen, next(iter(result.problems.values()), ("no_agreement", {})))
    return Change(bill, sorted(days), int(result.total_fen[0]))


def _cut(bill: Bill) -> list[dict]:
    """The stored segments that a calendar cut; registers were cut by their meter."""
    return [row for row in stored(bill.inputs) if "reads" not in row and parsed(row["version"]).calendar]


def _weather() -> Iterator[Late]:
    """The newest weather of every day with any."""
    versions = [(code, one) for code, found in calendars.known().items() for one in found]
    newest: dict[tuple[str, date], int] = {}
    for key, place, day in DayFact.objects.order_by("pk").values_list("pk", "place", "day"):
        newest[place, day] = key
    for (place, day), key in newest.items():
        asked = [(code, days) for code, one in versions for at, days in one.weather if at == place]
        if asked:
            reach = max(days for _code, days in asked)
            codes = frozenset(code for code, _days in asked)
            yield Late(codes, day, day + timedelta(days=reach - 1), Seen(weather=key))


def _announced() -> Iterator[Late]:
    """Every announcement."""
    asking = day_facts.announceable()
    for row in Announcement.objects.order_by("pk"):
        codes = frozenset(calendar.code for calendar in asking.get((row.area, row.period), ()))
        yield Late(codes, row.first, row.last, Seen(announced=row.pk))


def _hours() -> Iterator[Late]:
    """Every publication of hours."""
    for row in CalendarVersion.objects.order_by("pk"):
        last = row.valid_to - timedelta(days=1) if row.valid_to else date.max
        yield Late(frozenset({row.code}), row.valid_from, last, Seen(calendars=row.pk))


def _tariffs(codes: frozenset[str]) -> list[str]:
    """Codes of the published tariffs with one of the calendars."""
    rows = TariffVersion.objects.values_list("pk", "tariff__code")
    return sorted({tariff for key, tariff in rows if parsed(key).calendar in codes})
