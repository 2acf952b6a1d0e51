"""Repair by people: edit, estimate, accept; always with a reason, always as a new version."""

import json
from datetime import timedelta

import numpy as np
import pytest

from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import AuditEvent
from gridhall.readings import actions, queries
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.models import Issue
from gridhall.readings.store import Flag
from tests.readings.conftest import CITY, GAO, MONDAY, STRANGER, readings, take

ONE = timedelta(days=1)


@pytest.fixture
def point(points, wide):
    """P0 with three weeks of readings, of which day 15 is missing and day 8 lacks slots 10 to 19."""
    values = readings(1, 21).astype(object)
    values[0, 8, 10:20] = None
    path = wide(["P0"], values[:, :15])
    take(path)
    take(wide(["P0"], values[:, 16:], MONDAY + 16 * ONE, name="second.csv"))
    return points[0]


def curve(point, day, snapshot=None):
    return queries.curves([point.pk], 1, MONDAY + day * ONE, MONDAY + (day + 1) * ONE, snapshot)


def issue_of(point, day, rule="gap"):
    return Issue.objects.create(
        point=point, path=point.path, quantity=1, day=MONDAY + day * ONE, first_slot=0, slots=96, rule=rule, measured=0,
        limit=0,
    )  # fmt: skip


def test_an_edit_is_a_new_version_flagged_as_edited(point) -> None:
    before, old = current_snapshot(), curve(point, 3)
    number = actions.edit_interval(GAO, point, 1, MONDAY + 3 * ONE, {4: 1500, 5: 0}, "display photo")
    now = curve(point, 3)
    assert number == before + 1
    assert now.values[0, 0, 4:6].tolist() == [1500, 0]
    assert np.flatnonzero(now.flags[0, 0] == Flag.EDITED).tolist() == [4, 5]
    assert (curve(point, 3, before).values == old.values).all()
    detail = json.loads(AuditEvent.objects.get(tag="reading:edit").detail)
    assert detail["sum_after"] - detail["sum_before"] == 1500 - int(old.values[0, 0, 4:6].sum())
    assert detail["reason"] == "display photo"


def test_an_edit_closes_the_issues_of_its_day_only(point) -> None:
    here, elsewhere = issue_of(point, 3), issue_of(point, 4)
    actions.edit_interval(GAO, point, 1, MONDAY + 3 * ONE, {0: 1}, "checked")
    here.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (here.state, here.note, here.resolved_by) == (Issue.State.EDITED, "checked", GAO.name)
    assert elsewhere.state == Issue.State.OPEN


def mean_half_up(values):
    """Integer mean of each column over the given rows."""
    stacked = np.stack(values).astype(int)
    return ((2 * stacked.sum(axis=0) + len(stacked)) // (2 * len(stacked))).tolist()


def test_an_estimate_fills_only_the_gap_from_the_nearest_working_days(point) -> None:
    old = curve(point, 8)
    actions.estimate_days(GAO, point, 1, MONDAY + 8 * ONE, MONDAY + 9 * ONE, "meter was offline")
    now = curve(point, 8)
    # Day 8 is a Tuesday: Monday and Wednesday around it, Thursday, then of Friday before and Friday after the nearer.
    near = [curve(point, day).values[0, 0, 10:20] for day in (7, 9, 10, 11)]
    assert now.values[0, 0, 10:20].tolist() == mean_half_up(near)
    assert (now.flags[0, 0, 10:20] == Flag.ESTIMATED).all()
    assert (np.delete(now.values[0, 0], range(10, 20)) == np.delete(old.values[0, 0], range(10, 20))).all()


def test_a_missing_day_is_estimated_whole(point) -> None:
    actions.estimate_days(GAO, point.pk, 1, MONDAY + 15 * ONE, MONDAY + 16 * ONE, "no data from the concentrator")
    # Sunday the 20th, day 13, was worked for Mid-Autumn; Friday the 25th, day 18, was off.
    near = [curve(point, day).values[0, 0] for day in (14, 16, 13, 17)]
    now = curve(point, 15)
    assert now.values[0, 0].tolist() == mean_half_up(near) and (now.flags == Flag.ESTIMATED).all()


def test_estimates_are_not_estimated_from(point) -> None:
    actions.estimate_days(GAO, point, 1, MONDAY + 15 * ONE, MONDAY + 16 * ONE, "offline")
    first = curve(point, 8 + 6).values
    actions.estimate_days(GAO, point, 1, MONDAY + 8 * ONE, MONDAY + 22 * ONE, "day 21 never came")
    near = [curve(point, day).values[0, 0] for day in (17, 16, 14, 13)]
    assert curve(point, 21).values[0, 0].tolist() == mean_half_up(near)
    assert (curve(point, 14).values == first).all()


def test_days_without_gaps_are_left_alone(point) -> None:
    before = current_snapshot()
    assert actions.estimate_days(GAO, point, 1, MONDAY, MONDAY + 3 * ONE, "to be sure") is None
    assert current_snapshot() == before


def test_without_any_reading_nearby_nothing_is_invented(points) -> None:
    with pytest.raises(Refused, match=r"like day|同类日"):
        actions.estimate_days(GAO, points[3], 1, MONDAY, MONDAY + ONE, "new")


def test_a_reading_that_arrives_late_replaces_an_estimate_but_not_an_edit(point, wide) -> None:
    actions.estimate_days(GAO, point, 1, MONDAY + 15 * ONE, MONDAY + 16 * ONE, "offline")
    actions.edit_interval(GAO, point, 1, MONDAY + 15 * ONE, {7: 123}, "display photo")
    late = readings(1, 1, seed=5)
    row = take(wide(["P0"], late, MONDAY + 15 * ONE, name="late.csv")).row
    now = curve(point, 15)
    late[0, 0, 7] = 123
    assert (now.values == late).all()
    assert np.flatnonzero(now.flags[0, 0]).tolist() == [7] and now.flags[0, 0, 7] == Flag.EDITED
    assert [(p["code"], p["severity"]) for p in row.problems] == [("edits_kept", "warn")]


def test_accepting_closes_an_issue_once(point) -> None:
    issue = issue_of(point, 3)
    actions.accept(GAO, issue, "harvest festival")
    issue.refresh_from_db()
    assert (issue.state, issue.note) == (Issue.State.ACCEPTED, "harvest festival")
    with pytest.raises(Refused):
        actions.accept(GAO, issue, "again")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_every_repair_needs_a_reason_that_fits(point, reason) -> None:
    issue, before = issue_of(point, 3), current_snapshot()
    for repair in (
        lambda: actions.edit_interval(GAO, point, 1, MONDAY, {0: 1}, reason),
        lambda: actions.estimate_days(GAO, point, 1, MONDAY + 15 * ONE, MONDAY + 16 * ONE, reason),
        lambda: actions.accept(GAO, issue, reason),
    ):
        with pytest.raises(Refused):
            repair()
    assert current_snapshot() == before and AuditEvent.objects.filter(tag__startswith="reading:").count() == 0


@pytest.mark.parametrize("values", [{}, {96: 1}, {-1: 1}, {0: -1}, {0: 2**32}])
def test_an_edit_that_cannot_be_is_refused(point, values) -> None:
    with pytest.raises(Refused):
        actions.edit_interval(GAO, point, 1, MONDAY, values, "why not")


def test_for_the_stranger_neither_point_nor_issue_exists(point) -> None:
    issue = issue_of(point, 3)
    with pytest.raises(NotInScope):
        actions.edit_interval(STRANGER, point, 1, MONDAY, {0: 1}, "mine")
    with pytest.raises(NotInScope):
        actions.estimate_days(STRANGER, point.pk, 1, MONDAY, MONDAY + ONE, "mine")
    with pytest.raises(NotInScope):
        actions.accept(STRANGER, issue, "mine")
    assert issue in queries.issues(GAO.scope) and not queries.issues(STRANGER.scope).exists()


def test_the_path_of_the_audit_event_is_that_of_the_point(point) -> None:
    actions.edit_interval(GAO, point, 1, MONDAY, {0: 1}, "photo")
    assert AuditEvent.objects.get(tag="reading:edit").path == f"{CITY}17/"
