"""What billed rows would cost at interval prices: on the curves the bill saw, and only where they add up to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from gridhall.cis.advice.billed import Row
from gridhall.cis.advice.hours import DIFFERS, NO_CURVE
from gridhall.cis.billing import real_time
from gridhall.cis.tariffs import series
from gridhall.cis.tariffs.queries import parsed
from gridhall.kernel.money import DIVISORS, Unit
from gridhall.kernel.real_time import amounts_fen
from gridhall.readings import queries as readings
from gridhall.readings.store import Quantity

NO_INTERVAL_PRICES = "no_interval_prices"


class Laid(NamedTuple):
    """Row ``row`` (position) at the interval prices that tariff version ``version`` charges."""

    row: int
    version: int


@dataclass(frozen=True)
class Amount:
    """Fen at interval prices; or why there are none."""

    fen: int = 0
    why: str = NO_CURVE


def lay(rows: Sequence[Row], wanted: Sequence[Laid], cities: Sequence[str]) -> dict[Laid, Amount]:
    """Every wanted amount, from the partitions ``cities``, at the prices published by now."""
    groups: dict[tuple[date, date, int, int], list[Laid]] = defaultdict(list)
    for one in dict.fromkeys(wanted):
        row = rows[one.row]
        groups[*row.days, row.snapshot, one.version].append(one)
    found: dict[Laid, Amount] = dict.fromkeys(wanted, Amount())
    seen = series.newest() if groups else 0
    for key, members in groups.items():
        _lay_group(rows, key, members, found, (seen, cities))
    return found


def _lay_group(
    rows: Sequence[Row], key: tuple[date, date, int, int], members: list[Laid], found: dict[Laid, Amount],
    where: tuple[int, Sequence[str]],
) -> None:  # fmt: skip
    first, end, snapshot, version_id = key
    seen, cities = where
    at_point = {rows[one.row].stored["point"]: one for one in members}
    points = np.array(sorted(at_point), np.int64)
    for block in readings.blocks(points, Quantity.ACTIVE_IMPORT, first, end, snapshot, cities):
        runs, n = block.runs(), len(block.points)
        prices_e8 = _prices(version_id, first, end, block.slots, seen)
        wh = amounts_fen(runs, n, np.full(((end - first).days, block.slots), DIVISORS[Unit.KWH])).tolist()
        fen = [0] * n if prices_e8 is None else amounts_fen(runs, n, prices_e8).tolist()
        for point, energy, amount in zip(block.points.tolist(), wh, fen, strict=True):
            one = at_point[point]
            if energy != sum(rows[one.row].stored["period_wh"]):
                found[one] = Amount(why=DIFFERS)
            else:
                found[one] = Amount(amount, NO_INTERVAL_PRICES if prices_e8 is None else "")


def _prices(version_id: int, first: date, end: date, slots: int, seen: int) -> np.ndarray | None:
    """The price of every interval; None where some are not published or are finer than the curve."""
    try:
        prices_e8, known = real_time.prices(parsed(version_id), first, end, slots, seen)
    except ValueError:
        return None
    return None if known.missing else prices_e8
