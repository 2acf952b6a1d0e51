"""What lies in a till and how it came there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from gridhall.cis.payments.actions.shifts import cash_fen
from gridhall.cis.payments.models import Payment, Shift


@dataclass(frozen=True)
class Takings:
    """Payments of one method: how many, reversals included, and their sum."""

    method: str
    count: int
    amount_fen: int


@dataclass(frozen=True)
class Till:
    """A shift with its takings, and the cash that should lie there."""

    shift: Shift
    takings: list[Takings]
    expected_fen: int
    recent: list[Payment]

    @property
    def difference_fen(self) -> int | None:
        """Counted less expected; None while the shift is open."""
        counted, expected = self.shift.counted_fen, self.shift.expected_fen
        return None if counted is None or expected is None else counted - expected


def till(shift: Shift, recent: int = 8) -> Till:
    """The till of a shift with its newest payments."""
    sums = shift.payments.order_by("method").values_list("method").annotate(Count("pk"), Sum("amount_fen"))
    takings = [Takings(str(Payment.Method(method).label), count, fen) for method, count, fen in sums]
    newest = shift.payments.select_related("account").order_by("-received_at", "-pk")[:recent]
    return Till(shift, takings, shift.float_fen + cash_fen(shift), list(newest))
