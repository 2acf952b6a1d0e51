"""Month figures added up for a unit: by month, by unit below and by class. Integers in, integers out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from gridhall.cis.billing.models import MonthFigure
from gridhall.kernel.money import round_half_up

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True)
class Totals:
    """Bills, energy and money of some figures."""

    bills: int = 0
    energy_wh: int = 0
    billed_fen: int = 0
    collected_fen: int = 0

    def plus(self, other: MonthFigure) -> Totals:
        return Totals(
            self.bills + other.bills,
            self.energy_wh + other.energy_wh,
            self.billed_fen + other.billed_fen,
            self.collected_fen + other.collected_fen,
        )

    @property
    def average_price_e8(self) -> int | None:
        """Yuan per kWh in 1e-8, to four decimals; None where nothing was sold."""
        return round_half_up(self.billed_fen * 100_000, self.energy_wh) * 10_000 if self.energy_wh > 0 else None

    @property
    def open_fen(self) -> int:
        return self.billed_fen - self.collected_fen


def add_up(rows: Iterable[MonthFigure], key: Callable[[MonthFigure], KeyT | None]) -> dict[KeyT, Totals]:
    """Totals per key, in the order in which keys are met; rows without a key are left out."""
    sums: dict[KeyT, Totals] = {}
    for row in rows:
        name = key(row)
        if name is not None:
            sums[name] = sums.get(name, Totals()).plus(row)
    return sums


def months_back(month: int, count: int) -> list[int]:
    """``count`` months that end with ``month``, as YYYYMM, oldest first."""
    last = month // 100 * 12 + month % 100 - 1
    return [number // 12 * 100 + number % 12 + 1 for number in range(last - count + 1, last + 1)]
