"""Tiers of energy: their ends in Wh, how a month fills them, and what that costs."""

import numpy as np

from gridhall.kernel.money import Int64s, scale_array, share_array
from gridhall.kernel.structures.calendar import days_in
from gridhall.kernel.structures.types import MONTHS, OPEN, EnergyTier, Structure

E11_MAX = 2**62


def ends_wh(structure: Structure, year: int, billed_w_e2: Int64s) -> Int64s:
    """Upper ends int64[p, 12, period, tier]; a period with fewer tiers than another ends in open ones."""
    periods = structure.energy.periods
    width = max(len(tiers) for tiers in periods)
    ends = np.full((len(billed_w_e2), MONTHS, len(periods), width), OPEN, np.int64)
    days = np.broadcast_to(days_in(year), billed_w_e2.shape)
    for period, tiers in enumerate(periods):
        for number, tier in enumerate(tiers):
            if tier.to_e3 != OPEN:
                ends[:, :, period, number] = _end_wh(tier, days, billed_w_e2)
    return ends


def _end_wh(tier: EnergyTier, days: Int64s, billed_w_e2: Int64s) -> Int64s:
    end = np.full(billed_w_e2.shape, tier.to_e3, np.int64)
    if tier.unit.startswith("kWh/kW"):
        end = scale_array(billed_w_e2.reshape(-1), tier.to_e3, 100_000).reshape(billed_w_e2.shape)
    return end * days if tier.unit.endswith("daily") else end


def tier_quantities(period_wh: Int64s, ends: Int64s) -> Int64s:
    """The month's energy fills the tiers, and each period has its share of each: int64[p, 12, period, tier].

    Shares are cumulative, so every period keeps its energy to the Wh.
    """
    if ends.shape[3] == 1:
        return period_wh[..., None]
    total = period_wh.sum(axis=2)
    quantities = np.zeros(ends.shape, np.int64)
    for period in range(period_wh.shape[2]):
        given = np.zeros_like(total)
        for tier in range(ends.shape[3]):
            reached = np.minimum(total, ends[:, :, period, tier])
            share = share_array(period_wh[:, :, period].reshape(-1), reached.reshape(-1), total.reshape(-1))
            quantities[:, :, period, tier] = share.reshape(total.shape) - given
            given = share.reshape(total.shape)
    return quantities


def energy_e11(structure: Structure, tier_wh: Int64s) -> Int64s:
    """What the energy costs, int64[p, 12] in 1e-11."""
    return _priced(tier_wh, [[tier.price_e8 for tier in tiers] for tiers in structure.energy.periods])


def sold_e11(structure: Structure, tier_wh: Int64s) -> Int64s:
    """What energy sold earns, int64[p, 12] in 1e-11."""
    return _priced(tier_wh, [[tier.sell_e8 for tier in tiers] for tiers in structure.energy.periods])


def _priced(tier_wh: Int64s, prices_e8: list[list[int]]) -> Int64s:
    highest = max((abs(price) for row in prices_e8 for price in row), default=0)
    if int(np.abs(tier_wh).max(initial=0)) * highest * len(prices_e8) > E11_MAX:
        raise ValueError("an amount passes 2^62 in 1e-11; split the meter or check its readings")
    amount = np.zeros(tier_wh.shape[:2], np.int64)
    for period, row in enumerate(prices_e8):
        for tier, price in enumerate(row):
            if price:
                amount += tier_wh[:, :, period, tier] * np.int64(price)
    return amount
