"""Capacity and demand (基本电费), fixed charges and the monthly minimum."""

from typing import Final

import numpy as np

from gridhall.kernel.money import DIVISORS, Unit, amount_fen_array, round_half_up, scale_array
from gridhall.kernel.rating.facts import (
    CHARGING_CAPACITY,
    CHARGING_CONTRACT,
    CHARGING_DEMAND,
    WHOLE_MONTH,
    Determinants,
    Int64s,
)
from gridhall.kernel.rating.lines import LineColumn, LineItem, priced
from gridhall.kernel.tariffs.types import Demand, OverContract, TariffVersion

MONTH_E6: Final = 10**6


def charge_columns(version: TariffVersion, facts: Determinants, energy_wh: Int64s) -> list[LineColumn]:
    """Capacity and demand lines; the quantity holds the thirtieths of the month, so quantity x price = amount."""
    _check_charging(version, facts)
    columns = []
    if version.capacity is not None:
        kva = np.where(facts.charging == CHARGING_CAPACITY, facts.capacity_kva_e6, 0)
        item = LineItem(kind="capacity", unit=Unit.KVA, clause=version.source)
        columns.append(priced(item, _by_thirtieths(kva, facts), int(version.capacity.price_e8)))
    if version.demand is not None:
        kw = _by_thirtieths(billed_kw_e6(version.demand, facts), facts)
        item = LineItem(kind="demand", unit=Unit.KW, clause=version.source)
        columns.append(priced(item, kw, _demand_price_e8(version, version.demand, facts, energy_wh)))
    return columns


def billed_kw_e6(demand: Demand, facts: Determinants) -> Int64s:
    """kW that count: the contract with its 105 % rule, or the measured demand; never under the floor."""
    contract = facts.contract_kw_e6
    if demand.over_contract is not None:
        contract = _over_contract_kw_e6(demand.over_contract, facts)
    billed = np.where(facts.charging == CHARGING_CONTRACT, contract, facts.demand_kw_e6)
    if demand.floor_percent_of_capacity is not None:
        billed = np.maximum(billed, scale_array(facts.capacity_kva_e6, demand.floor_percent_of_capacity, 100))
    on_demand = (facts.charging == CHARGING_CONTRACT) | (facts.charging == CHARGING_DEMAND)
    return np.where(on_demand, billed, 0)


def fixed_column(version: TariffVersion, facts: Determinants) -> list[LineColumn]:
    """The fixed charge per month, by thirtieths."""
    if version.fixed is None:
        return []
    months = _by_thirtieths(np.full(facts.n, MONTH_E6, np.int64), facts)
    item = LineItem(kind="fixed", unit=Unit.MONTH, clause=version.source)
    return [priced(item, months, int(version.fixed.price_e8))]


def minimum_column(version: TariffVersion, facts: Determinants, total_fen: Int64s) -> list[LineColumn]:
    """What a bill lacks to the monthly minimum, as one line."""
    if version.minimum is None:
        return []
    months = _by_thirtieths(np.full(facts.n, MONTH_E6, np.int64), facts)
    least_fen = amount_fen_array(months, int(version.minimum.price_e8), Unit.MONTH)
    item = LineItem(kind="minimum", unit=Unit.YUAN, clause=version.source)
    return [priced(item, np.maximum(least_fen - total_fen, 0), DIVISORS[Unit.YUAN])]


def _over_contract_kw_e6(rule: OverContract, facts: Determinants) -> Int64s:
    contract, measured = facts.contract_kw_e6, facts.demand_kw_e6
    limit = scale_array(contract, rule.limit_percent, 100)
    start = limit if rule.reading == "A" else contract
    return np.where(measured > limit, start + rule.factor * (measured - limit), contract)


def _demand_price_e8(version: TariffVersion, demand: Demand, facts: Determinants, energy_wh: Int64s) -> int | Int64s:
    price = int(demand.price_e8)
    rule = demand.utilisation_discount
    if rule is None:
        return price
    step = int(version.rounding.price_step_e8 or 1)
    reduced = round_half_up(price * rule.percent, 100 * step) * step
    # Wh x 1000 / 1e-6 kVA = kWh/kVA; a part of a month has to reach its part of the 260 hours
    used = energy_wh * (1000 * WHOLE_MONTH)
    needed = facts.capacity_kva_e6 * facts.month_thirtieths * np.int64(rule.kwh_per_kva)
    reached = (used >= needed) & (facts.capacity_kva_e6 > 0)
    return np.where(reached, np.int64(reduced), np.int64(price))


def _by_thirtieths(quantity: Int64s, facts: Determinants) -> Int64s:
    if bool((facts.month_thirtieths == WHOLE_MONTH).all()):
        return quantity
    return scale_array(quantity, facts.month_thirtieths.astype(np.int64), WHOLE_MONTH)


def _check_charging(version: TariffVersion, facts: Determinants) -> None:
    on_demand = (facts.charging == CHARGING_CONTRACT) | (facts.charging == CHARGING_DEMAND)
    for wanted, price, word in (
        (facts.charging == CHARGING_CAPACITY, version.capacity, "capacity"),
        (on_demand, version.demand, "demand"),
    ):
        if price is None and wanted.any():
            raise ValueError(
                f"row {int(np.argmax(wanted))}: charged by {word}, but {version.code} ({version.valid_from}) "
                f"has no {word} price; choose a two-part tariff or charging none"
            )
