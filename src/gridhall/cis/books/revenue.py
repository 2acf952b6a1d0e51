"""Revenue by kind of line, component and fund; the tax inside it; and how much of it was collected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum

from gridhall.cis.books.models import CollectedDay, ComponentDay, LedgerDay
from gridhall.cis.ledger import chart
from gridhall.kernel.money import round_half_up
from gridhall.platform.scope import Scope, ScopedQuerySet, path_range


@dataclass(frozen=True)
class Amount:
    """One row of a report: ``name`` is a kind of line or a component."""

    name: str
    amount_fen: int
    untaxed: bool = False


@dataclass(frozen=True)
class Revenue:
    """Bills posted over some days. ``kinds`` add up to ``billed_fen``; ``components`` are of-which parts of them."""

    kinds: list[Amount]
    components: list[Amount]
    booked_fen: int
    booked_funds_fen: int

    @property
    def billed_fen(self) -> int:
        return sum(row.amount_fen for row in self.kinds)

    @property
    def funds_fen(self) -> int:
        return sum(row.amount_fen for row in self.components if row.untaxed)


def revenue(scope: Scope, path: str, first: date, end: date) -> Revenue:
    """Of a unit and those below it over ``[first, end)``, with what the books say beside it."""
    rows = _days(scope, path, first, end)
    kinds = rows.filter(included=False).values_list("kind").annotate(s=Sum("amount_fen")).order_by("kind")
    parts = rows.filter(included=True).values_list("component", "untaxed").annotate(s=Sum("amount_fen"))
    moved = _booked(scope, path, first, end)
    return Revenue(
        kinds=[Amount(kind, fen) for kind, fen in kinds],
        components=[Amount(code, fen, untaxed) for code, untaxed, fen in parts.order_by("component")],
        booked_fen=sum(moved.get(code, 0) for code in (chart.ENERGY_REVENUE, chart.FUNDS_PAYABLE, chart.VAT_PAYABLE)),
        booked_funds_fen=moved.get(chart.FUNDS_PAYABLE, 0),
    )


def revenue_days(scope: Scope, path: str, first: date, end: date, kind: str, component: str) -> list[tuple[date, int]]:
    """The days behind a row of the revenue report."""
    rows = _days(scope, path, first, end).filter(kind=kind, component=component)
    return list(rows.values_list("on").annotate(s=Sum("amount_fen")).order_by("on"))


@dataclass(frozen=True)
class Taxed:
    """Amounts at one rate: with tax, and the tax inside by the rate."""

    percent: int
    gross_fen: int

    @property
    def tax_fen(self) -> int:
        return round_half_up(self.gross_fen * self.percent, 100 + self.percent)

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.tax_fen


@dataclass(frozen=True)
class Tax:
    """``booked_fen`` is the sum over bills, each rounded by itself: it differs from the rates by such roundings."""

    rates: list[Taxed]
    untaxed_fen: int
    booked_fen: int

    @property
    def rounding_fen(self) -> int:
        return self.booked_fen - sum(row.tax_fen for row in self.rates)


def tax(scope: Scope, path: str, first: date, end: date) -> Tax:
    """Value-added tax of the bills posted over some days; funds carry none."""
    rows = _days(scope, path, first, end)
    own = Sum("amount_fen", filter=Q(included=False), default=0)
    apart = Sum("amount_fen", filter=Q(included=True, untaxed=True), default=0)
    found = rows.values_list("vat_percent").annotate(own=own, apart=apart).order_by("-vat_percent")
    return Tax(
        rates=[Taxed(percent, own - apart) for percent, own, apart in found],
        untaxed_fen=sum(apart for _percent, _own, apart in found),
        booked_fen=_booked(scope, path, first, end).get(chart.VAT_PAYABLE, 0),
    )


@dataclass(frozen=True)
class Collection:
    """A month of receivables of one unit: what was there, what came, what was paid of both."""

    old_fen: int = 0
    billed_fen: int = 0
    paid_current_fen: int = 0
    paid_old_fen: int = 0
    closing_fen: int = 0

    def plus(self, other: Collection) -> Collection:
        return Collection(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def proved(self) -> bool:
        """Whether the parts lead from the opening balance of the account to its closing one."""
        return self.old_fen + self.billed_fen - self.paid_current_fen - self.paid_old_fen == self.closing_fen


def collection(scope: Scope, path: str, first: date, end: date, key: Callable[[str], str]) -> dict[str, Collection]:
    """By ``key`` of the unit's path, over the month ``[first, end)``: 当期电费回收率 and 陈欠回收率 in parts."""
    found: dict[str, Collection] = {}

    def add(at: str, part: Collection) -> None:
        found[key(at)] = found.get(key(at), Collection()).plus(part)

    here, within = path_range("path", path), Q(on__gte=first, on__lt=end)
    balance = Sum(F("debit_fen") - F("credit_fen"), default=0)
    owed = LedgerDay.objects.within(scope).filter(here, ledger_account=chart.RECEIVABLE)
    for at, fen in owed.filter(on__lt=first).values_list("path").annotate(s=balance):
        add(at, Collection(old_fen=fen))
    for at, fen in owed.filter(on__lt=end).values_list("path").annotate(s=balance):
        add(at, Collection(closing_fen=fen))
    billed = ComponentDay.objects.within(scope).filter(here, within, included=False)
    for at, fen in billed.values_list("path").annotate(s=Sum("amount_fen")):
        add(at, Collection(billed_fen=fen))
    paid = CollectedDay.objects.within(scope).filter(here, within).values_list("path")
    for at, current, old in paid.annotate(c=Sum("current_fen"), o=Sum("old_fen")):
        add(at, Collection(paid_current_fen=current, paid_old_fen=old))
    return dict(sorted(found.items()))


def _days(scope: Scope, path: str, first: date, end: date) -> ScopedQuerySet[ComponentDay]:
    return ComponentDay.objects.within(scope).filter(path_range("path", path), on__gte=first, on__lt=end)


def _booked(scope: Scope, path: str, first: date, end: date) -> dict[str, int]:
    """Credits less debits per ledger account."""
    rows = LedgerDay.objects.within(scope).filter(path_range("path", path), on__gte=first, on__lt=end)
    return dict(rows.values_list("ledger_account").annotate(s=Sum(F("credit_fen") - F("debit_fen"))))
