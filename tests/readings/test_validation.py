"""What an import brings is validated with it; the issues belong to the same publication."""

from datetime import date, timedelta

import numpy as np
import pytest

from gridhall.readings import examining, queries, validation
from gridhall.readings.models import Issue
from tests.readings.conftest import CITY, GAO, MONDAY, STRANGER, readings, take

ONE = timedelta(days=1)


def issues(rule=None, state=Issue.State.OPEN):
    rows = queries.issues(GAO.scope, state=state, rule=rule or "").order_by("point__code", "day", "first_slot")
    return [(i.point.code, (i.day - MONDAY).days, i.first_slot, i.slots, i.rule, i.measured) for i in rows]


def test_good_readings_raise_no_issue(points, wide) -> None:
    take(wide([p.code for p in points], readings(4, 14)))
    assert issues() == []


def test_a_gap_within_a_day_is_an_issue_with_its_slots(points, wide) -> None:
    values = readings(2, 7).astype(object)
    values[1, 2, 10:14] = None
    row = take(wide(["P0", "P1"], values)).row
    assert issues() == [("P1", 2, 10, 4, "missing", 4)]
    assert Issue.objects.get().imported == row and Issue.objects.get().path == f"{CITY}17/"


def test_a_day_that_never_came_between_two_files_is_an_issue(points, wide) -> None:
    values = readings(1, 5)
    take(wide(["P0"], values[:, :2], name="a.csv"))
    take(wide(["P0"], values[:, 3:], MONDAY + 3 * ONE, name="b.csv"))
    assert issues() == [("P0", 2, 0, 96, "missing", 96)]


def test_late_readings_close_the_gap_by_themselves(points, wide) -> None:
    values = readings(1, 5)
    take(wide(["P0"], values[:, :2], name="a.csv"))
    take(wide(["P0"], values[:, 3:], MONDAY + 3 * ONE, name="b.csv"))
    take(wide(["P0"], values[:, 2:3], MONDAY + 2 * ONE, name="late.csv"))
    assert issues() == []
    assert Issue.objects.get().resolved_by == "validation"


def test_a_spike_is_measured_against_like_days(points, wide) -> None:
    values = readings(2, 14)
    values[0, 9, 50] = 60_000
    take(wide(["P0", "P1"], values))
    assert issues() == [("P0", 9, 50, 1, "spike", 60_000)]


def test_a_spike_in_a_daily_file_is_measured_against_what_is_stored(points, wide) -> None:
    values = readings(1, 8)
    take(wide(["P0"], values[:, :7], name="week.csv"))
    values[0, 7, 3:5] = [70_000, 80_000]
    take(wide(["P0"], values[:, 7:], MONDAY + 7 * ONE, name="day.csv"))
    assert issues() == [("P0", 7, 3, 2, "spike", 80_000)]


def test_a_meter_that_stands_still_over_midnight_is_one_issue(points, wide) -> None:
    values = readings(1, 4)
    values[0, 1, 48:], values[0, 2, :60] = 777, 777
    take(wide(["P0"], values))
    assert issues("stuck") == [("P0", 1, 48, 108, "stuck", 777)]


def test_the_same_issue_is_not_written_twice(points, wide) -> None:
    values = readings(1, 3).astype(object)
    values[0, 1, 5] = None
    take(wide(["P0"], values))
    values[0, 1, 6] += 1
    take(wide(["P0"], values, name="corrected.csv"))
    assert issues() == [("P0", 1, 5, 1, "missing", 1)] and Issue.objects.count() == 1


def test_an_import_writes_no_more_issues_than_somebody_could_close(points, wide, monkeypatch) -> None:
    values = readings(2, 3).astype(object)
    values[0, 0, 5] = None
    take(wide(["P0"], values[:1, :1], name="first.csv"))
    monkeypatch.setattr(examining, "ISSUES_MAX", 7)
    values[:, :, ::2] = None
    take(wide(["P0", "P1"], values))
    assert len(issues()) == 1 + 7, "what was open before stays open: nobody has looked at those days"


def test_a_refused_file_leaves_no_issue(points, wide) -> None:
    values = readings(1, 3).astype(object)
    values[0, 1, 5], values[0, 2, 5] = None, "bad"
    take(wide(["P0"], values))
    assert not Issue.objects.exists()


def test_issues_are_found_by_rule_point_and_day_within_the_scope(points, wide) -> None:
    values = readings(2, 3).astype(object)
    values[:, 1, 5] = None
    row = take(wide(["P0", "P1"], values)).row
    assert queries.issues(GAO.scope, code="P1", rule="missing", import_id=row.pk).count() == 1
    assert queries.issues(GAO.scope, first_day=MONDAY + 2 * ONE).count() == 0
    assert queries.issues(GAO.scope, end_day=MONDAY + 2 * ONE, quantity=1).count() == 2
    assert queries.issues(STRANGER.scope, state=None).count() == 0


def test_a_curve_that_differs_from_its_registers_is_an_issue_but_a_gap_is_not_blamed_twice(points, wide) -> None:
    values = readings(3, 2).astype(object)
    values[2, 1, 5] = None
    take(wide(["P0", "P1", "P2"], values))
    curves = queries.curves([p.pk for p in points[:3]], 1, MONDAY, MONDAY + 2 * ONE)
    counted = curves.values.sum(axis=(1, 2), dtype=np.int64) + np.array([0, 5000, 5000])
    validation.record([examining.examine_registers(1, curves, counted)], None, rules=["register"])
    assert issues("register") == [("P1", 0, 0, 192, "register", int(counted[1]) - 5000)]
    assert issues("missing") == [("P2", 1, 5, 1, "missing", 1)]


@pytest.mark.parametrize("rule", ["missing", "spike", "stuck", "register", "range"])
def test_every_rule_the_kernel_may_report_has_a_name(rule) -> None:
    assert str(validation.RULES[rule])


def test_coverage_says_how_the_values_came_to_be(points, wide) -> None:
    values = readings(2, 4).astype(object)
    values[0, 0, :24] = None
    take(wide(["P0", "P1"], values))
    take(wide(["P1"], readings(1, 1, seed=4), MONDAY + 4 * ONE, name="e.csv", quality="estimated"))
    found = queries.coverage(GAO.scope, MONDAY, MONDAY + 5 * ONE, [p.pk for p in points[:2]])
    assert (found.expected, found.actual, found.estimated, found.missing) == (960, 744, 96, 120)
    assert found.share("missing") == pytest.approx(0.125)
    assert queries.coverage(GAO.scope, MONDAY, MONDAY + 5 * ONE).expected == 4 * 480
    assert queries.coverage(STRANGER.scope, MONDAY, MONDAY + 5 * ONE).expected == 0


def test_days_off_are_those_announced_and_weekends_where_nothing_is() -> None:
    from gridhall.readings import like_days
    from gridhall.readings.store import day_number

    on = {date(2026, 9, 25): 1, date(2026, 9, 20): 0, date(2026, 9, 21): 0, date(1999, 9, 25): 1, date(1999, 9, 24): 0}
    assert like_days.kinds(np.array([day_number(day) for day in on], np.int32)).tolist() == list(on.values())


def test_a_meter_that_stands_still_for_days_is_one_issue_however_many_files_bring_it(points, wide) -> None:
    values = readings(1, 8)
    values[0, 1, 40:], values[0, 2:7] = 333, 333
    for day in range(8):
        take(wide(["P0"], values[:, day : day + 1], MONDAY + day * ONE, name=f"day{day}.csv"))
    assert issues() == [("P0", 1, 40, 56 + 5 * 96, "stuck", 333)]


def test_days_missing_for_weeks_are_named_one_by_one_when_the_next_one_comes(points, wide) -> None:
    take(wide(["P0"], readings(1, 1)))
    take(wide(["P0"], readings(1, 1, seed=2), MONDAY + 20 * ONE, name="later.csv"))
    assert [(day, slots) for _, day, _, slots, _, _ in issues("missing")] == [(day, 96) for day in range(1, 20)]


def test_the_first_reading_of_a_new_point_does_not_make_its_past_missing(points, wide) -> None:
    take(wide(["P0"], readings(1, 10)))
    take(wide(["P1"], readings(1, 1), MONDAY + 9 * ONE, name="new.csv"))
    assert issues() == []
