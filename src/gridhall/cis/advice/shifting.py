"""What if part of the use lay at other hours: billed rows with some of their energy moved between periods of a day.

An assumption of the reader, never a forecast. Curves are moved interval by interval; a meter that counts by period
moves what its own registers counted, month by month. Energy stays to the Wh either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from gridhall.cis.advice.billed import Row
from gridhall.cis.advice.hours import mask_of, seen_by
from gridhall.cis.billing.measure import masks
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.money import round_half_up
from gridhall.kernel.runs import Run
from gridhall.kernel.shifting import shift
from gridhall.kernel.tariffs import PERIODS, TariffVersion
from gridhall.readings.store import Block


@dataclass(frozen=True)
class Shift:
    """``percent`` of the use in period ``source`` moved to period ``target``, both names of PERIODS.

    The periods are those of each bill's own plan; where that has none, those of ``hours``.
    """

    percent: int
    source: str
    target: str
    hours: TariffVersion

    def version(self, row: Row) -> TariffVersion:
        """Whose periods are meant for a row."""
        own = parsed(row.stored["version"])
        return own if own.calendar else self.hours

    def registers(self, row: Row, month: int) -> list[int]:
        """Energy by period of a row that registers counted, in Wh; as it is where the month lacks a period."""
        found, priced = list(row.stored["period_wh"]), self.version(row).season(month % 100).prices.periods()
        if parsed(row.stored["version"]).calendar and {self.source, self.target} <= set(priced):
            moved = round_half_up(found[PERIODS.index(self.source)] * self.percent, 100)
            found[PERIODS.index(self.source)] -= moved
            found[PERIODS.index(self.target)] += moved
        return found

    def runs(self, block: Block, rows: Mapping[int, Row], days: tuple[date, date], known: Seen) -> list[Run]:
        """A block's curves, those of ``rows`` (by position) moved. ValueError where the hours cannot be told."""
        wh, there = _dense(block, (days[1] - days[0]).days)
        source, target = PERIODS.index(self.source), PERIODS.index(self.target)
        for n, row in rows.items():
            mask = mask_of(row, self.version(row))
            types, index = masks(mask, *days, block.slots, seen_by(row, mask, known))
            wh[n] = shift(wh[n], types[index], source, target, self.percent)
        width = np.result_type(np.uint16, np.min_scalar_type(int(wh.max(initial=0))))
        return [Run(wh.astype(width), np.arange(len(wh), dtype=np.int32), there)]


def by_register(row: Row) -> bool:
    """Whether a row was billed by the reads of a meter."""
    return "reads" in row.stored


def _dense(block: Block, days: int) -> tuple[np.ndarray, np.ndarray]:
    """int64[p, d, slot] in Wh, and which day each is, -1 where it is missing."""
    wh = np.zeros((len(block.points), days, block.slots), np.int64)
    there = np.full((len(block.points), days), -1, np.int16)
    for run in block.runs():
        values = run.values.reshape(len(run.at), -1, block.slots)
        of_day = np.broadcast_to(run.days, values.shape[:2])
        rows, place = np.nonzero(of_day >= 0)
        at, day = run.at[rows], of_day[rows, place]
        wh[at, day], there[at, day] = values[rows, place].astype(np.int64) * 10**run.scale, day
    return wh, there
