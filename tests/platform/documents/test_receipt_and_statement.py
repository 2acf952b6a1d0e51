"""Receipt, statement of account and letter, read back from the PDF."""

from msgspec.structs import replace

from gridhall.platform.documents.render import render_pdf
from tests.platform.documents.pdf import pages
from tests.platform.documents.samples.papers import LETTER, RECEIPT, STATEMENT


def test_a_receipt_says_what_was_taken_how_and_for_what() -> None:
    (slip,) = pages(render_pdf("receipt", RECEIPT, language="zh-hans"))
    for words in (
        "¥120.00",
        "壹佰贰拾元整",
        "营业厅柜台·现金",
        "2026年10月电费",
        "115.67",
        "2026年11月12日09:41",
        "−¥4.33",
    ):
        assert words in slip


def test_a_reversed_receipt_names_the_receipt() -> None:
    reversal = replace(RECEIPT, kind="reversal", refers_to="R20261112-000044", amount="-120.00")
    assert "ReversalofreceiptR20261112-000044" in pages(render_pdf("receipt", reversal, language="en"))[0]


def test_a_statement_runs_from_opening_to_closing_balance() -> None:
    (sheet,) = pages(render_pdf("statement", STATEMENT, language="en"))
    assert "Openingbalance98.40" in sheet
    assert "12Oct2026Payment,phonePAY-9917108.40−10.00" in sheet
    assert "2Nov2026BillofOctober2026B202610-0000123125.67115.67" in sheet
    assert "Totalsoftheperiod125.67228.40−4.33" in sheet


def test_a_long_statement_repeats_its_head_on_every_page() -> None:
    sheets = pages(render_pdf("statement", replace(STATEMENT, rows=STATEMENT.rows * 40), language="zh-hans"))
    assert len(sheets) == 3
    assert all("摘要流水号应收实收余额" in sheet for sheet in sheets)


def test_a_letter_says_what_is_owed_and_leaves_room_for_a_signature() -> None:
    (sheet,) = pages(render_pdf("letter", LETTER, language="zh-hans"))
    for words in ("停电通知书", "请于七月九日前缴清电费", "¥71.80", "签收人（签字）", "2026年7月2日"):
        assert words in sheet
