"""Tax invoices: asked for once, numbered by the tax service, taken back in red when the bill was wrong."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import subprocess
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import msgspec
import pytest

from gridhall.cis.billing.actions import reverse
from gridhall.cis.billing.models import Bill
from gridhall.cis.invoices import document, printing
from gridhall.cis.invoices.actions import request_invoice
from gridhall.cis.invoices.jobs import correct, exchange
from gridhall.cis.invoices.models import Invoice
from gridhall.cis.payments.capitals import capitals
from gridhall.platform.documents.render import render_pdf
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.conftest import town as town
from tests.house.sources import ROOT
from tests.platform.documents.pdf import image_descriptions, text

pytestmark = pytest.mark.usefixtures("english", "db")
TAX_ID, NUMBER = "91330000MA27XW1Q3K", "26332000000012345678"


class Doing:
    """A job whose progress nobody looks at."""

    def report(self, *_progress: object) -> None: ...


def round_trip() -> None:
    exchange(Doing())  # type: ignore[arg-type]
    correct(Doing())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.MESSAGE_FOLDER = tmp_path  # type: ignore[attr-defined]
    now = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    (tmp_path / "invoices/in").mkdir(parents=True)
    return tmp_path / "invoices"


def bill_of(town: Cast, name: str) -> Bill:
    return Bill.objects.within(EVERYTHING).filter(account=town.accounts[name], month=202610).latest("pk")


def haisheng(town: Cast) -> Invoice:
    return request_invoice(
        town.actor("Accountant Song"), bill_of(town, "Haisheng Foods").pk, "海盛食品有限公司", TAX_ID
    )


def answered(folder: Path, *rows: tuple[str, str, str, str], name: str = "monday.csv") -> None:
    with (folder / "in" / name).open("w", newline="") as file:
        csv.writer(file).writerows([("id", "number", "issued_on", "problem"), *rows])


def test_every_bill_splits_into_the_tax_that_it_carries(town: Cast) -> None:
    bills = Bill.objects.within(EVERYTHING).filter(state=Bill.State.RELEASED)
    for bill in bills:
        parts = document.split(bill)
        assert parts.tax_fen == bill.vat_fen, bill.number
        assert parts.untaxed_fen == bill.funds_fen, bill.number
        assert sum(gross for _percent, gross, _tax in parts.taxed) + parts.untaxed_fen == bill.total_fen, bill.number
    assert bills.count() > 8


def test_haisheng_foods_gets_its_number_back(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    round_trip()
    invoice.refresh_from_db()
    assert invoice.state == Invoice.State.SENT
    answered(folder, (str(invoice.public_id), NUMBER, "2026-11-20", ""))
    round_trip()
    invoice.refresh_from_db()
    assert (invoice.state, invoice.number, str(invoice.issued_on)) == ("issued", NUMBER, "2026-11-20")
    assert (folder / "done/monday.csv").exists() and not list((folder / "in").iterdir())
    assert not (folder / "done/monday.csv.refused.csv").exists()


def test_both_files_hold_the_same_and_follow_the_published_schema(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    round_trip()
    sent = json.loads((folder / f"out/{invoice.public_id}.json").read_bytes())
    again = msgspec.convert(sent, document.InvoiceDocument)
    assert again == document.document(invoice) and set(sent) == set(
        document.schema()["$defs"]["InvoiceDocument"]["properties"]
    )
    assert [line["tax_percent"] for line in sent["lines"]] == [13, None]
    assert sum(Decimal(line["net"]) for line in sent["lines"]) == Decimal(sent["net"])
    assert (
        Decimal(sent["net"]) + Decimal(sent["tax"]) == Decimal(sent["gross"]) == Decimal(invoice.bill.total_fen) / 100
    )
    xml = ElementTree.fromstring((folder / f"out/{invoice.public_id}.xml").read_bytes())
    assert xml.findtext("buyer/tax_id") == TAX_ID and xml.findtext("gross") == sent["gross"]
    assert len(xml.findall("lines/line")) == 2


def test_the_published_schema_is_that_of_the_document() -> None:
    assert json.loads((ROOT / "docs/integrator/invoice.schema.json").read_text()) == document.schema()


def test_a_wrong_bill_is_taken_back_in_red(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    round_trip()
    answered(folder, (str(invoice.public_id), NUMBER, "2026-11-20", ""))
    round_trip()
    reverse(town.actor("Checker He"), invoice.bill_id, "the multiplier was wrong")
    round_trip()
    round_trip()
    red = Invoice.objects.within(EVERYTHING).get(red_of=invoice)
    sent = json.loads((folder / f"out/{red.public_id}.json").read_bytes())
    assert (red.gross_fen, sent["kind"], sent["red_of"]) == (-invoice.gross_fen, "red", NUMBER)
    assert sent["gross"].startswith("-") and sent["gross_in_capitals"].startswith("负")


def test_a_bill_corrected_before_its_invoice_left_is_withdrawn(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    reverse(town.actor("Checker He"), invoice.bill_id, "the multiplier was wrong")
    round_trip()
    invoice.refresh_from_db()
    assert invoice.state == Invoice.State.WITHDRAWN and not list((folder / "out").glob("*"))


def test_answers_that_cannot_be_taken_come_back_with_row_and_reason(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    round_trip()
    ours = str(invoice.public_id)
    answered(
        folder, (ours, "12", "2026-11-20", ""), (ours, NUMBER, "2026-12-24", ""), (ours, NUMBER, "20.11.2026", ""),
        ("018f0000-0000-7000-8000-000000000001", NUMBER, "2026-11-20", ""), ("nonsense", NUMBER, "2026-11-20", ""),
    )  # fmt: skip
    (folder / "in/picture.csv").write_bytes(b"\xff\xd8\xff\xe0")
    round_trip()
    kept = list(csv.DictReader((folder / "done/monday.csv.refused.csv").open()))
    assert [row["row"] for row in kept] == ["2", "3", "4", "5", "6"]
    assert [row["reason"].split()[0] for row in kept] == ["The", "The", "Write", "There", "There"]
    assert "UTF-8" in (folder / "done/picture.csv.refused.csv").read_text()
    invoice.refresh_from_db()
    assert invoice.state == Invoice.State.SENT


def test_a_refused_invoice_may_be_asked_for_again(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    round_trip()
    answered(folder, (str(invoice.public_id), "", "", "the buyer is unknown"))
    round_trip()
    invoice.refresh_from_db()
    assert (invoice.state, invoice.problem) == ("refused", "the buyer is unknown")
    assert haisheng(town).pk != invoice.pk


def test_ms_li_asks_for_her_own_bill_once_and_for_no_other(town: Cast) -> None:
    li, bill = town.actor("Ms Li"), bill_of(town, "Ms Li")
    invoice = request_invoice(li, bill.pk, "李秀英", key="li-invoice")
    assert request_invoice(li, bill.pk, "李秀英", key="li-invoice").pk == invoice.pk
    with pytest.raises(Refused, match="already"):
        request_invoice(li, bill.pk, "李秀英")
    with pytest.raises(NotInScope):
        request_invoice(li, bill_of(town, "Lao Zhou").pk, "李秀英")
    with pytest.raises(NotInScope):
        request_invoice(town.actor("Stranger"), bill.pk, "外省人")
    with pytest.raises(NotAllowed):
        request_invoice(town.actor("Analyst Fang"), bill.pk, "方分析")


def test_what_cannot_be_invoiced_is_refused(town: Cast) -> None:
    song, bill = town.actor("Accountant Song"), bill_of(town, "Ms Li")
    with pytest.raises(Refused, match="tax number"):
        request_invoice(song, bill.pk, "李秀英", "12-34")
    with pytest.raises(Refused, match="name"):
        request_invoice(song, bill.pk, "  ")
    reversal = reverse(town.actor("Checker He"), bill.pk, "wrong")
    for one in (bill, reversal):
        with pytest.raises(Refused, match="Only a released bill"):
            request_invoice(song, one.pk, "李秀英")


def test_another_driver_can_be_named(town: Cast, settings: object) -> None:
    settings.INVOICE_ISSUER = "tests.cis.invoices.test_invoices.Loud"  # type: ignore[attr-defined]
    invoice = haisheng(town)
    round_trip()
    assert Loud.heard == [str(invoice.public_id)]


class Loud:
    """A driver that only says what it heard."""

    heard: list[str] = []

    def send(self, invoice: document.InvoiceDocument) -> None:
        self.heard.append(invoice.id)

    def answers(self) -> list[object]:
        return []


def read_by_pdftotext(pdf: bytes) -> str:
    """What a reader finds, without blanks and line breaks."""
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
        return "".join(done.stdout.decode().split())
    return text(pdf)


def test_an_issued_invoice_is_printed_in_both_languages_with_its_number_sums_and_check_code(
    town: Cast, folder: Path
) -> None:
    invoice = haisheng(town)
    with pytest.raises(Refused, match="no number yet"):
        printing.printed(invoice)
    round_trip()
    answered(folder, (str(invoice.public_id), NUMBER, "2026-11-21", ""))
    round_trip()
    invoice.refresh_from_db()
    form = printing.printed(invoice)
    gross, net, tax = (
        f"{fen // 100:,}.{fen % 100:02d}" for fen in (invoice.gross_fen, invoice.net_fen, invoice.tax_fen)
    )
    for language, words in (
        (
            "zh-hans",
            ("蓝字发票", "购买方名称", "价税合计（小写）", "税率/征收率", "以税务部门电子发票服务平台查验结果为准"),
        ),
        ("en", ("Buyer", "Grossamount", "Taxclassification", "whatthetaxservice")),
    ):
        pdf = render_pdf("invoice", form, language=language)  # type: ignore[arg-type]
        shown = read_by_pdftotext(pdf)
        for word in (NUMBER, TAX_ID, "海盛食品有限公司", f"¥{gross}", capitals(invoice.gross_fen), *words):
            assert word in shown, (language, word)
        assert net.replace(",", "") in shown and tax.replace(",", "") in shown
        code = (
            f"GRIDHALL:INVOICE:{NUMBER}:{hashlib.sha256(document.as_json(document.document(invoice))).hexdigest()[:16]}"
        )
        assert image_descriptions(pdf) == [code]
        assert pdf == render_pdf("invoice", form, language=language), "the same to the byte"  # type: ignore[arg-type]


def test_a_red_letter_invoice_is_printed_with_what_it_takes_back_and_below_zero(town: Cast, folder: Path) -> None:
    invoice = haisheng(town)
    round_trip()
    answered(folder, (str(invoice.public_id), NUMBER, "2026-11-21", ""))
    round_trip()
    reverse(town.actor("Biller Gao"), invoice.bill_id, "wrong reading")
    round_trip()
    red = Invoice.objects.within(EVERYTHING).get(red_of=invoice)
    answered(folder, (str(red.public_id), NUMBER[::-1], "2026-11-21", ""), name="red.csv")
    round_trip()
    red.refresh_from_db()
    shown = read_by_pdftotext(render_pdf("invoice", printing.printed(red), language="zh-hans"))
    assert f"本票红冲蓝字发票{NUMBER}" in shown and "红字发票" in shown and "−¥" in shown and "负" in shown
