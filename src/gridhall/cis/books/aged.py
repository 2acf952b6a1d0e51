"""Receivables by unit, class and age, from the bills on which something is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum

from gridhall.cis.books import rules
from gridhall.cis.books.models import OpenBill
from gridhall.platform.scope import Scope, ScopedQuerySet, path_range


@dataclass(frozen=True)
class Aged:
    """What is open in one group of age of one unit and class; credits are negative."""

    path: str
    use_class: str
    group: int
    bills: int
    principal_fen: int
    other_fen: int

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.other_fen


def aged(scope: Scope, path: str, on: date) -> list[Aged]:
    """Everything open at a unit and below it, by the ages of a day."""
    ages = rules.ages(on)
    rows = (
        OpenBill.objects.within(scope)
        .filter(path_range("path", path))
        .values_list("path", "use_class", "due_on")
        .annotate(n=Count("pk"), principal=Sum("principal_fen"), other=Sum("other_fen"))
        .order_by("path", "use_class", "due_on")
    )
    return [
        Aged(at, use, ages.group((on - due).days), n, principal, other) for at, use, due, n, principal, other in rows
    ]


def table(rows: Iterable[Aged], key: Callable[[Aged], str], groups: int) -> dict[str, list[int]]:
    """Fen per key and group of age, with the sum of the row at its end."""
    found: dict[str, list[int]] = {}
    for row in rows:
        line = found.setdefault(key(row), [0] * (groups + 1))
        line[row.group] += row.total_fen
        line[-1] += row.total_fen
    return found


def bills(scope: Scope, path: str, on: date, use_class: str = "", group: int | None = None) -> ScopedQuerySet[OpenBill]:
    """The bills behind a figure, the oldest debt first."""
    rows = OpenBill.objects.within(scope).filter(path_range("path", path)).order_by("due_on", "pk")
    if use_class:
        rows = rows.filter(use_class=use_class)
    if group is not None:
        first, last = rules.ages(on).days(group)
        rows = rows.filter(due_on__lte=on - timedelta(days=first)) if first is not None else rows
        rows = rows.filter(due_on__gte=on - timedelta(days=last)) if last is not None else rows
    return rows
