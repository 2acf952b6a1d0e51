"""How often a way of charging capacity, or a contract demand, may change, as dated data."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from gridhall.kernel import dated, shipped
from gridhall.kernel.money import round_half_up
from gridhall.kernel.tariffs.types import Evidence

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Rules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One version of the rules."""

    code: str
    notice: str
    evidence: Evidence
    valid_from: date
    way_months: int
    value_months: int
    way_notice_days: int
    value_notice_days: int
    floor_percent: int
    notes: tuple[str, ...] = ()

    def least_kw_e6(self, capacity_kva_e6: int) -> int:
        """The smallest contract demand for a contract capacity."""
        return round_half_up(capacity_kva_e6 * self.floor_percent, 100)

    def months(self, *, way: bool) -> int:
        """How many months what holds is held before it changes."""
        return self.way_months if way else self.value_months

    def earliest(self, applied_on: date, *, way: bool) -> date:
        """The first day on which a change applied for on a day may begin."""
        return _after_working_days(applied_on, self.way_notice_days if way else self.value_notice_days)


def in_force(on: date) -> Rules:
    """The rules that count on a day; before the first, the first."""
    return dated.in_force(dated.versions("demand_charging", Rules), on)


def months_later(first: date, months: int) -> date:
    """The first day of the month so many months after the month of ``first``, counting a begun month as none."""
    index = first.year * 12 + first.month - 1 + months + (1 if first.day > 1 else 0)
    return date(index // 12, index % 12 + 1, 1)


def _after_working_days(day: date, count: int) -> date:
    """The day by which so many working days have passed after ``day``."""
    while count:
        day += ONE_DAY
        count -= _works(day)
    return day


def _works(day: date) -> bool:
    """A year whose days off are not announced yet counts its weekends alone."""
    try:
        return not shipped.holidays().is_rest_day(day)
    except ValueError:
        return day.weekday() < SATURDAY
