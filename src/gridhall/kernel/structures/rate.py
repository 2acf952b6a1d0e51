"""A year of curves and one structure in, twelve bills of each meter out; whole arrays at once, integers only.

Amounts are exact in 1e-11 of the currency unit (Wh x 1e-8 a kWh, W x 1e-8 a kW) and rounded half-up to the cent once,
on the bill.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridhall.kernel.money import Int64s, round_half_up_array
from gridhall.kernel.structures import year_numpy
from gridhall.kernel.structures.calendar import KINDS, days_in, hourly, kinds_of
from gridhall.kernel.structures.demand import billed_w_e2, demand_e11, flat_demand_e11
from gridhall.kernel.structures.energy import ends_wh, energy_e11, tier_quantities
from gridhall.kernel.structures.sales import settle
from gridhall.kernel.structures.types import MONTHS, Structure

CENT_E11: Final = 10**9
MONTH_E11: Final = 1000  # a monthly price of 1e-8 in 1e-11
Curves = npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Folded:
    """A year in `energy_wh[p, 12, period]`, `peak_w[p, 12, demand period]` and `flat_w[p, 12]`."""

    energy_wh: Int64s
    peak_w: Int64s
    flat_w: Int64s


@dataclass(frozen=True, slots=True)
class YearBills:
    """Bills of p meters and 12 months. Parts are int64[p, 12] in 1e-11 of the currency unit; a credit is negative.

    `total_cents` is each month rounded alone, `year_cents[p]` the exact sum of the year rounded once.
    """

    energy_e11: Int64s
    demand_e11: Int64s
    flat_demand_e11: Int64s
    fixed_e11: Int64s
    credit_e11: Int64s
    minimum_e11: Int64s
    total_cents: Int64s
    year_cents: Int64s
    energy_wh: Int64s  # [p, 12, period]
    sold_wh: Int64s  # [p, 12, period]
    tier_wh: Int64s  # [p, 12, period, tier]
    billed_w_e2: Int64s


@cache
def compiled() -> Any:
    """The compiled passes, or NumPy's where numba has no wheel."""
    try:
        from gridhall.kernel.structures import year_numba
    except ImportError:
        return year_numpy
    return year_numba


def fold(structure: Structure, year: int, curves: Curves) -> Folded:
    """`curves[p, day, slot]` in Wh, 24, 48 or 96 slots a day; ValueError where the shape does not fit the year."""
    kinds = kinds_of(year)
    points, days, slots = curves.shape
    if days != len(kinds) or slots not in (24, 48, 96):
        raise ValueError(
            f"curves of {days} days and {slots} slots do not fit {year}: {len(kinds)} days of 24, 48 or 96"
        )
    energy, demand = structure.energy, structure.demand
    energy_of = hourly(energy.weekday, energy.weekend)
    demand_of = hourly(demand.weekday, demand.weekend) if demand else np.zeros_like(energy_of)
    wh = np.zeros((points, MONTHS, len(energy.periods)), np.int64)
    peak = np.zeros((points, MONTHS, len(demand.periods) if demand else 1), np.int64)
    flat = np.zeros((points, MONTHS), np.int64)
    lines = np.ascontiguousarray(curves)
    sums = np.zeros((KINDS, slots), np.uint32 if curves.dtype.itemsize == 2 else np.uint64)
    compiled().fold_year(lines, kinds, energy_of, demand_of, slots // 24, sums, wh, peak, flat)
    return Folded(wh, peak, flat)


def rate_year(
    structure: Structure, year: int, drawn: Curves, sold: Curves | None = None, peaks_before_w: Int64s | None = None
) -> YearBills:
    """`drawn[p, day, slot]` from the grid and `sold` to it, in Wh. `peaks_before_w[p, 12]`: last year's, for ratchets.

    With buy-all-sell-all these are the whole load and the whole generation. ValueError where an amount passes 2^63.
    """
    folded = fold(structure, year, drawn)
    given = fold(structure, year, sold).energy_wh if sold is not None else np.zeros_like(folded.energy_wh)
    billed = billed_w_e2(structure, folded.peak_w, folded.flat_w, peaks_before_w)
    ends = ends_wh(structure, year, billed)
    bought, credit, expiring = settle(structure, folded.energy_wh, given, ends)
    if structure.fills_in_time_order:
        tier_wh = np.zeros(ends.shape, np.int64)
        period_of = hourly(structure.energy.weekday, structure.energy.weekend)
        compiled().fill_in_time(np.ascontiguousarray(drawn), kinds_of(year), period_of, ends, tier_wh)
    else:
        tier_wh = tier_quantities(bought, ends)
    energy = energy_e11(structure, tier_wh)
    demand = demand_e11(structure, folded.peak_w, billed)
    flat = flat_demand_e11(structure, billed)
    fixed = np.broadcast_to(
        (structure.fixed_month_e8 + structure.fixed_day_e8 * days_in(year)) * MONTH_E11, energy.shape
    ).astype(np.int64)
    charged = energy + demand + flat + fixed
    credit = expiring(charged, energy, credit)
    minimum = _minimum(structure, charged + credit)
    total = charged + credit + minimum
    return YearBills(
        energy, demand, flat, fixed, credit, minimum, _cents(total), _cents(total.sum(axis=1)), folded.energy_wh, given,
        tier_wh, billed,
    )  # fmt: skip


def _minimum(structure: Structure, so_far: Int64s) -> Int64s:
    """What a month lacks to its minimum, and in December what the year lacks to its own."""
    lacking = np.zeros_like(so_far)
    if structure.minimum_month_e8:
        lacking = np.maximum(structure.minimum_month_e8 * MONTH_E11 - so_far, 0)
    if structure.minimum_year_e8:
        paid = (so_far + lacking).sum(axis=1)
        lacking[:, -1] += np.maximum(structure.minimum_year_e8 * MONTH_E11 - paid, 0)
    return lacking


def _cents(e11: Int64s) -> Int64s:
    cents: Int64s = round_half_up_array(e11.reshape(-1), CENT_E11).reshape(e11.shape)
    return cents
