"""An account's curves day by day, with the time-of-use period of every interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gridhall.cis.billing import measure
from gridhall.cis.billing.supply import Chunk, Segment, supplied
from gridhall.cis.tariffs import day_facts
from gridhall.kernel.calendars import PERIODS
from gridhall.readings import queries as readings
from gridhall.readings.store import Flag, Quantity

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DayUse:
    """One civil day: energy per interval (None where nothing was read) and the period each is in."""

    day: date
    values_wh: list[int | None]
    periods: list[str]
    estimated: bool

    @property
    def energy_wh(self) -> int:
        return sum(value for value in self.values_wh if value is not None)

    @property
    def read(self) -> bool:
        return any(value is not None for value in self.values_wh)

    def period_wh(self, period: str) -> int:
        """Energy in one time-of-use period."""
        return sum(value or 0 for value, own in zip(self.values_wh, self.periods, strict=True) if own == period)

    def hours_wh(self) -> list[int | None]:
        """Energy per hour, None where an interval is missing."""
        per_hour = len(self.values_wh) // 24
        hours = [self.values_wh[i : i + per_hour] for i in range(0, len(self.values_wh), per_hour)]
        return [None if None in hour else sum(value or 0 for value in hour) for hour in hours]


def days_used(account_id: int, first: date, end: date, *, export: bool = False) -> list[DayUse]:
    """Every day of ``[first, end)`` on which the account was supplied; the sum of its metering points of one kind."""
    segments = [
        segment
        for account in supplied(Chunk(ids=(account_id,)), first, end)
        for segment in account.segments
        if segment.export == export
    ]
    days: dict[date, DayUse] = {}
    for segment in segments:
        for day in _segment_days(segment):
            days[day.day] = _added(days.get(day.day), day)
    return [days[day] for day in sorted(days)]


def _segment_days(segment: Segment) -> list[DayUse]:
    quantity = Quantity.ACTIVE_EXPORT if segment.export else Quantity.ACTIVE_IMPORT
    curves = readings.curves([segment.point_id], quantity, segment.first, segment.end, slots=segment.slots)
    types, index = measure.masks(
        measure.plan_key(segment)[0], segment.first, segment.end, segment.slots, day_facts.newest()
    )
    found = []
    for n in range(segment.days):
        flags = None if curves.flags is None else curves.flags[0, n]
        read = curves.present[0, n]
        values = [
            None if not read or (flags is not None and flags[slot] == Flag.MISSING) else int(value)
            for slot, value in enumerate(curves.values[0, n])
        ]
        estimated = flags is not None and bool(np.isin(flags, (Flag.ESTIMATED, Flag.SUBSTITUTED, Flag.EDITED)).any())
        found.append(DayUse(segment.first + n * ONE_DAY, values, [PERIODS[p] for p in types[index[n]]], estimated))
    return found


def _added(one: DayUse | None, other: DayUse) -> DayUse:
    """Two metering points of one account on one day; the first one's calendar names the periods."""
    if one is None or len(one.values_wh) != len(other.values_wh):
        return one or other
    values: Sequence[int | None] = [
        None if a is None and b is None else (a or 0) + (b or 0)
        for a, b in zip(one.values_wh, other.values_wh, strict=True)
    ]
    return DayUse(one.day, list(values), one.periods, one.estimated or other.estimated)
