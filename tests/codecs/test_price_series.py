"""Files of interval prices: whole days exactly as written, and a fault named by row, field and remedy."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from gridhall.codecs import price_series
from gridhall.codecs.errors import Code, CodecError

NOVEMBER = date(2026, 11, 1)


def hourly(prices: list[str], first: int = 1) -> bytes:
    rows = [f"2026-11-01 {hour + first:02}:00,{price}" for hour, price in enumerate(prices)]
    return ("time,price\n" + "\n".join(rows)).encode()


def test_a_day_of_hours_named_by_their_ends_is_read_exactly() -> None:
    prices = [f"{300 + hour}.25" for hour in range(23)] + ["-12.5"]
    [(day, read)] = price_series.read(hourly(prices), 60, "MWh").days
    assert (day, len(read)) == (NOVEMBER, 24)
    assert (read[0], read[1], read[23]) == (30_025_000, 30_125_000, -1_250_000)  # 1e-8 yuan per kWh


def test_the_same_file_named_by_the_starts_of_its_hours_is_another_day() -> None:
    found = price_series.read(hourly(["1"] * 24, first=0), 60, "kWh", "start")
    assert [day for day, _prices in found.days] == [NOVEMBER]
    moved = price_series.read(hourly(["1"] * 24, first=0), 60, "kWh", "end")
    assert moved.days == ()
    assert {one.message_code for one in moved.refused} == {Code.PRICES_INCOMPLETE}


@pytest.mark.parametrize(
    "names", [[f"v{n}" for n in range(1, 97)], [f"{n // 4:02}:{n % 4 * 15:02}" for n in range(1, 97)]]
)
def test_one_row_a_day_in_csv_and_in_a_workbook_say_the_same(names: list[str]) -> None:
    cells = [f"{n / 1000:.3f}" for n in range(96)]
    text = f"日期,{','.join(names)}\n2026年11月1日,{','.join(cells)}\n".encode("gb18030")
    book = openpyxl.Workbook()
    book.active.append(["日期", *names])
    book.active.append([NOVEMBER, *map(float, cells)])
    stored = BytesIO()
    book.save(stored)
    from_text, from_book = (price_series.read(data, 15, "kWh") for data in (text, stored.getvalue()))
    assert from_text.days == from_book.days == ((NOVEMBER, tuple(n * 100_000 for n in range(96))),)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", Code.FIELD_EMPTY),
        ("cheap", Code.NUMBER),
        ("350000", Code.PRICE_TOO_LARGE),
        ("0.123456789", Code.PRICE_DECIMALS),
    ],
)
def test_a_price_that_cannot_be_charged_keeps_its_day_out_and_no_other(cell: str, code: Code) -> None:
    bad = hourly(["0.3"] * 11 + [cell] + ["0.3"] * 12)
    good = hourly(["0.4"] * 24).replace(b"2026-11-01", b"2026-11-02").split(b"\n", 1)[1]
    found = price_series.read(bad + b"\n" + good, 60, "kWh")
    assert [day for day, _prices in found.days] == [date(2026, 11, 2)]
    assert [(one.row, one.message_code) for one in found.refused] == [(13, code), (2, Code.PRICES_INCOMPLETE)]


def test_an_hour_priced_twice_is_a_contradiction_unless_it_says_the_same() -> None:
    twice = hourly(["0.3"] * 24) + b"\n2026-11-01 05:00,0.3\n2026-11-01 05:00,0.31\n"
    [fault] = price_series.read(twice, 60, "kWh").refused
    assert (fault.row, fault.message_code, fault.other_row) == (27, Code.CONTRADICTION, 6)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Code.FILE_EMPTY),
        (b"%PDF-1.7", Code.FILE_BINARY),
        (b"hour;price\n1;2", Code.SEPARATOR),
        (b"a,b\n1,2", Code.COLUMN_MISSING),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(content: bytes, code: Code) -> None:
    with pytest.raises(CodecError) as refused:
        price_series.read(content, 60, "kWh")
    assert refused.value.problem.message_code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("2026-11-01 00:07", Code.TIME_OFF_GRID), ("yesterday", Code.TIME), ("2026-11-01 01:00+08:00", Code.TIME_ZONE)],
)
def test_a_time_that_names_no_interval_is_said_with_its_row(text: str, code: Code) -> None:
    fault = price_series.read(hourly(["1"] * 24) + f"\n{text},1\n".encode(), 60, "kWh").refused[0]
    assert (fault.row, fault.field, fault.message_code) == (26, "time", code)
