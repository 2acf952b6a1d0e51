"""Reading statements and differences, always in scope; and the proof."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, Sum

from gridhall.cis.ledger.models import Line
from gridhall.cis.reconcile.models import Difference, Statement, StatementLine
from gridhall.platform.errors import NotInScope
from gridhall.platform.scope import Scope, ScopedQuerySet

APART = (StatementLine.Outcome.THEIRS_ONLY, StatementLine.Outcome.AMOUNT_DIFFERS)


def balance_fen(ledger_account: str) -> int:
    """What stands on a ledger account over all units."""
    return Line.objects.filter(ledger_account_id=ledger_account).aggregate(s=Sum("amount_fen"))["s"] or 0


def statements(scope: Scope) -> ScopedQuerySet[Statement]:
    """Newest day first, without the content."""
    return Statement.objects.within(scope).select_related("link").defer("content").order_by("-day", "-pk")


def statement(scope: Scope, public_id: UUID | str) -> Statement:
    """One statement. Raises NotInScope."""
    found = statements(scope).filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def outcomes(of: Statement) -> list[tuple[str, int, int]]:
    """How many movements came out how, and their fen."""
    rows = StatementLine.objects.filter(statement=of).values_list("outcome")
    counted = {outcome: (count, fen) for outcome, count, fen in rows.annotate(c=Count("pk"), s=Sum("amount_fen"))}
    return [(str(one.label), *counted[one.value]) for one in StatementLine.Outcome if one.value in counted]


def differences(scope: Scope) -> ScopedQuerySet[Difference]:
    """Oldest first: what has waited longest is seen first."""
    rows = Difference.objects.within(scope).select_related("link", "line", "payment__account", "account", "statement")
    return rows.defer("statement__content").order_by("opened_on", "pk")


def difference(scope: Scope, public_id: UUID | str) -> Difference:
    """One difference. Raises NotInScope."""
    found = differences(scope).filter(public_id=public_id).first()
    if found is None:
        raise NotInScope()
    return found


def age_days(row: Difference, today: date) -> int:
    """Days since it was opened, until it was closed."""
    return ((row.closed_at.date() if row.closed_at else today) - row.opened_on).days


def suspense_open_fen(scope: Scope) -> int:
    """What open differences keep in suspense."""
    rows = Difference.objects.within(scope).exclude(state=Difference.State.CLOSED).filter(theirs_fen__isnull=False)
    return rows.aggregate(s=Sum("theirs_fen"))["s"] or 0
