"""Bills that a fact about a day came too late for: which, what it changes, and billing them again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.db.models import Q

from gridhall.cis.billing.calculate import calculate
from gridhall.cis.billing.explain import stored_mask
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.measure import asks_weather, masks
from gridhall.cis.billing.models import Bill
from gridhall.cis.billing.supply import Chunk
from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.models import DayFact, TariffVersion
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel import shipped
from gridhall.platform.scope import Scope

LIVE = (Bill.State.DRAFT, Bill.State.HELD, Bill.State.RELEASED)
BILLS_MAX = 10_000  # one hot day of one city; more are found again when these are done
SLOTS = 96


@dataclass(frozen=True)
class Change:
    """A bill as it stands and as it would be; ``days`` are those on which a period changes, and no others."""

    bill: Bill
    days: list[date]
    after_fen: int

    @property
    def difference_fen(self) -> int:
        return self.after_fen - self.bill.total_fen


def touched(scope: Scope) -> list[Bill]:
    """Live bills with a day whose weather was recorded, or taken back, after they were made."""
    found: dict[int, Bill] = {}
    for place, day, newest in _facts():
        codes = _tariffs(place)
        reach = max(running for name, running in _asked() if name == place)
        rows = Bill.objects.within(scope).filter(
            Q(account__agreements__tariff_code__in=codes), period_from__lt=day + timedelta(days=reach),
            period_to__gt=day, state__in=LIVE,
        )  # fmt: skip
        rows = rows.exclude(kind=Bill.Kind.REVERSAL).select_related("account", "run").distinct().order_by("pk")
        for bill in rows[: BILLS_MAX - len(found)]:
            if any(row.get("facts", 0) < newest for row in _asking(bill)):
                found[bill.pk] = bill
    return [found[key] for key in sorted(found)]


def change(bill: Bill) -> Change:
    """What today's facts make of a bill, on the readings it was made from."""
    newest, days = day_facts.newest(), set()
    for row in _asking(bill):
        first, end = date.fromisoformat(row["from"]), date.fromisoformat(row["to"])
        mask = stored_mask(bill, row)
        (before, which), (after, now) = (masks(mask, first, end, SLOTS, seen) for seen in (row.get("facts", 0), newest))
        moved = np.flatnonzero((before[which] != after[now]).any(axis=1))
        days |= {first + timedelta(days=int(n)) for n in moved}
    if not days:
        return Change(bill, [], bill.total_fen)
    chunk = Chunk(ids=(bill.account_id,))
    result = calculate(chunk, bill.month, bill.period_from, bill.period_to, bill.snapshot)
    return Change(bill, sorted(days), int(result.total_fen[0]) if len(result.total_fen) else bill.total_fen)


def _asking(bill: Bill) -> list[dict]:
    """The stored segments whose calendar asks for weather."""
    return [row for row in stored(bill.inputs) if "reads" not in row and asks_weather(parsed(row["version"]).calendar)]


def _facts() -> list[tuple[str, date, int]]:
    """(place, day, key of the newest row) of every day with a fact."""
    newest: dict[tuple[str, date], int] = {}
    for key, place, day in DayFact.objects.order_by("pk").values_list("pk", "place", "day"):
        newest[place, day] = key
    return [(place, day, key) for (place, day), key in newest.items()]


def _asked() -> set[tuple[str, int]]:
    return {asked for calendar in shipped.calendars().values() for asked in calendar.weather}


def _tariffs(place: str) -> list[str]:
    """Codes of the published tariffs whose calendar asks for a place."""
    calendars = {code for code, one in shipped.calendars().items() if place in {name for name, _ in one.weather}}
    rows = TariffVersion.objects.values_list("pk", "tariff__code")
    return sorted({code for key, code in rows if parsed(key).calendar in calendars})
