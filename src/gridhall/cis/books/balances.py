"""The trial balance, and the way from one of its figures down to the lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum

from gridhall.cis.books.models import LedgerDay
from gridhall.cis.ledger import chart
from gridhall.cis.ledger.chart import ChartAccount
from gridhall.cis.ledger.models import Line
from gridhall.platform.scope import EVERYTHING, Scope, path_range


@dataclass(frozen=True)
class Balance:
    """One account over some days: balances are debit positive, both turnovers are positive."""

    account: ChartAccount
    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.debit_fen - self.credit_fen


def trial_balance(scope: Scope, path: str, first: date, end: date) -> list[Balance]:
    """Every account that ever moved at a unit or below it, over ``[first, end)``, in the order of the chart."""
    before, within = Q(on__lt=first), Q(on__gte=first)
    rows = (
        LedgerDay.objects.within(scope)
        .filter(path_range("path", path), on__lt=end)
        .values_list("ledger_account")
        .annotate(
            opening=Sum(F("debit_fen") - F("credit_fen"), filter=before),
            debit=Sum("debit_fen", filter=within),
            credit=Sum("credit_fen", filter=within),
        )
    )
    found = {code: (opening or 0, debit or 0, credit or 0) for code, opening, debit, credit in rows}
    return [Balance(row, *found[row.code]) for row in chart.accounts().values() if row.code in found]


def balance_fen(path: str, code: str, end: date) -> int:
    """What stands on an account of a unit at the beginning of the day ``end``; debit positive."""
    rows = LedgerDay.objects.within(Scope(prefixes=(path,))).filter(ledger_account=code, on__lt=end)
    return rows.aggregate(s=Sum(F("debit_fen") - F("credit_fen")))["s"] or 0


@dataclass(frozen=True)
class Day:
    """One day of an account."""

    on: date
    debit_fen: int
    credit_fen: int
    lines: int


def days_of(scope: Scope, path: str, code: str, first: date, end: date) -> list[Day]:
    """The days on which an account moved, oldest first."""
    rows = (
        LedgerDay.objects.within(scope)
        .filter(path_range("path", path), ledger_account=code, on__gte=first, on__lt=end)
        .values_list("on")
        .annotate(debit=Sum("debit_fen"), credit=Sum("credit_fen"), n=Sum("lines"))
        .order_by("on")
    )
    return [Day(*row) for row in rows]


def posted_in(scope: Scope, path: str) -> Q:
    """Lines of entries of a unit and those below it, as far as they lie in a scope."""
    allowed = Q(entry_id__in=[]) if not scope.everything else Q()
    for prefix in scope.prefixes:
        allowed |= path_range("entry__path", prefix)
    return allowed & path_range("entry__path", path)


def lines_of(scope: Scope, path: str, code: str, on: date) -> QuerySet[Line]:
    """The lines of an account on a day by unit, and in the order in which they were posted: as the index has them."""
    return (
        Line.objects.filter(posted_in(scope, path), ledger_account_id=code, entry__effective_on=on)
        .select_related("entry")
        .order_by("entry__path", "entry_id", "seq")
    )


def first_month() -> int | None:
    """The month of the oldest entry that is counted, YYYYMM."""
    oldest = LedgerDay.objects.within(EVERYTHING).order_by("on").values_list("on", flat=True).first()
    return oldest.year * 100 + oldest.month if oldest else None


def lines_between(scope: Scope, path: str, first: date, end: date) -> int:
    """How many lines a unit posted over ``[first, end)``."""
    rows = LedgerDay.objects.within(scope).filter(path_range("path", path), on__gte=first, on__lt=end)
    return rows.aggregate(s=Sum("lines"))["s"] or 0
