"""Keeping what validation found: issues that people or later readings close."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gridhall.kernel import vee
from gridhall.readings.catalog import chunks
from gridhall.readings.examining import Found
from gridhall.readings.models import Issue, MeteringPoint, ReadingsImport
from gridhall.readings.store import day_number, day_of

RULES = {
    "missing": _("Missing values"),
    "spike": _("Spike"),
    "stuck": _("Stuck at one value"),
    "register": _("Register and curve differ"),
    "range": _("More than the connection can carry"),
}
SLOTS_MAX = 32_767  # of one issue: a meter that stands still for a year

Key = tuple[int, int, date, int, str]  # point, quantity, day, first slot, rule


def record(
    found: Iterable[Found], imported: ReadingsImport | None, rules: Iterable[str] = ("missing", "spike", "stuck")
) -> int:
    """Write the findings as issues, inside the caller's transaction; returns how many are new.

    An open issue that is found again stays one issue and takes the new measure; one whose day was judged anew and that
    is not found any more closes by itself.
    """
    new = 0
    for part in found:
        known = {_key(issue): issue for issue in _open(part, list(rules))}
        rows = {_key(issue): issue for issue in _rows(part, imported)}
        fresh = [issue for key, issue in rows.items() if key not in known]
        Issue.objects.bulk_create(fresh, batch_size=1000)
        new += len(fresh)
        _remeasure(known, rows)
        _close(part, [issue for key, issue in known.items() if key not in rows])
    return new


def _key(issue: Issue) -> Key:
    return issue.point_id, issue.quantity, issue.day, issue.first_slot, issue.rule


def _open(part: Found, rules: list[str]) -> list[Issue]:
    """Open issues of these rules and points that begin on the days looked at."""
    return list(
        Issue.objects.filter(
            state=Issue.State.OPEN, quantity=part.quantity, rule__in=rules, point_id__gte=int(part.points[0]),
            point_id__lte=int(part.points[-1]), day__gte=day_of(part.days[0]), day__lte=day_of(part.days[-1]),
        )
    )  # fmt: skip


def _remeasure(known: Mapping[Key, Issue], rows: Mapping[Key, Issue]) -> None:
    """What stands still goes on standing still: the issue grows."""
    grown = []
    for key in known.keys() & rows.keys():
        old, now = known[key], rows[key]
        if (old.slots, old.measured, old.limit) != (now.slots, now.measured, now.limit):
            old.slots, old.measured, old.limit = now.slots, now.measured, now.limit
            grown.append(old)
    Issue.objects.bulk_update(grown, ["slots", "measured", "limit"], batch_size=500)


def _close(part: Found, gone: Sequence[Issue]) -> None:
    """Close what is no longer found, where it was looked for."""
    if not gone:
        return
    days = np.array([day_number(issue.day) for issue in gone], np.int64)
    judged = part.judged_on(np.array([issue.point_id for issue in gone], np.int64), days, days)
    for chunk in chunks([issue.pk for issue, on in zip(gone, judged, strict=True) if on]):
        Issue.objects.filter(pk__in=chunk).update(
            state=Issue.State.ACCEPTED, resolved_by="validation", resolved_at=timezone.now()
        )


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
