"""Demand: what is billed after ratchets, and its tiers.

Billed demand is in 1e-2 W: a share of so many percent of a peak in W is exact in it.
"""

import numpy as np

from gridhall.kernel.money import Int64s, scale_array
from gridhall.kernel.structures.types import MONTHS, OPEN, DemandTier, Ratchet, Structure


def billed_w_e2(structure: Structure, peak_w: Int64s, flat_w: Int64s, before_w: Int64s | None) -> Int64s:
    """Billed demand int64[p, 12] in 1e-2 W: the month's peak, or what a ratchet makes of it and of earlier peaks."""
    if structure.ratchet is None:
        return flat_w * 100
    counted = _counted(structure.ratchet, peak_w, flat_w)
    earlier = np.zeros_like(counted) if before_w is None else before_w
    return _ratcheted(structure.ratchet, np.concatenate([earlier, counted], axis=1))


def _counted(ratchet: Ratchet, peak_w: Int64s, flat_w: Int64s) -> Int64s:
    """The peak of each month that the ratchet looks at."""
    return peak_w[:, :, list(ratchet.periods)].max(axis=2) if ratchet.periods else flat_w


def _ratcheted(ratchet: Ratchet, two_years_w: Int64s) -> Int64s:
    shares = two_years_w * np.array(ratchet.percent * 2, np.int64)
    billed = np.full((len(two_years_w), MONTHS), ratchet.minimum_w * 100, np.int64)
    for month in range(MONTHS):
        now = MONTHS + month
        billed[:, month] = np.maximum(billed[:, month], shares[:, now - ratchet.months_back : now + 1].max(axis=1))
        if ratchet.own_peak[month]:
            billed[:, month] = np.maximum(billed[:, month], two_years_w[:, now] * 100)
    return billed


def demand_e11(structure: Structure, peak_w: Int64s, billed: Int64s) -> Int64s:
    """Demand by period, int64[p, 12] in 1e-11; a period that the ratchet counts is billed by it."""
    amount = np.zeros(billed.shape, np.int64)
    if structure.demand is None:
        return amount
    ratcheted = structure.ratchet.periods if structure.ratchet else ()
    used = [np.isin(number, structure.demand.weekday + structure.demand.weekend) for number in range(peak_w.shape[2])]
    for number, tiers in enumerate(structure.demand.periods):
        if used[number]:
            amount += _tiered_e11(tiers, billed if number in ratcheted else peak_w[:, :, number] * 100)
    return amount


def flat_demand_e11(structure: Structure, billed: Int64s) -> Int64s:
    """Demand of the month, int64[p, 12] in 1e-11."""
    amount = np.zeros(billed.shape, np.int64)
    if structure.flat_demand is not None:
        for month, number in enumerate(structure.flat_demand.of_month):
            amount[:, month] = _tiered_e11(structure.flat_demand.tiers[number], billed[:, month])
    return amount


def _tiered_e11(tiers: tuple[DemandTier, ...], w_e2: Int64s) -> Int64s:
    amount, low = np.zeros(w_e2.shape, np.int64), 0
    for tier in tiers:
        high = tier.to_w * 100 if tier.to_w != OPEN else int(max(w_e2.max(initial=0), low))
        part = np.clip(w_e2, low, high) - low
        amount += scale_array(part.reshape(-1), tier.price_e8, 100).reshape(w_e2.shape)
        low = high
    return amount
