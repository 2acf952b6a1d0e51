"""Opening a bill: each line with its words, and a line down to the days and intervals it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from gridhall.cis.billing import real_time
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.measure import INDUSTRIAL, masks, plan_key
from gridhall.cis.billing.models import Bill, BillLine
from gridhall.cis.billing.wording import band_words, kind_words
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs import day_facts
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.calendars import PERIODS
from gridhall.kernel.real_time import amount_fen
from gridhall.platform.documents.schema import Words
from gridhall.readings import queries as readings
from gridhall.readings.store import Curves, Quantity, day_of


@dataclass(frozen=True)
class LineView:
    """A bill line with everything a reader needs; ``clause`` names the notice it rests on."""

    seq: int
    segment: int
    kind: str
    words: Words
    band: Words | None
    period: str
    tier: int
    unit: str
    quantity: int
    price_e8: int
    amount_fen: int
    included: bool
    clause: str
    export: bool

    @property
    def opens(self) -> bool:
        """Whether the line leads down to intervals or reads."""
        return self.unit == "kWh" and not self.included


def lines_of(bill: Bill) -> list[LineView]:
    """The lines of a bill in order."""
    exports = [bool(row["export"]) for row in stored(bill.inputs)]
    return [view(line, exports[line.segment]) for line in bill.lines.select_related("item").order_by("seq")]


def view(line: BillLine, export: bool) -> LineView:
    item = line.item
    return LineView(
        line.seq, line.segment, item.kind, kind_words(item, export=export), band_words(item), item.period, item.tier,
        item.unit, line.quantity, line.price_e8, line.amount_fen, item.included, item.clause, export,
    )  # fmt: skip


@dataclass(frozen=True)
class ExplainedDay:
    """One day of a curve: values in Wh, the slots that belong to the line, flags where any value is not actual."""

    day: date
    energy_wh: int
    values_wh: list[int]
    in_line: list[bool]
    periods: list[int]
    flags: list[int] = field(default_factory=list)
    prices_e8: list[int] = field(default_factory=list)
    amount_fen: int | None = None  # of the day by itself; the line rounds the sum of all days once


@dataclass(frozen=True)
class Explanation:
    """How a line's energy came about: curve days, or register reads; facts are what the kernel was told."""

    line: LineView
    facts: dict[str, Any]
    tariff: Words
    tariff_from: date
    days: list[ExplainedDay] = field(default_factory=list)
    reads: list[dict[str, Any]] = field(default_factory=list)

    @property
    def energy_wh(self) -> int:
        return sum(day.energy_wh for day in self.days) if self.days else sum(row["energy_wh"] for row in self.reads)


def explain_line(bill: Bill, seq: int) -> Explanation | None:
    """The days and intervals (at the bill's own snapshot), or the register reads, behind a line."""
    line = next((view for view in lines_of(bill) if view.seq == seq), None)
    if line is None:
        return None
    facts = stored(bill.inputs)[line.segment]
    version = parsed(facts["version"])
    words = Words(version.name.zh, version.name.en)
    if "reads" in facts:
        column = PERIODS.index(line.period) if line.period else None
        reads = [row for row in facts["reads"] if column is None or row["column"] == column]
        return Explanation(line, facts, words, version.valid_from, reads=reads)
    return Explanation(line, facts, words, version.valid_from, days=_explained_days(bill, facts, line))


def _explained_days(bill: Bill, facts: dict[str, Any], line: LineView) -> list[ExplainedDay]:
    first, end = date.fromisoformat(facts["from"]), date.fromisoformat(facts["to"])
    quantity = Quantity.ACTIVE_EXPORT if facts["export"] else Quantity.ACTIVE_IMPORT
    # A sub-meter by ratio or fixed amount has no curve: its main meter's is where its energy was measured.
    point = facts["adjust"][0]["point"] if facts.get("adjust") else facts["point"]
    curves = readings.curves([point], quantity, first, end, bill.snapshot)
    types, index = masks(stored_mask(bill, facts), first, end, curves.values.shape[2], Seen.of(facts))
    table = _interval_prices(facts, line, first, end, curves.values.shape[2])
    wanted = PERIODS.index(line.period) if line.period else None
    days = []
    for d in range(len(curves.days)):
        periods = types[index[d]]
        values = curves.values[0, d].astype(np.int64)
        inside = np.ones(len(periods), bool) if wanted is None else periods == wanted
        flags = [] if curves.flags is None else curves.flags[0, d].tolist()
        priced = _priced(values, table[d]) if table is not None else ([], None)
        days.append(
            ExplainedDay(
                day_of(int(curves.days[d])), int(values[inside].sum()), values.tolist(), inside.tolist(),
                periods.tolist(), flags if any(flags) else [], *priced,
            )
        )  # fmt: skip
    return days


def _interval_prices(facts: dict[str, Any], line: LineView, first: date, end: date, slots: int) -> np.ndarray | None:
    """What the bill saw of the interval prices, for the line that charges them."""
    if line.kind != "real_time":
        return None
    return real_time.prices(parsed(facts["version"]), first, end, slots, facts["prices"])[0]


def _priced(values: np.ndarray, prices_e8: np.ndarray) -> tuple[list[int], int]:
    return prices_e8.tolist(), amount_fen(values.tolist(), prices_e8.tolist())


def stored_mask(bill: Bill, facts: dict[str, Any]) -> tuple[str, str, bool, bool, int]:
    """The calendar a segment was folded with, from what the bill stored."""
    version = parsed(facts["version"])
    large = bill.use_class == ServicePointTerms.UseClass.LARGE_INDUSTRY
    capacity_kva = facts["capacity_kva_e6"] // 1_000_000 if version.calendar else 0
    return version.calendar or "", version.tariff_class, large, bill.use_class in INDUSTRIAL, capacity_kva


def period_wh_by_day(segment: Any, curves: Curves) -> Iterator[tuple[date, np.ndarray]]:
    """Energy by period of each present day of a live segment, int64[6]."""
    row = int(np.searchsorted(curves.points, segment.point_id))
    types, index = masks(plan_key(segment)[0], segment.first, segment.end, curves.values.shape[2], day_facts.newest())
    for d in range((segment.end - segment.first).days):
        day = segment.first + timedelta(days=d)
        at = int(np.searchsorted(curves.days, (day - date(1970, 1, 1)).days))
        if at < len(curves.days) and curves.present[row, at]:
            values = curves.values[row, at].astype(np.int64)
            yield day, np.array([values[types[index[d]] == period].sum() for period in range(len(PERIODS))])
