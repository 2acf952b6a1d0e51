"""Other systems' bills: any names, separators and encodings; exact figures; nothing of a bad row is lost."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridhall.codecs.errors import Code, CodecError, FileProblem
from gridhall.codecs.legacy_bills import (
    BadRow,
    ColumnMap,
    LegacyBill,
    LegacyLine,
    fits,
    look,
    propose,
    read,
    unknown_names,
)
from gridhall.codecs.legacy_bills.values import ValueFault, month_of, rate_e8, rounded, scaled
from tests.conftest import ROOT

MONTH = 202610
WIDE = """cons_no,rcvbl_ym,上次抄表日期,本次抄表日期,t_pq,峰电量,谷电量,峰电费,谷电费,力调电费,rcvbl_amt,t_factor
3204000012,202610,2026-10-01,2026-10-31,123.4,100,23.4,60.00,10,-0.5,69.5,1
3204000020,2026年10月,20261001,20261031,7,,,,,,"1,004.20",20
"""
LONG = """户号|电费年月|费用名称|分时时段|阶梯|数量|单价|金额
1|202610|电度电费||一档|100|0.538|53.80
1|202610|电度电费||二档|10|0.588|5.88
1|202610|合计|||||59.68
2|202610|基本电费(需量)|||30.5|40|1220.00
2|202610|力调电费|||1220|-0.75%|-9.15
合计|||||||1270.53
"""


def proposed(raw: bytes) -> ColumnMap:
    """The mapping that the words of the header propose."""
    return propose(look(io.BytesIO(raw)))[0]


def everything(raw: bytes, mapping: ColumnMap | None = None) -> list[LegacyBill | BadRow | FileProblem]:
    return list(read(io.BytesIO(raw), mapping or proposed(raw), MONTH))


def bills(raw: bytes, mapping: ColumnMap | None = None) -> list[LegacyBill]:
    return [one for one in everything(raw, mapping) if isinstance(one, LegacyBill)]


def test_one_row_a_bill_in_the_names_of_state_grid() -> None:
    first, second = bills(WIDE.encode())
    assert (first.account, first.amount_fen, first.energy_wh) == ("3204000012", 6950, 123_400)
    assert (first.first, first.end) == (date(2026, 10, 1), date(2026, 11, 1))
    assert first.period_wh == (0, 0, 100_000, 0, 23_400, 0)
    assert first.lines[0] == LegacyLine("峰电费", "energy", "peak", 0, 100_000, None, 6000)
    assert first.lines[2] == LegacyLine("力调电费", "power_factor", "", 0, None, None, -50)
    assert first.facts == {"multiplier": 1}
    assert (second.amount_fen, second.period_wh, second.lines) == (100_420, None, ())


def test_one_row_a_line_separated_by_bars_in_gb18030() -> None:
    first, second = bills(LONG.encode("gb18030"))
    assert first.amount_fen == 5968
    assert first.energy_wh == 110_000
    assert [(line.tier, line.quantity, line.price_e8) for line in first.lines] == [
        (1, 100_000, 53_800_000), (2, 10_000, 58_800_000),
    ]  # fmt: skip
    demand, factor = second.lines
    assert (demand.kind, demand.quantity, demand.price_e8) == ("demand", 30_500_000, 4_000_000_000)
    assert (factor.kind, factor.quantity, factor.price_e8, factor.amount_fen) == (
        "power_factor",
        122_000,
        -750_000,
        -915,
    )
    warned = [one for one in everything(LONG.encode("gb18030")) if isinstance(one, FileProblem)]
    assert [one.message_code for one in warned] == [Code.ENCODING_GUESSED]  # the row of totals agrees


def test_a_workbook_says_the_same_as_its_csv() -> None:
    book = openpyxl.Workbook()
    for n, line in enumerate(WIDE.replace('"1,004.20"', "1004.20").splitlines()):
        cells: list[object] = line.split(",")
        if n:
            cells[4], cells[10] = float(str(cells[4])), float(str(cells[10]))
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    assert [(b.account, b.energy_wh, b.amount_fen) for b in bills(out.getvalue())] == [
        (b.account, b.energy_wh, b.amount_fen) for b in bills(WIDE.encode())
    ]


def test_a_column_left_out_is_asked_for() -> None:
    looked = look(io.BytesIO(b"cons_no,something\n1,2\n"))
    assert fits(looked, propose(looked)[0]) == ["amount"]


def test_a_saved_mapping_is_proposed_where_its_columns_are() -> None:
    looked = look(io.BytesIO(b"nr,summe\n1,2.00\n"))
    saved = ColumnMap("bills", {"nr": "account", "summe": "amount"})
    assert propose(looked, {"altes System": saved}) == (saved, "altes System")
    assert propose(looked, {"other": ColumnMap("bills", {"konto": "account"})})[1] == ""


def test_an_unknown_line_name_is_kept_and_can_be_taught() -> None:
    raw = "cons_no,费用名称,金额\n1,路灯附加,5.00\n1,电度电费,7.00\n".encode()
    looked = look(io.BytesIO(raw))
    mapping = propose(looked)[0]
    assert unknown_names(looked, mapping) == ["路灯附加"]
    assert bills(raw)[0].lines[0].kind == "other"
    taught = ColumnMap(mapping.layout, mapping.targets, {"路灯附加": "fixed"})
    assert bills(raw, taught)[0].lines[0].kind == "fixed"
    assert not [one for one in everything(raw, taught) if isinstance(one, FileProblem)]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("1,202610,12.345", Code.AMOUNT_DECIMALS, "rcvbl_amt"),
        ("1,202610,twelve", Code.AMOUNT, "rcvbl_amt"),
        ("1,202610,", Code.FIELD_EMPTY, "rcvbl_amt"),
        (",202610,12.34", Code.FIELD_EMPTY, "cons_no"),
        ("1,202613,12.34", Code.MONTH, "rcvbl_ym"),
        ("1,202609,12.34", Code.OTHER_MONTH, "rcvbl_ym"),
        ("1,202610,12.34,5", Code.FIELD_COUNT, ""),
    ],
)
def test_a_bad_row_is_kept_as_it_stood_with_row_field_and_remedy(row: str, code: Code, field: str) -> None:
    raw = f"cons_no,rcvbl_ym,rcvbl_amt\n9,202610,1.00\n{row}\n8,202610,2.00\n".encode()
    found = everything(raw)
    assert [one.amount_fen for one in found if isinstance(one, LegacyBill)] == [100, 200]
    (bad,) = [one for one in found if isinstance(one, BadRow)]
    assert (bad.row, bad.problem.row, bad.problem.message_code, bad.problem.field) == (3, 3, code, field)
    assert bad.texts == row.split(",")
    assert ";" in bad.problem.message


def test_totals_that_do_not_add_up_are_said() -> None:
    raw = b"account,amount\n1,10.00\n2,5.00\ntotal,15.01\n"
    (warned,) = [one for one in everything(raw) if isinstance(one, FileProblem)]
    assert (warned.message_code, warned.value, warned.expected) == (Code.TOTAL_DIFFERS, "15.01", "15.00")
    assert not [one for one in everything(raw.replace(b"15.01", b"15.00")) if isinstance(one, FileProblem)]


def test_a_missing_column_and_an_empty_file_are_refused_as_a_whole() -> None:
    with pytest.raises(CodecError) as refused:
        everything(b"account,sum\n1,2\n", ColumnMap("bills", {"account": "account", "amount": "amount"}))
    assert refused.value.problem.message_code == Code.COLUMN_MISSING
    with pytest.raises(CodecError):
        look(io.BytesIO(b"  \n"))


@given(st.integers(1 - 10**11, 10**11 - 1))
def test_money_comes_back_to_the_fen(fen: int) -> None:
    text = f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
    assert scaled(text, 2) == fen
    assert scaled(f"¥{text}" if fen >= 0 else text, 2) == fen


def test_a_workbooks_noise_is_no_fraction_of_a_fen() -> None:
    assert scaled("0.30000000000000004", 2) == 30
    assert scaled("131.5600", 2) == 13156
    assert rounded("12.3456", 3) == 12_346
    assert rate_e8("-0.75%") == -750_000
    for wrong in ("0.305", "1e40", "nan", "--5", ""):
        with pytest.raises(ValueFault):
            scaled(wrong, 2)


@pytest.mark.parametrize(
    ("text", "month"),
    [("202610", MONTH), ("2026-10", MONTH), ("2026年10月", MONTH), ("2026-10-31", MONTH), ("13", None)],
)
def test_months_as_people_write_them(text: str, month: int | None) -> None:
    assert month_of(text) == month


@pytest.mark.parametrize("layout", ["bills", "lines"])
def test_the_handbooks_examples_are_read_as_they_stand(layout: str) -> None:
    text = (ROOT / "docs/integrator/file-formats.md").read_text("utf-8")
    raw = text.split(f"```{layout}\n")[1].split("```")[0].encode()
    mapping = proposed(raw)
    assert mapping.layout == layout
    assert all(mapping.targets.values())
    assert [one.amount_fen for one in everything(raw) if isinstance(one, LegacyBill)] == (
        [10605, 8769] if layout == "bills" else [1650500]
    )
    assert not [one for one in everything(raw) if not isinstance(one, LegacyBill)]


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "gb18030"]))
def test_whatever_comes_ends_in_bills_and_clear_errors(noise: bytes, encoding: str) -> None:
    for raw in (noise, WIDE.encode(encoding)[:200] + noise, LONG.encode(encoding) + noise):
        try:
            looked = look(io.BytesIO(raw))
            mapping, _ = propose(looked)
            for one in read(io.BytesIO(raw), mapping, MONTH):
                assert isinstance(one, LegacyBill | BadRow | FileProblem)
        except CodecError as error:
            assert error.problem.message
