"""Paired lines of both bills as a table shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gridhall.cis.parallel.causes.case import Line
from gridhall.cis.parallel.causes.pairing import Pair, Side
from gridhall.halls import formats
from gridhall.halls.office.parallel.targets import line_name

SCALES = {"capacity": 6, "demand": 6, "fixed": 6, "power_factor": 2, "minimum": 2}
UNITS = {"capacity": "kVA", "demand": "kW", "energy": "kWh", "tier": "kWh", "free_quota": "kWh", "feed_in": "kWh"}


@dataclass(frozen=True)
class PairRow:
    """One line of both bills as text; amounts stay fen for the template."""

    name: str
    unit: str
    theirs_quantity: str
    ours_quantity: str
    theirs_price: str
    ours_price: str
    theirs_fen: int | None
    ours_fen: int | None
    fen: int
    part: bool = False  # of the row above


def rows_of(pairs: Sequence[Pair]) -> list[PairRow]:
    """Every pair in order; below one that holds several of our lines, what they are."""
    rows = []
    for pair in pairs:
        rows.append(_row(pair))
        if len(pair.mine) > 1:
            rows += [_part(line) for line in pair.mine]
    return rows


def _part(line: Line) -> PairRow:
    own = Side(line.quantity, line.price_e8, line.amount_fen, 1)
    return PairRow(
        line_name(line.kind, line.period, line.tier), UNITS.get(line.kind, ""), "", _quantity(line.kind, own), "",
        _price(line.kind, own), None, line.amount_fen, 0, part=True,
    )  # fmt: skip


def _row(pair: Pair) -> PairRow:
    kind, period, tier = pair.key
    return PairRow(
        line_name(kind, period, tier), UNITS.get(kind, ""), _quantity(kind, pair.theirs), _quantity(kind, pair.ours),
        _price(kind, pair.theirs), _price(kind, pair.ours), pair.theirs.amount_fen if pair.theirs else None,
        pair.ours.amount_fen if pair.ours else None, pair.fen,
    )  # fmt: skip


def _quantity(kind: str, side: Side | None) -> str:
    if side is None or side.quantity is None or kind == "rest":
        return ""
    return formats.scaled(side.quantity, SCALES.get(kind, 3), least=2 if kind == "power_factor" else 0)


def _price(kind: str, side: Side | None) -> str:
    if side is None or not side.price_e8 or kind == "rest":
        return ""
    if kind == "power_factor":
        return formats.scaled(side.price_e8, 6, least=2) + " %"
    return formats.price(side.price_e8)
