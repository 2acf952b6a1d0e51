"""Power-factor adjustment of the electricity charge (力调电费), 水电财字〔1983〕215."""

from functools import cache
from importlib.resources import files
from math import isqrt
from typing import Final

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from gridhall.kernel.money import Int64s
from gridhall.kernel.tariffs.text import read_structured

Int16s = npt.NDArray[np.int16]

HUNDREDTH_PERCENT_E8: Final = 10_000


def month_power_factor(active_wh: int, reactive_varh: int) -> int:
    """P / sqrt(P^2 + Q^2) in hundredths, half-up, by integers alone; 0 where no active energy was used."""
    if active_wh <= 0:
        return 0
    # round half-up to k hundredths <=> (2k - 1)^2 (P^2 + Q^2) <= 40000 P^2
    return (isqrt(40_000 * active_wh**2 // (active_wh**2 + reactive_varh**2)) + 1) // 2


def month_power_factors(active_wh: Int64s, reactive_varh: Int64s) -> Int16s:
    """As `month_power_factor` for int64[n].

    Double precision decides only far from a rounding edge; rows near one are decided by integers.
    """
    active, reactive = active_wh.astype(np.float64), reactive_varh.astype(np.float64)
    apparent = np.hypot(active, reactive)
    hundredths = np.divide(100.0 * active, apparent, out=np.zeros_like(active), where=active > 0)
    result = np.floor(hundredths + 0.5).astype(np.int16)
    near_edge = np.abs(hundredths - np.floor(hundredths) - 0.5) < 1e-9
    for row in np.flatnonzero(near_edge & (active > 0)):
        result[row] = month_power_factor(int(active_wh[row]), int(reactive_varh[row]))
    return result


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Adjustment per standard in 0.01 percent, from power factor 1.00 down to 0.40."""

    code: str
    notice: str
    evidence: str
    notes: tuple[str, ...]
    below_table_step: int
    standards: dict[int, tuple[int, ...]]


@cache
def table(code: str) -> Table:
    """A shipped table by its code; KeyError where there is none."""
    source = files("gridhall") / "data" / "power_factor" / f"{code}.yaml"
    if not code.isalnum() or not source.is_file():
        raise KeyError(f"no power-factor table {code}")
    return read_structured(source.read_bytes(), Table)


def adjustment_e8(code: str, standard: int, power_factor: int) -> int:
    """The rate (1e8 = 100 %) at a standard of 80, 85 or 90 and a power factor in hundredths; 0 for no standard."""
    if standard == 0:
        return 0
    rules = table(code)
    if standard not in rules.standards:
        raise ValueError(f"power-factor standard {standard} is not one of {sorted(rules.standards)}")
    row = rules.standards[standard]
    lowest = 101 - len(row)
    below = max(lowest - power_factor, 0)
    return (row[100 - max(power_factor, lowest)] + below * rules.below_table_step) * HUNDREDTH_PERCENT_E8


def adjustments_e8(code: str, standards: Int16s, power_factors: Int16s) -> Int64s:
    """As `adjustment_e8` for int16[n]."""
    rates = np.zeros(standards.shape, np.int64)
    for standard in np.unique(standards[standards > 0]):
        rows = standards == standard
        by_hundredth = [adjustment_e8(code, int(standard), hundredth) for hundredth in range(101)]
        rates[rows] = np.array(by_hundredth, np.int64)[power_factors[rows]]
    return rates
