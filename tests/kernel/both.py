"""The same account for both ratings, and the lines of both in one form to compare."""

from decimal import Decimal

import numpy as np

from gridhall.kernel.oracle import Account, Line
from gridhall.kernel.rating import Determinants, Lines
from gridhall.kernel.real_time import amounts_fen, charged_e8
from gridhall.kernel.runs import Run
from gridhall.kernel.tariffs import PERIODS, TariffVersion

CHARGING = ("none", "capacity", "contract", "demand")
SCALES = {"kWh": 3, "kW": 6, "kVA": 6, "yuan": 2, "month": 6}


def determinants(accounts: list[Account], version: TariffVersion | None = None) -> Determinants:
    """With a version, the energy at its interval prices, too."""
    facts = Determinants.empty(len(accounts))
    for row, account in enumerate(accounts):
        for period, kwh in account.period_kwh.items():
            facts.period_wh[row, PERIODS.index(period)] = int(kwh.scaleb(3))
        facts.tier_before_wh[row] = int(account.tier_before_kwh.scaleb(3))
        facts.tier_months[row] = account.tier_months
        facts.persons[row] = account.persons
        facts.free_quota[row] = account.free_quota
        facts.charging[row] = CHARGING.index(account.charging)
        facts.demand_kw_e6[row] = int(account.demand_kw.scaleb(6))
        facts.contract_kw_e6[row] = int(account.contract_kw.scaleb(6))
        facts.capacity_kva_e6[row] = int(account.capacity_kva.scaleb(6))
        facts.reactive_varh[row] = int(account.reactive_kvarh.scaleb(3))
        facts.power_factor_standard[row] = account.power_factor_standard
        facts.month_thirtieths[row] = account.month_thirtieths
        if version is not None:
            facts.real_time_fen[row] = real_time_fen(account, version)
    return facts


def real_time_fen(account: Account, version: TariffVersion) -> int:
    """One day of as many intervals as the account has, folded as a curve would be."""
    if not account.intervals or version.real_time is None:
        return 0
    values = np.array([[[int(kwh.scaleb(3)) for kwh, _price in account.intervals]]], np.uint64)
    prices = charged_e8(version, np.array([[int(price.scaleb(8)) for _kwh, price in account.intervals]], np.int64))
    run = Run(values, np.zeros(1, np.int32), np.zeros((1, 1), np.int16))
    return int(amounts_fen([run], 1, prices)[0])


def lines_of(lines: Lines, row: int) -> list[Line]:
    """One bill of the array rating, as the oracle would write it."""
    return [
        Line(
            kind=column.item.kind,
            quantity=Decimal(int(column.quantity[row])).scaleb(-SCALES[column.item.unit]),
            price=Decimal(int(column.price_e8[row])).scaleb(-8),
            amount=Decimal(int(column.amount_fen[row])).scaleb(-2),
            period=column.item.period,
            tier=column.item.tier,
            component=column.item.component,
            included=column.item.included,
        )
        for column in lines.columns
        if column.present[row]
    ]


def total_of(lines: Lines, row: int) -> Decimal:
    return Decimal(int(lines.total_fen[row])).scaleb(-2)


def absent_lines_are_zero(lines: Lines) -> bool:
    return all(not np.any(column.amount_fen[~column.present]) for column in lines.columns)
