"""The same loads on the same tariff priced by plain Python, by pandas, by NREL-PySAM and by us, per CPU second.

One tariff that all can express: two prices by time of use, no tiers, no demand. Every peer's amounts are first compared
with ours to the fen, line by line; a difference ends the measurement.
"""

import time
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

import numpy as np

from gridhall.kernel.determinants import fold_runs
from gridhall.kernel.money import round_half_up
from gridhall.kernel.rating import Determinants, rate
from gridhall.kernel.runs import Plan, Plans, Run
from gridhall.kernel.tariffs import load
from gridhall.kernel.tariffs.types import PERIODS

PEAK, VALLEY = PERIODS.index("peak"), PERIODS.index("valley")
PRICE_E8 = {PEAK: 61_340_000, VALLEY: 30_120_000}
PEAK_HOURS = range(8, 22)  # on weekdays
TARIFF = load(
    """
code: bench-tou
name: {en: Time of use, zh: 分时电价}
area: bench
tariff_class: single_part
valid_from: 2018-01-01
source: invented for measurements
evidence: C
calendar: bench
energy: [{prices: {peak: "0.6134", valley: "0.3012"}}]
"""
)
MONTH_FIRST = date(2026, 11, 1)
YEAR = 2018  # its 1 January is a Monday, as in every year of PySAM
REPEATS = 5


def run() -> list[dict[str, Any]]:
    """One row per peer: our bills per CPU second, the peer's, the ratio."""
    days = [MONTH_FIRST + timedelta(days=day) for day in range(30)]
    month = np.random.default_rng(1).integers(0, 900, (20_000, 30, 96), dtype=np.uint16)
    ours = _rate_per_cpu_s(lambda: price(month, days), len(month))
    rows = []
    for name, peer, meters in (("plain_python", plain_python, 100), ("pandas", with_pandas, 1000)):
        assert np.array_equal(peer(month[:meters], days), price(month[:meters], days)), name
        theirs = _rate_per_cpu_s(lambda peer=peer, meters=meters: peer(month[:meters], days), meters)
        how = f"{meters} of the same 96-point curves, amounts equal to the cent"
        rows.append(_row(f"vs_{name}", "meter-months per CPU second", ours, theirs, how))
    return [*rows, *(_against_pysam(slots) for slots in (24, 96))]


def price(curves: np.ndarray, days: list[date]) -> np.ndarray:
    """Fen by peak and valley of each meter, int64[p, 2], with the product's kernel."""
    plan = Plan(np.array([day.weekday() >= 5 for day in days], np.uint8), _periods(curves.shape[2]), with_demand=False)
    run = Run(curves, np.arange(len(curves), dtype=np.int32), np.arange(len(days), dtype=np.int16)[None, :])
    folded = fold_runs([run], Plans.of([plan]), np.zeros(len(curves), np.int16))
    facts = Determinants.empty(len(curves))
    facts.period_wh[:] = folded.energy_wh
    lines = rate(TARIFF, facts, days[0].year * 100 + days[0].month)
    return np.stack([column.amount_fen for column in lines.columns], axis=1)


def plain_python(curves: np.ndarray, days: list[date]) -> np.ndarray:
    """A loop over integers, as a first version would be written."""
    masks = _periods(curves.shape[2]).tolist()
    kinds = [int(day.weekday() >= 5) for day in days]
    bills = []
    for meter in curves.tolist():
        energy_wh = {PEAK: 0, VALLEY: 0}
        for kind, values in zip(kinds, meter, strict=True):
            for period, value in zip(masks[kind], values, strict=True):
                energy_wh[period] += value
        bills.append([round_half_up(wh * PRICE_E8[period], 10**9) for period, wh in energy_wh.items()])
    return np.array(bills)


def with_pandas(curves: np.ndarray, days: list[date]) -> np.ndarray:
    """A long table with a time stamp, the period from the clock, group and sum."""
    import pandas as pd

    meters, _, slots = curves.shape
    stamps = pd.date_range(days[0], periods=len(days) * slots, freq=f"{1440 // slots}min")
    table = pd.DataFrame(
        {"meter": np.repeat(np.arange(meters), len(stamps)), "at": np.tile(stamps, meters), "wh": curves.ravel()}
    )
    clock = table["at"].dt
    peak = (clock.dayofweek < 5) & (clock.hour >= PEAK_HOURS.start) & (clock.hour < PEAK_HOURS.stop)
    table["period"] = np.where(peak, PEAK, VALLEY)
    energy = table.groupby(["meter", "period"])["wh"].sum().unstack(fill_value=0)
    return np.stack([(energy[p].to_numpy() * PRICE_E8[p] + 5 * 10**8) // 10**9 for p in (PEAK, VALLEY)], axis=1)


def _against_pysam(slots: int) -> dict[str, Any]:
    """Years of loads, month by month, `slots` values a day."""
    years = np.random.default_rng(2).integers(0, 5000 * 24 // slots, (500, 365, slots), dtype=np.uint16)
    judged = 20
    expected = np.array([_pysam_year(year) for year in years[:judged]])
    assert np.array_equal(_our_years(years[:judged]), expected), "PySAM and the kernel differ"
    ours = _rate_per_cpu_s(lambda: _our_years(years), len(years) * 12)
    theirs = _rate_per_cpu_s(lambda: [_pysam_year(year) for year in years[:judged]], judged * 12)
    how = f"{judged} years of {slots} values a day, {judged * 24} amounts equal to the cent"
    return _row("vs_pysam" if slots == 96 else "vs_pysam_hourly", "monthly bills per CPU second", ours, theirs, how)


def _our_years(years: np.ndarray) -> np.ndarray:
    """Fen by peak and valley, int64[p, 12, 2]."""
    months, first = [], 0
    for month in range(1, 13):
        count = monthrange(YEAR, month)[1]
        days = [date(YEAR, month, 1) + timedelta(days=day) for day in range(count)]
        months.append(price(np.ascontiguousarray(years[:, first : first + count]), days))
        first += count
    return np.stack(months, axis=1)


def _pysam_year(year: np.ndarray) -> list[list[int]]:
    """Fen by peak and valley of 12 months as NREL-PySAM computes them in floating point."""
    from PySAM import Utilityrate5

    slots = year.shape[1]
    model = Utilityrate5.new()
    rates = model.ElectricityRates
    weekday = [1 if hour in PEAK_HOURS else 2 for hour in range(24)]
    rates.ur_ec_sched_weekday, rates.ur_ec_sched_weekend = [weekday] * 12, [[2] * 24] * 12
    prices = [PRICE_E8[PEAK] / 1e8, PRICE_E8[VALLEY] / 1e8]
    rates.ur_ec_tou_mat = [[period, 1, 1e37, 0, prices[period - 1], 0.0] for period in (1, 2)]
    rates.en_electricity_rates, rates.ur_metering_option, rates.ur_nm_credit_month = 1, 0, 11
    for zero in ("ur_monthly_fixed_charge", "ur_monthly_min_charge", "ur_annual_min_charge", "ur_dc_enable",
                 "ur_en_ts_sell_rate", "ur_en_ts_buy_rate", "ur_nm_yearend_sell_rate", "ur_sell_eq_buy",
                 "TOU_demand_single_peak"):  # fmt: skip
        setattr(rates, zero, 0)
    rates.rate_escalation, rates.ur_ts_sell_rate, rates.ur_ts_buy_rate = [0], [0], [0]
    model.Load.load = (year.ravel() * (slots / 24_000)).tolist()
    model.Load.load_escalation, model.SystemOutput.degradation = [0], [0]
    model.SystemOutput.gen = [0.0] * year.size
    model.Lifetime.analysis_period, model.Lifetime.inflation_rate = 1, 0
    model.Lifetime.system_use_lifetime_output = 0
    model.execute(0)
    names = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    tables = [getattr(model.Outputs, f"charge_w_sys_ec_{name}_tp") for name in names]
    return [[round(table[1][1] * 100), round(table[2][1] * 100)] for table in tables]


def _periods(slots: int) -> np.ndarray:
    """Weekday and weekend."""
    hours = np.arange(slots) * 24 // slots
    weekday = np.where((hours >= PEAK_HOURS.start) & (hours < PEAK_HOURS.stop), PEAK, VALLEY)
    return np.stack([weekday, np.full(slots, VALLEY)]).astype(np.uint8)


def _rate_per_cpu_s(work: Callable[[], object], count: int) -> float:
    """Median over the repeats, after one warming run; CPU seconds of this process."""
    work()
    costs = []
    for _ in range(REPEATS):
        before = time.process_time()
        work()
        costs.append(time.process_time() - before)
    return count / median(costs)


def _row(name: str, unit: str, ours: float, theirs: float, how: str) -> dict[str, Any]:
    return {
        "name": name, "value": round(ours), "unit": unit, "against": name.removeprefix("vs_"),
        "against_value": round(theirs), "ratio": round(ours / theirs, 1),
        "method": f"{how}; curves in memory, median of {REPEATS} CPU times",
    }  # fmt: skip
