"""Why a bill is held for a person before release. Limits come from the dated billing policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Count

from gridhall.cis.billing import policy
from gridhall.cis.billing.history import usual_wh
from gridhall.cis.billing.measure import Measured
from gridhall.cis.billing.register_check import differences
from gridhall.cis.billing.supply import Chunk, Segment
from gridhall.readings.models import Issue

if TYPE_CHECKING:
    from gridhall.cis.billing.calculate import Calculation


def doubt(
    result: Calculation, chunk: Chunk, segments: Sequence[Segment], owner: np.ndarray, measured: Measured, month: int,
    first: date, end: date, snapshot: int,
) -> None:  # fmt: skip
    """Fill ``result.doubts`` with every check an account's bill did not pass, and its evidence."""
    rules = policy.in_force(end)
    usual = usual_wh(chunk, month)
    issues = _open_issues(segments, first, end) if rules.open_issues else {}
    estimated = np.bincount(owner, measured.estimated, len(result.accounts)).astype(np.int64)
    intervals = np.bincount(owner, [s.days * s.slots for s in segments], len(result.accounts)).astype(np.int64)
    energy = result.energy_wh.tolist()
    differing = {int(owner[i]): found for i, found in differences(segments, measured, first, end, snapshot).items()}
    unpaid = _unpaid_wh(owner, measured)
    for i, account in enumerate(result.accounts):
        average, bills = usual.get(account.account_id, (0, 0))
        found: list[tuple[str, dict[str, Any]]] = []
        if bills and energy[i] * 100 > average * rules.high_use_percent and energy[i] > rules.high_use_floor_kwh * 1000:
            found.append(("high_use", {"energy_wh": energy[i], "usual_wh": average}))
        if rules.zero_use and bills and average and not energy[i]:
            found.append(("zero_use", {"usual_wh": average}))
        if estimated[i] * 100 > intervals[i] * rules.estimated_percent_max:
            found.append(("estimated", {"estimated": int(estimated[i]), "intervals": int(intervals[i])}))
        if i in differing:
            found.append(("register_differs", differing[i]))
        if unpaid.get(i, 0) > rules.self_use_export_kwh_max * 1000:
            found.append(("unpaid_export", {"energy_wh": unpaid[i], "most_kwh": rules.self_use_export_kwh_max}))
        if account.account_id in issues:
            found.append(("open_issues", {"issues": issues[account.account_id]}))
        if found:
            result.doubts[i] = found


def _unpaid_wh(owner: np.ndarray, measured: Measured) -> dict[int, int]:
    """Energy that came in under agreements for self-use only, by account."""
    found: dict[int, int] = {}
    for index, steps in measured.adjust.items():
        wh = -sum(sum(step["wh"]) for step in steps if step["kind"] == "unpaid")
        if wh:
            found[int(owner[index])] = found.get(int(owner[index]), 0) + wh
    return found


def _open_issues(segments: Sequence[Segment], first: date, end: date) -> dict[int, int]:
    """Open issues by account."""
    if not segments:
        return {}
    points = {segment.point_id: segment.account_id for segment in segments}
    open_rows = Issue.objects.filter(state=Issue.State.OPEN, day__gte=first, day__lt=end)
    if len(points) <= 500:
        open_rows = open_rows.filter(point_id__in=list(points))
    else:
        open_rows = open_rows.filter(point_id__gte=min(points), point_id__lte=max(points))
    counts: dict[int, int] = {}
    for point, count in open_rows.values_list("point_id").annotate(n=Count("pk")):
        if point in points:
            counts[points[point]] = counts.get(points[point], 0) + count
    return counts
