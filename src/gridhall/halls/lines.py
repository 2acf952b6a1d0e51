"""Bill lines as every hall shows them: quantity times price is amount, with units and the clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from gridhall.cis.billing.explain import LineView
from gridhall.halls import charts, formats
from gridhall.kernel.money import Unit

UNIT_WORDS = {Unit.KWH: "kWh", Unit.KW: "kW", Unit.KVA: "kVA"}
SCALES = {Unit.KWH: 3, Unit.KW: 6, Unit.KVA: 6, Unit.YUAN: 2, Unit.MONTH: 6}


@dataclass(frozen=True)
class LineRow:
    """One line, ready to show. A line whose amount is what others leave has no ``price``."""

    seq: int
    name: str
    period: str
    letter: str
    quantity: str
    unit: str
    price: str
    amount_fen: int
    included: bool
    clause: str


def line_rows(views: Iterable[LineView]) -> list[LineRow]:
    """The lines of a bill in the reader's language."""
    return [line_row(view) for view in views]


def line_row(view: LineView) -> LineRow:
    """One line in the reader's language."""
    unit = Unit(view.unit)
    period = view.period if view.period != "total" else ""
    name = formats.words(view.words)
    if view.band:
        name += (" " if formats.chinese() else ", ") + formats.words(view.band)
    return LineRow(
        view.seq, name, period, charts.letter(period), formats.scaled(view.quantity, SCALES[unit], least=_least(unit)),
        _unit_word(unit), _price(view.price_e8, unit), view.amount_fen, view.included, view.clause,
    )  # fmt: skip


def _least(unit: Unit) -> int:
    return 2 if unit == Unit.YUAN else 0


def _unit_word(unit: Unit) -> str:
    return {Unit.YUAN: _("yuan"), Unit.MONTH: _("months")}.get(unit) or UNIT_WORDS[unit]


def _price(price_e8: int, unit: Unit) -> str:
    if not price_e8:
        return ""
    if unit == Unit.YUAN:
        return formats.scaled(price_e8, 6, least=2) + " %"
    return formats.price(price_e8)
