"""An invoice as a neutral document, in JSON and XML: what a driver turns into the words of a tax service.

Amounts are decimal yuan as text, quantities decimal kWh as text; a red-letter invoice carries negative ones. Government
funds are a line without a rate. The schema is published as ``docs/integrator/invoice.schema.json``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree

import msgspec
from django.utils import timezone
from msgspec import Struct

from gridhall.cis.billing.document import utility
from gridhall.cis.billing.models import Bill
from gridhall.cis.books import rules as taxes
from gridhall.cis.books.export import yuan
from gridhall.cis.invoices.models import Invoice
from gridhall.cis.payments.capitals import capitals
from gridhall.cis.tariffs import queries as tariffs
from gridhall.kernel.money import round_half_up

FUNDS_ZH = "政府性基金及附加"


class Party(Struct, frozen=True, kw_only=True):
    """Who sells or buys; ``unit`` is the seller's organisation path, by which a driver knows its tax number."""

    name: str
    tax_id: str = ""
    unit: str = ""


class InvoiceLine(Struct, frozen=True, kw_only=True):
    """One line; ``tax_percent`` is null where no tax is due."""

    name: str
    goods_code: str
    unit: str
    quantity: str
    net: str
    tax_percent: int | None
    tax: str


class InvoiceDocument(Struct, frozen=True, kw_only=True):
    """Everything that a tax service wants to know; ``id`` comes back with the number."""

    form: Literal["gridhall-invoice-1"] = "gridhall-invoice-1"
    id: str
    kind: Literal["blue", "red"]
    red_of: str = ""
    number: str = ""
    issued_on: str = ""
    bill: str
    account: str
    period_from: str
    period_to: str
    currency: Literal["CNY"] = "CNY"
    seller: Party
    buyer: Party
    lines: tuple[InvoiceLine, ...]
    net: str
    tax: str
    gross: str
    gross_in_capitals: str
    remark: str = ""


@dataclass(frozen=True)
class Split:
    """A bill by rate: (percent, with tax, tax inside), and what carries none. All in fen."""

    taxed: list[tuple[int, int, int]]
    untaxed_fen: int

    @property
    def tax_fen(self) -> int:
        return sum(tax for _percent, _gross, tax in self.taxed)


def split(bill: Bill) -> Split:
    """Tax is rounded once per segment of a bill, as the bill itself computes it."""
    gross: dict[tuple[int, int], int] = defaultdict(int)
    apart: dict[tuple[int, int], int] = defaultdict(int)
    for line in bill.lines.select_related("item"):
        version = tariffs.parsed(line.item.version_id)
        key = (line.segment, line.item.version_id)
        if not line.item.included:
            gross[key] += line.amount_fen
        elif line.item.component in {one.code for one in version.components if not one.taxed}:
            apart[key] += line.amount_fen
    rates: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for key, fen in gross.items():
        percent, taxed = tariffs.parsed(key[1]).vat_percent, fen - apart[key]
        rates[percent][0] += taxed
        rates[percent][1] += round_half_up(taxed * percent, 100 + percent)
    return Split([(percent, fen, tax) for percent, (fen, tax) in sorted(rates.items())], sum(apart.values()))


def document(invoice: Invoice) -> InvoiceDocument:
    """The document of an invoice; the same one every time."""
    bill, red = invoice.bill, invoice.kind == Invoice.Kind.RED
    sign = -1 if red else 1
    return InvoiceDocument(
        id=str(invoice.public_id),
        kind="red" if red else "blue",
        red_of=invoice.red_of.number if invoice.red_of else "",
        number=invoice.number,
        issued_on=str(invoice.issued_on or ""),
        bill=bill.number,
        account=bill.account.number,
        period_from=str(bill.period_from),
        period_to=str(bill.period_to),
        seller=Party(name=utility(bill.path).name.zh, unit=bill.path),
        buyer=Party(name=invoice.buyer_name, tax_id=invoice.buyer_tax_id),
        lines=tuple(_lines(bill, split(bill), sign)),
        net=yuan(invoice.net_fen),
        tax=yuan(invoice.tax_fen),
        gross=yuan(invoice.gross_fen),
        gross_in_capitals=("负" if red else "") + capitals(abs(invoice.gross_fen)),
        remark=f"户号 {bill.account.number} 账单 {bill.number}",
    )


def _lines(bill: Bill, parts: Split, sign: int) -> list[InvoiceLine]:
    law = taxes.vat(timezone.localtime(bill.released_at).date() if bill.released_at else bill.period_to)
    lines = [
        InvoiceLine(
            name=law.goods_name.zh, goods_code=law.goods_code, unit="kWh", quantity=_kwh(sign * bill.energy_wh, n),
            net=yuan(sign * (gross - tax)), tax_percent=percent, tax=yuan(sign * tax),
        )
        for n, (percent, gross, tax) in enumerate(parts.taxed)
    ]  # fmt: skip
    if parts.untaxed_fen:
        net = yuan(sign * parts.untaxed_fen)
        lines.append(
            InvoiceLine(name=FUNDS_ZH, goods_code="", unit="", quantity="", net=net, tax_percent=None, tax=yuan(0))
        )
    return lines


def _kwh(energy_wh: int, line: int) -> str:
    """The energy of the bill stands on its first line."""
    return "" if line else f"{'-' if energy_wh < 0 else ''}{abs(energy_wh) // 1000}.{abs(energy_wh) % 1000:03d}"


def as_json(invoice: InvoiceDocument) -> bytes:
    """UTF-8, fields in the order of the schema."""
    return msgspec.json.format(msgspec.json.encode(invoice), indent=2) + b"\n"


def as_xml(invoice: InvoiceDocument) -> bytes:
    """The same fields as elements of the same names; empty ones are left out."""
    root = ElementTree.Element("invoice")
    _fill(root, msgspec.to_builtins(invoice))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def _fill(parent: ElementTree.Element, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if isinstance(value, dict):
            _fill(ElementTree.SubElement(parent, name), value)
        elif isinstance(value, (list, tuple)):
            rows = ElementTree.SubElement(parent, name)
            for item in value:
                _fill(ElementTree.SubElement(rows, "line"), item)
        elif value not in ("", None):
            ElementTree.SubElement(parent, name).text = str(value)


def schema() -> dict[str, Any]:
    """JSON Schema of the document."""
    return msgspec.json.schema(InvoiceDocument)
