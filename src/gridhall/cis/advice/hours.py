"""The energy of billed rows under other hours: from the curves that the bill saw, and only where they add up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from gridhall.cis.advice.billed import Row
from gridhall.cis.billing.measure import INDUSTRIAL, MaskKey, masks
from gridhall.cis.network.models import ServicePointTerms
from gridhall.cis.tariffs.day_facts import Seen
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.profiles import fold_each
from gridhall.kernel.runs import Plan, Plans
from gridhall.kernel.tariffs import TariffVersion
from gridhall.readings import queries as readings
from gridhall.readings.store import Quantity


class Wanted(NamedTuple):
    """Row ``row`` (position) cut by the hours of ``mask``."""

    row: int
    mask: MaskKey


@dataclass(frozen=True)
class Cut:
    """What the curves say: energy by period in Wh and the highest demand in 1e-6 kW; or why they say nothing."""

    period_wh: tuple[int, ...] = ()
    demand_kw_e6: int = 0
    why: str = ""


NO_CURVE, DIFFERS, NO_HOURS = "no_curve", "curve_differs", "no_hours"


def mask_of(row: Row, version: TariffVersion) -> MaskKey:
    """What decides about the hours of a row under a version, as billing has it."""
    large = row.use_class == ServicePointTerms.UseClass.LARGE_INDUSTRY
    capacity_kva = row.stored["capacity_kva_e6"] // 1_000_000 if version.calendar else 0
    return version.calendar or "", version.tariff_class, large, row.use_class in INDUSTRIAL, capacity_kva


def same_hours(row: Row, mask: MaskKey, known: Seen, slots: int = 96) -> bool:
    """Whether a row was billed by these very hours, whatever the name of the calendar. ``known``: newest facts."""
    own = mask_of(row, parsed(row.stored["version"]))
    if own == mask:
        return True
    if not own[0] or not mask[0]:
        return False
    try:
        ours, theirs = (masks(one, *row.days, slots, _seen(row, one, known)) for one in (own, mask))
    except ValueError:  # edges off the grid of these slots, or a calendar that did not hold then
        return False
    return all(np.array_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def cut(rows: Sequence[Row], wanted: Sequence[Wanted], known: Seen, cities: Sequence[str]) -> dict[Wanted, Cut]:
    """Every wanted cut, from the partitions ``cities``. Rows of the same days and snapshot are read in one pass."""
    groups: dict[tuple[date, date, int, Seen], list[Wanted]] = defaultdict(list)
    for one in dict.fromkeys(wanted):
        row = rows[one.row]
        groups[*row.days, row.snapshot, _seen(row, one.mask, known)].append(one)
    found: dict[Wanted, Cut] = dict.fromkeys(wanted, Cut(why=NO_CURVE))
    for key, members in groups.items():
        _cut_group(rows, key, members, found, cities)
    return found


def _seen(row: Row, mask: MaskKey, known: Seen) -> Seen:
    """The bill's own calendar as the bill saw it and its days; another one by what is known now."""
    own = parsed(row.stored["version"]).calendar
    return Seen.of(row.stored) if own and own == mask[0] else known


def _cut_group(
    rows: Sequence[Row],
    key: tuple[date, date, int, Seen],
    members: list[Wanted],
    found: dict[Wanted, Cut],
    cities: Sequence[str],
) -> None:
    first, end, snapshot, seen = key
    at_point: dict[int, list[Wanted]] = defaultdict(list)
    for one in members:
        at_point[rows[one.row].stored["point"]].append(one)
    keys = list(dict.fromkeys(one.mask for one in members))
    points = np.array(sorted(at_point), np.int64)
    for block in readings.blocks(points, Quantity.ACTIVE_IMPORT, first, end, snapshot, cities):
        plans, place = _plans(keys, first, end, block.slots, seen)
        each = fold_each(block.runs(), plans, len(block.points)) if place else None
        for n, point in enumerate(block.points.tolist()):
            for one in at_point[point]:
                if each is None or one.mask not in place:
                    found[one] = Cut(why=NO_HOURS)
                elif each.days[n] == (end - first).days:
                    wh = tuple(each.energy_wh[place[one.mask], n].tolist())
                    whole = sum(wh) == sum(rows[one.row].stored["period_wh"])
                    found[one] = Cut(wh, int(each.demand_kw_e6[n])) if whole else Cut(why=DIFFERS)


def _plans(
    keys: list[MaskKey], first: date, end: date, slots: int, seen: Seen
) -> tuple[Plans | None, dict[MaskKey, int]]:
    """The hours of every mask that has some on these days, and which of the plans each is."""
    place: dict[MaskKey, int] = {}
    made = []
    for mask in keys:
        try:
            types, index = masks(mask, first, end, slots, seen)
        except ValueError:
            continue
        place[mask] = len(made)
        made.append(Plan(index, types, with_demand=True))
    return (Plans.of(made) if made else None), place
