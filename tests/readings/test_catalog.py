"""The catalog: what is visible in which snapshot, and in which order."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.db import transaction

from gridhall.readings import catalog, queries
from gridhall.readings.catalog import Moved
from gridhall.readings.importing.points import reserve_ids
from gridhall.readings.models import MeteringPoint, ReadingsImport
from gridhall.readings.store import Quantity, SegmentRecord
from tests.readings.conftest import CITY, MONDAY, OTHER_CITY, readings, take

AUGUST = (date(2026, 8, 1), date(2026, 8, 31))


def segment(name: str, **changes) -> SegmentRecord:
    record = SegmentRecord(
        segment_id=name,
        file=f"{CITY}202608/{name}.parquet",
        city=CITY,
        quantity=Quantity.ACTIVE_IMPORT,
        width=2,
        slots=96,
        layout="day",
        first_day=date(2026, 8, 3),
        last_day=date(2026, 8, 9),
        min_point=10,
        max_point=20,
        rows=7,
        scale=0,
        has_flags=False,
        sha256="0" * 64,
        bytes=1,
        import_id="",
    )
    return replace(record, **changes)


def names(snapshot, city=CITY, quantity=1, days=AUGUST, points=None):
    return [record.segment_id for record in catalog.visible(snapshot, city, quantity, *days, points)]


def test_a_snapshot_sees_what_was_published_up_to_it_in_that_order(db) -> None:
    first = catalog.publish([segment("b")], reason="x")
    second = catalog.publish([segment("a")], reason="y")
    assert names(first - 1) == [] and names(first) == ["b"] and names(second) == ["b", "a"]
    assert catalog.current_snapshot() == second


def test_a_retired_segment_stays_in_the_snapshots_that_had_it(db) -> None:
    first = catalog.publish([segment("old")], reason="x")
    second = catalog.publish([segment("new")], ["old"], reason="y")
    assert names(first) == ["old"] and names(second) == ["new"]


def test_several_snapshots_asked_at_once_show_what_each_shows_alone(db) -> None:
    first = catalog.publish([segment("old"), segment("stays")], reason="x")
    second = catalog.publish([segment("new")], ["old"], reason="y")
    found = catalog.visible_at([first - 1, first, second], CITY, 1, *AUGUST)
    assert {number: [one.segment_id for one in rows] for number, rows in found.items()} == {
        first - 1: [], first: ["old", "stays"], second: ["stays", "new"],
    }  # fmt: skip


def test_a_segment_retires_only_once(db) -> None:
    catalog.publish([segment("old")], reason="x")
    catalog.publish([segment("new")], ["old"], reason="y")
    with pytest.raises(Moved), transaction.atomic():
        catalog.publish([segment("other")], ["old"], reason="z")
    assert names(catalog.current_snapshot()) == ["new"]


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({"city": OTHER_CITY}, False),
        ({"quantity": 2}, False),
        ({"days": (date(2026, 8, 9), date(2026, 8, 30))}, True),
        ({"days": (date(2026, 8, 10), date(2026, 8, 30))}, False),
        ({"points": np.array([1, 9])}, False),
        ({"points": np.array([1, 10])}, True),
        ({"points": []}, False),
        ({"city": [CITY, OTHER_CITY], "quantity": None}, True),
    ],
)
def test_only_segments_that_may_hold_the_rows_are_given(db, changes, seen) -> None:
    number = catalog.publish([segment("s")], reason="x")
    assert bool(names(number, **changes)) is seen


def test_a_record_comes_back_as_it_was_published(db) -> None:
    row = ReadingsImport.objects.create(path=CITY, file_name="f", sha256="0" * 64, format="wide_csv", state="done")
    record = segment("s", scale=3, has_flags=True, import_id=row.public_id.hex)
    number = catalog.publish([record], imported=row, reason="x")
    assert catalog.visible(number, CITY, 1, *AUGUST) == [record]


def test_something_published_later_is_noticed_only_where_the_days_touch(db) -> None:
    number = catalog.publish([], reason="x")
    catalog.publish([segment("s")], reason="y")
    assert catalog.published_since(number, CITY, 1, *AUGUST)
    assert not catalog.published_since(number, CITY, 1, date(2026, 9, 1), date(2026, 9, 30))
    assert not catalog.published_since(number, OTHER_CITY, 1, *AUGUST)
    assert not catalog.published_since(catalog.current_snapshot(), CITY, 1, *AUGUST)


@pytest.mark.parametrize(("path", "city"), [("32/04/17/", "32/04/"), ("32/04/", "32/04/"), ("32/", "32/")])
def test_the_city_is_the_first_two_steps_of_a_path(path, city) -> None:
    assert catalog.city_of(path) == city


def test_reserved_ids_are_given_to_nobody_else(db) -> None:
    first, second = reserve_ids(3), reserve_ids(2)
    made = MeteringPoint.objects.create(code="M", path=CITY)
    assert len({*first, *second, made.pk}) == 6 and reserve_ids(0) == []


def test_points_of_several_intervals_need_a_choice(points, wide) -> None:
    half = MeteringPoint.objects.create(code="H", path=f"{CITY}17/", slots=48)
    take(wide(["P0"], readings(1, 1)))
    take(wide(["H"], readings(1, 1, slots=48), name="half.csv"))
    day = (MONDAY, date(2026, 9, 8))
    assert queries.curves([half.pk], 1, *day).values.shape == (1, 1, 48)
    assert queries.curves([points[0].pk, half.pk], 1, *day, slots=96).present.ravel().tolist() == [True, False]
    with pytest.raises(ValueError, match="choose one"):
        queries.curves([points[0].pk, half.pk], 1, *day)


def test_blocks_hold_the_same_sums_as_curves(points, wide) -> None:
    values = readings(4, 6)
    take(wide([p.code for p in points], values))
    end = date(2026, 9, 13)
    for asked in ({"point_ids": [p.pk for p in points]}, {"point_ids": None, "cities": [CITY]}):
        total = 0
        for block in queries.blocks(quantity=1, first_day=MONDAY, end_day=end, block_points=3, **asked):
            for run in block.runs():
                total += int(run.values[np.broadcast_to(run.days, run.values.shape[:2]) >= 0].sum())
        assert total == values.sum()
