"""What follows from the parts and ratios of a draft, beside what is written: help for the eye, never a price."""

from __future__ import annotations

from dataclasses import dataclass

from gridhall.kernel.money import round_half_up
from gridhall.kernel.tariffs import TariffVersion
from gridhall.kernel.tariffs.types import Season


@dataclass(frozen=True)
class Hint:
    """A written price and the one that the parts give; ``factor_e6`` is the ratio that leads to it, 1 for flat."""

    months: tuple[int, ...]
    period: str
    written_e8: int
    derived_e8: int
    factor_e6: int

    @property
    def difference_e8(self) -> int:
        return self.written_e8 - self.derived_e8


def hints(version: TariffVersion) -> list[Hint]:
    """Of every season and period for which the parts say something."""
    return [hint for season in version.energy for hint in _season(version, season)]


def _season(version: TariffVersion, season: Season) -> list[Hint]:
    prices = [one.prices.total for one in version.components]
    flat = season.prices.flat if season.prices.flat is not None else season.prices.total
    if flat is None:
        return []
    if version.components and None in prices:
        return []
    floating = sum(int(one.prices.total or 0) for one in version.components if one.floats) or int(flat)
    fixed = sum(int(one.prices.total or 0) for one in version.components if not one.floats)
    found = []
    if version.components:
        period = "flat" if season.prices.flat is not None else "total"
        found.append(Hint(season.months, period, int(flat), floating + fixed, 10**6))
    for period in ("sharp", "peak", "valley", "deep"):
        factor = getattr(version.checks, period) if version.checks else None
        price = season.prices.at(period)
        if factor is not None and price is not None:
            derived = round_half_up(floating * int(factor), 10**6) + fixed
            found.append(Hint(season.months, period, int(price), derived, int(factor)))
    return found
