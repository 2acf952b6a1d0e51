"""From readings to determinants: energy per period, maximum demand and reactive energy of each segment."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np

from gridhall.cis.billing import adjust, real_time
from gridhall.cis.billing.family import Meterage
from gridhall.cis.billing.supply import Segment
from gridhall.cis.customers.models import Agreement
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs import calendars, day_facts
from gridhall.cis.tariffs.day_facts import NOTHING, Known, Seen
from gridhall.kernel import registers, shipped
from gridhall.kernel.calendar_versions import Versions, day_types
from gridhall.kernel.calendars import PERIODS, DayFacts
from gridhall.kernel.determinants import Folded, fold_energy, fold_runs
from gridhall.kernel.rating import CHARGING_CONTRACT, CHARGING_DEMAND
from gridhall.kernel.runs import Plan, Plans
from gridhall.readings import queries as readings
from gridhall.readings.engines import map_blocks
from gridhall.readings.store import Block, Flag, Quantity
from gridhall.readings.store.blocks import Piece

INDUSTRIAL = {ServicePointTerms.UseClass.INDUSTRIAL, ServicePointTerms.UseClass.LARGE_INDUSTRY}


@dataclass
class Measured:
    """One row per segment. ``missing`` counts intervals or reads that are not there; ``estimated`` those not actual."""

    period_wh: np.ndarray
    demand_kw_e6: np.ndarray
    reactive_varh: np.ndarray
    missing: np.ndarray
    estimated: np.ndarray
    real_time_fen: np.ndarray  # energy at the prices of its intervals, where the tariff charges them
    reads: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    problems: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    asking: frozenset[str] = frozenset()  # calendars that depend on facts about days
    facts_seen: Seen = (
        NOTHING  # the newest facts about days, hours and prices; kept with the segments that depend on them
    )
    adjust: dict[int, list[dict[str, Any]]] = field(default_factory=dict)  # from metered to billed, step by step
    days_seen: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))  # up to the last with a row of a curve

    @classmethod
    def nothing(cls, n: int) -> Measured:
        zeros = [np.zeros(n, np.int64) for _ in range(5)]
        return cls(np.zeros((n, len(PERIODS)), np.int64), *zeros, days_seen=np.zeros(n, np.int64))


def warm() -> None:
    """Load the calendars and the compiled fold, so that forked workers need not each do it."""
    calendars.known(0), shipped.holidays()
    fold_energy(np.zeros((1, 1, 96), np.uint16), np.zeros(1, np.uint8), np.zeros((1, 96), np.uint8))


def measure(segments: Sequence[Segment], snapshot: int, cities: Sequence[str] = ()) -> Measured:
    """Determinants of every segment at a snapshot of the readings."""
    result = Measured.nothing(len(segments))
    result.asking, result.facts_seen = day_facts.asking(), day_facts.newest()
    curves, by_register, related, unpaid = defaultdict(list), [], [], []
    for index, segment in enumerate(segments):
        if segment.feed_in_mode == Agreement.FeedIn.SELF_USE:
            unpaid.append(index)
        if segment.family is not None:
            related.append(index)
        elif any(
            meter.by_register and meter.first < segment.end and meter.end > segment.first for meter in segment.meters
        ):
            by_register.append(index)
        else:
            curves[_span_key(segment)].append(index)
    for key, members in curves.items():
        _from_curves(segments, key, np.array(members), (snapshot, cities), result)
    if by_register:
        _from_registers(segments, by_register, snapshot, result)
    if related:
        adjust.apply(segments, related, result, lambda clones: measure(clones, snapshot, cities))
    if unpaid:
        adjust.unpaid(segments, unpaid, result)
    real_time.apply(segments, result, snapshot, cities)
    return result


# --- load curves ----------------------------------------------------------------------------------------------------

SpanKey = tuple[date, date, int, bool]
AtSnapshot = tuple[int, Sequence[str]]  # number, and the cities whose partitions hold the points
MaskKey = tuple[str, str, bool, bool, int]


def _span_key(segment: Segment) -> SpanKey:
    """Segments that share this are folded in one pass over the store."""
    return segment.first, segment.end, segment.slots, segment.export


def plan_key(segment: Segment) -> tuple[MaskKey, bool]:
    """What decides which slot is in which period, and whether the maximum demand is wanted."""
    version = segment.published.version
    mask = (
        version.calendar or "",
        version.tariff_class,
        segment.use_class == ServicePointTerms.UseClass.LARGE_INDUSTRY,
        segment.use_class in INDUSTRIAL,
        segment.capacity_kva_e6 // 1_000_000 if version.calendar else 0,
    )
    return mask, segment.charging in (CHARGING_CONTRACT, CHARGING_DEMAND)


def masks(mask: MaskKey, first: date, end: date, slots: int, seen: Seen = NOTHING) -> tuple[np.ndarray, np.ndarray]:
    """Distinct days of ``[first, end)`` as uint8[k, slots] of period numbers, and which day is which.

    Facts about days count up to ``seen``, so that a bill can be opened with what was known when it was made.
    """
    versions = calendars.versions(mask[0], seen.calendars)
    return _masks(mask, first, end, slots, versions, day_facts.known(versions, first, end, seen))


@functools.lru_cache(maxsize=512)
def _masks(
    mask: MaskKey, first: date, end: date, slots: int, versions: Versions, known: Known
) -> tuple[np.ndarray, np.ndarray]:
    _code, tariff_class, large, industrial, capacity_kva = mask
    days = [first + timedelta(days=n) for n in range((end - first).days)]
    if not versions:
        return np.zeros((1, slots), np.uint8), np.zeros(len(days), np.uint8)
    facts = DayFacts(
        holidays=shipped.holidays(),
        large_industry=large,
        industrial=industrial,
        capacity_kva=capacity_kva,
        daily_max_celsius_tenths=dict(known.weather),
        announced=dict(known.announced),
    )
    types, index = day_types(versions, days, tariff_class, facts, slots)
    return types, index.astype(np.uint8)


def _from_curves(
    segments: Sequence[Segment], key: SpanKey, members: np.ndarray, at_snapshot: AtSnapshot, result: Measured
) -> None:
    first, end, slots, export = key
    points = np.array([segments[i].point_id for i in members], np.int64)
    order = np.argsort(points, kind="stable")
    members, points = members[order], points[order]
    numbers: dict[tuple[MaskKey, bool], int] = {}
    plan_of = np.array([numbers.setdefault(plan_key(segments[i]), len(numbers)) for i in members], np.int16)
    plans = Plans.of(
        [Plan(*reversed(masks(mask, first, end, slots, result.facts_seen)), demand) for mask, demand in numbers]
    )
    days = np.zeros(len(members), np.int64)

    def fold(block: Block) -> tuple[np.ndarray, Folded]:
        at = np.searchsorted(points, block.points)
        return at, fold_runs(block.runs(), plans, plan_of[at])

    quantity = Quantity.ACTIVE_EXPORT if export else Quantity.ACTIVE_IMPORT
    for block, (at, folded) in map_blocks(fold, readings.blocks(points, quantity, first, end, *at_snapshot)):
        rows = members[at]
        result.period_wh[rows], result.demand_kw_e6[rows] = folded.energy_wh, folded.demand_kw_e6[:, 0]
        days[at] += folded.days
        for piece in block.pieces:
            np.maximum.at(result.days_seen, rows[piece.at], piece.days.max(axis=1).astype(np.int64) + 1)
            if piece.group.flagged[0].size:
                _count_flags(piece, rows, result)
    result.missing[members] += ((end - first).days - days) * slots
    adjusted = np.array([segments[i].power_factor_standard > 0 for i in members])
    if adjusted.any() and not export:
        _reactive(points[adjusted], members[adjusted], key, at_snapshot, result)


def _count_flags(piece: Piece, rows: np.ndarray, result: Measured) -> None:
    """Missing and estimated intervals of the rows of a piece that are not all actual."""
    flagged, flags = piece.group.flagged  # rows of the group, [those rows, day in row, slot]
    position = np.full(len(piece.group.points), -1, np.int64)
    position[piece.rows] = np.arange(len(piece.at))
    mine = position[flagged]
    flags, mine = flags[mine >= 0], mine[mine >= 0]
    inside = (np.broadcast_to(piece.days, (len(piece.at), piece.days.shape[1]))[mine] >= 0)[:, :, None]
    at = rows[piece.at[mine]]
    np.add.at(result.missing, at, ((flags == Flag.MISSING) & inside).sum(axis=(1, 2)))
    np.add.at(result.estimated, at, ((flags != Flag.ACTUAL) & (flags != Flag.EDITED) & inside).sum(axis=(1, 2)))


def _reactive(points: np.ndarray, members: np.ndarray, key: SpanKey, at_snapshot: AtSnapshot, result: Measured) -> None:
    """Forward and reverse reactive energy, both counted positive."""
    first, end, slots, _ = key
    whole = Plan(np.zeros((end - first).days, np.uint8), np.zeros((1, slots), np.uint8), with_demand=False)
    plans = Plans.of([whole])
    for quantity in (Quantity.REACTIVE_IMPORT, Quantity.REACTIVE_EXPORT):
        for block in readings.blocks(points, quantity, first, end, *at_snapshot):
            folded = fold_runs(block.runs(), plans, np.zeros(len(block.points), np.int16))
            result.reactive_varh[members[np.searchsorted(points, block.points)]] += folded.energy_wh.sum(axis=1)


# --- registers ------------------------------------------------------------------------------------------------------


def register_names(segment: Segment) -> dict[str, int]:
    """Register kinds to read and the period column each fills."""
    if segment.export:
        return {"reverse_active_total": 0}
    version = segment.published.version
    if version.calendar is None:
        return {"active_total": 0}
    return {
        f"active_{period}": PERIODS.index(period) for period in version.season(segment.first.month).prices.periods()
    }


def _from_registers(segments: Sequence[Segment], members: list[int], snapshot: int, result: Measured) -> None:
    """This read minus last read, times the multiplier, meter by meter; a missing read is named."""
    points = sorted({segments[i].point_id for i in members})
    first, end = min(segments[i].first for i in members), max(segments[i].end for i in members)
    reads = readings.register_reads(points, first, end, snapshot)
    for i in members:
        segment, rows = segments[i], []
        for meter in segment.meters:
            start, stop = max(meter.first, segment.first), min(meter.end, segment.end)
            if start < stop:
                rows += _read_meter(segment, meter, start, stop, reads, i, result)
        result.reads[i] = rows
        for row in rows:
            if row["column"] is not None:
                result.period_wh[i, row["column"]] += row["energy_wh"]
            else:
                result.reactive_varh[i] += row["energy_wh"]


def _read_meter(
    segment: Segment, meter: Any, start: date, stop: date, reads: Any, index: int, result: Measured
) -> list[dict[str, Any]]:
    wanted: dict[str, int | None] = dict(register_names(segment))
    if segment.power_factor_standard and not segment.export:
        wanted |= {"reactive_import": None, "reactive_export": None}
    rows = []
    for register, column in wanted.items():
        last = reads.get((segment.point_id, meter.asset_number, register, start))
        this = reads.get((segment.point_id, meter.asset_number, register, stop))
        if last is None or this is None:
            if column is not None:
                result.missing[index] += 1
                result.problems[index] = (
                    "no_reading",
                    {"meter": meter.asset_number, "register": register, "on": str(stop if last else start)},
                )
            continue
        try:
            energy_wh = advance_of(segment, meter, last.value, this.value, start, stop)
        except registers.ReadingError as error:
            result.problems[index] = ("implausible_reading", {"meter": meter.asset_number, "what": str(error)})
            continue
        result.estimated[index] += this.estimated
        rows.append(
            {
                "meter": meter.asset_number,
                "register": register,
                "column": column,
                "from": str(start),
                "to": str(stop),
                "last": last.value,
                "this": this.value,
                "decimals": meter.decimals,
                "multiplier": meter.multiplier,
                "energy_wh": energy_wh,
            }
        )
    return rows


def advance_of(segment: Segment, meter: Meterage, last: int, this: int, start: date, stop: date) -> int:
    """Wh between two reads of a meter; ReadingError where more than the operating capacity could draw."""
    shown = registers.Register(digits=meter.digits, decimals=meter.decimals, multiplier=meter.multiplier)
    return registers.advance_wh(shown, last, this, _plausible_wh(segment, start, stop))


def _plausible_wh(segment: Segment, start: date, stop: date) -> int:
    """What the operating capacity could draw if it ran all the time: more than that is a wrong reading."""
    return (segment.limit_kva_e6 or segment.capacity_kva_e6) // 1000 * 24 * (stop - start).days
