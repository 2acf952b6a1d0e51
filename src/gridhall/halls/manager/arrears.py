"""What is past its due day and not paid, by unit and by age, straight from the books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from gridhall.cis.billing.models import Bill
from gridhall.cis.ledger.chart import PENALTY_RECEIVABLE, RECEIVABLE
from gridhall.cis.ledger.models import Line
from gridhall.platform.scope import Scope

AGES = (30, 90)  # days overdue: a reminder may still be on its way; a quarter later somebody has to go there


@dataclass(frozen=True)
class Arrears:
    """Overdue fen of a unit, by age: up to 30 days, up to 90, older; penalties posted so far are in it."""

    accounts: int
    ages_fen: tuple[int, int, int]

    @property
    def total_fen(self) -> int:
        return sum(self.ages_fen)


def overdue(scope: Scope, on: date) -> dict[str, Arrears]:
    """Arrears per unit path on a day: one pass over the overdue bills in scope, seconds per million of them."""
    open_fen = (
        Line.objects.filter(
            account_id=OuterRef("account_id"),
            ledger_account_id__in=(RECEIVABLE, PENALTY_RECEIVABLE),
            bill_id=OuterRef("pk"),
        )
        .order_by()
        .values("bill_id")
        .annotate(s=Sum("amount_fen"))
        .values("s")
    )
    bills = (
        Bill.objects.within(scope)
        .filter(state=Bill.State.RELEASED, due_on__lt=on)
        .annotate(open_fen=Coalesce(Subquery(open_fen), 0))
        .filter(open_fen__gt=0)
        .values_list("path", "account_id", "due_on", "open_fen")
    )
    accounts: dict[str, set[int]] = {}
    ages: dict[str, list[int]] = {}
    for path, account_id, due_on, fen in bills.order_by(F("path").asc()).iterator(5000):
        accounts.setdefault(path, set()).add(account_id)
        ages.setdefault(path, [0, 0, 0])[sum((on - due_on) > timedelta(days=days) for days in AGES)] += fen
    return {path: Arrears(len(accounts[path]), tuple(ages[path])) for path in ages}  # type: ignore[arg-type]


def together(parts: list[Arrears]) -> Arrears:
    """The sum of several units, whose accounts differ."""
    sums = [sum(part.ages_fen[age] for part in parts) for age in range(len(AGES) + 1)]
    return Arrears(sum(part.accounts for part in parts), (sums[0], sums[1], sums[2]))
