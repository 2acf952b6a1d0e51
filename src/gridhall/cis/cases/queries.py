"""Reading cases back, always in scope."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from gridhall.cis.billing.models import Bill
from gridhall.cis.cases.models import Case, CaseBill
from gridhall.cis.ledger.queries import open_items
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope, ScopedQuerySet

SHOWN = (Case.State.POSTED, Case.State.WITHDRAWN)


def cases(scope: Scope, *, state: str = "", kind: str = "") -> ScopedQuerySet[Case]:
    """Newest first, of one state or kind where given."""
    wanted = {name: value for name, value in {"state": state, "kind": kind}.items() if value}
    rows = Case.objects.within(scope).filter(**wanted).select_related("account__customer")
    return rows.order_by("-opened_at", "-pk")


def case(scope: Scope, public_id: UUID | str) -> Case:
    """One case. Customers know of it once it is posted. Raises NotInScope."""
    rows = Case.objects.within(scope).select_related("account__customer", "account__premise", "other_account__customer")
    if not scope.everything and not scope.prefixes:
        rows = rows.filter(posted_at__isnull=False)
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def case_of(bill: Bill) -> Case:
    """The case that a bill, or what it reverses, comes from."""
    return CaseBill.objects.select_related("case").get(bill_id=bill.reverses_id or bill.pk).case


def bills_of(case: Case) -> Sequence[Bill]:
    """The debts and credits it put on the account."""
    return [row.bill for row in case.case_bills.select_related("bill").order_by("pk")]


def open_fen(case: Case) -> int:
    """What is still open of it."""
    own = {bill.pk for bill in bills_of(case)}
    return sum(item.total_fen for item in open_items(case.account_id) if item.bill_id in own)


def is_settled(case: Case) -> bool:
    """Posted, and nothing of it is open: paid, or, of a refund, paid out."""
    if case.state != Case.State.POSTED:
        return False
    return case.paid_out_at is not None if case.kind == Case.Kind.REFUND else open_fen(case) == 0
