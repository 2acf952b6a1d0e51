"""Groups of age and rates of tax, as dated data."""

from __future__ import annotations

import functools
from datetime import date
from importlib import resources
from typing import TypeVar

from msgspec import Struct

from gridhall.kernel.tariffs.text import read_structured
from gridhall.kernel.tariffs.types import Evidence, Name


class Ages(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Groups of receivables by days after the due day; the last one is open."""

    code: str
    notice: Name
    evidence: Evidence
    valid_from: date
    up_to_days: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def group(self, days_overdue: int) -> int:
        """The number of the group, from 0."""
        return sum(days_overdue > limit for limit in self.up_to_days)

    def days(self, group: int) -> tuple[int | None, int | None]:
        """First and last day overdue of a group; None where it is open."""
        first = self.up_to_days[group - 1] + 1 if group else None
        return first, self.up_to_days[group] if group < len(self.up_to_days) else None


class Vat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Rates of value-added tax that bills may carry, and what an invoice calls the goods."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    percents: tuple[int, ...]
    goods_code: str
    goods_name: Name
    notes: tuple[str, ...] = ()


Rules = TypeVar("Rules", Ages, Vat)


def ages(on: date) -> Ages:
    """The groups of age that count on a day."""
    return _in_force(_all("aging", Ages), on)


def vat(on: date) -> Vat:
    """The rates that count on a day."""
    return _in_force(_all("vat", Vat), on)


@functools.cache
def _all(folder: str, kind: type[Rules]) -> tuple[Rules, ...]:
    paths = (resources.files("gridhall.data") / folder).iterdir()
    rows = [read_structured(path.read_bytes(), kind) for path in paths if path.name.endswith(".yaml")]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def _in_force(rows: tuple[Rules, ...], on: date) -> Rules:
    return ([row for row in rows if row.valid_from <= on] or [rows[0]])[-1]
