"""What lies in a till and how it came there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from gridhall.cis.payments.actions.shifts import cash_fen
from gridhall.cis.payments.models import Payment, Shift
from gridhall.halls.formats import chinese
from gridhall.platform.scope import Scope


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


def open_tills(scope: Scope) -> list[tuple[str, str]]:
    """Tills that cash can leave: their ids and whose they are, in the reader's language."""
    shifts = Shift.objects.within(scope).filter(closed_at__isnull=True).select_related("cashier__staff", "unit")
    name = "name_zh" if chinese() else "name_en"
    return [
        (str(one.pk), f"{getattr(one.cashier.staff, name)}, {getattr(one.unit, name)}") for one in shifts.order_by("pk")
    ]


def till(shift: Shift, recent: int = 8) -> Till:
    """The till of a shift with its newest payments."""
    sums = shift.payments.order_by("method").values_list("method").annotate(Count("pk"), Sum("amount_fen"))
    takings = [Takings(str(Payment.Method(method).label), count, fen) for method, count, fen in sums]
    newest = shift.payments.select_related("account").order_by("-received_at", "-pk")[:recent]
    return Till(shift, takings, shift.float_fen + cash_fen(shift), list(newest))
