import io
from datetime import date, time
from decimal import ROUND_FLOOR, Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.codecs import limits, tally, wide_csv
from gridhall.codecs.errors import Code
from gridhall.codecs.intervals import EDITED, ESTIMATED, MISSING, IntervalOptions
from gridhall.codecs.numbers import micro_from_floats
from gridhall.codecs.text import Block
from gridhall.codecs.wide_columns import wide_columns
from gridhall.codecs.wide_fast import read_fast
from gridhall.codecs.wide_lines import read_lines
from tests.codecs.samples import WIDE_HEADER, by_day, only_problem, read, refused, sheet, warnings, wide, wide_line

FRONT = "point,quantity,date,unit,"


def test_a_day_of_kilowatt_hours_becomes_watt_hours() -> None:
    days = by_day(read(wide_csv.read, wide(wide_line(values=[f"{i}.{i:03}" for i in range(24)])))[0])
    assert days == {("P1", 1, "2026-01-01"): ([i * 1001 for i in range(24)], [0] * 24)}


@pytest.mark.parametrize("slots", [24, 48, 96, 288])
def test_a_day_may_have_hours_halves_quarters_or_five_minutes(slots: int) -> None:
    names = [f"{m // 60:02}:{m % 60:02}" for m in range(1440 // slots, 1441, 1440 // slots)]
    data = wide(wide_line(values=["1"] * slots), header=FRONT + ",".join(names))
    (batch,), problems = read(wide_csv.read, data)
    assert (batch.slots, batch.values.sum(), problems) == (slots, slots * 1000, [])


def test_a_chinese_header_in_gb18030_is_read_and_the_guess_is_told() -> None:
    header = "计量点编号,数据类型,日期,单位," + ",".join(f"点{i}" for i in range(1, 25))
    line = "城东一号,正向有功,2026年1月1日,千瓦时," + ",".join(["0.5"] * 24)
    (batch,), problems = read(wide_csv.read, wide(line, header=header).decode().encode("gb18030"))
    assert (batch.keys, batch.values.sum()) == (("城东一号",), 12_000)
    assert [x.message_code for x in problems] == [Code.ENCODING_GUESSED]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_marked_unicode_is_read_without_a_word(encoding: str) -> None:
    data = wide(wide_line("点一")).decode().encode(encoding)
    assert by_day(read(wide_csv.read, data)[0]).keys() == {("点一", 1, "2026-01-01")}
    assert warnings(wide_csv.read, data) == []


def test_windows_and_old_mac_line_ends_are_line_ends() -> None:
    lines = [wide_line("A"), wide_line("B")]
    for end in (b"\r\n", b"\r"):
        assert len(by_day(read(wide_csv.read, wide(*lines).replace(b"\n", end))[0])) == 2


def test_blank_lines_do_not_shift_the_row_numbers() -> None:
    data = wide("", wide_line("A"), "", "", wide_line("B", "2026-13-01"))
    assert (only_problem(wide_csv.read, data).row, only_problem(wide_csv.read, data).message_code) == (6, Code.DATE)


def test_an_empty_field_is_a_missing_interval_and_is_counted() -> None:
    data = wide(wide_line(values=["1"] * 5 + ["", "NULL"] + ["1"] * 17))
    ((values, flags),) = by_day(read(wide_csv.read, data)[0]).values()
    assert (values[5:7], flags[4:8], sum(values)) == ([0, 0], [0, MISSING, MISSING, 0], 22_000)
    assert warnings(wide_csv.read, data) == [Code.DAY_INCOMPLETE]


def test_a_quality_column_marks_the_whole_day() -> None:
    header = WIDE_HEADER.replace("unit", "unit,quality")
    lines = [wide_line(p).replace("kWh", f"kWh,{q}") for p, q in (("A", "estimated"), ("B", "修正"), ("C", "N"))]
    days = by_day(read(wide_csv.read, wide(*lines, header=header))[0])
    assert [set(flags) for _, flags in days.values()] == [{ESTIMATED}, {EDITED}, {MISSING}]
    assert sum(days["C", 1, "2026-01-01"][0]) == 0


def test_negative_values_reach_validation_as_they_came() -> None:
    ((values, _),) = by_day(read(wide_csv.read, wide(wide_line(values=["-0.5"] + ["1"] * 23)))[0]).values()
    assert values[0] == -500


def test_units_may_differ_from_row_to_row() -> None:
    lines = [wide_line("A", values=["1500"] * 24).replace("kWh", "Wh"), wide_line("B", values=["1.5"] * 24)]
    assert read(wide_csv.read, wide(*lines))[0][0].values.tolist() == [[1500] * 24] * 2


def test_a_file_without_a_unit_is_refused_until_the_unit_is_chosen() -> None:
    data = wide(wide_line().replace(",kWh", ""), header=WIDE_HEADER.replace(",unit", ""))
    assert refused(wide_csv.read, data).message_code is Code.UNIT_MISSING
    assert read(wide_csv.read, data, IntervalOptions(unit="kWh"))[0][0].values.sum() == 6000


FAULTS = {
    "value": (wide_line(values=["1"] * 3 + ["l.5"] + ["1"] * 20), Code.NUMBER, "v4", "l.5"),
    "comma in number": (wide_line(values=["1"] * 25), Code.FIELD_COUNT, "", "29"),
    "cut row": (wide_line()[:40], Code.FIELD_COUNT, "", "9"),
    "infinity": (wide_line(values=["inf"] + ["1"] * 23), Code.NUMBER, "v1", "inf"),
    "huge": (wide_line(values=["1e30"] + ["1"] * 23), Code.NUMBER_TOO_LARGE, "v1", "1e30"),
    "date": (wide_line(day="2026-02-30"), Code.DATE, "date", "2026-02-30"),
    "no point": (wide_line(""), Code.FIELD_EMPTY, "point", ""),
    "long point": (wide_line("P" * 65), Code.FIELD_TOO_LONG, "point", "P" * 59 + "…"),
    "control": (wide_line("P\x1b1"), Code.CONTROL_CHARACTER, "point", "P\\x1b1"),
    "quantity": (wide_line().replace(",1,", ",heat,"), Code.QUANTITY, "quantity", "heat"),
    "unit": (wide_line().replace("kWh", "MJ"), Code.UNIT, "unit", "MJ"),
    "quotes": ('"' + wide_line(), Code.QUOTES, "", ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_row_is_named_and_its_neighbours_are_kept(fault: str) -> None:
    line, code, field, value = FAULTS[fault]
    data = wide(wide_line("A"), line, wide_line("B"))
    found = only_problem(wide_csv.read, data)
    assert (found.row, found.message_code, found.field, found.value) == (3, code, field, value)
    assert {key for key, _, _ in by_day(read(wide_csv.read, data)[0])} == {"A", "B"}


def test_a_line_end_inside_quotation_marks_shifts_no_row_number() -> None:
    data = wide(wide_line(values=["1"] * 23 + ['"1\n"']), wide_line("B"), wide_line("C", "never"))
    problems = read(wide_csv.read, data)[1]
    assert [(x.row, x.message_code) for x in problems] == [(2, Code.QUOTES), (3, Code.QUOTES), (5, Code.DATE)]
    assert read(wide_csv.read, data)[0][0].rows.tolist() == [4]


def test_one_odd_row_among_thousands_does_not_cost_the_others_their_exactness() -> None:
    lines = [wide_line(f"P{i}", values=[f"{i}.{j:03}" for j in range(24)]) for i in range(5000)]
    lines[3210] = lines[3210].replace(".007", ".00seven")
    data = wide(*lines)
    found = only_problem(wide_csv.read, data)
    assert (found.row, found.field) == (3212, "v8")
    days = by_day(read(wide_csv.read, data)[0])
    assert len(days) == 4999
    assert all(days[f"P{i}", 1, "2026-01-01"][0] == [i * 1000 + j for j in range(24)] for i in range(5000) if i != 3210)


WHOLE_FILES = {
    "empty": (b"", Code.FILE_EMPTY),
    "blank": (b"\n  \n", Code.FILE_EMPTY),
    "header only": (wide(), Code.NO_ROWS),
    "semicolons": (wide(wide_line()).replace(b",", b";"), Code.SEPARATOR),
    "tabs": (wide(wide_line()).replace(b",", b"\t"), Code.SEPARATOR),
    "full-width commas": (wide(wide_line()).replace(b",", "，".encode()), Code.SEPARATOR),
    "no point": (wide(wide_line(), header=WIDE_HEADER.replace("point", "who")), Code.COLUMN_MISSING),
    "two dates": (wide(wide_line(), header=WIDE_HEADER.replace("quantity", "日期")), Code.COLUMN_TWICE),
    "unknown column": (wide(wide_line(), header=WIDE_HEADER.replace("quantity", "colour")), Code.COLUMN_UNKNOWN),
    "23 hours": (wide(wide_line(), header=WIDE_HEADER.removesuffix(",v24")), Code.VALUE_COLUMNS),
    "hours out of order": (wide(wide_line(), header=WIDE_HEADER.replace("v7", "v8", 1)), Code.VALUE_COLUMNS),
    "NUL bytes": (wide(wide_line(), wide_line("B\0")), Code.FILE_BINARY),
    "a workbook": (b"PK\x03\x04" + b"x" * 99, Code.WORKBOOK),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"x" * 99, Code.FILE_BINARY),
    "Latin-1": (wide(wide_line("Café")).decode().encode("latin-1"), Code.ENCODING),
    "mixed encodings": (wide(wide_line("点")) + wide_line("点").encode("gb18030") + b"\n", Code.ENCODING),
    "cut UTF-16": (wide(wide_line()).decode().encode("utf-16")[:-1], Code.ENCODING),
    "a picture": (b"\x89PNG\r\n" + b"x" * 99, Code.FILE_BINARY),
    "too many columns": (b"point," + b",".join(b"v%d" % i for i in range(1, 400)) + b"\n", Code.TOO_MANY_COLUMNS),
    "no line ends": (b"p" * 70_000, Code.LINE_TOO_LONG),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_is_wrong_as_a_whole_is_refused(name: str) -> None:
    data, code = WHOLE_FILES[name]
    assert refused(wide_csv.read, data).message_code is code


def test_a_file_cut_in_the_middle_of_a_row_loses_that_row_only_with_a_word() -> None:
    data = wide(wide_line("A"), wide_line("B"))[:-30]
    found = only_problem(wide_csv.read, data)
    assert (found.row, found.message_code) == (3, Code.FIELD_COUNT)


def test_a_last_line_without_end_may_be_cut_and_is_told() -> None:
    assert warnings(wide_csv.read, wide(wide_line())[:-1]) == [Code.LAST_LINE_OPEN]


def test_a_day_sent_twice_alike_is_taken_once() -> None:
    data = wide(wide_line("A"), wide_line("B"), wide_line("A"), wide_line("A", "2026-01-02"))
    batches, (warning,) = read(wide_csv.read, data)
    assert sum(map(len, batches)) == 3
    assert (warning.message_code, warning.row, warning.other_row, warning.expected) == (Code.REPEATED, 4, 2, "1")


def test_a_day_sent_twice_differently_names_both_rows() -> None:
    data = wide(wide_line("A"), wide_line("B"), wide_line("A", values=["0.26"] + ["0.25"] * 23))
    found = only_problem(wide_csv.read, data)
    assert (found.message_code, found.row, found.other_row, found.value) == (Code.CONTRADICTION, 4, 2, "A 2026-01-01")
    assert by_day(read(wide_csv.read, data)[0])["A", 1, "2026-01-01"][0][0] == 250


def test_repeats_are_found_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [wide_line(f"P{i}") for i in range(2000)]
    data = wide(*lines, wide_line("P7", values=["9"] * 24), *lines)
    monkeypatch.setattr(wide_csv.TextBlocks.__init__, "__defaults__", (limits.MAX_BYTES, 1 << 14))
    batches, problems = read(wide_csv.read, data)
    assert len(batches) > 10
    assert sum(map(len, batches)) == 2000
    assert {(x.message_code, x.row, x.other_row, x.expected) for x in problems} == {
        (Code.CONTRADICTION, 2002, 9, ""),
        (Code.REPEATED, 2003, 2, "2000"),
    }


def test_an_encoding_that_changes_between_blocks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_csv.TextBlocks.__init__, "__defaults__", (limits.MAX_BYTES, 1 << 10))
    good = wide(*[wide_line(f"点{i}") for i in range(40)])
    found = refused(wide_csv.read, good + "".join(wide_line(f"城{i}") + "\n" for i in range(40)).encode("gb18030"))
    assert (found.message_code, found.row) == (Code.ENCODING, 42)


@pytest.mark.parametrize("value", [1e9, -1e9, float("nan"), float("inf"), float("-inf")])
def test_a_float_beyond_the_proven_bound_is_left_to_exact_decimals(value: float) -> None:
    assert micro_from_floats(np.array([1.0, value])) is None
    assert micro_from_floats(np.array([999_999_999.999999, -0.000001])) == pytest.approx(
        [999_999_999_999_999, -1], abs=0
    )


def test_a_file_of_faults_is_not_listed_to_the_end() -> None:
    data = wide(*[wide_line(day="never")] * (limits.MAX_PROBLEMS + 5))
    assert refused(wide_csv.read, data).message_code is Code.TOO_MANY_PROBLEMS


def test_a_file_beyond_the_limits_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = wide(*[wide_line(f"P{i}") for i in range(10)])
    monkeypatch.setattr(tally.limits, "MAX_ROWS", 9)
    assert refused(wide_csv.read, data).message_code is Code.TOO_MANY_ROWS
    monkeypatch.setattr(wide_csv.TextBlocks.__init__, "__defaults__", (500, 100))
    assert refused(wide_csv.read, data).message_code is Code.FILE_TOO_LARGE


numbers = st.decimals(min_value=-999_999, max_value=999_999, places=6, allow_nan=False).map(lambda x: f"{x:f}")
days_of_numbers = st.lists(st.lists(numbers, min_size=24, max_size=24), min_size=1, max_size=4)


def exact_wh(texts: list[str], per_unit: int) -> list[int]:
    """The definition in exact decimals: differences of the half-up rounded running sum."""
    half, running, before, out = Decimal("0.5"), Decimal(0), 0, []
    for text in texts:
        running += Decimal(text) * per_unit
        rounded = int((running + half).to_integral_value(ROUND_FLOOR))
        out.append(rounded - before)
        before = rounded
    return out


@given(days_of_numbers, st.sampled_from(["kWh", "Wh"]))
@settings(max_examples=60, deadline=None)
def test_every_value_of_six_decimals_is_exact_and_the_day_sum_with_it(days: list[list[str]], unit: str) -> None:
    lines = [wide_line(f"P{i}", values=day).replace("kWh", unit) for i, day in enumerate(days)]
    (batch,), problems = read(wide_csv.read, wide(*lines))
    per_unit = 1000 if unit == "kWh" else 1
    assert problems == []
    assert batch.values.tolist() == [exact_wh(day, per_unit) for day in days]
    for day, values in zip(days, batch.values, strict=True):
        assert abs(sum(map(Decimal, day)) * per_unit - int(values.sum())) <= Decimal("0.5")


@given(days_of_numbers)
@settings(max_examples=30, deadline=None)
def test_the_fast_and_the_careful_path_agree(days: list[list[str]]) -> None:
    columns = wide_columns(WIDE_HEADER.split(","), IntervalOptions())
    block = Block.of(2, "".join(wide_line(f"P{i}", values=day) + "\n" for i, day in enumerate(days)).encode())
    fast, (careful,) = read_fast(block, columns), list(read_lines(block, columns))
    assert fast is not None
    assert (fast.values == careful.values).all()
    assert (fast.rows == careful.rows).all()
    assert [fast.key(i) for i in range(len(fast))] == [careful.key(i) for i in range(len(careful))]


def test_the_noise_of_a_spreadsheet_is_rounded_away() -> None:
    data = wide(wide_line(values=["0.30000000000000004", "1.1E-2", "2.675000000001"] + ["0"] * 21))
    assert read(wide_csv.read, data)[0][0].values[0, :3].tolist() == [300, 11, 2675]


def test_a_workbook_is_read_like_the_text_it_stands_for() -> None:
    header = ["计量点", "日期", "单位", *(time(m // 60, m % 60) for m in range(30, 1440, 30)), "24:00"]
    days: list[list[object]] = [
        ["P1", date(2026, 1, 1), "kWh", *[0.1 + 0.2] * 48],
        [],
        ["P2", "2026/1/1", "Wh", *[7] * 48],
    ]
    (batch,), problems = read(wide_csv.read, sheet(header, *days))
    assert (batch.keys, batch.rows.tolist(), problems) == (("P1", "P2"), [2, 4], [])
    assert batch.values.tolist() == [[300] * 48, [7] * 48]
    assert refused(wide_csv.read, sheet(header, ["P1", "=A1"])).message_code is Code.FORMULA
    assert only_problem(wide_csv.read, sheet(header, *days, ["P3", "never", "kWh"])).row == 5


def test_a_stream_that_gives_little_at_a_time_gives_the_same() -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1, 7))

    data = wide(*[wide_line(f"点{i}") for i in range(20)])
    trickled = list(wide_csv.read(Trickle(data)))
    assert by_day(trickled) == by_day(read(wide_csv.read, data)[0])
    assert np.concatenate([x.rows for x in trickled]).tolist() == list(range(2, 22))
