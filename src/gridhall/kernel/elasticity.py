"""Load that moves between periods when their prices do, under a stated elasticity of substitution.

Constant elasticity of substitution between periods (CES): the energy of a period grows with (new price / old price) to
the power of minus the elasticity, relative to the other periods; the whole stays what it was. The elasticity is an
assumption of whoever asks. Field trials of time-of-use prices report 0.05 to 0.20 for households [M: Faruqui and
Sergici, "Arcturus", 2013]; the formula says nothing of use that goes away or comes anew, of demand charges, or of how
long people take to change.
"""

from decimal import Context, Decimal, localcontext
from typing import Final

import numpy as np

from gridhall.kernel.money import Int64s, round_half_up, scale_array, share_array
from gridhall.kernel.tariffs.types import PERIODS, PeriodPrices

ONE_E6: Final = 10**6
ELASTICITY_E6_MAX: Final = 2 * ONE_E6
FACTOR_E6_MAX: Final = 100 * ONE_E6  # a price near nothing before would draw everything to its period
_PRECISION: Final = 28


def factors_e6(before: PeriodPrices, after: PeriodPrices, elasticity_e6: int) -> list[int]:
    """By how much each of PERIODS weighs more, in 1e-6; 1 where a period has no price above zero before or after."""
    if not 0 <= elasticity_e6 <= ELASTICITY_E6_MAX:
        raise ValueError(f"the elasticity {elasticity_e6} is not between 0 and 2 (in 1e-6)")
    with localcontext(Context(prec=_PRECISION)):
        return [_factor_e6(before.at(period) or 0, after.at(period) or 0, elasticity_e6) for period in PERIODS]


def shifted_wh(period_wh: Int64s, factors: list[int]) -> Int64s:
    """Energy by period int64[n, 6] after the shift; every row keeps its sum, and every value is whole Wh."""
    weights = np.stack([scale_array(period_wh[:, i], factor, ONE_E6) for i, factor in enumerate(factors)], axis=1)
    upto, total = np.cumsum(weights, axis=1), period_wh.sum(axis=1)
    columns, given = [], np.zeros_like(total)
    for column in range(period_wh.shape[1]):
        reached = share_array(total, upto[:, column], upto[:, -1])
        columns.append(reached - given)
        given = reached
    moved: Int64s = np.stack(columns, axis=1)
    moved[upto[:, -1] == 0] = period_wh[upto[:, -1] == 0]  # weights that rounded to nothing move nothing
    return moved


def _factor_e6(before: int, after: int, elasticity_e6: int) -> int:
    if before <= 0 or after <= 0:
        return ONE_E6
    factor = (Decimal(after) / Decimal(before)) ** (-Decimal(elasticity_e6) / ONE_E6)
    return min(round_half_up(int(factor.scaleb(12)), 10**6), FACTOR_E6_MAX)
