"""Repair of readings by people: edit, estimate, accept. The old values stay in their snapshots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext as _

from gridhall.kernel.estimate import estimate
from gridhall.kernel.vee import rules_on, shipped_rules
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.tags import Tag
from gridhall.readings import catalog, like_days, queries
from gridhall.readings.importing.run import publish as publish_import
from gridhall.readings.models import Issue, MeteringPoint
from gridhall.readings.store import Curves, Flag, Quantity, day_of, write_segments

REASON_CHARACTERS = Issue._meta.get_field("note").max_length or 0
EDIT_WH_MAX = 2**32 - 1  # what a segment holds without a scale: 4 GWh in one interval
METHODS = ("like_days",)

__all__ = ["accept", "edit_interval", "estimate_days", "publish_import"]


@action(Tag.READING_EDIT)
def edit_interval(
    act: Act, point: MeteringPoint | int, quantity: int, day: date, values_wh: Mapping[int, int], reason: str
) -> int:
    """Replace intervals of a day, slot number → Wh (varh), flagged as edited; returns the snapshot number.

    The day's issues close. Raises Refused without a reason and for a slot or value that cannot be.
    """
    row, why = _begin(act, point), _reason(reason)
    now = _curve(row, quantity, day, day + timedelta(days=1))
    slots = now.values.shape[2]
    if not values_wh:
        raise Refused(_("Nothing was changed: give at least one value."))
    for slot, value in values_wh.items():
        if not 0 <= slot < slots:
            raise Refused(_("The day has intervals 1 to %(count)s.") % {"count": slots})
        if not 0 <= value <= EDIT_WH_MAX:
            raise Refused(_("A value must be between 0 and %(most)s Wh.") % {"most": EDIT_WH_MAX})
    values, flags = _day_arrays(now)
    at = np.fromiter(values_wh, np.intp)
    values[0, at] = np.fromiter(values_wh.values(), np.uint64)
    flags[0, at] = Flag.EDITED
    return _publish(act, row, quantity, now, values, flags, why, Issue.State.EDITED)


@action(Tag.READING_ESTIMATE)
def estimate_days(
    act: Act, point: MeteringPoint | int, quantity: int, first_day: date, end_day: date, reason: str,
    method: str = "like_days",
) -> int | None:  # fmt: skip
    """Fill missing and suspect intervals of days [first_day, end_day); returns the snapshot number, None without gaps.

    What was measured stays. Raises Refused where there is no like day to estimate from.
    """
    row, why = _begin(act, point), _reason(reason)
    if method not in METHODS:
        raise Refused(_("%(value)s is not a method of estimating.") % {"value": method})
    nearby = _curve(row, quantity, first_day - like_days.REACH, end_day + like_days.REACH)
    wanted = slice(like_days.REACH.days, -like_days.REACH.days)
    now = _days(nearby, wanted)
    values, flags = _day_arrays(now)
    gaps = (flags == Flag.MISSING) | (flags == Flag.SUSPECT)
    if not gaps.any():
        return None
    open_gaps = np.zeros(nearby.values.shape, np.bool_)
    open_gaps[0, wanted] = gaps
    rules = rules_on(shipped_rules(), first_day)
    done = estimate(nearby.values, like_days.measured(nearby), open_gaps, like_days.kinds(nearby.days), rules.like_days)
    if done.unsettled[0]:
        raise Refused(_("There is no like day with readings nearby; enter the values by hand."))
    values[gaps] = done.values[0, wanted][gaps]
    flags[gaps] = Flag.ESTIMATED
    act.note(method=method, intervals=int(gaps.sum()))
    return _publish(act, row, quantity, now, values, flags, why, Issue.State.ESTIMATED)


@action(Tag.READING_ACCEPT)
def accept(act: Act, issue: Issue, reason: str) -> Issue:
    """The reading is right as it is; the issue closes. Raises Refused without a reason or when it is closed already."""
    row = Issue.objects.within(act.actor.scope).select_for_update(of=("self",)).filter(pk=issue.pk).first()
    if row is None:
        raise NotInScope()
    act.on(row, row.path)
    if row.state != Issue.State.OPEN:
        raise Refused(_("This issue is already closed: %(state)s.") % {"state": row.get_state_display()})
    row.state, row.note = Issue.State.ACCEPTED, _reason(reason)
    row.resolved_by, row.resolved_at = act.actor.name, act.at
    row.save(update_fields=["state", "note", "resolved_by", "resolved_at"])
    act.note(rule=row.rule, day=row.day, reason=row.note)
    return row


def _begin(act: Act, point: MeteringPoint | int) -> MeteringPoint:
    pk = point if isinstance(point, int) else point.pk
    row = MeteringPoint.objects.within(act.actor.scope).filter(pk=pk).first()
    if row is None:
        raise NotInScope()
    catalog.lock()
    act.on(row, row.path)
    return row


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refused(_("Give a reason; it stays with the reading."))
    if len(said) > REASON_CHARACTERS:
        raise Refused(_("The reason is longer than %(most)s characters.") % {"most": REASON_CHARACTERS})
    return said


def _curve(row: MeteringPoint, quantity: int, first_day: date, end_day: date) -> Curves:
    if first_day >= end_day:
        raise Refused(_("The last day lies before the first."))
    return queries.curves([row.pk], quantity, first_day, end_day, slots=row.slots)


def _days(curves: Curves, chosen: slice) -> Curves:
    flags = None if curves.flags is None else curves.flags[:, chosen]
    return Curves(curves.points, curves.days[chosen], curves.values[:, chosen], flags, curves.present[:, chosen])


def _day_arrays(now: Curves) -> tuple[np.ndarray, np.ndarray]:
    """Values uint64 [days, slots] and flags of the one point; missing where nothing is."""
    values = now.values[0].astype(np.uint64)
    flags = np.zeros(values.shape, np.uint8) if now.flags is None else now.flags[0].copy()
    flags[~now.present[0]] = Flag.MISSING
    return values, flags


def _publish(
    act: Act, row: MeteringPoint, quantity: int, before: Curves, values: np.ndarray, flags: np.ndarray, reason: str,
    state: Issue.State,
) -> int:  # fmt: skip
    """Write the days that changed, close their open issues, and say what the sums were and are."""
    old, old_flags = _day_arrays(before)
    changed = ((values != old) | (flags != old_flags)).any(axis=1)
    if not changed.any():
        raise Refused(_("Nothing was changed: the values are as they were."))
    days = before.days[changed]
    records = write_segments(
        catalog.store_root(), catalog.city_of(row.path), np.full(len(days), row.pk, np.int64), days, values[changed],
        flags[changed], Quantity(quantity), "",
    )  # fmt: skip
    number = catalog.publish(records, reason=act.tag.value)
    touched = [day_of(day) for day in days]
    issues = Issue.objects.filter(point=row, quantity=quantity, day__in=touched, state=Issue.State.OPEN)
    closed = issues.update(state=state, note=reason, resolved_by=act.actor.name, resolved_at=act.at)
    act.note(
        quantity=Quantity(quantity).name.lower(), days=[day.isoformat() for day in touched], reason=reason,
        sum_before=int(old[changed].sum()), sum_after=int(values[changed].sum()), snapshot=number, issues=closed,
    )  # fmt: skip
    return number
