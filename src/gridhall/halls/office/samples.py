"""Sample bills as rows to show."""

from __future__ import annotations

from dataclasses import dataclass

from gridhall.cis.billing.wording import KINDS, PERIODS
from gridhall.cis.studio.samples import SampleBill, SampleLine
from gridhall.halls import formats
from gridhall.halls.lines import SCALES, UNIT_WORDS
from gridhall.platform.documents.schema import Words


@dataclass(frozen=True)
class SampleRow:
    """A line under both versions, ready to show."""

    name: str
    quantity: str
    before: str
    price: str
    before_fen: int
    amount_fen: int
    difference_fen: int


@dataclass(frozen=True)
class SampleView:
    """A bill under both versions, ready to show; of-which lines are left out."""

    name: str
    bill: SampleBill
    rows: list[SampleRow]


def sample_rows(bill: SampleBill) -> SampleView:
    """The bill in the reader's language."""
    name = bill.name.zh if formats.chinese() else bill.name.en
    return SampleView(name, bill, [_row(line) for line in bill.lines if not line.item.included])


def _row(line: SampleLine) -> SampleRow:
    item = line.item
    period, tier = PERIODS.get(item.period or "", Words("", "")), item.tier
    words = [KINDS.get(item.kind, Words(item.kind, item.kind))]
    words += [period] if item.period not in (None, "total") else []
    words += [Words(f"第{tier}档", f"tier {tier}")] if tier else []
    unit = UNIT_WORDS.get(item.unit, "")
    quantity = formats.scaled(line.quantity, SCALES[item.unit], least=0) + (f" {unit}" if unit else "")
    return SampleRow(
        " · ".join(formats.words(word) for word in words), quantity, _price(line.price_before_e8, unit),
        _price(line.price_e8, unit), line.before_fen, line.amount_fen, line.difference_fen,
    )  # fmt: skip


def _price(price_e8: int | None, unit: str) -> str:
    if not price_e8:
        return "–"
    return formats.price(price_e8) if unit else formats.scaled(price_e8, 6, least=2)
