"""Whether an arrangement is kept: instalments that are due against what the books received for its bills."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Sum

from gridhall.cis.billing.models import Bill
from gridhall.cis.collections.credit_rules import credit
from gridhall.cis.collections.models import Arrangement
from gridhall.cis.ledger.chart import PENALTY_RECEIVABLE, RECEIVABLE
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.queries import open_items
from gridhall.platform.scope import EVERYTHING

PAID_BY = ("settlement", "settlement-undone")


@dataclass(frozen=True)
class Progress:
    """Fen paid since approval, fen that had to be paid by now with the days of grace, and what is still open."""

    paid_fen: int
    due_fen: int
    open_fen: int

    @property
    def broken(self) -> bool:
        return self.paid_fen < self.due_fen and self.open_fen > 0


def equal_parts(total_fen: int, count: int) -> list[int]:
    """So many parts that add up to the total; what the division leaves is in the first."""
    part, rest = divmod(total_fen, count)
    return [part + rest, *[part] * (count - 1)]


@dataclass(frozen=True)
class Part:
    """One instalment to be."""

    due_on: date
    amount_fen: int


def plan_for(account_id: int, count: int, first: date) -> tuple[list[int], list[Part]]:
    """The bills of an account that are overdue on the first day, and equal parts of what is open on them, thirty days
    apart; of an account that owes nothing, neither."""
    owed = {item.bill_id: item.total_fen for item in open_items(account_id) if item.total_fen > 0}
    overdue = Bill.objects.within(EVERYTHING).filter(pk__in=list(owed), due_on__lt=first).order_by("pk")
    bills = list(overdue.values_list("pk", flat=True))
    amounts = equal_parts(sum(owed[bill_id] for bill_id in bills), count) if bills else []
    return bills, [Part(first + timedelta(days=30 * number), fen) for number, fen in enumerate(amounts)]


def progress(arrangement: Arrangement, on: date) -> Progress:
    """How far it is on a day."""
    bills = list(arrangement.bills.values_list("pk", flat=True))
    lines = Line.objects.filter(account_id=arrangement.account_id, bill_id__in=bills)
    owed = lines.filter(ledger_account_id__in=(RECEIVABLE, PENALTY_RECEIVABLE))
    since = owed.filter(
        entry__kind__in=PAID_BY, entry__recorded_at__gte=arrangement.decided_at or arrangement.proposed_at
    )
    grace = timedelta(days=credit(on).arrangement.grace_days)
    due = sum(part.amount_fen for part in arrangement.instalments.all() if part.due_on + grace < on)
    return Progress(-_sum(since), due, _sum(owed.filter(ledger_account_id=RECEIVABLE)))


def _sum(lines: object) -> int:
    return lines.aggregate(s=Sum("amount_fen"))["s"] or 0  # type: ignore[attr-defined]


def ended_between(after: int, last: int, on: date) -> list[Arrangement]:
    """Kept arrangements of accounts in ``(after, last]`` that are paid or broken on a day, with their new state."""
    kept = Arrangement.objects.within(EVERYTHING).filter(state=Arrangement.State.KEPT)
    return _ended(kept.filter(account_id__gt=after, account_id__lte=last).prefetch_related("instalments"), on)


def ended_of(account_ids: Sequence[int], on: date) -> list[Arrangement]:
    """The same for named accounts."""
    kept = Arrangement.objects.within(EVERYTHING).filter(state=Arrangement.State.KEPT, account_id__in=account_ids)
    return _ended(kept.prefetch_related("instalments"), on)


def _ended(kept: object, on: date) -> list[Arrangement]:
    found = []
    for arrangement in kept.order_by("pk"):  # type: ignore[attr-defined]
        now = progress(arrangement, on)
        if now.open_fen <= 0 or now.broken:
            state = Arrangement.State.COMPLETED if now.open_fen <= 0 else Arrangement.State.BROKEN
            arrangement.state, arrangement.ended_on = state, on
            found.append(arrangement)
    return found
