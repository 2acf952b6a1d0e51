import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.codecs import limits, long_csv, long_days
from gridhall.codecs.errors import Code
from gridhall.codecs.intervals import ESTIMATED, MISSING, IntervalOptions
from tests.codecs.samples import by_day, long, long_day, only_problem, quarters, read, refused, sheet, warnings

P1 = ("P1", 1, "2026-01-01")


def test_ninety_six_lines_become_one_day() -> None:
    lines = [f"P1,{end},{i / 1000:.3f}" for i, end in enumerate(quarters("2026-01-01"))]
    assert by_day(read(long_csv.read, long(*lines))[0]) == {P1: (list(range(96)), [0] * 96)}
    assert warnings(long_csv.read, long(*lines)) == []


def test_midnight_may_be_written_as_24_00_or_as_the_next_day() -> None:
    lines = long_day()
    lines[-1] = lines[-1].replace("2026-01-01 24:00", "2026-01-02T00:00:00")
    assert by_day(read(long_csv.read, long(*lines))[0]) == by_day(read(long_csv.read, long(*long_day()))[0])


def test_times_may_name_the_start_of_the_interval() -> None:
    lines = [f"P1,2026-01-01 {hour:02}:00,{hour}" for hour in range(24)]
    days = by_day(read(long_csv.read, long(*lines), IntervalOptions(label="start"))[0])
    assert days[P1][0] == [hour * 1000 for hour in range(24)]


@pytest.mark.parametrize(("minutes", "slots"), [(5, 288), (15, 96), (30, 48), (60, 24)])
def test_the_interval_is_found_in_the_times(minutes: int, slots: int) -> None:
    lines = [f"P1,2026/1/1 {m // 60}:{m % 60:02},1" for m in range(minutes, 1441, minutes)]
    (batch,), _ = read(long_csv.read, long(*lines))
    assert (batch.slots, batch.values.tolist()) == (slots, [[1000] * slots])


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = long_day("A") + long_day("B", value="1") + long_day("A", "2026-01-02")
    shuffled = random.Random(7).sample(lines, len(lines))
    assert by_day(read(long_csv.read, long(*shuffled))[0]) == by_day(read(long_csv.read, long(*lines))[0])


def test_chinese_columns_with_the_unit_in_the_header_are_read() -> None:
    header = "计量点,数据时间,电量(kWh),方向,数据质量"
    lines = [f"城东,{end},0.1,上网,估算" for end in quarters("2026年1月1日")]
    assert by_day(read(long_csv.read, long(*lines, header=header))[0]) == {
        ("城东", 2, "2026-01-01"): ([100] * 96, [ESTIMATED] * 96)
    }


def test_an_interval_that_never_comes_is_missing() -> None:
    lines = long_day()
    del lines[40:44]
    lines[50] = lines[50].removesuffix("0.25")
    days = by_day(read(long_csv.read, long(*lines))[0])
    assert [i for i, flag in enumerate(days[P1][1]) if flag == MISSING] == [40, 41, 42, 43, 54]
    assert warnings(long_csv.read, long(*lines)) == [Code.DAY_INCOMPLETE]


def test_a_line_sent_twice_alike_is_counted_and_left_out() -> None:
    lines = long_day()
    batches, (warning,) = read(long_csv.read, long(*lines, lines[3], lines[4]))
    assert by_day(batches) == by_day(read(long_csv.read, long(*lines))[0])
    assert (warning.message_code, warning.row, warning.other_row, warning.expected) == (Code.REPEATED, 98, 5, "2")


def test_a_line_sent_twice_differently_names_both_rows() -> None:
    lines = long_day()
    found = only_problem(long_csv.read, long(*lines, lines[3].replace("0.25", "0.26")))
    assert (found.message_code, found.row, found.other_row) == (Code.CONTRADICTION, 98, 5)
    assert found.value == "P1 2026-01-01 00:45"


def test_of_two_that_differ_the_first_stays_however_many_there_are() -> None:
    body = [line for i in range(30) for line in long_day(f"P{i}")]
    again = [line.replace("0.25", "0.5") for line in random.Random(3).sample(body, 900)]
    batches, problems = read(long_csv.read, long(*body, *again))
    assert {int(x.values.min()) for x in batches} == {int(x.values.max()) for x in batches} == {250}
    assert len(problems) == 900
    for x in problems:
        assert x.row is not None and x.other_row is not None
        assert x.other_row <= len(body) + 1 < x.row


@pytest.fixture
def small_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks and folds so small that a file of a few days is many of them."""
    monkeypatch.setattr(long_csv.TextBlocks.__init__, "__defaults__", (limits.MAX_BYTES, 1 << 11))
    monkeypatch.setattr(long_days, "_FOLD_ROWS", 100)


@pytest.mark.usefixtures("small_folds")
def test_a_body_sent_twice_is_found_after_its_days_were_given() -> None:
    body = [line for i in range(20) for line in long_day(f"P{i}")]
    batches, (warning,) = read(long_csv.read, long(*body, *body))
    assert len(batches) > 5
    assert sum(map(len, batches)) == 20
    assert (warning.message_code, warning.expected) == (Code.REPEATED, str(20 * 96))
    changed = [line.replace("0.25", "0.5") if line.startswith("P7,") else line for line in body]
    found = only_problem(long_csv.read, long(*body, *changed))
    assert (found.message_code, found.value, found.other_row) == (Code.CONTRADICTION, "P7 2026-01-01", 7 * 96 + 2)


@pytest.mark.usefixtures("small_folds")
def test_a_single_line_that_comes_after_its_day_was_given_is_refused() -> None:
    body = [line for i in range(20) for line in long_day(f"P{i}")]
    found = only_problem(long_csv.read, long(*body, body[0]))
    assert (found.message_code, found.row, found.other_row) == (Code.LATE_REPEAT, len(body) + 2, 2)


@pytest.mark.usefixtures("small_folds")
def test_a_file_sorted_by_time_gives_the_same_days() -> None:
    body = [line for i in range(20) for line in long_day(f"P{i}", value=str(i))]
    by_time = sorted(body, key=lambda line: line.split(",")[1])
    assert by_day(read(long_csv.read, long(*by_time))[0]) == by_day(read(long_csv.read, long(*body))[0])


@pytest.mark.usefixtures("small_folds")
def test_more_open_days_than_memory_are_refused_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PENDING_VALUES", 500)
    by_time = sorted((x for i in range(20) for x in long_day(f"P{i}")), key=lambda line: line.split(",")[1])
    found = refused(long_csv.read, long(*by_time))
    assert found.message_code is Code.TOO_SCATTERED
    assert "sort the file" in found.message


def test_an_hourly_point_among_quarter_hours_is_not_taken_for_gaps() -> None:
    hourly = [f"H,2026-01-01 {hour:02}:00,1" for hour in range(1, 25)]
    found = only_problem(long_csv.read, long(*long_day(), *hourly))
    assert (found.message_code, found.row, found.value, found.expected) == (Code.INTERVAL_MIXED, 98, "24", "96")


FAULTS = {
    "time": ("P1,yesterday,1", Code.TIME, "yesterday"),
    "25 hours": ("P1,2026-01-01 25:00,1", Code.TIME, "2026-01-01 25:00"),
    "off the grid": ("P1,2026-01-01 00:07,1", Code.TIME_OFF_GRID, "2026-01-01 00:07"),
    "zone": ("P1,2026-01-01T00:15+08:00,1", Code.TIME_ZONE, "2026-01-01T00:15+08:00"),
    "number": ("P1,2026-01-01 00:15,one", Code.NUMBER, "one"),
    "point": (",2026-01-01 00:15,1", Code.FIELD_EMPTY, ""),
    "fields": ("P1,2026-01-01 00:15", Code.FIELD_COUNT, "2"),
    "quotes": ('P1,"2026-01-01 00:15,1', Code.QUOTES, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_line_is_named_and_the_others_are_kept(fault: str) -> None:
    line, code, value = FAULTS[fault]
    data = long(*long_day("A"), line, *long_day("B"))
    found = only_problem(long_csv.read, data)
    assert (found.row, found.message_code, found.value) == (98, code, value)
    assert {key for key, _, _ in by_day(read(long_csv.read, data)[0])} == {"A", "B"}


def test_times_with_a_zone_are_read_when_the_offset_of_the_point_is_given() -> None:
    lines = [f"P1,2026-01-01T{hour:02}:00Z,1" for hour in range(24)]
    options = IntervalOptions(label="start", utc_offset_s=8 * 3600)
    days = by_day(read(long_csv.read, long(*lines), options)[0])
    assert [day for _, _, day in days] == ["2026-01-01", "2026-01-02"]
    assert sum(days[P1][0]) == 16_000
    local = [line.replace("Z", "+08:00") for line in lines]
    assert list(by_day(read(long_csv.read, long(*local), options)[0])) == [P1]


def test_a_file_that_is_wrong_as_a_whole_is_refused() -> None:
    assert refused(long_csv.read, long()).message_code is Code.NO_ROWS
    assert refused(long_csv.read, long("P1;2026-01-01 00:15;1", header="point;timestamp;value")).message_code is (
        Code.SEPARATOR
    )
    assert refused(long_csv.read, long(*long_day(), header="point,timestamp,value")).message_code is Code.UNIT_MISSING
    assert refused(long_csv.read, long(*long_day(), header="point,when,value_kwh")).message_code is Code.COLUMN_MISSING
    one_time = long("P1,2026-01-01 01:00,1", "P2,2026-01-01 01:00,1")
    assert refused(long_csv.read, one_time).message_code is Code.INTERVAL_UNKNOWN
    assert read(long_csv.read, one_time, IntervalOptions(slots=24))[0][0].slots == 24


def test_a_workbook_is_read_although_its_times_miss_the_second() -> None:
    start = datetime.fromisoformat("2026-01-01")
    times = [start + timedelta(hours=i, microseconds=-3 if i % 2 else 0) for i in range(1, 25)]
    data = sheet(["point", "timestamp", "value_kwh"], *(["P1", moment, 1.25] for moment in times))
    assert by_day(read(long_csv.read, data)[0]) == {P1: ([1250] * 24, [0] * 24)}


micro_wh = st.integers(-(10**12), 10**12)


@given(st.lists(micro_wh, min_size=24, max_size=24), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_day_of_any_values_in_any_order_comes_back(values: list[int], order: random.Random) -> None:
    lines = [f"P1,2026-01-01 {i + 1:02}:00,{value / 1000:.3f}" for i, value in enumerate(values)]
    order.shuffle(lines)
    assert by_day(read(long_csv.read, long(*lines))[0])[P1][0] == values
