"""Losses and sub-meters on the printed bill: rows add up from metered to billed, and notes say what they rest on."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gridhall.cis.billing import queries
from gridhall.cis.billing.inputs import stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.metering.actions.adjustments import Losses, Split
from gridhall.kernel.tariffs import PERIODS
from gridhall.platform.documents import schema as doc
from gridhall.platform.documents.render import render_pdf
from tests.cast import Cast
from tests.cis.billing.test_feed_in import with_mode
from tests.cis.billing.test_losses import billed
from tests.cis.billing.test_sub_meters import MAIN, behind, bills, newcomer
from tests.cis.facts import bill_of, calculated, put_month
from tests.platform.documents import pdf

ALL = Losses(series="S11", rated_kva=1000, line_loss_e6=20_000)


def number(figure: str | None) -> Decimal:
    return Decimal((figure or "0").replace(",", ""))


def printed(bill: Bill) -> doc.BillDocument:
    """The document of a bill; its rows add up across, and down to what was rated."""
    found = queries.bill_document(bill)
    down: dict[str, Decimal] = {}
    for row in (row for meter in found.meters for row in meter.rows):
        parts = (row.metered, row.transformer_loss, row.line_loss, row.adjustment)
        assert sum(map(number, parts)) == number(row.billed), row
        down[row.unit] = down.get(row.unit, Decimal(0)) + number(row.billed)
    rated = sum(sum(segment["period_wh"]) for segment in stored(bill.inputs) if "adjust" in segment)
    if found.meters and all("adjust" in segment for segment in stored(bill.inputs)):
        assert down["kWh"] * 1000 == rated
    return found


def test_losses_of_a_curve_stand_in_columns_by_period(cast: Cast) -> None:
    bill = billed(cast, ALL)
    found = printed(bill)
    [meter] = found.meters
    periods = [PERIODS[n] for n, wh in enumerate(stored(bill.inputs)[0]["period_wh"]) if wh]
    assert meter.label and meter.label.en == "Load curve"
    assert [row.kind.en for row in meter.rows] == [f"Active, {period}" for period in periods]
    assert all(row.transformer_loss and row.line_loss and row.adjustment is None for row in meter.rows)
    assert [note.en for note in found.notes] == [
        "Transformer loss: S11 1000 kVA, 744 h in service, by the formula.",
        "Line loss: 2 % of metered energy and transformer loss.",
    ]


def test_losses_of_registers_stand_beside_their_readings(cast: Cast) -> None:
    found = printed(billed(cast, Losses(series="S11", rated_kva=30, line_loss_e6=10_000), "Lao Zhou"))
    [meter] = found.meters
    [row] = meter.rows
    assert (row.metered, row.last_reading != "–", meter.label) == ("150", True, None)
    assert number(row.transformer_loss) >= Decimal("74.4")


def test_a_ratio_and_a_fixed_amount_are_taken_off_here_and_billed_there(cast: Cast) -> None:
    for name, split in (("宿舍", Split("ratio", ratio_e6=30_000)), ("门卫", Split("fixed", kwh_per_month=900))):
        newcomer(cast, name)
        behind(cast, name, split)
    found = {name: printed(bill) for name, bill in bills(cast).items()}
    main, dormitory, guard = found[MAIN], found["宿舍"], found["门卫"]
    off = sum(number(row.adjustment) for row in main.meters[0].rows)
    assert off == -number(dormitory.energy_kwh) - number(guard.energy_kwh)
    assert number(guard.energy_kwh) == 900
    codes = [cast.service_points[name].point.code for name in (MAIN, "门卫", "宿舍")]
    assert [note.zh for note in main.notes] == [
        f"扣除分表 {codes[1]} (定量 每月900千瓦时)。",
        f"扣除分表 {codes[2]} (定比 3 %)。",
    ]
    assert [note.en for note in dormitory.notes] == [f"Taken from main meter {codes[0]} (ratio 3 %)."]


def test_energy_fed_in_under_self_use_is_shown_and_not_billed(cast: Cast) -> None:
    with_mode(cast, "self_use")
    put_month(cast, 202601)
    calculated(cast, 202601)
    found = queries.bill_document(bill_of(cast, "Sunny Roof", 202601))
    [row] = found.meters[0].rows
    assert (row.kind.zh, row.metered, row.adjustment, row.billed) == ("反向有功(总)", "248", "-248", "0")
    assert found.notes[0].zh == "约定全部自用, 上网电量不结算。"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("抄见电量", "变损", "线损", "加减", "计费电量", "负荷曲线", "按公式", "定比3%")),
        ("en", ("Metered", "Transf.loss", "Lineloss", "Added", "Billed", "Loadcurve", "bytheformula", "ratio3%")),
    ],
)
def test_the_columns_are_printed_in_the_order_of_the_reference_bill(
    cast: Cast, language: str, words: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    newcomer(cast, "宿舍")
    behind(cast, "宿舍", Split("ratio", ratio_e6=30_000))
    document = queries.bill_document(billed(cast, ALL))
    page = render_pdf("bill", document, language=language)
    (tmp_path_factory.getbasetemp() / f"losses-{language}.pdf").write_bytes(page)
    text = pdf.text(page)
    assert all(word in text for word in words), text
    at = [text.index(word) for word in words[:5]]
    assert at == sorted(at)
