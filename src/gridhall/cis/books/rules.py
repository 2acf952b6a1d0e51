"""Groups of age and rates of tax, as dated data."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from gridhall.kernel.dated import in_force, versions
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


def ages(on: date) -> Ages:
    """The groups of age that count on a day."""
    return in_force(versions("aging", Ages), on)


def vat(on: date) -> Vat:
    """The rates that count on a day."""
    return in_force(versions("vat", Vat), on)
