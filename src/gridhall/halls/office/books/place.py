"""Whose books, and which month: every page of the books asks the same two questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.utils import timezone

from gridhall.cis.books.balances import first_month
from gridhall.halls.dates import month_bounds, month_of, month_or
from gridhall.halls.office.units import unit_choices
from gridhall.halls.page import PageRequest
from gridhall.platform.errors import NotInScope

MONTHS_SHOWN = 36


@dataclass(frozen=True)
class Place:
    """The chosen unit and month with what else could be chosen."""

    path: str
    month: int
    units: list[tuple[str, str]]
    months: list[int]

    @property
    def first(self) -> date:
        return month_bounds(self.month)[0]

    @property
    def end(self) -> date:
        return month_bounds(self.month)[1]

    @property
    def name(self) -> str:
        """The unit as it stands in the list."""
        return dict(self.units)[self.path]

    @property
    def query(self) -> str:
        """The choice as it stands in an address."""
        return urlencode({"unit": self.path, "month": self.month})


def place(request: PageRequest) -> Place:
    """What the address asks for, else the reader's highest unit and this month. A unit of others does not exist."""
    units = unit_choices(request.actor.scope, provinces=True)
    path = request.GET.get("unit") or (units[0][0] if units else "")
    if path not in dict(units):
        raise NotInScope()
    this = month_of(timezone.localdate())
    months = months_down(this, MONTHS_SHOWN, first_month() or this)
    return Place(path, month_or(request.GET.get("month"), this), units, months)


def months_down(last: int, count: int, first: int = 0) -> list[int]:
    """At most ``count`` months from ``last`` down to ``first``, YYYYMM."""
    found = [last]
    while found[-1] > first and len(found) < count:
        found.append(found[-1] - 1 if found[-1] % 100 > 1 else found[-1] - 89)
    return found
