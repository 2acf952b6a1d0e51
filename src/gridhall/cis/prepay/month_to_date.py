"""Determinants of the open periods, kept as columns: a day that arrives is added, a corrected day is folded anew.

Only whole days that have a row of readings are kept. Today, registers, losses, sub-meters and calendars that ask for
facts about days are measured each time.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from gridhall.cis.billing import real_time
from gridhall.cis.billing.measure import Measured, measure, plan_key, register_names
from gridhall.cis.billing.supply import Segment
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs import day_facts
from gridhall.kernel.calendars import PERIODS
from gridhall.readings import catalog
from gridhall.readings import queries as readings
from gridhall.readings.changes import NEVER, first_changed_day

# Columns of a kept row before its six energies.
AGREEMENT, VERSION, POINT, FIRST, PLAN, THROUGH, DEMAND, REACTIVE, PRESENT, ESTIMATED, ENERGY = range(11)
WIDTH = ENERGY + len(PERIODS)
Key = tuple[int, int, int, int, int]


@dataclass
class Kept:
    """What was known at ``snapshot`` of the days before ``on``: int64[n, WIDTH]."""

    snapshot: int
    on: date
    rows: np.ndarray
    hours: int = 0  # the newest published calendar: other hours may cut every day anew

    @classmethod
    def nothing(cls) -> Kept:
        return cls(0, date.min, np.zeros((0, WIDTH), np.int64))

    def places(self, keys: Sequence[Key]) -> np.ndarray:
        """Which row belongs to each key, int64; -1 where none does, or where its hours are not known to hold."""
        if self.hours != day_facts.newest().calendars:
            return np.full(len(keys), -1, np.int64)
        known = dict(zip(map(tuple, self.rows[:, :THROUGH].tolist()), range(len(self.rows)), strict=True))
        return np.array([known.get(key, -1) for key in keys], np.int64)


@dataclass
class ToDate:
    """One entry per segment: what was measured, up to which minute of its days, and whether something is missing."""

    measured: Measured
    seen_minutes: np.ndarray  # int64[n], from midnight of day 1 of the proleptic calendar; before it all is read
    gaps: np.ndarray  # bool[n]


def to_date(
    segments: Sequence[Segment], kept: Kept, snapshot: int, today: date, cities: Sequence[str]
) -> tuple[ToDate, Kept]:
    """Measure every segment from the kept rows and what has arrived since; the rows to keep come back."""
    n = len(segments)
    result = ToDate(Measured.nothing(n), np.zeros(n, np.int64), np.zeros(n, np.bool_))
    by_register = [i for i, s in enumerate(segments) if _by_register(s)]
    others = sorted(set(range(n)).difference(by_register))
    rows = _base(segments, others, kept, snapshot, today, cities)
    _take(result, others, rows)
    _today(result, segments, others, rows, (snapshot, today, cities))
    asking = day_facts.asking()
    plain = np.array([_additive(segments[i], asking) for i in others], np.bool_)
    special = [i for i, kept_as_it_is in zip(others, plain.tolist(), strict=True) if not kept_as_it_is]
    if special:
        _anew(result, segments, special, snapshot, cities)
    if by_register:
        _registers(result, segments, by_register, snapshot, cities)
    return result, Kept(snapshot, today, rows[plain], day_facts.newest().calendars)


def _by_register(segment: Segment) -> bool:
    return segment.family is None and any(
        meter.by_register and meter.first < segment.end and meter.end > segment.first for meter in segment.meters
    )


def _additive(segment: Segment, asking: frozenset[str]) -> bool:
    """Whether days may be added up: nothing stands between meter and bill, and no fact about a day is still to come."""
    plain = segment.family is None and segment.feed_in_mode != Agreement.FeedIn.SELF_USE
    plain = plain and not real_time.charges(segment)
    return plain and segment.published.version.calendar not in asking


def key_of(segment: Segment) -> Key:
    sort = _sort((plan_key(segment), segment.slots, segment.export, segment.power_factor_standard > 0))
    return segment.agreement_id, segment.published.id, segment.point_id, segment.first.toordinal(), sort


@functools.lru_cache(maxsize=4096)
def _sort(what: tuple[Any, ...]) -> int:
    """A number for everything that decides how a curve is folded, the same in every process."""
    return zlib.crc32(repr(what).encode())


def _base(
    segments: Sequence[Segment], members: list[int], kept: Kept, snapshot: int, today: date, cities: Sequence[str]
) -> np.ndarray:
    """Rows of whole days before ``today``: the kept ones, with the days that came after them."""
    mine = [segments[i] for i in members]
    changed, rows = _changed(mine, kept, snapshot, today, cities), np.zeros((len(mine), WIDTH), np.int64)
    if not mine:
        return rows
    keys = [key_of(segment) for segment in mine]
    rows[:, :THROUGH] = keys
    rows[:, THROUGH] = rows[:, FIRST]
    place = kept.places(keys)
    known = place >= 0
    known[known] = changed[known] >= kept.rows[place[known], THROUGH]
    rows[known] = kept.rows[place[known]]
    stops = np.minimum([segment.end.toordinal() for segment in mine], today.toordinal())
    nothing_new = known & (changed == NEVER) & (kept.on == today)
    at = np.flatnonzero(~nothing_new & (rows[:, THROUGH] < stops))
    clones = [
        _bare(mine[k], date.fromordinal(start), date.fromordinal(stop))
        for k, start, stop in zip(at.tolist(), rows[at, THROUGH].tolist(), stops[at].tolist(), strict=True)
    ]
    if clones:
        _add(rows, at, clones, measure(clones, snapshot, cities))
    return rows


def _bare(segment: Segment, first: date, end: date) -> Segment:
    """The segment's own curve over some days, without losses and sub-meters."""
    return replace(segment, first=first, end=end, family=None, feed_in_mode="")


def _changed(segments: Sequence[Segment], kept: Kept, snapshot: int, today: date, cities: Sequence[str]) -> np.ndarray:
    """The first day of each segment that arrived or was corrected since the kept rows were taken."""
    if not len(kept.rows) or not segments:
        return np.full(len(segments), NEVER, np.int64)
    of_segment = np.array([segment.point_id for segment in segments], np.int64)
    points, at = np.unique(of_segment, return_inverse=True)
    first = min(segment.first for segment in segments)
    return first_changed_day(points, kept.snapshot, snapshot, cities, first, today)[at]


def _add(rows: np.ndarray, at: np.ndarray, clones: list[Segment], measured: Measured) -> None:
    begins = np.array([clone.first.toordinal() for clone in clones], np.int64)
    slots = np.array([clone.days * clone.slots for clone in clones], np.int64)
    rows[at, THROUGH] = np.maximum(rows[at, THROUGH], begins + measured.days_seen)
    rows[at, DEMAND] = np.maximum(rows[at, DEMAND], measured.demand_kw_e6)
    rows[at, REACTIVE] += measured.reactive_varh
    rows[at, PRESENT] += slots - measured.missing
    rows[at, ESTIMATED] += measured.estimated
    rows[at, ENERGY:] += measured.period_wh


def _take(result: ToDate, members: list[int], rows: np.ndarray) -> None:
    measured = result.measured
    measured.period_wh[members] = rows[:, ENERGY:]
    measured.demand_kw_e6[members] = rows[:, DEMAND]
    measured.reactive_varh[members] = rows[:, REACTIVE]
    measured.estimated[members] = rows[:, ESTIMATED]


def _today(
    result: ToDate, segments: Sequence[Segment], members: list[int], rows: np.ndarray,
    at: tuple[int, date, Sequence[str]],
) -> None:  # fmt: skip
    """Add the hours of today that have arrived, and say up to when everything is there."""
    snapshot, today, cities = at
    tomorrow, present = today + timedelta(days=1), np.zeros(len(members), np.int64)
    slots = np.array([segments[i].slots for i in members], np.int64)
    begun = catalog.visible(snapshot, cities, None, today, today)  # else nothing of today is there to be added
    mine = [k for k, i in enumerate(members) if segments[i].first <= today < segments[i].end] if begun else []
    if mine:
        clones = [_bare(segments[members[k]], today, tomorrow) for k in mine]
        found, indices = measure(clones, snapshot, cities), np.array([members[k] for k in mine])
        result.measured.period_wh[indices] += found.period_wh
        result.measured.reactive_varh[indices] += found.reactive_varh
        result.measured.estimated[indices] += np.where(found.missing < slots[mine], found.estimated - found.missing, 0)
        np.maximum.at(result.measured.demand_kw_e6, indices, found.demand_kw_e6)
        present[mine] = slots[mine] - found.missing
    through, first = rows[:, THROUGH], rows[:, FIRST]
    begins = np.where(present > 0, today.toordinal(), through)
    result.seen_minutes[members] = begins * 1440 + present * 1440 // np.maximum(slots, 1)
    result.gaps[members] = (begins - first) * slots != rows[:, PRESENT]


def _anew(
    result: ToDate, segments: Sequence[Segment], members: list[int], snapshot: int, cities: Sequence[str]
) -> None:
    """Losses, sub-meters, facts about days: measured whole, up to the last day of which the own curve is there."""
    clones, at = [], []
    for i in members:
        if not segments[i].meters:  # an amount or a share by contract: nothing is read here
            result.seen_minutes[i] = segments[i].end.toordinal() * 1440
        end = date.fromordinal(max(-(-int(result.seen_minutes[i]) // 1440), segments[i].first.toordinal()))
        if segments[i].first < end:
            clones.append(replace(segments[i], end=min(end, segments[i].end)))
            at.append(i)
    if at:
        slots = np.array([clone.slots for clone in clones], np.int64)
        ends = np.array([clone.end.toordinal() * 1440 for clone in clones], np.int64)
        to_come = np.maximum(ends - result.seen_minutes[at], 0) * slots // 1440
        _replace(result, np.array(at), measure(clones, snapshot, cities), to_come)


def _registers(
    result: ToDate, segments: Sequence[Segment], members: list[int], snapshot: int, cities: Sequence[str]
) -> None:
    """Registers count to the newest day on which all that are billed were read."""
    first, last = min(segments[i].first for i in members), max(segments[i].end for i in members)
    seen: dict[tuple[int, date], set[str]] = {}
    points = sorted({segments[i].point_id for i in members})
    for point, _meter, register, on in readings.register_reads(points, first, last, snapshot):
        seen.setdefault((point, on), set()).add(register)
    clones, at = [], []
    for i in members:
        segment, wanted = segments[i], set(register_names(segments[i]))
        days = [d for (point, d), names in seen.items() if point == segment.point_id and wanted <= names]
        newest = max((d for d in days if segment.first <= d <= segment.end), default=segment.first)
        result.seen_minutes[i] = newest.toordinal() * 1440
        if segment.first < newest:
            clones.append(replace(segment, end=newest))
            at.append(i)
    if at:
        _replace(result, np.array(at), measure(clones, snapshot, cities), np.zeros(len(at), np.int64))


def _replace(result: ToDate, at: np.ndarray, found: Measured, still_to_come: np.ndarray) -> None:
    """Put whole measurements in place; intervals of today that are ``still_to_come`` are no gap and no estimate."""
    measured, real = result.measured, np.maximum(found.estimated - still_to_come, 0)
    measured.period_wh[at], measured.demand_kw_e6[at] = found.period_wh, found.demand_kw_e6
    measured.reactive_varh[at], measured.estimated[at] = found.reactive_varh, real
    measured.real_time_fen[at] = found.real_time_fen
    result.gaps[at] |= found.missing > still_to_come
    for index in found.problems:
        result.gaps[at[index]] = True
