"""Computing a bill again from the inputs it stored: the same lines, the same hash."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridhall.cis.billing.calculate import content_sha256
from gridhall.cis.billing.inputs import determinants_stored, stored
from gridhall.cis.billing.models import Bill
from gridhall.cis.tariffs.queries import item_id, parsed
from gridhall.kernel.rating import rate


@dataclass(frozen=True)
class Recomputed:
    """Rows (segment, item, quantity, price_e8, amount_fen) now and as stored."""

    now: list[tuple[int, ...]]
    then: list[tuple[int, ...]]
    hash_holds: bool

    @property
    def identical(self) -> bool:
        return self.now == self.then and self.hash_holds


def recompute(bill: Bill) -> Recomputed:
    """Rate what the bill stored, with the tariff versions it names."""
    sign = -1 if bill.kind == Bill.Kind.REVERSAL else 1
    now: list[tuple[int, ...]] = []
    for number, row in enumerate(stored(bill.inputs)):
        version = parsed(row["version"])
        for column in rate(version, determinants_stored([row]), bill.month).columns:
            if column.present[0]:
                item, price = item_id(row["version"], column.item), int(column.price_e8[0])
                quantity, amount = int(column.quantity[0]), int(column.amount_fen[0])
                now.append((number, item, sign * quantity, price, sign * amount))
    rows = bill.lines.order_by("seq").values_list("segment", "item_id", "quantity", "price_e8", "amount_fen")
    then = [tuple(row) for row in rows]
    content = np.array(then, np.int64).reshape(-1, 5)
    return Recomputed(now, then, content_sha256(bill.inputs, content) == bill.content_sha256)
