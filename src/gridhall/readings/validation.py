"""Validation of what a publication brings: the kernel's rules over the touched days, kept as issues.

`examine` reads staged and stored segments together before they are published; `record` writes inside the publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import groupby

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from gridhall.kernel import vee
from gridhall.readings import catalog, like_days
from gridhall.readings.catalog import chunks
from gridhall.readings.models import Issue, MeteringPoint, ReadingsImport
from gridhall.readings.store import Curves, Quantity, SegmentRecord, day_number, day_of, iter_blocks, scan

RULES = {
    "missing": _("Missing values"),
    "spike": _("Spike"),
    "stuck": _("Stuck at one value"),
    "register": _("Register and curve differ"),
    "range": _("More than the connection can carry"),
}
ISSUES_MAX = 100_000  # of one import; more have one cause, and nobody closes them one by one
BLOCK_VALUES = 8 << 20  # dense values judged at a time: 64 MB as the widest type
SLOTS_MAX = 32_767  # of one issue: a meter that stands still for a year

Int64s = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of one quantity in one block of points, and the days that were judged anew."""

    quantity: int
    issues: vee.Issues
    points: Int64s
    days: NDArray[np.int32]
    judged: NDArray[np.bool_]

    def judged_on(self, points: Int64s, first: Int64s, last: Int64s) -> NDArray[np.bool_]:
        """bool[n]: whether any day from first to last (day numbers) of each point was judged."""
        row = np.searchsorted(self.points, points).clip(max=len(self.points) - 1)
        upto = np.pad(np.cumsum(self.judged, axis=1), ((0, 0), (1, 0)))
        low, high = (np.clip(day - self.days[0], 0, len(self.days)) for day in (first, last + 1))
        return (self.points[row] == points) & (upto[row, high] > upto[row, low])

    def on_judged_days(self, slots: int) -> Found:
        """Without the findings that lie wholly on days seen before."""
        issues = self.issues
        last = issues.day + (issues.first_slot + issues.n_slots - 1) // slots
        which = self.judged_on(issues.point, issues.day.astype(np.int64), last.astype(np.int64))
        return replace(self, issues=_only(issues, which))

    def at_most(self, room: int) -> Found:
        """The first ``room`` findings; where some are left out, none of the days counts as judged."""
        if len(self.issues) <= room:
            return self
        return replace(self, issues=_only(self.issues, slice(room)), judged=np.zeros_like(self.judged))


def _only(issues: vee.Issues, which: NDArray[np.bool_] | slice) -> vee.Issues:
    return vee.Issues(*(getattr(issues, column.name)[which] for column in fields(issues)))


def examine(staged: Iterable[SegmentRecord], snapshot: int) -> list[Found]:
    """Findings on the days of the staged segments, seen together with what ``snapshot`` holds around them."""

    def part_of(record: SegmentRecord) -> tuple[str, int, int]:
        return record.city, int(record.quantity), record.slots

    found: list[Found] = []
    room = ISSUES_MAX
    for (city, quantity, slots), group in groupby(sorted(staged, key=part_of), key=part_of):
        records = list(group)
        first = min(record.first_day for record in records)
        last = max(record.last_day for record in records)
        around = catalog.visible(snapshot, city, quantity, first - like_days.REACH, last)
        every = [record for record in around if record.slots == slots] + records
        for curves, touched in _curves(records, every, quantity, slots, first, last):
            found.append(_judge(quantity, curves, touched).at_most(room))
            room -= len(found[-1].issues)
    return found


def _curves(
    staged: list[SegmentRecord], every: list[SegmentRecord], quantity: int, slots: int, first: date, last: date
) -> Iterator[tuple[Curves, NDArray[np.bool_]]]:
    """Blocks of dense curves from some weeks before the first staged day, and which days are staged."""
    root, kind = catalog.store_root(), Quantity(quantity)
    begin = first - like_days.REACH
    days = (last - begin).days + 1
    for block in iter_blocks(root, staged, None, kind, first, last, max(1, BLOCK_VALUES // (days * slots))):
        touched = np.zeros((len(block.points), days), np.bool_)
        for piece in block.pieces:
            run = piece.run()
            row, column = np.nonzero(np.broadcast_to(run.days, run.values.shape[:2]) >= 0)
            on = np.broadcast_to(run.days, run.values.shape[:2])[row, column]
            touched[np.asarray(run.at)[row], on + like_days.REACH.days] = True
        yield scan(root, every, block.points, kind, begin, last, slots), touched


def _judge(quantity: int, curves: Curves, touched: NDArray[np.bool_]) -> Found:
    """All rules on one block; a finding counts when it lies on a judged day.

    Judged are the staged days, and the days missing whole between the last day that came before and a staged one.
    """
    rules = vee.rules_on(vee.shipped_rules(), day_of(curves.days[-1]))
    gone = like_days.missing(curves)
    arrived_before = np.maximum.accumulate(curves.present, axis=1)
    arrives_after = np.maximum.accumulate(touched[:, ::-1], axis=1)[:, ::-1]
    judged = touched | (~curves.present & arrived_before & arrives_after)
    complete = like_days.measured(curves).all(axis=2)
    kinds = like_days.kinds(curves.days)
    peaks = vee.like_day_peaks(curves.values, complete, kinds, kinds, rules)
    issues = vee.Issues.join(
        [
            vee.missing_values(curves.points, curves.days, gone & judged[:, :, None]),
            vee.spikes(curves.points, curves.days, curves.values, peaks, rules),
            vee.stuck_values(curves.points, curves.days, curves.values, gone, rules),
        ]
    )
    return Found(quantity, issues, curves.points, curves.days, judged).on_judged_days(curves.values.shape[2])


# --- against registers ----------------------------------------------------------------------------------------------


def examine_registers(quantity: int, curves: Curves, register_wh: Int64s) -> Found:
    """Curve sums against what the registers counted over the same days, int64[points] with multiplier, in Wh."""
    rules = vee.rules_on(vee.shipped_rules(), day_of(curves.days[0]))
    days = np.full(len(curves.points), curves.days[0], np.int32)
    slots = np.full(len(curves.points), curves.values.shape[1] * curves.values.shape[2], np.int64)
    sums = curves.values.sum(axis=(1, 2), dtype=np.int64)
    complete = ~like_days.missing(curves).any(axis=(1, 2))
    # A curve with gaps differs because of them, which is another finding.
    register_wh = np.where(complete, register_wh, sums)
    issues = vee.register_differences(curves.points, days, sums, register_wh, slots, rules)
    return Found(quantity, issues, curves.points, curves.days, np.ones(curves.values.shape[:2], np.bool_))


# --- keeping --------------------------------------------------------------------------------------------------------

Key = tuple[int, int, date, int, str]  # point, quantity, day, first slot, rule


def record(
    found: Iterable[Found], imported: ReadingsImport | None, rules: Iterable[str] = ("missing", "spike", "stuck")
) -> int:
    """Write the findings as issues, inside the caller's transaction; returns how many are new.

    An open issue that is found again stays as it is; one whose day was judged anew and that is not found any more
    closes by itself.
    """
    new = 0
    for part in found:
        known = {_key(issue): issue for issue in _open(part, list(rules))}
        rows = {_key(issue): issue for issue in _rows(part, imported)}
        fresh = [issue for key, issue in rows.items() if key not in known]
        Issue.objects.bulk_create(fresh, batch_size=1000)
        new += len(fresh)
        gone = [known[key].pk for key in known.keys() - rows.keys()]
        for chunk in chunks(gone):
            Issue.objects.filter(pk__in=chunk).update(
                state=Issue.State.ACCEPTED, resolved_by="validation", resolved_at=timezone.now()
            )
    return new


def _key(issue: Issue) -> Key:
    return issue.point_id, issue.quantity, issue.day, issue.first_slot, issue.rule


def _open(part: Found, rules: list[str]) -> list[Issue]:
    """Open issues of these rules on judged days."""
    rows = list(
        Issue.objects.filter(
            state=Issue.State.OPEN, quantity=part.quantity, rule__in=rules, point_id__gte=int(part.points[0]),
            point_id__lte=int(part.points[-1]), day__gte=day_of(part.days[0]), day__lte=day_of(part.days[-1]),
        )
    )  # fmt: skip
    if not rows:
        return []
    days = np.array([day_number(row.day) for row in rows], np.int64)
    judged = part.judged_on(np.array([row.point_id for row in rows], np.int64), days, days)
    return [row for row, on in zip(rows, judged, strict=True) if on]


def _rows(part: Found, imported: ReadingsImport | None) -> Iterator[Issue]:
    issues = part.issues
    paths: dict[int, str] = {}
    for chunk in chunks(np.unique(issues.point).tolist()):
        paths.update(MeteringPoint.objects.filter(pk__in=chunk).values_list("pk", "path"))
    names = {rule.value: rule.name.lower() for rule in vee.Rule}
    columns = (issues.point, issues.day, issues.first_slot, issues.n_slots, issues.rule, issues.measured, issues.limit)
    for point, day, first, slots, rule, measured, limit in zip(*(column.tolist() for column in columns), strict=True):
        yield Issue(
            point_id=point, path=paths[point], quantity=part.quantity, day=day_of(day),
            first_slot=first, slots=min(slots, SLOTS_MAX), rule=names[rule], measured=measured, limit=limit,
            imported=imported,
        )  # fmt: skip
