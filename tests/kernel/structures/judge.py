"""NREL-PySAM's utilityrate5 as a judge: the published JSON through its own converter, our loads, twelve bills.

Its year begins on a Monday, as 2018 does, and knows no holidays.
"""

import copy
from typing import Any

import numpy as np
import pytest

sam = pytest.importorskip("PySAM.Utilityrate5", reason="NREL-PySAM comes with the test tools")
tools = pytest.importorskip("PySAM.UtilityRateTools")

YEAR = 2018
ZERO = (
    "ur_monthly_fixed_charge", "ur_monthly_min_charge", "ur_annual_min_charge", "ur_dc_enable", "ur_en_ts_sell_rate",
    "ur_en_ts_buy_rate", "ur_nm_yearend_sell_rate", "ur_sell_eq_buy", "TOU_demand_single_peak",
    "ur_enable_billing_demand", "ur_nm_credit_rollover", "ur_nb_credit_expire", "ur_nb_apply_credit_current_month",
)  # fmt: skip


def rates_of(record: dict[str, Any]) -> dict[str, Any]:
    """PySAM's inputs for a record as OpenEI publishes it."""
    return tools.URDBv8_to_ElectricityRates(copy.deepcopy(record))


def bills(rates: dict[str, Any], drawn_wh: np.ndarray, sold_wh: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Outputs of one year; `drawn_wh[slot]` and `sold_wh[slot]` flat over the year."""
    model = sam.new()
    for name in ZERO:
        setattr(model.ElectricityRates, name, 0)
    model.ElectricityRates.ur_nm_credit_month = 11
    model.ElectricityRates.rate_escalation = [0]
    model.ElectricityRates.ur_ts_sell_rate = model.ElectricityRates.ur_ts_buy_rate = [0]
    model.ElectricityRates.assign(rates)
    per_hour = drawn_wh.size // 8760
    generated = np.zeros(drawn_wh.size) if sold_wh is None else sold_wh
    model.Load.load = (drawn_wh * (per_hour / 1000)).tolist()
    model.Load.load_escalation, model.SystemOutput.degradation = [0], [0]
    model.SystemOutput.gen = (generated * (per_hour / 1000)).tolist()
    model.Lifetime.analysis_period, model.Lifetime.inflation_rate = 1, 0
    model.Lifetime.system_use_lifetime_output = 0
    model.execute(0)
    out = model.Outputs
    return {"total": np.array(out.utility_bill_w_sys_ym[1]), "energy": np.array(out.charge_w_sys_ec_ym[1])}


OPTIONS = {
    "net_metering": 0, "net_metering_money": 1, "net_billing": 2, "net_billing_carry_over": 3, "buy_all_sell_all": 4,
}  # fmt: skip
UNITS = {"kWh": 0, "kWh/kW": 1, "kWh daily": 2, "kWh/kW daily": 3}
BIG = 1e38


def rates_from(structure: Any) -> dict[str, Any]:
    """PySAM's inputs for one of our structures."""
    energy, demand, flat, ratchet = structure.energy, structure.demand, structure.flat_demand, structure.ratchet
    found = {
        "en_electricity_rates": 1,
        "ur_metering_option": OPTIONS[structure.metering],
        "ur_nm_credit_month": structure.credit_month - 1,
        "ur_nm_credit_rollover": 0,
        "ur_nm_yearend_sell_rate": structure.year_end_sell_e8 / 1e8,
        "ur_monthly_fixed_charge": structure.fixed_month_e8 / 1e8,
        "ur_monthly_min_charge": structure.minimum_month_e8 / 1e8,
        "ur_annual_min_charge": structure.minimum_year_e8 / 1e8,
        "ur_ec_sched_weekday": shifted(energy.weekday),
        "ur_ec_sched_weekend": shifted(energy.weekend),
        "ur_ec_tou_mat": [
            [p + 1, t + 1, end(tier.to_e3), UNITS[tier.unit], tier.price_e8 / 1e8, tier.sell_e8 / 1e8]
            for p, tiers in enumerate(energy.periods)
            for t, tier in enumerate(tiers)
        ],
    }
    if demand or flat or ratchet:
        found["ur_dc_enable"] = 1
        every = tuple((0,) * 24 for _ in range(12))
        found["ur_dc_sched_weekday"] = shifted(demand.weekday if demand else every)
        found["ur_dc_sched_weekend"] = shifted(demand.weekend if demand else every)
        periods = (
            [[(end(t.to_w), t.price_e8 / 1e8) for t in tiers] for tiers in demand.periods] if demand else [[(BIG, 0)]]
        )
        found["ur_dc_tou_mat"] = [
            [p + 1, t + 1, *tier] for p, tiers in enumerate(periods) for t, tier in enumerate(tiers)
        ]
        found["ur_dc_flat_mat"] = [
            [month, t + 1, end(tier.to_w), tier.price_e8 / 1e8]
            for month in range(12)
            for t, tier in enumerate(flat.tiers[flat.of_month[month]])
        ] if flat else [[month, 1, BIG, 0] for month in range(12)]  # fmt: skip
        if ratchet:
            found |= {
                "ur_enable_billing_demand": 1,
                "ur_billing_demand_minimum": ratchet.minimum_w / 1000,
                "ur_billing_demand_lookback_period": ratchet.months_back,
                "ur_billing_demand_lookback_percentages": [
                    [share, int(own)] for share, own in zip(ratchet.percent, ratchet.own_peak, strict=True)
                ],
                "ur_dc_billing_demand_periods": [
                    [p + 1, int(p in ratchet.periods or not demand)] for p in range(len(periods))
                ],
                "ur_yearzero_usage_peaks": [0] * 12,
            }
    return found


def shifted(schedule: Any) -> list[list[int]]:
    return [[period + 1 for period in row] for row in schedule]


def end(scaled: int) -> float:
    return BIG if scaled >= 2**62 else scaled / 1000
