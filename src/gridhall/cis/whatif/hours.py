"""The hours of a population: its curves folded by kind of day and slot, so that a calendar can be exchanged.

Kinds of day are workdays, days off, and each holiday break. A row keeps its hours only if they add up to the energy
that was billed; rows read from registers have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from gridhall.cis.billing.measure import INDUSTRIAL, masks
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs import calendars
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.whatif.columns import Columns, folder
from gridhall.kernel import shipped
from gridhall.kernel.profiles import Profiles, energy_by_period, fold_profiles
from gridhall.kernel.tariffs import TariffVersion
from gridhall.readings import queries as readings
from gridhall.readings.store import Quantity

SLOTS = 96
THREADS = 2


class DaysNotTold(ValueError):
    """A calendar that tells days apart which the population does not."""


def kinds_of(days: Sequence[date]) -> np.ndarray:
    """The kind of each day, uint8, counted from 0 in the order in which they first come."""
    holidays, seen = shipped.holidays(), {}
    keys = [(holidays.is_rest_day(day), off.first if (off := holidays.break_on(day)) else None) for day in days]
    return np.array([seen.setdefault(key, len(seen)) for key in keys], np.uint8)


def days_of(first: date, end: date) -> list[date]:
    """The days of ``[first, end)``."""
    return [first + timedelta(days=n) for n in range((end - first).days)]


def take_hours(place: Path, spans: np.ndarray, energy_wh: np.ndarray) -> None:
    """Write ``hours.npy`` uint32[n, kinds, 96] and ``has_hours.npy`` bool[n] for rows of ``spans``.

    ``spans[n]`` are (point, first day, end day, export, by register) with days as ordinals.
    """
    lowest, highest = int(spans[:, 1].min()), int(spans[:, 2].max())
    kind_of = kinds_of(days_of(date.fromordinal(lowest), date.fromordinal(highest)))
    shape = (len(spans), int(kind_of.max()) + 1, SLOTS)
    hours = np.lib.format.open_memmap(place / "hours.npy", mode="w+", dtype=np.uint32, shape=shape)
    by_curve = np.flatnonzero(spans[:, 4] == 0)
    keys, group = np.unique(spans[by_curve, 1:4], axis=0, return_inverse=True)
    for number, (first, end, export) in enumerate(keys.tolist()):
        rows = by_curve[group.reshape(-1) == number]
        kinds = kind_of[first - lowest : end - lowest]
        _fold(hours, rows[np.argsort(spans[rows, 0], kind="stable")], spans, (first, end, export), kinds)
    np.save(place / "has_hours.npy", (hours.sum(axis=(1, 2), dtype=np.int64) == energy_wh) & (spans[:, 4] == 0))
    hours.flush()


def _fold(hours: np.ndarray, rows: np.ndarray, spans: np.ndarray, key: tuple[int, int, int], kinds: np.ndarray) -> None:
    first, end, export = key
    points = spans[rows, 0]
    quantity = Quantity.ACTIVE_EXPORT if export else Quantity.ACTIVE_IMPORT
    for block in readings.blocks(np.unique(points), quantity, date.fromordinal(first), date.fromordinal(end)):
        if block.slots != SLOTS:
            continue
        folded = fold_profiles(block.runs(), kinds, len(block.points), SLOTS)
        wanted = np.flatnonzero(np.isin(points, block.points))
        at = np.searchsorted(block.points, points[wanted])
        hours[rows[wanted], : folded.wh.shape[1]] = np.minimum(folded.wh[at], np.iinfo(np.uint32).max)


def recut(
    columns: Columns, public_id: object, rows: slice, candidate: TariffVersion, first: date, end: date
) -> tuple[np.ndarray, np.ndarray]:
    """(energy by period int64[r, 6] under the candidate's calendar, which rows have hours bool[r])."""
    place = folder(public_id)
    hours = np.load(place / "hours.npy", mmap_mode="r")[rows]
    has_hours = np.load(place / "has_hours.npy", mmap_mode="r")[rows]
    wh = np.zeros((len(hours), 6), np.int64)
    use_class = columns.use_class[columns.owner[rows]]
    capacity = np.asarray(columns.facts.capacity_kva_e6[rows]) // 1_000_000
    versions = calendars.versions(candidate.calendar)
    asks_capacity = any(entry.when.kva_min for version in versions for entry in version.entries)
    sorts = np.stack([use_class.astype(np.int64), capacity if asks_capacity else np.zeros_like(capacity)], axis=1)
    for sort in np.unique(sorts, axis=0):
        mine = np.flatnonzero((sorts == sort).all(axis=1) & has_hours)
        if mine.size:
            periods = _periods(candidate, columns.classes[int(sort[0])], int(sort[1]), first, end)
            profiles = Profiles(np.ascontiguousarray(hours[mine]), np.zeros(0, np.int64), np.zeros(0, np.int64))
            wh[mine] = energy_by_period(profiles, [periods], THREADS)[0]
    return wh, np.asarray(has_hours)


def _periods(candidate: TariffVersion, use_class: str, capacity_kva: int, first: date, end: date) -> np.ndarray:
    """Period of every slot of every kind of day, uint8[kinds, 96]."""
    large = use_class == ServicePointTerms.UseClass.LARGE_INDUSTRY
    mask = (candidate.calendar or "", candidate.tariff_class, large, use_class in INDUSTRIAL, capacity_kva)
    types, type_of_day = masks(mask, first, end, SLOTS, Seen(calendars=calendars.newest()))
    kinds = kinds_of(days_of(first, end))
    periods = np.zeros((int(kinds.max()) + 1, SLOTS), np.uint8)
    for kind in range(len(periods)):
        found = np.unique(type_of_day[kinds == kind])
        if len(found) != 1:
            raise DaysNotTold(f"{candidate.calendar} tells days apart that the population does not")
        periods[kind] = types[found[0]]
    return periods
