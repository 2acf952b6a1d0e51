"""Files into the store: all or nothing, once, and every correction a new version."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils.translation import override

from gridhall.platform.models import AuditEvent
from gridhall.readings import queries
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.importing import intake, problems, run
from gridhall.readings.importing.options import ImportOptions
from gridhall.readings.models import MeteringPoint, ReadingsImport, Segment
from gridhall.readings.store import Flag
from tests.readings.conftest import CITY, GAO, MONDAY, OTHER_CITY, STRANGER, readings, take

DONE, REFUSED = ReadingsImport.State.DONE, ReadingsImport.State.REFUSED


def stored(points, days, snapshot=None, quantity=1):
    return queries.curves([p.pk for p in points], quantity, MONDAY, MONDAY + timedelta(days=days), snapshot)


def test_what_a_file_says_is_what_the_store_gives_back(points, wide) -> None:
    values = readings(4, 3)
    row = take(wide([p.code for p in points], values)).row
    curves = stored(points, 3)
    assert (curves.values == values).all() and curves.present.all() and curves.flags is None
    assert (row.state, row.format, row.values, row.rows_new) == (DONE, "wide_csv", values.size, 12)


def test_the_same_file_twice_changes_nothing(points, wide) -> None:
    path = wide([p.code for p in points], readings(4, 3))
    first = take(path)
    before = current_snapshot()
    second = take(path)
    assert second.already and second.row == first.row and current_snapshot() == before


def test_the_same_values_in_another_file_write_no_segment(points, wide) -> None:
    values = readings(4, 3)
    take(wide([p.code for p in points], values))
    segments = Segment.objects.count()
    row = take(wide([p.code for p in points[::-1]], values[::-1], name="turned.csv")).row
    assert (row.rows_new, row.rows_changed, row.rows_same) == (0, 0, 12)
    assert Segment.objects.count() == segments


def test_a_correction_is_a_new_version_and_the_old_snapshot_still_reads_the_old_values(points, wide) -> None:
    values = readings(4, 3)
    take(wide([p.code for p in points], values))
    before = current_snapshot()
    corrected = values.copy()
    corrected[2, 1, 40] += 7
    row = take(wide([p.code for p in points], corrected, name="corrected.csv")).row
    assert (row.rows_new, row.rows_changed, row.rows_same) == (0, 1, 11)
    assert (stored(points, 3, before).values == values).all()
    assert (stored(points, 3).values == corrected).all()


def test_late_intervals_fill_a_day_without_taking_away_what_was_there(points, wide) -> None:
    full = readings(1, 1)
    morning, evening = full.astype(object), full.astype(object)
    morning[0, 0, 48:], evening[0, 0, :48] = None, None
    take(wide(["P0"], morning, name="morning.csv"))
    half = stored(points[:1], 1)
    assert (half.flags[0, 0, 48:] == Flag.MISSING).all()
    row = take(wide(["P0"], evening, name="evening.csv")).row
    curves = stored(points[:1], 1)
    assert (curves.values == full).all() and curves.flags is None and row.rows_changed == 1


def test_a_file_with_one_bad_row_is_refused_as_a_whole(points, wide) -> None:
    values = readings(4, 2).astype(object)
    values[1, 1, 5] = "12x"
    row = take(wide([p.code for p in points], values)).row
    assert row.state == REFUSED and current_snapshot() == 0 and not Segment.objects.exists()
    assert [(p["row"], p["code"], p["field"]) for p in row.problems] == [(5, "number", "v6")]
    assert not stored(points, 2).present.any()


def test_quarantine_takes_the_good_rows_and_lists_the_bad_ones(points, wide) -> None:
    values = readings(4, 2).astype(object)
    values[1, 1, 5] = "12x"
    row = take(wide([p.code for p in points], values), quarantine=True).row
    present = stored(points, 2).present
    assert row.state == DONE and (row.rows_new, row.rows_refused) == (7, 1)
    assert not present[1, 1] and present.sum() == 7


def test_rows_that_were_refused_can_be_brought_in_with_the_same_file_later(points, wide) -> None:
    values = readings(5, 2)
    path = wide([*[p.code for p in points], "P4"], values)
    assert take(path, quarantine=True).row.rows_refused == 2
    late = MeteringPoint.objects.create(code="P4", path=f"{CITY}17/")
    row = take(path).row
    assert (row.rows_new, row.rows_same) == (2, 8)
    assert (stored([late], 2).values[0] == values[4]).all()


def test_an_unknown_point_is_named_once_with_its_rows_and_a_remedy(points, wide) -> None:
    row = take(wide(["P0", "NOBODY"], readings(2, 3))).row
    (found,) = row.problems
    assert row.state == REFUSED and (found["row"], found["value"], found["expected"]) == (5, "NOBODY", "3")
    with override("en"):
        reason, remedy = problems.reason_and_remedy(found)
    assert "NOBODY" in reason and remedy.startswith("correct the code")


def test_a_file_of_somebody_else_is_refused_before_its_codes_fill_the_memory(points, wide, monkeypatch) -> None:
    monkeypatch.setattr(intake, "UNKNOWN_MAX", 2)
    row = take(wide(["P0", "A", "B", "C"], readings(4, 1)), quarantine=True).row
    assert row.state == REFUSED and "too_many_problems" in [p["code"] for p in row.problems]
    assert current_snapshot() == 0


def test_a_point_of_another_city_is_as_unknown_as_one_that_does_not_exist(points, wide) -> None:
    MeteringPoint.objects.create(code="FAR", path=f"{OTHER_CITY}01/")
    path = wide(["P0", "FAR"], readings(2, 1))
    row = take(path, GAO).row
    assert row.state == REFUSED and [p["value"] for p in row.problems] == ["FAR"]
    assert take(path).row.state == DONE


def test_new_points_are_created_only_when_asked_and_only_with_the_readings(store, wide) -> None:
    path = wide(["N1", "N2"], readings(2, 2))
    assert take(path).row.state == REFUSED and not MeteringPoint.objects.exists()
    row = take(path, create_points=True, unit_path=CITY).row
    made = list(MeteringPoint.objects.order_by("code"))
    assert row.state == DONE and [(p.code, p.path, p.slots) for p in made] == [("N1", CITY, 96), ("N2", CITY, 96)]
    assert stored(made, 2).present.all()


def test_a_refused_file_leaves_no_new_points(store, wide) -> None:
    values = readings(2, 1).astype(object)
    values[1, 0, 0] = "bad"
    assert take(wide(["N1", "N2"], values), create_points=True, unit_path=CITY).row.state == REFUSED
    assert not MeteringPoint.objects.exists()


def test_points_of_two_cities_go_to_their_own_partitions(points, wide) -> None:
    far = MeteringPoint.objects.create(code="FAR", path=f"{OTHER_CITY}01/")
    values = readings(2, 2)
    row = take(wide(["P0", "FAR"], values)).row
    assert set(Segment.objects.values_list("city", flat=True)) == {CITY, OTHER_CITY}
    assert row.path == "32/"
    assert (stored([points[0], far], 2).values == values).all()


def test_energy_that_flows_back_must_come_as_a_quantity_of_its_own(points, wide) -> None:
    values = readings(1, 2)
    values[0, 1, 3] = -4
    row = take(wide(["P0"], values), quarantine=True).row
    assert [(p["row"], p["code"]) for p in row.problems] == [(3, "value_negative")]
    assert row.rows_new == 1
    export = take(wide(["P0"], readings(1, 1, seed=2), quantity="active_export", name="back.csv")).row
    assert export.state == DONE and stored(points[:1], 1, quantity=2).present.all()


def test_a_file_in_another_interval_than_its_point_is_refused(points, wide) -> None:
    row = take(wide(["P0"], readings(1, 1, slots=48))).row
    assert row.state == REFUSED and [(p["code"], p["expected"]) for p in row.problems] == [("point_slots", "96")]


def test_very_large_points_keep_every_wh(points, wide) -> None:
    values = np.full((1, 1, 96), 70_000_000_000)
    take(wide(["P0"], values))
    assert (stored(points[:1], 1).values.astype(np.int64) == values).all()


def test_a_preview_counts_and_changes_nothing(points, wide) -> None:
    path = wide([p.code for p in points], readings(4, 3))
    outcome = run.preview(GAO, path, path.name, ImportOptions())
    assert (outcome.row.rows_new, outcome.row.pk) == (12, None)
    assert outcome.summary["days"] == ["2026-09-07", "2026-09-09"] and outcome.summary["points"] == 4
    assert current_snapshot() == 0 and not ReadingsImport.objects.exists()


def test_a_preview_with_new_points_takes_no_id_from_anybody(points, wide) -> None:
    path = wide(["P0", "N1", "N2"], readings(3, 2))
    last = points[-1].pk
    outcome = run.preview(GAO, path, path.name, ImportOptions(unit_path=CITY, create_points=True))
    assert (outcome.row.rows_new, outcome.summary["points"], outcome.summary["points_new"]) == (6, 3, 2)
    assert MeteringPoint.objects.create(code="next", path=CITY).pk == last + 1


def test_an_import_writes_one_audit_event_with_its_counts(points, wide) -> None:
    take(wide(["P0"], readings(1, 2)), GAO)
    (event,) = AuditEvent.objects.filter(tag="readings:import")
    assert event.actor == GAO.name and '"new": 2' in event.detail and event.path == f"{CITY}17/"


def test_the_stranger_sees_no_import_and_no_point(points, wide) -> None:
    take(wide(["P0"], readings(1, 1)))
    assert queries.imports(GAO.scope).count() == 1 and queries.imports(STRANGER.scope).count() == 0
    assert queries.points_by_code(["P0"], STRANGER.scope) == {}


def test_the_same_file_in_another_unit_is_another_import(points, tmp_path) -> None:
    path = tmp_path / "no unit.csv"
    path.write_text("point,date," + ",".join(f"v{i + 1}" for i in range(24)) + "\nH0,2026-09-07" + ",1" * 24 + "\n")
    MeteringPoint.objects.create(code="H0", path=CITY, slots=24)
    wrong = take(path, intervals=run_options("Wh")).row
    right = take(path, intervals=run_options("kWh")).row
    assert (wrong.rows_new, right.rows_changed) == (1, 1)


def run_options(unit):
    from gridhall.codecs.intervals import IntervalOptions

    return IntervalOptions(unit=unit)


def test_readings_published_meanwhile_are_compared_again(points, wide, monkeypatch) -> None:
    values = readings(1, 1)
    path, other = wide(["P0"], values), wide(["P0"], readings(1, 1, seed=9), name="other.csv")
    stage, overtaken = run.stage, []

    def stage_slowly(*args, **kwargs):
        staged = stage(*args, **kwargs)
        if not overtaken:
            overtaken.append(True)
            take(other)
        return staged

    monkeypatch.setattr(run, "stage", stage_slowly)
    row = take(path).row
    assert (row.rows_new, row.rows_changed) == (0, 1)
    assert (stored(points[:1], 1).values == values).all()


def test_no_file_is_left_behind_by_a_refused_import(store, points, wide) -> None:
    values = readings(4, 2).astype(object)
    values[3, 1, 5] = "x"
    take(wide([p.code for p in points], values))
    assert not list(store.rglob("*.parquet"))


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"%PDF-1.7", b"hello, world\n1,2\n", b"point,date\n"])
def test_a_file_that_is_no_readings_is_refused_with_a_reason(store, tmp_path, content) -> None:
    path = tmp_path / "what.csv"
    path.write_bytes(content)
    row = take(path).row
    assert row.state == REFUSED and len(row.problems) == 1
    with override("en"):
        assert all(problems.reason_and_remedy(row.problems[0]))
