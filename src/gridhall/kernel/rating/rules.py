"""A tariff version in one calendar month as plain numbers, for the compiled totals."""

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridhall.kernel.money import round_half_up
from gridhall.kernel.power_factor import adjustment_e8, table
from gridhall.kernel.rating.facts import Bools, Int64s
from gridhall.kernel.tariffs.types import PERIODS, PeriodPrices, Rounding, TariffVersion

STANDARDS = (80, 85, 90)


class Rules(NamedTuple):
    """What one row needs to be rated. Arrays of six follow PERIODS; amounts of energy are Wh, prices 1e-8."""

    by_period: bool
    priced: Bools  # [6]
    price_e8: Int64s  # [6]
    price_max_e8: int  # no energy price, uplift included, is larger in magnitude
    ends_wh: Int64s  # [m] upper ends of tiers 1 to m; none where the month has no tiers
    uplift_e8: Int64s  # [m, 6] of tiers 2 to m + 1
    uplift_whole: Bools  # [m] one uplift for all periods, standing in column 0
    tiers_by_year: bool
    large_persons_min: int
    large_extra_wh: int
    quota_wh: int  # a month
    quota_price_e8: int
    has_real_time: bool
    capacity_price_e8: int
    has_capacity: bool
    has_demand: bool
    demand_price_e8: int
    demand_reduced_e8: int
    utilisation_kwh_per_kva: int  # 0: no discount
    over_limit_percent: int  # 0: no rule
    over_factor: int
    over_from_limit: bool  # reading A
    floor_percent: int
    has_power_factor: bool
    power_factor_e8: Int64s  # [3, 101] by STANDARDS and hundredths
    standard_known: Bools  # [3]
    exempt_e8: Int64s  # [e, 6] of components outside the power-factor base
    exempt_whole: Bools  # [e]
    round_power_factor_lines: bool
    fixed_price_e8: int
    has_minimum: bool
    minimum_price_e8: int


def rules_of(version: TariffVersion, month: int) -> Rules | None:
    """The rules of calendar month 1-12, or None where a version says something they cannot hold."""
    exempt = [component for component in version.components if not component.in_power_factor_base]
    if any(component.floats for component in exempt) or not _plain_rounding(version.rounding):
        return None
    season = version.season(month).prices
    tiers = version.tiers if version.tiers and month in version.tiers.months else None
    step = next(step.kwh for step in tiers.thresholds if month in step.months) if tiers else ()
    uplifts = [_row(uplift) for uplift in tiers.uplifts] if tiers else []
    large = tiers.large_household if tiers else None
    quota, demand = version.free_quota, version.demand
    quota_price = int((quota.price_e8 if quota.price_e8 is not None else season.total) or 0) if quota else 0
    highest = max((abs(price) for row in uplifts for price in row), default=0)
    prices = [*map(abs, _row(season)), abs(quota_price), *(abs(p) for c in exempt for p in _row(c.prices))]
    over = demand.over_contract if demand else None
    discount = demand.utilisation_discount if demand else None
    rates, known = _power_factor(version.power_factor)
    return Rules(
        by_period=version.calendar is not None,
        priced=np.array([season.at(period) is not None for period in PERIODS]),
        price_e8=np.array(_row(season), np.int64),
        price_max_e8=max(prices) + highest,
        ends_wh=np.array([kwh * 1000 for kwh in step], np.int64),
        uplift_e8=np.array(uplifts, np.int64).reshape(-1, len(PERIODS)),
        uplift_whole=np.array([u.total is not None for u in tiers.uplifts] if tiers else [], np.bool_),
        tiers_by_year=tiers is not None and tiers.basis == "year",
        large_persons_min=large.persons_min if large else 0,
        large_extra_wh=large.extra_kwh_per_month * 1000 * (12 if tiers and tiers.basis == "year" else 1)
        if large
        else 0,
        quota_wh=quota.kwh_per_month * 1000 if quota else 0,
        quota_price_e8=quota_price,
        has_real_time=version.real_time is not None,
        capacity_price_e8=int(version.capacity.price_e8) if version.capacity else 0,
        has_capacity=version.capacity is not None,
        has_demand=demand is not None,
        demand_price_e8=int(demand.price_e8) if demand else 0,
        demand_reduced_e8=_reduced_e8(version, discount.percent) if discount else 0,
        utilisation_kwh_per_kva=discount.kwh_per_kva if discount else 0,
        over_limit_percent=over.limit_percent if over else 0,
        over_factor=over.factor if over else 0,
        over_from_limit=over is not None and over.reading == "A",
        floor_percent=(demand.floor_percent_of_capacity or 0) if demand else 0,
        has_power_factor=version.power_factor is not None,
        power_factor_e8=rates,
        standard_known=known,
        exempt_e8=np.array([_row(c.prices) for c in exempt], np.int64).reshape(-1, len(PERIODS)),
        exempt_whole=np.array([c.prices.total is not None for c in exempt], np.bool_),
        round_power_factor_lines=version.rounding.power_factor == "lines",
        fixed_price_e8=int(version.fixed.price_e8) if version.fixed else 0,
        has_minimum=version.minimum is not None,
        minimum_price_e8=int(version.minimum.price_e8) if version.minimum else 0,
    )


def _row(prices: PeriodPrices) -> list[int]:
    return [int(prices.at(period) or 0) for period in PERIODS]


def _plain_rounding(rounding: Rounding) -> bool:
    """Whether nothing but the two rules known here is set."""
    return rounding == Rounding(price_step_e8=rounding.price_step_e8, power_factor=rounding.power_factor)


def _reduced_e8(version: TariffVersion, percent: int) -> int:
    step = int(version.rounding.price_step_e8 or 1)
    price = int(version.demand.price_e8) if version.demand else 0
    return round_half_up(price * percent, 100 * step) * step


@cache
def _power_factor(code: str | None) -> tuple[Int64s, npt.NDArray[np.bool_]]:
    """The rate by standard and hundredth of a shipped table, and which standards it has; not to be written to."""
    rates, known = np.zeros((len(STANDARDS), 101), np.int64), np.zeros(len(STANDARDS), np.bool_)
    if code is not None:
        for row, standard in enumerate(STANDARDS):
            if standard in table(code).standards:
                known[row] = True
                rates[row] = [adjustment_e8(code, standard, hundredth) for hundredth in range(101)]
    return rates, known
