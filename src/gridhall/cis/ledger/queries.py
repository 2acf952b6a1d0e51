"""What the books say. Balances are derived, never stored."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max, Q, Sum

from gridhall.cis.ledger.chart import PENALTY_RECEIVABLE, PREPAYMENT, RECEIVABLE
from gridhall.cis.ledger.models import Entry, Line
from gridhall.platform import statements
from gridhall.platform.bulk import among

OWED = (RECEIVABLE, PENALTY_RECEIVABLE)
CURRENT = (*OWED, PREPAYMENT)  # a customer's running account; deposits and written-off debts stand beside it


@dataclass(frozen=True)
class OpenItem:
    """What is still owed on one bill: energy and late penalty apart."""

    bill_id: int
    principal_fen: int
    penalty_fen: int

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.penalty_fen


def open_items(account_id: int) -> list[OpenItem]:
    """Bills of the account that are not settled, oldest first (bill ids grow with time)."""
    return open_items_of([account_id]).get(account_id, [])


def open_items_of(account_ids: Collection[int]) -> dict[int, list[OpenItem]]:
    """The same for many accounts at once; an account without open bills is absent."""
    return {
        account_id: [
            OpenItem(bill, stands.owed.get((bill, RECEIVABLE), 0), stands.owed.get((bill, PENALTY_RECEIVABLE), 0))
            for bill in sorted({bill for bill, _code in stands.owed})
        ]
        for account_id, stands in sorted(standing_of(account_ids).items())
        if stands.owed
    }


def owed_fen(account_id: int) -> int:
    """Receivables and penalties of the account."""
    return _balances([account_id], OWED).get(account_id, 0)


def prepaid_fen(account_id: int) -> int:
    """Money of the account that no bill has used yet."""
    return prepaid_of([account_id]).get(account_id, 0)


def prepaid_of(account_ids: Collection[int]) -> dict[int, int]:
    """The same for many accounts at once; an account that never paid is absent."""
    return {account_id: -fen for account_id, fen in _balances(account_ids, (PREPAYMENT,)).items()}


@dataclass(slots=True)
class Stands:
    """An account's running account: what is open by bill and ledger account, and what is paid ahead, in fen."""

    owed: dict[tuple[int, str], int] = field(default_factory=dict)
    prepaid_fen: int = 0


def standing_of(account_ids: Collection[int]) -> dict[int, Stands]:
    """How accounts stand, in one statement; one where nothing is open and nothing paid ahead is absent."""
    rows = statements.fetch(
        "SELECT account_id, bill_id, ledger_account_id, CAST(SUM(amount_fen) AS bigint) FROM ledger_line "  # noqa: S608 - our own text
        f"WHERE {statements.among('account_id')} AND ledger_account_id IN (%s, %s, %s) "
        "GROUP BY account_id, ledger_account_id, bill_id HAVING SUM(amount_fen) <> 0",
        [statements.listed(account_ids), *CURRENT],
    )
    found: dict[int, Stands] = {}
    for account_id, bill_id, code, fen in rows:
        stands = found.setdefault(account_id, Stands())
        if code == PREPAYMENT:
            stands.prepaid_fen -= fen
        elif bill_id is not None:
            stands.owed[bill_id, code] = fen
    return found


def credit_of(account_ids: Collection[int]) -> dict[int, int]:
    """What each account has paid ahead, less what it owes, in fen; an account without entries is absent."""
    wanted = set(account_ids)
    rows = Line.objects.filter(among("account_id", sorted(wanted)), account_id__isnull=False)
    sums = (
        rows.filter(ledger_account_id__in=(PREPAYMENT, *OWED)).values_list("account_id").annotate(s=Sum("amount_fen"))
    )
    return {account_id: -fen for account_id, fen in sums if account_id in wanted}


def latest_entries(account_ids: Collection[int]) -> dict[int, int]:
    """The newest entry of each account that has one."""
    rows = Line.objects.filter(account_id__in=account_ids).values_list("account_id")
    return dict(rows.annotate(entry=Max("entry_id")))


def _balances(account_ids: Collection[int], codes: tuple[str, ...]) -> dict[int, int]:
    rows = Line.objects.filter(account_id__in=account_ids, ledger_account_id__in=codes).values_list("account_id")
    return dict(rows.annotate(s=Sum("amount_fen")))


@dataclass(frozen=True)
class Movement:
    """One row of a statement: positive is owed, negative is paid; ``balance_fen`` stands after it."""

    on: date
    kind: str
    ref: str
    amount_fen: int
    balance_fen: int


@dataclass(frozen=True)
class Statement:
    opening_fen: int
    movements: list[Movement]
    closing_fen: int


def statement(account_id: int, first: date, last: date) -> Statement:
    """Movements of the account's own ledger over the days ``first`` to ``last`` inclusive; prepayment is negative."""
    own = Q(lines__account_id=account_id, lines__ledger_account_id__in=CURRENT)
    entries = (
        Entry.objects.filter(account_id=account_id, effective_on__lte=last)
        .annotate(moved=Sum("lines__amount_fen", filter=own))
        .order_by("effective_on", "pk")
        .values_list("effective_on", "kind", "ref", "moved")
    )
    balance, opening, movements = 0, 0, []
    for on, kind, ref, moved in entries:
        balance += moved or 0
        if on < first:
            opening = balance
        elif moved:
            movements.append(Movement(on, kind, ref, moved, balance))
    return Statement(opening, movements, balance)


def trial_balance() -> dict[str, int]:
    """Every ledger account with its balance; they sum to zero."""
    rows = Line.objects.values_list("ledger_account_id").annotate(s=Sum("amount_fen")).order_by("ledger_account_id")
    return {code: int(s) for code, s in rows}


def problems() -> list[str]:
    """What is wrong with the books; empty when they are right. Every test ends with this."""
    found = []
    unbalanced = Entry.objects.annotate(s=Sum("lines__amount_fen")).exclude(s=0).values_list("ref", "s")[:20]
    found += [f"entry {ref} does not balance: {s}" for ref, s in unbalanced]
    negative = (
        Line.objects.filter(ledger_account_id=PREPAYMENT)
        .values("account_id")
        .annotate(s=Sum("amount_fen"))
        .filter(s__gt=0)[:20]
    )
    found += [f"account {row['account_id']} has a prepayment below zero: {-row['s']}" for row in negative]
    return found
