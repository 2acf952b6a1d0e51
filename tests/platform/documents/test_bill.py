"""The printed bill, read back from the PDF."""

import pytest
from msgspec.structs import replace

from gridhall.platform.documents.render import render_pdf
from gridhall.platform.documents.schema import Account, BillDocument, Utility, Words
from tests.platform.documents.pdf import image_descriptions, pages, text
from tests.platform.documents.samples.home import MS_LI, MS_LI_REVERSED
from tests.platform.documents.samples.works import HAISHENG, many_lines


def test_ms_li_sees_what_to_pay_and_until_when() -> None:
    overview, _ = pages(render_pdf("bill", MS_LI, language="zh-hans"))
    for words in (
        "李婉清",
        "3204170000123",
        "应交金额",
        "¥115.67",
        "2026年11月20日",
        "2026年10月1日至10月31日",
        "95598",
    ):
        assert words in overview


def test_ms_li_sees_both_tiers_with_price_and_amount() -> None:
    _, detail = pages(render_pdf("bill", MS_LI, language="en"))
    assert "Tier1120kWh0.5200000062.40" in detail
    assert "Tier2111kWh0.5700000063.27" in detail
    assert "12,480.0012,711.001231231kWh" in detail


def test_the_amount_due_follows_from_charges_and_payments() -> None:
    overview, _ = pages(render_pdf("bill", MS_LI, language="en"))
    assert "Chargesofthisbill125.67Balancebroughtforward98.40Payment,phone12Oct2026−108.40Amountdue115.67" in overview


def test_haisheng_sees_composition_and_time_of_use_on_the_first_page() -> None:
    overview, _ = pages(render_pdf("bill", HAISHENG, language="zh-hans"))
    for words in (
        "输配电费32,460.0033.7%",
        "力调电费−411.15−0.4%",
        "尖峰8,400kWh7.0%",
        "低谷37,600kWh31.3%",
        "¥96,379.08",
    ):
        assert words in overview


def test_haisheng_sees_how_demand_and_power_factor_came_about() -> None:
    _, detail = pages(render_pdf("bill", HAISHENG, language="en"))
    assert "Chargedby" in detail and "Actualmaximumdemand" in detail
    assert "14Oct202610:45" in detail
    assert "Rateofadjustment−0.45%Amountitappliesto91,366.23Amount−411.15" in detail
    assert "Reservoirresettlementfund744.00" in detail


@pytest.mark.parametrize(
    ("language", "mark"),
    [("zh-hans", "冲正：冲销账单B202610-0000123"), ("en", "ReversalofbillB202610-0000123")],
)
def test_a_reversal_names_the_bill_it_reverses_and_fits_one_page(language: str, mark: str) -> None:
    (only_page,) = pages(render_pdf("bill", MS_LI_REVERSED, language=language))
    assert mark in only_page
    assert "12,701" in only_page
    assert "−125.67" in only_page


def test_a_rebill_names_the_bill_it_replaces() -> None:
    rebill = replace(MS_LI, kind="rebill", refers_to="B202609-1", reason=Words("更正", "Corrected"))
    assert "ReplacesbillB202609-1" in text(render_pdf("bill", rebill, language="en"))


def test_a_bill_in_our_favour_says_so_without_a_minus() -> None:
    overview = text(render_pdf("bill", MS_LI_REVERSED, language="en"))
    assert "Inyourfavour¥10.00" in overview


def test_seventy_more_lines_run_over_pages_and_none_is_lost() -> None:
    printed = pages(render_pdf("bill", many_lines(70), language="en"))
    assert len(printed) == 4
    whole = "".join(printed)
    assert all(f"Correctionline{line}Flat" in whole for line in range(1, 71))
    assert printed[2].count("UnitpriceAmount") == 1, "the table head is repeated"
    assert [f"Page{number}of4" in page for number, page in enumerate(printed, 1)] == [True] * 4


def test_only_what_is_known_is_printed() -> None:
    bare = BillDocument(
        number="B1",
        issued_at="2026-11-02T06:30:00Z",
        content_sha256="a" * 64,
        utility=Utility(name=Words("甲", "A")),
        account=Account(number="1", name="王", service_address="2"),
        month="202610",
        period_first_day="2025-12-20",
        period_last_day="2026-01-19",
        energy_kwh="0",
        amount="0.00",
        amount_due="0.00",
        charges=(),
    )
    (only_page,) = pages(render_pdf("bill", bare, language="en"))
    assert "20Dec2025to19Jan2026" in only_page
    for absent in ("VAT", "Averageprice", "Tiers", "Readings", "Demand", "Powerfactor", "Howtopay", "Notes"):
        assert absent.lower() not in only_page.lower()


def test_loss_and_adjustment_columns_appear_only_where_a_row_has_them() -> None:
    def head(bill: BillDocument) -> str:
        return pages(render_pdf("bill", bill, language="zh-hans"))[1].split("正向有功")[0]

    meter = HAISHENG.meters[0]
    adjusted = replace(meter, rows=(replace(meter.rows[0], line_loss="12"), *meter.rows[1:]))
    assert "线损" not in head(HAISHENG)
    assert "抄见电量线损计费电量" in head(replace(HAISHENG, meters=(adjusted,)))


def test_the_check_code_and_the_whole_hash_are_printed() -> None:
    pdf = render_pdf("bill", MS_LI, language="zh-hans")
    assert MS_LI.content_sha256 in pages(pdf)[0]
    assert image_descriptions(pdf) == [f"GRIDHALL:BILL:{MS_LI.number}:{MS_LI.content_sha256[:16]}"]
