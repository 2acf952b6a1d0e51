"""Register reads: versions, files, and how billing reads them back."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gridhall.readings import queries
from gridhall.readings.catalog import current_snapshot
from gridhall.readings.models import MeteringPoint, RegisterRead
from gridhall.readings.registers import NewRead, record_many
from tests.readings.conftest import CITY, GAO, OTHER_CITY, take

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def read(point, value, on=OCTOBER, register="active_total", meter="M1", decimals=2, source="remote"):
    return NewRead(point.pk, meter, register, on, value, decimals, source)


def csv(tmp_path, *lines, header="meter,kind,read_at,value"):
    path = tmp_path / "registers.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def test_the_newest_version_up_to_a_snapshot_counts(points) -> None:
    record_many([read(points[0], 100)], reason="first")
    first = current_snapshot()
    record_many([read(points[0], 120)], reason="corrected")
    key = (points[0].pk, "M1", "active_total", OCTOBER)
    assert queries.register_reads([points[0].pk], OCTOBER, OCTOBER, first)[key].value == 100
    assert queries.register_reads([points[0].pk], OCTOBER, OCTOBER)[key].value == 120


def test_the_same_read_again_is_no_new_version(points) -> None:
    record_many([read(points[0], 100)], reason="first")
    counts = record_many([read(points[0], 100), read(points[0], 200, NOVEMBER)], reason="second")
    assert (counts.new, counts.changed, counts.same) == (1, 0, 1)
    assert RegisterRead.objects.count() == 2
    before = current_snapshot()
    record_many([read(points[0], 100)], reason="third")
    assert current_snapshot() == before


def test_reads_of_many_points_take_one_statement(points) -> None:
    record_many([read(point, 100 + i) for i, point in enumerate(points)], reason="all")
    snapshot = current_snapshot()
    with CaptureQueriesContext(connection) as captured:
        found = queries.register_reads(
            [p.pk for p in points], OCTOBER, NOVEMBER, snapshot=snapshot, registers=["active_total"]
        )
    assert len(found) == 4 and len(captured) == 1


def test_a_register_file_finds_the_meter_by_its_earlier_reads(points, tmp_path) -> None:
    record_many([read(points[0], 0, source="installation")], reason="installed")
    row = take(csv(tmp_path, "M1,正向有功总,2026-11-01,123.45", "M1,active_peak,2026-11-01 00:00,50")).row
    found = queries.register_reads([points[0].pk], NOVEMBER, NOVEMBER)
    assert row.rows_new == 2 and row.format == "registers_csv"
    assert found[points[0].pk, "M1", "active_total", NOVEMBER].value == 12345
    assert found[points[0].pk, "M1", "active_peak", NOVEMBER].value == 5000


def test_a_register_file_by_point_goes_to_the_meter_that_hung_there_on_the_day(points, tmp_path) -> None:
    record_many([read(points[0], 0, meter="OLD"), read(points[0], 0, NOVEMBER, meter="NEW")], reason="exchange")
    lines = ("P0,active_total,2026-10-15,7", "P0,active_total,2026-11-15,3")
    take(csv(tmp_path, *lines, header="point,kind,read_at,value"))
    found = queries.register_reads([points[0].pk], date(2026, 10, 15), date(2026, 11, 15))
    assert (points[0].pk, "OLD", "active_total", date(2026, 10, 15)) in found
    assert (points[0].pk, "NEW", "active_total", date(2026, 11, 15)) in found


def test_an_unknown_meter_and_a_number_with_too_many_decimals_are_named(points, tmp_path) -> None:
    record_many([read(points[0], 0)], reason="installed")
    row = take(csv(tmp_path, "M1,active_total,2026-11-01,1.234", "M9,active_total,2026-11-01,1"), quarantine=True).row
    assert [(p["row"], p["code"]) for p in row.problems] == [(2, "register_decimals"), (3, "meter_unknown")]
    assert row.rows_refused == 2 and RegisterRead.objects.count() == 1


def test_a_meter_in_another_city_is_unknown_to_this_one(points, tmp_path) -> None:
    far = MeteringPoint.objects.create(code="FAR", path=f"{OTHER_CITY}01/")
    record_many([read(far, 0, meter="M2")], reason="installed")
    path = csv(tmp_path, "M2,active_total,2026-11-01,1")
    assert [p["code"] for p in take(path, GAO).row.problems] == ["meter_unknown"]
    assert take(path).row.rows_new == 1


def test_trailing_zeros_beyond_the_register_are_no_decimals(points, tmp_path) -> None:
    record_many([read(points[0], 0)], reason="installed")
    take(csv(tmp_path, "M1,active_total,2026-11-01,1.2300"))
    assert queries.register_reads([points[0].pk], NOVEMBER, NOVEMBER).popitem()[1].value == 123


@pytest.mark.parametrize("source", RegisterRead.Source.values)
def test_only_an_estimated_read_says_that_it_is_estimated(points, source) -> None:
    record_many([read(points[0], 1, source=source)], reason="x")
    (found,) = queries.register_reads([points[0].pk], OCTOBER, OCTOBER).values()
    assert found.estimated == (source == "estimated")


def test_reads_of_a_new_point_without_a_meter_wait_under_an_empty_name(store, tmp_path) -> None:
    path = csv(tmp_path, "N1,active_total,2026-11-01,5.5", header="point,kind,read_at,value")
    take(path, create_points=True, unit_path=CITY)
    made = RegisterRead.objects.get()
    assert (made.point.code, made.meter, made.value, made.decimals) == ("N1", "", 55, 1)
