"""Curve against register: what the intervals add up to and what the meter's own register counted over the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from gridhall.cis.billing.measure import Measured, advance_of
from gridhall.cis.billing.supply import Segment
from gridhall.kernel.vee import register_differences, rules_on, shipped_rules
from gridhall.readings import queries as readings
from gridhall.readings.store import day_number

Difference = dict[str, Any]


def differences(
    segments: Sequence[Segment], measured: Measured, first: date, end: date, snapshot: int
) -> dict[int, Difference]:
    """By position of the segment: both sums, where they differ by more than the dated tolerance.

    Only segments billed by curve whose every meter was read at both ends of its time are compared.
    """
    by_curve = [
        i for i, segment in enumerate(segments) if i not in measured.reads and not segment.export and segment.meters
    ]
    points = sorted({segments[i].point_id for i in by_curve})
    if not points or not readings.any_register_read(points[0], points[-1], first, end):
        return {}
    reads = readings.register_reads(points, first, end, snapshot, ["active_total"])
    counted = {i: wh for i in by_curve if (wh := _register_wh(segments[i], reads)) is not None}
    rows = np.array(list(counted), np.int64)
    days = np.array([day_number(segments[i].first) for i in rows], np.int32)
    curve = np.array([_metered_wh(measured, int(i)) for i in rows], np.int64)
    slots = np.array([segments[i].days * segments[i].slots for i in rows], np.int64)
    # The position stands in for the point: a point may have two segments in a period.
    found = register_differences(
        rows, days, curve, np.array(list(counted.values()), np.int64), slots, rules_on(shipped_rules(), end)
    )
    return {
        int(i): {"curve_wh": int(curve_wh), "register_wh": int(register_wh)}
        for i, curve_wh, register_wh in zip(found.point, found.measured, found.limit, strict=True)
    }


def _metered_wh(measured: Measured, index: int) -> int:
    """What the curve says, before losses and sub-meters."""
    steps = measured.adjust.get(index)
    return sum(steps[0]["wh"]) if steps else int(measured.period_wh[index].sum())


def _register_wh(segment: Segment, reads: Mapping[tuple[int, str, str, date], Any]) -> int | None:
    total = 0
    for meter in segment.meters:
        start, stop = max(meter.first, segment.first), min(meter.end, segment.end)
        if start < stop:
            last = reads.get((segment.point_id, meter.asset_number, "active_total", start))
            this = reads.get((segment.point_id, meter.asset_number, "active_total", stop))
            if last is None or this is None:
                return None
            total += advance_of(segment, meter, last.value, this.value, start, stop)
    return total
