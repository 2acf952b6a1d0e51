"""What rating answers: one column per bill line, one row per account."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from gridhall.kernel.money import Unit, amount_fen_array
from gridhall.kernel.rating.facts import Bools, Int16s, Int64s

Kind = Literal[
    "energy", "tier", "free_quota", "real_time", "capacity", "demand", "power_factor", "fixed", "minimum", "component"
]
ENERGY_KINDS: frozenset[str] = frozenset({"energy", "tier", "free_quota", "real_time"})


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """What a line is for. `included` lines are of-which and not added to the total."""

    kind: Kind
    unit: Unit
    period: str | None = None
    tier: int | None = None
    component: str | None = None
    included: bool = False
    clause: str = ""


@dataclass(frozen=True)
class LineColumn:
    """One line of n bills: amount = round(quantity x price), except remainders, whose price is 0."""

    item: LineItem
    quantity: Int64s  # integer scale of item.unit, see kernel.money
    price_e8: Int64s
    amount_fen: Int64s
    present: Bools


@dataclass(frozen=True)
class Lines:
    """All lines of n bills; a line that is not `present` has amount 0."""

    columns: tuple[LineColumn, ...]
    total_fen: Int64s
    energy_wh: Int64s
    power_factor: Int16s  # x 100; 0 where no adjustment applies


def priced(item: LineItem, quantity: Int64s, price_e8: int | Int64s) -> LineColumn:
    """A line whose amount is quantity x price, present where the quantity is not zero."""
    prices = np.broadcast_to(np.asarray(price_e8, np.int64), quantity.shape)
    amounts = amount_fen_array(quantity, price_e8, item.unit)
    return LineColumn(item, quantity, prices, amounts, quantity != 0)


def remainder(item: LineItem, quantity: Int64s, amount_fen: Int64s) -> LineColumn:
    """A line whose amount is what other lines leave or a sum of rounded parts; it has no price of its own."""
    return LineColumn(item, quantity, np.broadcast_to(np.int64(0), quantity.shape), amount_fen, quantity != 0)


def sum_fen(columns: list[LineColumn], n: int) -> Int64s:
    """Amounts of these columns added up, int64[n]."""
    total = np.zeros(n, np.int64)
    for column in columns:
        total += column.amount_fen
    return total
