"""The plans that a supply may be billed by: its own, and the others of its area, class and voltage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from gridhall.cis.advice.rules import ChoiceRules, in_force
from gridhall.cis.customers.models import Agreement
from gridhall.cis.tariffs import queries as tariffs
from gridhall.cis.tariffs.queries import Published
from gridhall.kernel.tariffs import TariffVersion

Charging = Agreement.Charging


class Plan(NamedTuple):
    """A tariff, and with two-part prices the way in which capacity is charged."""

    code: str
    charging: int = Charging.NONE


class Supply(NamedTuple):
    """What decides about the choice: the plan today, and the terms of the service point."""

    plan: Plan
    voltage_v: int
    capacity_kva_e6: int
    use_class: str


@dataclass
class Catalogue:
    """Published tariffs as they stand on a day, each question asked of the database once."""

    on: date
    rules: ChoiceRules = field(init=False)
    _versions: dict[str, list[tariffs.Dates]] = field(init=False)
    _today: dict[str, TariffVersion] = field(init=False)
    _spans: dict[tuple[str, date, date], list[Published]] = field(default_factory=dict)
    _choices: dict[Supply, list[Plan]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rules = in_force(self.on)
        self._versions = tariffs.versions_by_code()
        held = {code: self.pieces(code, self.on, self.on + timedelta(days=1)) for code in sorted(self._versions)}
        self._today = {code: pieces[-1].version for code, pieces in held.items() if pieces}

    def version(self, code: str) -> TariffVersion | None:
        """The version that holds on the day."""
        return self._today.get(code)

    def pieces(self, code: str, first: date, end: date) -> list[Published]:
        """The versions of a tariff over ``[first, end)``."""
        key = (code, first, end)
        if key not in self._spans:
            self._spans[key] = tariffs.pieces(self._versions.get(code, []), first, end)
        return self._spans[key]

    def choices(self, supply: Supply) -> list[Plan]:
        """The plan that is, then the others that the customer may choose instead, by code."""
        if supply not in self._choices:
            self._choices[supply] = [supply.plan, *self._others(supply)]
        return self._choices[supply]

    def _others(self, supply: Supply) -> list[Plan]:
        own = self._today.get(supply.plan.code)
        if own is None:
            return []
        fitting = [version for version in self._today.values() if self._open_to(supply, own, version)]
        plans = [Plan(version.code, way) for version in fitting for way in _ways(version, supply)]
        return [plan for plan in plans if plan != supply.plan]

    def _open_to(self, supply: Supply, own: TariffVersion, other: TariffVersion) -> bool:
        if other.code == own.code:
            return True
        only = self.rules.only.get(other.code)
        if other.area != own.area or (only is not None and supply.use_class not in only):
            return False
        return self.rules.voltage_fits(other.code, supply.voltage_v) and self._class_open(supply, own, other)

    def _class_open(self, supply: Supply, own: TariffVersion, other: TariffVersion) -> bool:
        """The same class; or the other part of the business prices where the capacity allows the choice."""
        if other.tariff_class == own.tariff_class:
            return True
        capacity_kva_e6 = supply.capacity_kva_e6
        if (own.tariff_class, other.tariff_class) == ("single_part", "two_part"):
            return capacity_kva_e6 > self.rules.two_part_above_kva * 1_000_000
        if (own.tariff_class, other.tariff_class) == ("two_part", "single_part"):
            return capacity_kva_e6 < self.rules.single_part_below_kva * 1_000_000
        return False


def _ways(version: TariffVersion, supply: Supply) -> list[int]:
    """The ways of charging capacity under a version. A contract demand cannot be chosen for somebody else."""
    if version.capacity is None and version.demand is None:
        return [Charging.NONE]
    ways = [Charging.CAPACITY] if version.capacity is not None else []
    if version.demand is not None:
        ways += [Charging.ACTUAL]
        ways += [Charging.CONTRACT] if supply.plan.charging == Charging.CONTRACT else []
    return [int(way) for way in ways]
