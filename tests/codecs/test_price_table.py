"""Agency-purchase tables from XLSX, CSV, PDF and text: the printed figures, and nothing dropped in silence."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridhall.codecs import price_table
from gridhall.codecs.price_table import Code, PriceTable, PriceTableError
from tests import price_tables as made

FORMATS = {
    "table.xlsx": made.as_xlsx,
    "table.csv": made.as_csv,
    "gb.csv": lambda month: made.as_csv(month, "gb18030"),
    "table.pdf": made.as_pdf,
    "table.txt": lambda month: made.as_text(month).encode(),
}


def e8(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(8, "0"))


@pytest.fixture(scope="module", params=FORMATS)
def january(request: pytest.FixtureRequest) -> PriceTable:
    return price_table.read(FORMATS[request.param](made.JANUARY), request.param)


def refused(content: bytes, name: str = "table.csv") -> PriceTableError:
    with pytest.raises(PriceTableError) as caught:
        price_table.read(content, name)
    return caught.value


def test_g1_all_28_printed_prices_are_stored_unchanged(january: PriceTable) -> None:
    found = [(row.flat, row.sharp, row.peak, row.valley) for row in january.rows]
    assert found == [tuple(map(e8, prices)) for prices in made.JANUARY.prices]
    assert [row.td for row in january.rows] == [e8(text) for text in made.TD]


def test_g1_area_month_issuer_and_components(january: PriceTable) -> None:
    assert (january.area, january.month, january.issuer) == ("湖北", 202601, "国网湖北省电力有限公司")
    assert {one.code: one.price_e8 for one in january.components} == {
        "purchase": 38_447_000, "loss": 1_364_300, "system-operation": 8_227_300, "fund": 4_520_000,
    }  # fmt: skip
    items = {one.code: [item.price_e8 for item in one.items] for one in january.components}
    assert sum(items["purchase"]) == 38_447_000
    assert sum(items["system-operation"]) == 7_797_300  # printed 0.082273: the table contradicts itself
    assert len(items["fund"]) == 3


def test_demand_and_capacity_reach_the_rows_of_their_merged_cells(january: PriceTable) -> None:
    found = [(row.tariff_class, row.demand, row.capacity) for row in january.rows]
    assert found[:3] == [("single_part", None, None)] * 3
    assert found[3:] == [("two_part", e8(d), e8(c)) for d, c in (("42", "26.3"),) * 2 + (("39", "24.4"),) * 2]


def test_nothing_is_left_over(january: PriceTable) -> None:
    assert january.unknown == ()
    assert len(january.remarks) == 2


def test_a_csv_says_where_it_took_a_price_from_the_row_above() -> None:
    table = price_table.read(made.as_csv(made.JANUARY), "t.csv")
    assert [note.fields["value"] for note in table.notes] == ["两部制 35千伏"] * 2 + ["两部制 220千伏及以上"] * 2
    assert price_table.read(made.as_xlsx(made.JANUARY)).notes == ()


def test_a_number_torn_by_a_line_break_is_joined_and_said() -> None:
    table = price_table.read(made.as_text(made.JANUARY).encode(), "t.txt")
    assert [(note.code, note.fields["number"]) for note in table.notes] == [("joined", "1.030199")]


def test_a_torn_number_that_fits_in_two_places_is_refused() -> None:
    text = made.as_text(made.JANUARY).replace("0.013643 0.1065", "0.013 0.1065")
    assert refused(text.encode(), "t.txt").code == Code.NUMBERS_AND_COLUMNS


def test_prices_in_fen_full_width_digits_and_line_breaks_in_cells() -> None:
    text = made.as_csv(made.JANUARY).decode("utf-8-sig")
    wide = text.replace("0.651886", "０.６５\n１８８６").replace("0.651886\n", "0.651886")
    wide = wide.replace("０.６５\n１８８６", '"０.６５\n１８８６"')
    assert price_table.read(wide.encode(), "t.csv").rows[3].flat == 65_188_600
    head = "国网湖北省电力有限公司 2026年3月,,,\n单位：分/千瓦时,,,\n"
    table = price_table.read((head + "分类,电压等级,电度用电价格,电度输配电价\n两部制,35千伏,63.2086,10.65\n").encode())
    assert (table.rows[0].flat, table.rows[0].td) == (63_208_600, 10_650_000)


def test_a_column_that_nobody_understands_is_named() -> None:
    rows = "湖北 2026年3月\n分类,电压等级,电度用电价格,辅助费,\n单一制,35千伏,0.69,0.001,0.5\n"
    assert price_table.read(rows.encode()).unknown == ("辅助费", "column 5")


def test_an_item_that_nobody_understands_stays_in_its_sum_and_is_named() -> None:
    text = made.as_csv(made.JANUARY).decode("utf-8-sig").replace("煤电容量电费", "抗旱专项费用")
    table = price_table.read(text.encode())
    assert table.unknown == ("抗旱专项费用 0.036657",)
    assert sum(item.price_e8 for item in table.component("system-operation").items) == 7_797_300


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("a,b\n1,2\n", Code.NO_ROWS),
        ("x,y,z,w\n两部制,35千伏,0.5,0.1\n", Code.NO_HEADER),
        ("分类,电压等级,平段,平时段\n两部制,35千伏,0.5,0.1\n", Code.COLUMN_TWICE),
        ("分类,电压等级,平段,峰段\n两部制,35千伏,0.5,0.6\n两部制,35千伏,0.5,0.6\n", Code.ROW_TWICE),
        ("分类,电压等级,平段,峰段,谷段\n两部制,35千伏,0.5,0.6,12a\n", Code.NUMBER),
        ("分类,电压等级,低谷,峰段\n两部制,35千伏,0.5,0.6\n", Code.NO_PRICE),
        ("分类,电压等级,平段,峰段\n工厂,35千伏,0.5,0.6\n", Code.CLASS_UNKNOWN),
        ("分类,电压等级,平段,峰段\n两部制,35千伏,0.5,0.6\n", Code.AREA_UNKNOWN),
        ("湖北\n分类,电压等级,平段,峰段\n两部制,35千伏,0.5,0.6\n", Code.MONTH_UNKNOWN),
        ("x," * 80 + "\n", Code.TOO_MANY_CELLS),
    ],
)
def test_a_table_that_cannot_be_read_says_why(rows: str, code: Code) -> None:
    assert refused(rows.encode()).code == code


def test_what_the_file_does_not_say_the_sender_may() -> None:
    rows = "分类,电压等级,平段,峰段\n两部制,35千伏,0.5,0.6\n".encode()
    table = price_table.read(rows, "t.csv", area="湖北", month=202603)
    assert (table.area, table.month) == ("湖北", 202603)
    named = price_table.read(rows, "湖北2026-03.csv")
    assert [note.fields["field"] for note in named.notes] == ["area", "month"]


def test_hostile_files_end_in_a_clear_error() -> None:
    assert refused(b"x" * (price_table.BYTES_MAX + 1)).code == Code.TOO_LARGE
    assert refused(b"PK\x03\x04 no zip at all", "t.xlsx").code == Code.BROKEN
    assert refused(b"%PDF-1.7 no more", "t.pdf").code == Code.BROKEN
    assert refused(b"\0\1\2\3", "t.bin").code == Code.KIND_UNKNOWN
    book = openpyxl.Workbook()
    book.active.cell(9_000, 1, "far away")
    out = io.BytesIO()
    book.save(out)
    assert refused(out.getvalue(), "t.xlsx").code == Code.TOO_MANY_CELLS


def pdf(pages: int, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_without_text_with_a_password_or_too_long_is_refused() -> None:
    assert refused(pdf(1)).code == Code.NO_TEXT
    assert refused(pdf(1, "secret")).code == Code.ENCRYPTED
    assert refused(pdf(13)).code == Code.TOO_MANY_PAGES


def test_the_stored_form_comes_back_the_same(january: PriceTable) -> None:
    assert price_table.from_json(price_table.to_json(january)) == january


def test_the_invented_february_holds_its_own_arithmetic() -> None:
    table = price_table.read(made.as_xlsx(made.FEBRUARY))
    shared = sum(one.price_e8 for one in table.components)
    assert [shared + row.td - row.flat for row in table.rows] == [20_000] * 3 + [0] * 4
    assert price_table.read(made.as_xlsx(replace(made.FEBRUARY, month=202603))).month == 202603


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400), st.sampled_from(["", "t.csv", "t.txt", "t.pdf"]), st.sampled_from([b"", b"%PDF-1.4\n"]))
def test_any_bytes_end_in_a_clear_error(content: bytes, name: str, head: bytes) -> None:
    with pytest.raises(PriceTableError):
        price_table.read(head + content, name)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_table_is_read_or_refused_clearly(data: st.DataObject) -> None:
    lines = made.as_text(made.JANUARY).splitlines()
    kind = data.draw(st.sampled_from(["t.txt", "t.csv"]))
    if kind == "t.csv":
        lines = made.as_csv(made.JANUARY).decode("utf-8-sig").splitlines()
    for _ in range(data.draw(st.integers(1, 4))):
        n = data.draw(st.integers(0, len(lines) - 1))
        at = data.draw(st.integers(0, len(lines[n])))
        lines[n] = (
            lines[n][:at] + data.draw(st.text("0123456789.,-/年千伏两部制\"'\n ", max_size=4)) + lines[n][at + 1 :]
        )
    try:
        table = price_table.read("\n".join(lines).encode(), kind)
    except PriceTableError as error:
        assert error.code in Code
    else:
        assert table.rows
