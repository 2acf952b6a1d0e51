import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridhall.codecs import limits
from gridhall.codecs.errors import Code
from gridhall.codecs.tables import Row, neutralise, read_rows, write_csv
from tests.codecs.samples import only_problem, read, refused, sheet, warnings

COLUMNS = {"account": ("户号", "account no"), "name": ("户名",), "phone": ("手机", "mobile")}


def customers(stream: BinaryIO) -> Iterator[Any]:
    return read_rows(stream, COLUMNS, required=("account", "name"))


def repacked(data: bytes, **changed: bytes) -> bytes:
    """The workbook with some members replaced; `sheet1` stands for the first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            stem = name.rsplit("/", 1)[-1].removesuffix(".xml")
            new.writestr(name, changed.get(stem, old.read(name)))
    return out.getvalue()


TEXT = "户号,户名,备注\n001,李女士,a\n\n002,周,\n".encode()
BOOK = sheet(("Account No", "户名", "备注"), ("001", "李女士", "a"), (None, None, None), ("002", "周", None))


@pytest.mark.parametrize("data", [TEXT, BOOK], ids=["csv", "xlsx"])
def test_columns_are_found_by_any_of_their_names(data: bytes) -> None:
    rows, problems = read(customers, data)
    assert rows == [Row(2, {"account": "001", "name": "李女士"}), Row(4, {"account": "002", "name": "周"})]
    assert [(x.message_code, x.value) for x in problems] == [(Code.COLUMN_UNKNOWN, "备注")]


def test_a_quoted_field_may_hold_commas_quotes_and_line_ends() -> None:
    data = b'account,name\n1,"Li, ""Mei""\nNo. 2"\n2,Zhou\n'
    assert read(customers, data)[0] == [
        Row(2, {"account": "1", "name": 'Li, "Mei"\nNo. 2'}),
        Row(4, {"account": "2", "name": "Zhou"}),
    ]


def test_numbers_and_dates_of_a_workbook_look_as_a_person_reads_them() -> None:
    data = sheet(
        ("account", "name", "mobile"),
        (3200001, 1.5, 13800138000.0),
        (date(2026, 1, 2), datetime.fromisoformat("2026-01-02 03:00"), True),
    )
    assert [list(x.fields.values()) for x in read(customers, data)[0]] == [
        ["3200001", "1.5", "13800138000"],
        ["2026-01-02", "2026-01-02 03:00:00", "True"],
    ]


def test_a_formula_is_refused_and_never_calculated() -> None:
    found = only_problem(customers, sheet(("account", "name"), ("1", "Li"), ("2", '=HYPERLINK("x")')))
    assert (found.message_code, found.row, found.field) == (Code.FORMULA, 3, "column 2")


def test_an_identity_number_that_lost_digits_is_refused() -> None:
    found = only_problem(customers, sheet(("account", "name"), (110101199003070000, "Li")))
    assert (found.message_code, found.row) == (Code.DIGITS_LOST, 2)


FAULTS = {
    "fields": (b"account,name\n1,Li,x\n", Code.FIELD_COUNT),
    "cut row": (b"account,name,phone\n1,Li\n", Code.FIELD_COUNT),
    "control": (b"account,name\n1,L\x08i\n", Code.CONTROL_CHARACTER),
    "long": (b"account,name\n1," + b"L" * 2001 + b"\n", Code.FIELD_TOO_LONG),
    "long in a workbook": (sheet(("account", "name"), ("1", "L" * 2001)), Code.FIELD_TOO_LONG),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_row_is_named(fault: str) -> None:
    data, code = FAULTS[fault]
    assert (only_problem(customers, data).message_code, only_problem(customers, data).row) == (code, 2)


DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'
BOMB = b"<worksheet>" + b" " * 30_000_000 + b"</worksheet>"
WHOLE_FILES = {
    "empty": (b"", Code.FILE_EMPTY),
    "no name": (b"account,phone\n1,2\n", Code.COLUMN_MISSING),
    "two names": ("account,name,户名\n1,2,3\n".encode(), Code.COLUMN_TWICE),
    "semicolons": (b"account;name\n1;Li\n", Code.SEPARATOR),
    "open quotes": (b'account,name\n1,"Li\n2,Zhou\n', Code.QUOTES),
    "NUL": (b"account,name\n1,L\0i\n", Code.FILE_BINARY),
    "a PDF": (b"%PDF-1.7 ...", Code.FILE_BINARY),
    "columns": (b"account,name" + b",x" * 300 + b"\n", Code.TOO_MANY_COLUMNS),
    "columns in a workbook": (sheet(("account", "name", *("x",) * 300)), Code.TOO_MANY_COLUMNS),
    "empty workbook": (sheet(), Code.FILE_EMPTY),
    "cut workbook": (BOOK[:-100], Code.WORKBOOK),
    "any zip": (repacked(BOOK, workbook=b"<x/>"), Code.WORKBOOK),
    "broken sheet": (repacked(BOOK, sheet1=b"<worksheet><sheetData><row>"), Code.WORKBOOK),
    "entities": (repacked(BOOK, sheet1=DTD), Code.XML_DOCTYPE),
    "entities in UTF-16": (repacked(BOOK, sheet1=DTD.decode().encode("utf-16")), Code.XML_DOCTYPE),
    "zip bomb": (repacked(BOOK, sheet1=BOMB), Code.ZIP_BOMB),
}


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_file_that_is_wrong_as_a_whole_is_refused(name: str) -> None:
    data, code = WHOLE_FILES[name]
    assert refused(customers, data).message_code is code


def test_a_workbook_larger_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_WORKBOOK_BYTES", 1000)
    assert refused(customers, BOOK).message_code is Code.FILE_TOO_LARGE


def test_a_zip_of_many_members_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ZIP_MEMBERS", 3)
    assert refused(customers, BOOK).message_code is Code.ZIP_BOMB


def test_a_table_longer_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TABLE_ROWS", 2)
    assert refused(customers, TEXT).message_code is Code.TOO_MANY_ROWS
    assert refused(customers, BOOK).message_code is Code.TOO_MANY_ROWS


def test_a_header_without_rows_is_taken_with_a_word() -> None:
    assert warnings(customers, b"account,name\n") == [Code.NO_ROWS]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\0=1", " =1", "＝1", "＠x"])
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(cell: str) -> None:
    assert neutralise(cell).startswith("'")
    assert "\0" not in neutralise(cell)


@pytest.mark.parametrize("cell", [-5, "-5", "+86", "-0.25", "李女士", "a=b", "", 3, None])
def test_a_harmless_cell_stays_as_it_is(cell: object) -> None:
    assert neutralise(cell) == ("" if cell is None else str(cell))


table = st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=6)


@given(table)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_safe_and_comes_back(rows: list[list[str]]) -> None:
    rows = [[cell.encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    written = b"".join(write_csv(["账号", "名"], rows)).decode("utf-8-sig")
    header, *back = csv.reader(io.StringIO(written, newline=""))
    assert header == ["账号", "名"]
    assert back == [[neutralise(cell) for cell in row] for row in rows]
