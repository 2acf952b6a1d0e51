"""Billed rows by other hours and at interval prices: from the curves the bill saw, where they add up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from gridhall.cis.advice.billed import Row
from gridhall.cis.advice.hours import seen_by
from gridhall.cis.advice.shifting import Shift
from gridhall.cis.billing.measure import MaskKey, masks
from gridhall.cis.tariffs import series
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.profiles import fold_each
from gridhall.kernel.real_time import amounts_fen, charged_e8, in_slots
from gridhall.kernel.runs import Plan, Plans
from gridhall.readings.queries import Span
from gridhall.readings.store import Block, Quantity

NO_CURVE, DIFFERS, NO_HOURS, NO_INTERVAL_PRICES = "no_curve", "curve_differs", "no_hours", "no_interval_prices"
Days = tuple[date, date]
Hours = tuple[MaskKey, Seen]


class Ask(NamedTuple):
    """Row ``row`` (position) by the hours of ``mask``, and at the interval prices of tariff version ``version``."""

    row: int
    mask: MaskKey | None
    version: int | None


@dataclass(frozen=True)
class Said:
    """Energy by period in Wh, the highest demand in 1e-6 kW, fen at interval prices; or why there is nothing."""

    period_wh: tuple[int, ...] = ()
    demand_kw_e6: int = 0
    real_time_fen: int = 0
    why: str = ""


@dataclass(frozen=True)
class _Grids:
    """What every interval of a span costs under tariff versions; days nobody published are told."""

    first: date
    known: dict[int, series.Prices]

    @classmethod
    def of(cls, versions: set[int], span: Days) -> _Grids:
        """At the prices published by now."""
        rules = {key: rule for key in versions if (rule := parsed(key).real_time) is not None}
        seen = series.newest() if rules else 0
        return cls(span[0], {key: series.prices(rule.series, *span, seen) for key, rule in rules.items()})

    def of_days(self, version: int, days: Days, slots: int) -> np.ndarray | None:
        """int64[d, slots] in 1e-8 per kWh; None where some are not published or are finer than the curve."""
        known, (first, end) = self.known[version], days
        if any(first <= day < end for day in known.missing):
            return None
        own = known.prices_e8[(first - self.first).days : (end - self.first).days]
        try:
            return in_slots(charged_e8(parsed(version), own), slots)
        except ValueError:
            return None


def read(
    rows: Sequence[Row], asks: Iterable[Ask], known: Seen, cities: Sequence[str], shift: Shift | None = None
) -> dict[Ask, Said]:
    """Every answer, from the partitions ``cities``: one question to the catalog, and every day is read once.

    ``known`` are the newest facts about days; rows of the same days and snapshot are folded together. With a
    ``shift`` the curves are taken as it moves them.
    """
    found: dict[Ask, Said] = dict.fromkeys(asks, Said(why=NO_CURVE))
    groups: dict[tuple[Days, int], list[Ask]] = defaultdict(list)
    for ask in found:
        groups[rows[ask.row].days, rows[ask.row].snapshot].append(ask)
    if not groups:
        return found
    first, end = min(days[0] for days, _ in groups), max(days[1] for days, _ in groups)
    snapshots = sorted({snapshot for _, snapshot in groups})
    span = Span.of(_points(rows, found), Quantity.ACTIVE_IMPORT, first, end, snapshots, cities)
    grids = _Grids.of({ask.version for ask in found if ask.version is not None}, (first, end))
    for (days, snapshot), members in groups.items():
        for block in span.blocks(_points(rows, members), *days, snapshot):
            found |= _answers(rows, members, (block, days), known, grids, shift)
    return found


def _points(rows: Sequence[Row], asks: Iterable[Ask]) -> np.ndarray:
    return np.unique(np.array([rows[ask.row].stored["point"] for ask in asks], np.int64))


def _answers(
    rows: Sequence[Row], asks: Sequence[Ask], read: tuple[Block, Days], known: Seen, grids: _Grids, shift: Shift | None
) -> dict[Ask, Said]:
    """What one block says to those that ask for its points."""
    block, days = read
    at = {point: n for n, point in enumerate(block.points.tolist())}
    mine = {ask: at[point] for ask in asks if (point := rows[ask.row].stored["point"]) in at}
    hours = {ask: (ask.mask, seen_by(rows[ask.row], ask.mask, known)) for ask in mine if ask.mask is not None}
    try:
        runs = shift.runs(block, {n: rows[ask.row] for ask, n in mine.items()}, days, known) if shift else block.runs()
    except ValueError:  # the hours between which use is moved did not hold then
        return dict.fromkeys(mine, Said(why=NO_HOURS))
    plans, place = _plans(dict.fromkeys(hours.values()), days, block.slots)
    each = fold_each(runs, plans, len(at))
    fen: dict[int, list[int] | None] = {}
    for version in {ask.version for ask in mine if ask.version is not None}:
        grid = grids.of_days(version, days, block.slots)
        fen[version] = None if grid is None else amounts_fen(runs, len(at), grid).tolist()

    def said(ask: Ask, n: int) -> Said:
        if each.days[n] != (days[1] - days[0]).days:
            return Said(why=NO_CURVE)
        if ask in hours and hours[ask] not in place:
            return Said(why=NO_HOURS)
        wh = tuple(each.energy_wh[place[hours[ask]] if ask in hours else 0, n].tolist())
        if sum(wh) != sum(rows[ask.row].stored["period_wh"]):
            return Said(why=DIFFERS)
        amounts = [0] * len(at) if ask.version is None else fen[ask.version]
        if amounts is None:
            return Said(why=NO_INTERVAL_PRICES)
        return Said(wh, int(each.demand_kw_e6[n]), amounts[n])

    return {ask: said(ask, n) for ask, n in mine.items()}


def _plans(hours: Iterable[Hours], days: Days, slots: int) -> tuple[Plans, dict[Hours, int]]:
    """All energy in one, then the hours of every mask that has some on these days; which of the plans each is."""
    place: dict[Hours, int] = {}
    made = [Plan(np.zeros((days[1] - days[0]).days, np.uint8), np.zeros((1, slots), np.uint8))]
    for mask, seen in hours:
        try:
            types, index = masks(mask, *days, slots, seen)
        except ValueError:
            continue
        place[mask, seen] = len(made)
        made.append(Plan(index, types))
    return Plans.of(made), place
