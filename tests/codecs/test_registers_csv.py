from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.codecs import registers_csv
from gridhall.codecs.errors import Code
from gridhall.codecs.intervals import ESTIMATED
from gridhall.codecs.registers_csv import RegisterKind
from tests.codecs.samples import only_problem, read, refused, warnings, wide

HEADER = "meter,kind,read_at,value"


def reads(*lines: str, header: str = HEADER) -> bytes:
    return wide(*lines, header=header)


def test_a_reading_keeps_its_digits_and_decimals() -> None:
    ((found,), problems) = read(registers_csv.read, reads("M1,active_total,2026-11-01,000123.4500"))
    assert (found.key, found.key_is, found.kind) == ("M1", "meter", RegisterKind.ACTIVE_TOTAL)
    assert (found.value, found.decimals, found.row, found.flag) == (1_234_500, 4, 2, 0)
    assert (found.read_at.isoformat(), found.has_time, problems) == ("2026-11-01T00:00:00", False, [])


def test_chinese_columns_and_kinds_are_read_from_gb18030() -> None:
    data = reads(
        "城东一号,正向有功总,2026年11月1日 00:00,100.5,",
        "城东一号,正向有功尖,2026-11-01 24:00,1,估算",
        "城东一号,最大需量,2026-11-01,0.1234,",
        header="计量点编号,示数类型,抄表时间,本次示数(kWh),数据质量",
    )
    found, problems = read(registers_csv.read, data.decode().encode("gb18030"))
    assert [x.kind.value for x in found] == ["active_total", "active_sharp", "demand"]
    assert found[1].read_at.isoformat() == "2026-11-02T00:00:00"
    assert ([x.has_time for x in found], found[1].flag) == ([True, True, False], ESTIMATED)
    assert [x.message_code for x in problems] == [Code.ENCODING_GUESSED]


@pytest.mark.parametrize("kind", RegisterKind)
def test_every_kind_has_its_word(kind: RegisterKind) -> None:
    assert read(registers_csv.read, reads(f"M1,{kind.value},2026-11-01,1"))[0][0].kind is kind


FAULTS = {
    "no key": (",active_total,2026-11-01,1", Code.FIELD_EMPTY),
    "kind": ("M1,gas,2026-11-01,1", Code.REGISTER_KIND),
    "date": ("M1,active_total,2026-11-31,1", Code.DATE),
    "time with a zone": ("M1,active_total,2026-11-01T00:00Z,1", Code.DATE),
    "negative": ("M1,active_total,2026-11-01,-1", Code.NUMBER),
    "thousands": ('M1,active_total,2026-11-01,"1,000"', Code.NUMBER),
    "exponent": ("M1,active_total,2026-11-01,1e3", Code.NUMBER),
    "empty value": ("M1,active_total,2026-11-01,", Code.NUMBER),
    "too many digits": ("M1,active_total,2026-11-01,1234567890123", Code.NUMBER),
    "full-width digits": ("M1,active_total,2026-11-01,１２", Code.NUMBER),
    "fields": ("M1,active_total,2026-11-01", Code.FIELD_COUNT),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_reading_is_named_and_its_neighbours_are_kept(fault: str) -> None:
    line, code = FAULTS[fault]
    data = reads("A,active_total,2026-11-01,1", line, "B,active_total,2026-11-01,1")
    assert (only_problem(registers_csv.read, data).row, only_problem(registers_csv.read, data).message_code) == (
        3,
        code,
    )
    assert [x.key for x in read(registers_csv.read, data)[0]] == ["A", "B"]


def test_a_reading_sent_twice_is_taken_once_or_refused_with_both_rows() -> None:
    first, other = "M1,active_total,2026-11-01,1", "M1,active_total,2026-11-01,1.5"
    assert warnings(registers_csv.read, reads(first, first)) == [Code.REPEATED]
    found = only_problem(registers_csv.read, reads(first, "M1,demand,2026-11-01,1", other))
    assert (found.message_code, found.row, found.other_row) == (Code.CONTRADICTION, 4, 2)


def test_a_file_needs_a_meter_or_a_point_and_rows() -> None:
    found = refused(registers_csv.read, reads("x,active_total,2026-11-01,1", header="who,kind,read_at,value"))
    assert (found.message_code, found.field) == (Code.COLUMN_MISSING, "meter / point")
    assert refused(registers_csv.read, reads()).message_code is Code.NO_ROWS


MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2100-01-01"))


@given(st.integers(0, 10**12 - 1), st.integers(0, 6), MOMENTS)
@settings(max_examples=60, deadline=None)
def test_any_reading_comes_back(whole: int, decimals: int, read_at: datetime) -> None:
    read_at = read_at.replace(microsecond=0)
    part = f"{whole % 10**decimals:0{decimals}}" if decimals else ""
    line = f"M1,active_peak,{read_at.isoformat(sep=' ')},{whole}.{part}"
    (found,), _ = read(registers_csv.read, reads(line))
    assert (found.read_at, found.value, found.decimals) == (read_at, int(f"{whole}{part}"), decimals)
