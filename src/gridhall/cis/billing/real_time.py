"""Segments that are charged the price of every interval: their curve times the series, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from gridhall.cis.billing.supply import Segment
from gridhall.cis.tariffs import series
from gridhall.kernel.money import share_array
from gridhall.kernel.real_time import amounts_fen, charged_e8, in_slots
from gridhall.kernel.tariffs import TariffVersion
from gridhall.readings import queries as readings
from gridhall.readings.store import Quantity

if TYPE_CHECKING:
    from gridhall.cis.billing.measure import Measured

OWN = {"metered", "transformer", "line"}  # steps that only add to what the point's own meter counted


def charges(segment: Segment) -> bool:
    """Whether a segment pays the price of every interval."""
    return segment.published.version.real_time is not None and not segment.export


def apply(segments: Sequence[Segment], result: Measured, snapshot: int, cities: Sequence[str]) -> None:
    """Fill ``real_time_fen`` of the segments that need it, after their energy is known."""
    members = [index for index, segment in enumerate(segments) if charges(segment)]
    if not members:
        return
    groups: dict[tuple[date, date, int, int], list[int]] = defaultdict(list)
    for index in members:
        segment = segments[index]
        if index in result.reads:
            result.problems.setdefault(index, ("real_time_needs_curve", {"point": segment.point_id}))
        elif index in result.adjust and {step["kind"] for step in result.adjust[index]} - OWN:
            result.problems.setdefault(index, ("real_time_of_family", {"point": segment.point_id}))
        else:
            groups[segment.first, segment.end, segment.slots, segment.published.id].append(index)
    for (first, end, slots, _version), alike in groups.items():
        version = segments[alike[0]].published.version
        grid = _grid(version, first, end, slots, alike, result)
        if grid is not None:
            _amounts(segments, np.array(alike), (first, end, grid), (snapshot, cities), result)


def prices(version: TariffVersion, first: date, end: date, slots: int, seen: int) -> tuple[np.ndarray, series.Prices]:
    """What each interval costs under a version, int64[d, slots], with what was published. ValueError as `in_slots`."""
    assert version.real_time is not None
    known = series.prices(version.real_time.series, first, end, seen)
    return in_slots(charged_e8(version, known.prices_e8), slots), known


def _grid(
    version: TariffVersion, first: date, end: date, slots: int, alike: list[int], result: Measured
) -> np.ndarray | None:
    assert version.real_time is not None
    evidence = {"series": version.real_time.series}
    try:
        grid, known = prices(version, first, end, slots, result.facts_seen.prices)
    except ValueError:
        for index in alike:
            result.problems.setdefault(index, ("prices_too_fine", {**evidence, "intervals": slots}))
        return None
    if known.missing:
        said = {**evidence, "days": len(known.missing), "from": str(known.missing[0])}
        for index in alike:
            result.problems.setdefault(index, ("missing_prices", said))
        return None
    return grid


def _amounts(
    segments: Sequence[Segment], members: np.ndarray, grid: tuple[date, date, np.ndarray],
    at_snapshot: tuple[int, Sequence[str]], result: Measured,
) -> None:  # fmt: skip
    first, end, prices_e8 = grid
    points = np.array([segments[i].point_id for i in members], np.int64)
    order = np.argsort(points, kind="stable")
    members, points = members[order], points[order]
    for block in readings.blocks(points, Quantity.ACTIVE_IMPORT, first, end, *at_snapshot):
        if block.slots != prices_e8.shape[1]:
            continue  # a day read otherwise: it is missing from the segment and said so there
        at = members[np.searchsorted(points, block.points)]
        result.real_time_fen[at] += amounts_fen(block.runs(), len(block.points), prices_e8)
    for index in members:
        if index in result.adjust:
            _with_losses(int(index), result)


def _with_losses(index: int, result: Measured) -> None:
    """Losses are charged at the mean price of the metered energy: they are spread over it in proportion."""
    metered = np.array([sum(result.adjust[index][0]["wh"])], np.int64)
    billed = result.period_wh[index : index + 1].sum(axis=1)
    result.real_time_fen[index] = share_array(result.real_time_fen[index : index + 1], billed, metered)[0]
