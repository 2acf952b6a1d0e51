"""Lists: filter in the URL, bounded count, pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50
COUNT_MAX = 10_000  # counting further would read the whole table on every visit; past it the filter has to narrow


@dataclass(frozen=True)
class Listing:
    """One page of a list. ``more`` says that there are more rows than were counted."""

    rows: list[Any]
    number: int
    pages: int
    count: int
    more: bool = False

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def listing(request: HttpRequest, rows: QuerySet[Any] | list[Any], size: int = ROWS) -> Listing:
    """The page of ``rows`` that ``?page=`` names. A page that does not exist is the nearest one that does."""
    count = len(rows) if isinstance(rows, list) else rows.order_by()[: COUNT_MAX + 1].count()
    shown = min(count, COUNT_MAX)
    pages = max(1, -(-shown // size))
    asked = request.GET.get("page", "1")
    number = min(max(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1, 1), pages)
    first = (number - 1) * size
    return Listing(list(rows[first : first + size]), number, pages, shown, count > COUNT_MAX)
