"""What was written is what is read, however it lies in the files."""

import mmap
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridhall.kernel.determinants import Folded
from gridhall.kernel.runs import Plan, Plans
from gridhall.readings.engines import fold_block, map_blocks
from gridhall.readings.store import (
    Block,
    Flag,
    Quantity,
    compact,
    day_number,
    iter_blocks,
    open_segment,
    scan,
    write_segments,
)
from tests.readings.store.city import DAYS, FIRST, IMPORT, LAST, City


def assert_reads_back(city: City, records: list) -> None:
    curves = scan(city.root, records, None, IMPORT, FIRST, LAST)
    seen = city.present.any(axis=1)
    np.testing.assert_array_equal(curves.points, city.points[seen])
    np.testing.assert_array_equal(curves.present, city.present[seen])
    np.testing.assert_array_equal(curves.values, city.values[seen])
    flags = np.zeros(curves.values.shape, np.uint8) if curves.flags is None else curves.flags
    np.testing.assert_array_equal(flags, city.flags[seen])


def test_day_files_read_back_as_one_month(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=50)
    city.write_days(seed=1)
    assert_reads_back(city, city.records)


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
def test_every_count_of_slots_is_mapped_without_a_copy(tmp_path: Path, slots: int) -> None:
    city = City.of(tmp_path, points=7, slots=slots)
    city.write_days(seed=2)
    views = [open_segment(tmp_path, record) for record in city.records]
    assert all(view.mapped for view in views)
    assert not any(group.values.flags.owndata or group.values.flags.writeable for v in views for group in v.groups)
    assert_reads_back(city, city.records)


def test_a_large_segment_is_mapped_and_a_small_one_read(tmp_path: Path) -> None:
    for points, kind in ((100, bytes), (6000, mmap.mmap)):
        city = City.of(tmp_path, points=points)
        values = np.random.default_rng(points).integers(0, 60_000, (points, 96)).astype(np.uint32)
        city.write(np.arange(points), np.zeros(points, np.intp), values)
        base = open_segment(tmp_path, city.records[0]).groups[0].points.base
        while isinstance(base, np.ndarray):
            base = base.base
        assert isinstance(base.obj if isinstance(base, memoryview) else base, kind)
        np.testing.assert_array_equal(scan(tmp_path, city.records, None, IMPORT, FIRST, FIRST).values[:, 0], values)


def test_points_that_failed_to_report_are_absent_not_zero(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=60)
    city.write_days(seed=3, share_missing=0.2)
    assert not city.present.all()
    assert_reads_back(city, city.records)


def test_a_correction_wins_over_what_was_published_before(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=40)
    city.write_days(seed=4)
    before = list(city.records)
    flags = np.zeros((4, 96), np.uint8)
    flags[:, 10:20] = Flag.EDITED
    who, days = np.array([3, 3, 8, 39]), np.array([5, 6, 5, 29])
    city.write(who, days, city.values[who, days] + 1, flags)
    assert_reads_back(city, city.records)
    untouched = scan(tmp_path, before, city.points[[3]], IMPORT, FIRST, LAST)
    assert (city.values[3, 5] == untouched.values[0, 5] + 1).all()
    assert untouched.flags is None


def test_values_over_sixteen_bits_get_a_wider_segment_of_their_own(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=10)
    values = np.full((10, 96), 65_535, np.uint32)
    values[4, 7] = 65_536
    city.write(np.arange(10), np.zeros(10, np.intp), values)
    assert {(record.width, record.rows) for record in city.records} == {(2, 9), (4, 1)}
    assert_reads_back(city, city.records)


def test_a_very_large_point_keeps_exact_values_by_a_scale(tmp_path: Path) -> None:
    values = np.full((1, 96), 50_000_000_000, np.uint64)
    days = np.array([day_number(FIRST)], np.int32)
    records = write_segments(tmp_path, "32", np.array([1]), days, values, None, IMPORT, "big")
    assert [record.scale for record in records] == [2]
    assert (scan(tmp_path, records, None, IMPORT, FIRST, FIRST).values[0] == 50_000_000_000).all()
    with pytest.raises(ValueError, match=r"point 1, 2026-11-01: 50000000001 Wh is over 32 bits"):
        write_segments(tmp_path, "32", np.array([1]), days, values + np.uint64(1), None, IMPORT, "big")


def test_a_file_over_two_months_becomes_a_segment_for_each(tmp_path: Path) -> None:
    days = (day_number(date(2026, 10, 30)) + np.arange(5)).astype(np.int32)
    values = np.arange(5 * 96, dtype=np.uint32).reshape(5, 96)
    records = write_segments(tmp_path, "32", np.full(5, 9), days, values, None, IMPORT, "x")
    assert [(r.first_day, r.last_day) for r in records] == [
        (date(2026, 10, 30), date(2026, 10, 31)),
        (date(2026, 11, 1), date(2026, 11, 3)),
    ]
    curves = scan(tmp_path, records, None, IMPORT, date(2026, 10, 30), date(2026, 11, 3))
    np.testing.assert_array_equal(curves.values[0], values)


def test_unsorted_rows_are_put_in_order(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=5)
    who, days = np.array([4, 0, 4, 2]), np.array([3, 9, 1, 0])
    city.write(who, days, np.arange(4 * 96, dtype=np.uint32).reshape(4, 96))
    assert_reads_back(city, city.records)


def test_quantities_do_not_mix(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=3)
    city.write_days(seed=6)
    assert scan(tmp_path, city.records, None, Quantity.ACTIVE_EXPORT, FIRST, LAST).points.size == 0


def test_two_counts_of_slots_ask_for_a_choice(tmp_path: Path) -> None:
    hourly, quarterly = City.of(tmp_path, points=2, slots=24), City.of(tmp_path, points=2)
    hourly.write_days(seed=7)
    quarterly.write_days(seed=8)
    both = hourly.records + quarterly.records
    with pytest.raises(ValueError, match=r"curves of \[24, 96\] values a day"):
        scan(tmp_path, both, None, IMPORT, FIRST, LAST)
    np.testing.assert_array_equal(scan(tmp_path, both, None, IMPORT, FIRST, LAST, slots=24).values, hourly.values)


def test_blocks_meet_every_point_once_whatever_their_size(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=101)
    city.write_days(seed=9, share_missing=0.1)
    for size in (1, 10, 64, 4096):
        blocks = list(iter_blocks(tmp_path, city.records, None, IMPORT, FIRST, LAST, size))
        np.testing.assert_array_equal(np.concatenate([block.points for block in blocks]), city.points)


def test_asking_for_a_few_points_and_days_gives_these_and_no_others(tmp_path: Path) -> None:
    city = City.of(tmp_path, points=30)
    city.write_days(seed=10)
    chosen = np.array([0, 7, 8, 29])
    unknown = np.array([1, 10_000_000])
    wanted = np.sort(np.concatenate([city.points[chosen], unknown]))
    curves = scan(tmp_path, city.records, wanted, IMPORT, FIRST + timedelta(days=4), FIRST + timedelta(days=9))
    np.testing.assert_array_equal(curves.points, wanted)
    known = np.isin(wanted, city.points)
    np.testing.assert_array_equal(curves.values[known], city.values[chosen, 4:10])
    assert not curves.present[~known].any()


@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.95, 1.0])
def test_many_or_few_of_the_points_fold_to_the_same_energy(tmp_path: Path, share: float) -> None:
    city = City.of(tmp_path, points=400, slots=24)
    city.write_days(seed=11, share_missing=0.05)
    city.write(np.arange(0, 400, 7), np.full(58, 3), city.values[::7, 3] + 5)
    chosen = np.flatnonzero(np.random.default_rng(12).random(400) < share)
    plans = Plans.of([Plan(np.zeros(10, np.uint8), np.zeros((1, 24), np.uint8))])
    first, last = FIRST + timedelta(days=2), FIRST + timedelta(days=11)

    def one_plan(block: Block) -> Folded:
        return fold_block(block, plans, np.zeros(len(block.points), np.int16))

    for records in (city.records, compact(tmp_path, city.records).new):
        for size in (7, 4096):
            found = list(iter_blocks(tmp_path, records, city.points[chosen], IMPORT, first, last, size))
            folds = [folded for _, folded in map_blocks(one_plan, found)]
            energy = np.concatenate([folded.energy_wh[:, 0] for folded in folds])
            days = np.concatenate([folded.days for folded in folds])
            np.testing.assert_array_equal(energy, city.values[chosen, 2:12].sum(axis=(1, 2), dtype=np.int64))
            np.testing.assert_array_equal(days, city.present[chosen, 2:12].sum(axis=1))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_history_of_imports_and_compactions_reads_as_its_last_state(tmp_path: Path, data: st.DataObject) -> None:
    city = City.of(tmp_path, points=12, slots=24)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    for _ in range(data.draw(st.integers(1, 6))):
        if data.draw(st.booleans()):
            rows = np.unique(random.integers(0, 12 * DAYS, random.integers(1, 200)))
        else:
            rows = np.arange(random.integers(0, 11) * DAYS, 12 * DAYS)
        values = random.integers(0, random.choice([2**16, 2**32]), (len(rows), 24)).astype(np.uint32)
        flags = random.choice([0, 0, 0, Flag.ESTIMATED], values.shape).astype(np.uint8)
        city.write(rows // DAYS, rows % DAYS, values, flags if random.random() < 0.5 else None)
        if data.draw(st.booleans()):
            done = compact(tmp_path, city.records)
            retired = {record.segment_id for record in done.retired}
            city.records = [r for r in city.records if r.segment_id not in retired] + list(done.new)
    assert_reads_back(city, city.records)
