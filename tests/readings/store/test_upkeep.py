"""Files that break, files that are left over, months that are complete."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gridhall.readings.store import (
    Quantity,
    StoreError,
    close_all,
    compact,
    open_segment,
    scan,
    sweep,
    verify,
    write_segments,
)
from gridhall.readings.store.files import SegmentWriter, new_segment_id
from tests.readings.store.city import FIRST, IMPORT, LAST, City
from tests.readings.store.test_scan import assert_reads_back


@pytest.fixture
def city(tmp_path: Path) -> City:
    close_all()
    city = City.of(tmp_path, points=20)
    city.write_days(seed=1)
    return city


def test_a_complete_month_becomes_one_row_a_point(city: City) -> None:
    done = compact(city.root, city.records)
    assert [(record.layout, record.rows) for record in done.new] == [("month", 20)]
    assert (done.new[0].first_day, done.new[0].last_day) == (FIRST, LAST)
    assert set(done.retired) == set(city.records)
    assert open_segment(city.root, done.new[0]).mapped
    assert_reads_back(city, list(done.new))


def test_an_incomplete_point_stays_in_day_rows(city: City) -> None:
    ragged = City.of(city.root, points=20)
    ragged.write_days(seed=2, share_missing=0.01)
    done = compact(city.root, ragged.records)
    complete = int(ragged.present.all(axis=1).sum())
    assert 0 < complete < 20
    assert {(record.layout, record.rows) for record in done.new} == {
        ("month", complete),
        ("day", int(ragged.present[~ragged.present.all(axis=1)].sum())),
    }
    assert_reads_back(ragged, list(done.new))


def test_a_month_already_compact_is_left_alone(city: City) -> None:
    done = compact(city.root, city.records)
    assert compact(city.root, done.new).new == ()


def test_other_tools_read_a_segment_as_ordinary_parquet(city: City) -> None:
    record = city.records[0]
    table = pq.read_table(city.root / record.file)
    assert table.column_names == ["point", "day", "values"]
    assert table["day"].to_pylist() == [FIRST] * 20
    assert np.frombuffer(table["values"][3].as_py(), "<u2").tolist() == city.values[3, 0].tolist()


def test_a_segment_another_tool_has_rewritten_is_still_read(city: City) -> None:
    record = city.records[0]
    path = city.root / record.file
    table = pq.read_table(path)
    pq.write_table(table, path, compression="zstd")
    rewritten = replace(record, bytes=path.stat().st_size)
    view = open_segment(city.root, rewritten)
    assert not view.mapped
    np.testing.assert_array_equal(view.groups[0].values[:, 0], city.values[:, 0])


def damage(kind: str, path: Path) -> None:
    data = path.read_bytes()
    if kind == "missing":
        path.unlink()
    elif kind == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif kind == "not parquet":
        path.write_bytes(bytes(len(data)))
    elif kind == "footer torn":
        footer = 8 + int.from_bytes(data[-8:-4], "little")
        path.write_bytes(data[:-footer] + bytes(64) + data[64 - footer :])


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("missing", "is missing"),
        ("truncated", "bytes, the catalog says"),
        ("not parquet", "cannot be read"),
        ("footer torn", "cannot be read"),
    ],
)
def test_a_broken_file_is_named_with_its_remedy(city: City, kind: str, problem: str) -> None:
    record = city.records[4]
    damage(kind, city.root / record.file)
    with pytest.raises(StoreError) as error:
        scan(city.root, city.records, None, IMPORT, FIRST, LAST)
    assert problem in str(error.value)
    assert record.file in str(error.value)
    assert f"restore this file from the backup, or import {record.import_id} again" in str(error.value)


def test_no_torn_byte_in_the_footer_escapes_as_another_error(city: City) -> None:
    record = city.records[0]
    path = city.root / record.file
    good = path.read_bytes()
    random = np.random.default_rng(0)
    for _ in range(300):
        torn = bytearray(good)
        at = len(good) - 1 - int(random.integers(0, 900))
        torn[at] ^= int(random.integers(1, 256))
        path.write_bytes(torn)
        close_all()
        try:
            view = open_segment(city.root, record)
            assert sum(group.values.size for group in view.groups) == 20 * 96
        except StoreError as error:
            assert error.file == record.file


@pytest.mark.parametrize("change", ["rows", "columns", "order"])
def test_a_file_that_is_not_what_the_catalog_says_is_refused(city: City, change: str) -> None:
    record = city.records[0]
    path = city.root / record.file
    table = pq.read_table(path)
    other = {
        "rows": table.slice(0, 19),
        "columns": table.rename_columns(["point", "day", "wh"]),
        "order": table.take(pa.array(range(19, -1, -1))),
    }[change]
    pq.write_table(other, path)
    with pytest.raises(StoreError, match=r"rows|columns|sorted"):
        open_segment(city.root, replace(record, bytes=path.stat().st_size))


def test_a_catalog_row_cannot_point_outside_the_store(city: City) -> None:
    with pytest.raises(StoreError, match="outside the store"):
        open_segment(city.root, replace(city.records[0], segment_id="f" * 32, file="../../etc/passwd"))


def test_a_changed_byte_is_found_by_its_checksum(city: City) -> None:
    for record in city.records:
        verify(city.root, record)
    path = city.root / city.records[0].file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match="has changed since it was published"):
        verify(city.root, city.records[0])


def test_the_sweep_takes_old_orphans_and_nothing_else(city: City) -> None:
    known, orphan, fresh = (record.file for record in city.records[:3])
    torn = city.root / "32/01/202611/.day-q1-w2-x.parquet.tmp"
    torn.write_bytes(b"half")
    note = city.root / "README"
    note.write_text("not ours")
    hours_ago = time.time() - 7200
    for path in (city.root / known, city.root / orphan, torn, note):
        os.utime(path, (hours_ago, hours_ago))
    gone = sweep(city.root, [record.file for record in city.records if record.file not in (orphan, fresh)])
    assert gone == sorted([orphan, torn.relative_to(city.root).as_posix()])
    assert (city.root / fresh).exists()
    assert note.exists()


def test_a_writer_that_fails_leaves_no_file(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError),
        SegmentWriter(
            tmp_path, "32", Quantity.ACTIVE_IMPORT, 2, 96, "day", 20_000, 0, with_flags=False, import_id="x"
        ) as writer,
    ):
        writer.append(np.array([1]), np.array([20_000], np.int32), np.zeros((1, 96), np.uint16), None)
        raise RuntimeError
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from gridhall.readings.store import Quantity, files, write_segments
def die(path, target): os.kill(os.getpid(), signal.SIGKILL)
files.os.replace = die
rows = (np.arange(5000), np.full(5000, 20_000, np.int32), np.ones((5000, 96), np.uint16))
write_segments(Path(sys.argv[1]), "32/01", *rows, None, Quantity.ACTIVE_IMPORT, "x")
"""


def test_a_process_killed_before_the_rename_leaves_only_an_orphan(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    killed = subprocess.run([sys.executable, "-c", KILLED, tmp_path], check=False, env=env, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.suffix for path in left] == [".tmp"]
    os.utime(left[0], (0, 0))
    assert sweep(tmp_path, []) == [left[0].relative_to(tmp_path).as_posix()]
    assert not left[0].exists()


@pytest.mark.parametrize("city_name", ["../32", "/32", "32//01", "a b", "", "32/..", "市"])
def test_a_city_that_is_no_folder_name_is_refused(tmp_path: Path, city_name: str) -> None:
    rows = (np.array([1]), np.array([20_000], np.int32), np.zeros((1, 96), np.uint16))
    with pytest.raises(ValueError, match="cannot name a folder"):
        write_segments(tmp_path, city_name, *rows, None, IMPORT, "x")


def test_rows_that_cannot_be_stored_are_named(tmp_path: Path) -> None:
    points, days = np.array([7, 7]), np.array([20_000, 20_000], np.int32)
    values = np.zeros((2, 96), np.uint16)
    with pytest.raises(ValueError, match="point 7 has 2024-10-04 twice"):
        write_segments(tmp_path, "32", points, days, values, None, IMPORT, "x")
    with pytest.raises(ValueError, match="unsigned"):
        write_segments(tmp_path, "32", points, days, values.astype(np.int64), None, IMPORT, "x")
    flags = np.full((1, 96), 4, np.uint8)
    with pytest.raises(ValueError, match="slot 0: flagged missing but holds a value"):
        write_segments(tmp_path, "32", points[:1], days[:1], values[:1] + np.uint16(5), flags, IMPORT, "x")
    assert list(tmp_path.rglob("*.parquet")) == []


def test_segment_ids_are_version_seven_uuids_that_sort_by_time() -> None:
    first = new_segment_id()
    time.sleep(0.002)
    second = new_segment_id()
    assert first < second
    assert (len(first), first[12], first[16] in "89ab") == (32, "7", True)
