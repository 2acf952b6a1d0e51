"""One pass over accounts that gives what each has to pay, and says which rows it leaves to `rate`.

The arithmetic is that of `rating.rate`, amount by amount; a row whose products might pass 2^63, whose power factor
lies on a rounding edge, or that `rate` would refuse, is left alone.
"""

from math import floor, sqrt
from typing import Any

import numba
import numpy as np

LIMIT = 9.0e18  # below 2^63 by more than any half added before a division
WIDE = 9.0e21  # where 1e-6 kW are multiplied in two halves
WH_MAX = 10**13  # 10 TWh: no product with 30,000 passes the limit
KW_E6_MAX = 10**15
EDGE = 1e-9
KWH, KW, RATE = np.uint64(10**9), np.uint64(10**12), np.uint64(10**8)  # quantity x price to fen, see kernel.money
MILLION = np.uint64(10**6)
ON_EDGE = -1
UNKNOWN = -(2**63)  # REAL_TIME_UNKNOWN


@numba.njit(nogil=True, cache=True)
def totals(
    rules: Any, period_wh: Any, tier_before_wh: Any, tier_months: Any, persons: Any, free_quota: Any, charging: Any,
    demand_kw_e6: Any, contract_kw_e6: Any, capacity_kva_e6: Any, reactive_varh: Any, power_factor_standard: Any,
    month_thirtieths: Any, real_time_fen: Any, total_fen: Any, left: Any,
) -> None:  # fmt: skip
    """Fill `total_fen[n]`, or set `left[n]`.

    Long, since an array handed to a helper costs two atomic counts a row, ten times the arithmetic: helpers take
    numbers only. `by_line` sums the power-factor adjustment of each line rounded alone.
    """
    tiers = len(rules.ends_wh)
    for row in range(len(total_fen)):
        left[row] = True
        energy = period_wh[row, 0]
        wrong = energy < 0 or (not rules.priced[0] and energy != 0)
        for column in range(1, 6):
            wh = period_wh[row, column]
            wrong |= wh < 0 or (not rules.priced[column] and wh != 0)
            if rules.by_period:
                energy += wh
        before, way, thirtieths = tier_before_wh[row], charging[row], np.int64(month_thirtieths[row])
        capacity, contract, demand = capacity_kva_e6[row], contract_kw_e6[row], demand_kw_e6[row]
        wrong |= (way == 1 and not rules.has_capacity) or (way >= 2 and not rules.has_demand)
        wrong |= rules.has_real_time and energy != 0 and real_time_fen[row] == UNKNOWN
        wrong |= energy > WH_MAX or before > WH_MAX or float(energy) * rules.price_max_e8 > LIMIT
        if wrong or capacity > KW_E6_MAX or contract > KW_E6_MAX or demand > KW_E6_MAX:
            continue
        rate_e8 = np.int64(0)
        adjusted = rules.has_power_factor and power_factor_standard[row] > 0 and energy > 0
        if adjusted:
            standard = (power_factor_standard[row] - 80) // 5
            hundredth = _hundredths(energy, reactive_varh[row])
            known = 0 <= standard <= 2 and power_factor_standard[row] % 5 == 0 and rules.standard_known[standard]
            if not known or hundredth == ON_EDGE:
                continue
            rate_e8 = rules.power_factor_e8[standard, hundredth]

        fen, by_line, exact = np.int64(0), np.int64(0), True
        if rules.by_period:
            for column in range(1, 6):
                amount = _times(period_wh[row, column], rules.price_e8[column], KWH)
                fen += amount
                by_line += _times(amount, rate_e8, RATE)
        elif tiers == 0:
            fen = _times(energy, rules.price_e8[0], KWH)
            by_line = _times(fen, rate_e8, RATE)
        reached = before
        for tier in range(tiers + 1 if tiers else 0):
            upto = before + energy
            if tier < tiers:
                end = rules.ends_wh[tier]
                if rules.large_extra_wh and persons[row] >= rules.large_persons_min:
                    end += rules.large_extra_wh
                if rules.tiers_by_year and tier_months[row] != 12:
                    end = (end * tier_months[row] + 6) // 12
                upto = max(min(upto, end), before)
            step, reached = max(upto - reached, 0), max(upto, reached)
            if not rules.by_period:
                amount = _times(step, rules.price_e8[0] + (rules.uplift_e8[tier - 1, 0] if tier else 0), KWH)
                fen += amount
                by_line += _times(amount, rate_e8, RATE)
            elif tier and rules.uplift_whole[tier - 1]:
                amount = _times(step, rules.uplift_e8[tier - 1, 0], KWH)
                fen += amount
                by_line += _times(amount, rate_e8, RATE)
            elif tier and step:
                exact &= float(step) * float(energy) < LIMIT
                used, given = np.int64(0), np.int64(0)
                for column in range(1, 6):
                    if rules.priced[column]:
                        used += period_wh[row, column]
                        share = (step * used + energy // 2) // energy
                        amount = _times(share - given, rules.uplift_e8[tier - 1, column], KWH)
                        given = share
                        fen += amount
                        by_line += _times(amount, rate_e8, RATE)
        if rules.quota_wh and free_quota[row]:
            free = min((thirtieths * rules.quota_wh + 15) // 30, energy)
            amount = _times(-free, rules.quota_price_e8, KWH)
            fen += amount
            by_line += _times(amount, rate_e8, RATE)
        if rules.has_real_time and energy:
            amount = real_time_fen[row]
            exact &= abs(float(amount)) * abs(float(rate_e8)) < LIMIT
            fen += amount
            by_line += _times(amount, rate_e8, RATE)

        if way:
            quantity, price = capacity, rules.capacity_price_e8
            if way >= 2:
                quantity, price = demand, rules.demand_price_e8
                if way == 2:
                    quantity = _contract_kw_e6(
                        contract, demand, rules.over_limit_percent, rules.over_factor, rules.over_from_limit
                    )
                if rules.floor_percent:
                    quantity = max(quantity, (capacity * rules.floor_percent + 50) // 100)
                if rules.utilisation_kwh_per_kva and capacity > 0:
                    exact &= float(capacity) * thirtieths * rules.utilisation_kwh_per_kva < LIMIT
                    if energy * 30_000 >= capacity * thirtieths * rules.utilisation_kwh_per_kva:
                        price = rules.demand_reduced_e8
            quantity = _part(quantity, thirtieths)
            exact &= float(abs(quantity)) * float(abs(price)) < WIDE
            amount = _times_kw(quantity, price)
            fen += amount
            by_line += _times(amount, rate_e8, RATE)

        if adjusted:
            base = fen
            for part in range(len(rules.exempt_whole)):
                amount = _times(energy, rules.exempt_e8[part, 0], KWH) if rules.exempt_whole[part] else np.int64(0)
                if not rules.exempt_whole[part]:
                    for column in range(1, 6):
                        amount += _times(period_wh[row, column], rules.exempt_e8[part, column], KWH)
                base -= amount
                by_line -= _times(amount, rate_e8, RATE)
            exact &= float(abs(base)) * float(abs(rate_e8)) < LIMIT
            fen += by_line if rules.round_power_factor_lines else _times(base, rate_e8, RATE)
        months_e6 = _part(np.int64(10**6), thirtieths)
        fen += _times_kw(months_e6, rules.fixed_price_e8)
        if rules.has_minimum:
            fen = max(fen, _times_kw(months_e6, rules.minimum_price_e8))
        total_fen[row] = fen
        left[row] = not exact


@numba.njit(nogil=True, cache=True, inline="always")
def _hundredths(energy: int, reactive_varh: int) -> Any:
    """The month's power factor x 100, or ON_EDGE where doubles cannot decide how it rounds."""
    active, reactive = float(energy), float(reactive_varh)
    hundredths = 100.0 * active / sqrt(active * active + reactive * reactive)
    near_edge = abs(hundredths - floor(hundredths) - 0.5) < EDGE
    return np.int64(ON_EDGE) if near_edge else np.int64(floor(hundredths + 0.5))


@numba.njit(nogil=True, cache=True, inline="always")
def _contract_kw_e6(contract: int, demand: int, limit_percent: int, factor: int, from_limit: bool) -> Any:
    limit = (contract * limit_percent + 50) // 100
    if not limit_percent or demand <= limit:
        return contract
    return (limit if from_limit else contract) + factor * (demand - limit)


@numba.njit(nogil=True, cache=True, inline="always")
def _times(quantity: int, price_e8: int, divisor: Any) -> Any:
    """quantity x price / divisor, halves away from zero; the caller has bounded the product."""
    product = np.int64(quantity) * np.int64(price_e8)
    magnitude = np.int64((np.uint64(abs(product)) + divisor // np.uint64(2)) // divisor)
    return magnitude if product >= 0 else -magnitude


@numba.njit(nogil=True, cache=True, inline="always")
def _times_kw(quantity: int, price_e8: int) -> Any:
    """1e-6 kW, kVA or months x price to fen, in two halves: 2,200 kW at 42 yuan already pass 2^63 in one."""
    magnitude, price = np.uint64(abs(quantity)), np.uint64(abs(price_e8))
    whole = (magnitude // MILLION) * price
    rest = (whole % MILLION) * MILLION + (magnitude % MILLION) * price
    fen = np.int64(whole // MILLION + (rest + KW // np.uint64(2)) // KW)
    return fen if (quantity >= 0) == (price_e8 >= 0) else -fen


@numba.njit(nogil=True, cache=True, inline="always")
def _part(quantity: int, thirtieths: int) -> Any:
    """quantity x thirtieths / 30, halves away from zero."""
    if thirtieths == 30:
        return np.int64(quantity)
    product = quantity * thirtieths
    magnitude = (abs(product) + 15) // 30
    return magnitude if product >= 0 else -magnitude
