"""A main meter and what is taken from it: sub-meters by ratio (定比), by a fixed amount (定量), or with a meter."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np

from gridhall.kernel.money import Int64s, round_half_up, scale_array, share_array

WHOLE_E6: Final = 10**6


def ratio_parts(quantity: Int64s, ratios_e6: Int64s) -> Int64s:
    """The parts of `quantity[n]` that k ratios take, int64[n, k] from int64[n, k]; ratios add up to 1e6 at most.

    Cumulative: ratios that add up to one take all of it, whatever the roundings.
    """
    upto = np.cumsum(ratios_e6, axis=1)
    if ratios_e6.size and (ratios_e6.min() < 0 or upto.max() > WHOLE_E6):
        raise ValueError(f"ratios of {int(upto.max())} millionths take more than the whole")
    taken = [scale_array(quantity, upto[:, k], WHOLE_E6) for k in range(upto.shape[1])]
    return np.diff(np.array([np.zeros_like(quantity), *taken]), axis=0).T


def ratio_part(quantity: int, ratio_e6: int, before_e6: int = 0) -> int:
    """The part of one ratio when `before_e6` was taken by others."""
    return round_half_up(quantity * (before_e6 + ratio_e6), WHOLE_E6) - round_half_up(quantity * before_e6, WHOLE_E6)


def apportion(whole: int, weights: Sequence[int]) -> list[int]:
    """``whole`` in proportion to weights that are not all zero; the parts add up to it, whatever its sign."""
    total, upto, parts, given = sum(weights), 0, [], 0
    for weight in weights:
        upto += weight
        parts.append(round_half_up(whole * upto, total) - given)
        given += parts[-1]
    return parts


def largest_remainder(whole: int, weights: Sequence[int]) -> list[int]:
    """``whole``, not negative, in proportion to weights that are not all zero; what rounding leaves goes by remainder.

    No part passes its weight as long as ``whole`` does not pass their sum. Of equal remainders the first comes first.
    """
    total = sum(weights)
    parts, rests = zip(*(divmod(whole * weight, total) for weight in weights), strict=True)
    found, left = list(parts), whole - sum(parts)
    for n in sorted(range(len(weights)), key=lambda n: -rests[n])[:left]:
        found[n] += 1
    return found


def demand_parts(demand_kw_e6: Int64s, part_wh: Int64s, whole_wh: Int64s) -> Int64s:
    """The demand that belongs to a part of the energy, int64[n], to 1e-6 kW; 0 where no energy was used."""
    return share_array(demand_kw_e6, part_wh, whole_wh)


def fixed_wh(kwh_per_month: int, first: date, end: date) -> int:
    """A monthly amount over the days of `[first, end)`; days of one month add up to its amount however they are cut."""
    return _fixed_upto(kwh_per_month, end) - _fixed_upto(kwh_per_month, first)


def _fixed_upto(kwh_per_month: int, day: date) -> int:
    """Since the year zero: whole months, and the days of the last one in proportion."""
    months = day.year * 12 + day.month - 1
    part = round_half_up(kwh_per_month * 1000 * (day.day - 1), monthrange(day.year, day.month)[1])
    return months * kwh_per_month * 1000 + part
