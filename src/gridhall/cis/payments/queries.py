"""Reading payments and shifts back, always in scope; what an account owes today, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from gridhall.cis.billing.models import Bill
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.models import Line
from gridhall.cis.ledger.queries import open_items, prepaid_fen
from gridhall.cis.payments.actions.penalties import penalties_due
from gridhall.cis.payments.models import Payment, Shift
from gridhall.platform.scope import EVERYTHING, Scope, ScopedQuerySet


@dataclass(frozen=True)
class Owed:
    """One open bill on a day: energy still owed, penalty already posted and penalty that has grown since."""

    bill: Bill
    principal_fen: int
    penalty_fen: int
    overdue: bool

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.penalty_fen


@dataclass(frozen=True)
class Standing:
    """Where an account stands on a day. ``due_fen`` is what would settle it."""

    items: list[Owed]
    prepaid_fen: int

    @property
    def due_fen(self) -> int:
        return max(0, sum(item.total_fen for item in self.items) - self.prepaid_fen)

    @property
    def overdue_fen(self) -> int:
        return sum(item.total_fen for item in self.items if item.overdue)

    @property
    def due_on(self) -> date | None:
        """The earliest day on which something has to be paid."""
        return min((item.bill.due_on for item in self.items), default=None)


def standing(account_id: int, on: date) -> Standing:
    """Open bills with the penalty up to ``on``, and the prepayment."""
    items = {item.bill_id: item for item in open_items(account_id)}
    grown = penalties_due(account_id, on)
    bills = Bill.objects.within(EVERYTHING).filter(pk__in=list(items)).order_by("pk")
    owed = [
        Owed(bill, items[bill.pk].principal_fen, items[bill.pk].penalty_fen + grown.get(bill.pk, 0), bill.due_on < on)
        for bill in bills
    ]
    return Standing(owed, prepaid_fen(account_id))


def payments_of(scope: Scope, account_id: int) -> ScopedQuerySet[Payment]:
    """Payments of an account, newest first."""
    return Payment.objects.within(scope).filter(account_id=account_id).order_by("-received_at", "-pk")


def payment(scope: Scope, public_id: UUID | str) -> Payment | None:
    """One payment."""
    rows = Payment.objects.within(scope).select_related("account__customer", "account__premise", "shift")
    return rows.filter(public_id=public_id).first()


def settled_by(paid: Payment) -> list[tuple[Bill, int]]:
    """What the settlement that followed a payment paid: bills and fen."""
    entry = f"payment:{paid.receipt_number}"
    own = Line.objects.filter(entry__ref=entry, account_id=paid.account_id).values_list("entry_id", flat=True).first()
    if own is None:
        return []
    rows = Line.objects.filter(
        entry__ref=f"settle:{paid.account_id}:{own}", ledger_account_id__in=(chart.RECEIVABLE, chart.PENALTY_RECEIVABLE)
    ).values_list("bill_id", "amount_fen")
    sums: dict[int, int] = {}
    for bill_id, fen in rows:
        sums[bill_id] = sums.get(bill_id, 0) - fen
    bills = Bill.objects.within(EVERYTHING).in_bulk(list(sums))
    return [(bills[bill_id], fen) for bill_id, fen in sorted(sums.items())]


def open_shift_of(user_id: int) -> Shift | None:
    """The shift a cashier works in now."""
    return (
        Shift.objects.within(EVERYTHING)
        .filter(cashier_id=user_id, closed_at__isnull=True)
        .select_related("unit")
        .first()
    )


def shift(scope: Scope, public_id: UUID | str) -> Shift | None:
    """One shift."""
    return Shift.objects.within(scope).select_related("unit", "cashier").filter(public_id=public_id).first()


def unsettled_fen(scope: Scope, money_account: str, link_code: str = "") -> int:
    """Booked money of a ledger account that no statement has shown yet; what was taken back counts below zero.

    Over all links it is the balance of a clearing account: the proof that reconciliation ends with.
    """
    rows = Payment.objects.within(scope).filter(money_account=money_account, settled_on__isnull=True)
    if link_code:
        rows = rows.filter(link_code=link_code)
    return rows.aggregate(s=Sum("amount_fen"))["s"] or 0


def by_serials(scope: Scope, link_code: str, serials: Collection[str]) -> dict[str, Payment]:
    """Payments of a partner by its own numbers, with their accounts; those that are not here are absent."""
    rows = Payment.objects.within(scope).filter(link_code=link_code, serial__in=serials).select_related("account")
    return {payment.serial: payment for payment in rows}


def receipts_by_serial(scope: Scope, link_code: str, serials: Collection[str]) -> dict[str, tuple[str, int]]:
    """Receipt number and fen by the partner's own number; leaner than whole rows where a file has thousands."""
    rows = Payment.objects.within(scope).filter(link_code=link_code, serial__in=serials)
    return {
        serial: (receipt, fen) for serial, receipt, fen in rows.values_list("serial", "receipt_number", "amount_fen")
    }
