"""Losses between the customer's meter and the grid (变损, 线损), in integers: Wh, varh, W, VA, hours.

Active    P0 t + K Pk (W² + Wq²) / (Se² t)
Reactive  I0 % Se t / 100 + uk % (W² + Wq²) / (100 Se t), as uk % Se β² t / 100 with β² = (W² + Wq²) / (Se t)²

All of it is general knowledge [M]; the numbers are dated data (`kernel.transformers`). Each value is an exact
rational, rounded half-up once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from gridhall.kernel.money import Int64s, round_half_up, round_ratio_array, scale_array, share_array

HOURS_PER_DAY: Final = 24
WHOLE_E6: Final = 10**6
PERCENT_E6: Final = 10**8  # 1e-6 percent in the whole


@dataclass(frozen=True, slots=True)
class Plate:
    """The name plate of one transformer; current and impedance in 1e-6 percent."""

    rated_va: int
    no_load_w: int
    load_w: int
    no_load_current_e6: int
    impedance_e6: int


@dataclass(frozen=True, slots=True)
class Plates:
    """n name plates, one array per value."""

    rated_va: Int64s
    no_load_w: Int64s
    load_w: Int64s
    no_load_current_e6: Int64s
    impedance_e6: Int64s

    @classmethod
    def of(cls, plates: Sequence[Plate]) -> Self:
        """Plates as columns."""
        return cls(*(np.array([getattr(plate, name) for plate in plates], np.int64) for name in Plate.__slots__))


@dataclass(frozen=True, slots=True)
class Shape:
    """The factor K by which the load losses of an uneven load exceed those of an even one, as a ratio."""

    numerator: int
    denominator: int


def active_loss_wh(plate: Plate, energy_wh: int, reactive_varh: int, hours: int, shape: Shape) -> int:
    """Active loss of one transformer over `hours` in service; without use it is P0 t."""
    if hours <= 0:
        return 0
    square = energy_wh**2 + reactive_varh**2
    load = round_half_up(shape.numerator * plate.load_w * square, shape.denominator * plate.rated_va**2 * hours)
    return plate.no_load_w * hours + load


def reactive_loss_varh(plate: Plate, energy_wh: int, reactive_varh: int, hours: int) -> int:
    """Reactive loss of one transformer over `hours` in service."""
    if hours <= 0:
        return 0
    apparent = plate.rated_va * hours
    square = energy_wh**2 + reactive_varh**2
    numerator = plate.no_load_current_e6 * apparent**2 + plate.impedance_e6 * square
    return round_half_up(numerator, PERCENT_E6 * apparent)


def active_losses_wh(
    plates: Plates, energy_wh: Int64s, reactive_varh: Int64s, hours: Int64s, shapes: Sequence[Shape]
) -> Int64s:
    """As `active_loss_wh` for int64[n]; squares of energy pass 2^63, so they are Python integers in arrays."""
    served = hours > 0
    k, per = _wide([shape.numerator for shape in shapes]), _wide([shape.denominator for shape in shapes])
    over = per * _wide(plates.rated_va) ** 2 * _wide(np.where(served, hours, 1))
    load = round_ratio_array(k * _wide(plates.load_w) * _squares(energy_wh * served, reactive_varh * served), over)
    return np.where(served, plates.no_load_w * hours + load, 0)


def reactive_losses_varh(plates: Plates, energy_wh: Int64s, reactive_varh: Int64s, hours: Int64s) -> Int64s:
    """As `reactive_loss_varh` for int64[n]."""
    served = hours > 0
    apparent = _wide(plates.rated_va) * _wide(np.where(served, hours, 1))
    squares = _squares(energy_wh * served, reactive_varh * served)
    numerator = _wide(plates.no_load_current_e6) * apparent**2 + _wide(plates.impedance_e6) * squares
    return np.where(served, round_ratio_array(numerator, PERCENT_E6 * apparent), 0)


def line_losses_wh(energy_wh: Int64s, share_e6: Int64s) -> Int64s:
    """A share of the energy (1e6 = all of it), int64[n]."""
    return scale_array(energy_wh, share_e6, WHOLE_E6)


def spread(total: Int64s, weights: Int64s, otherwise: npt.NDArray[np.intp]) -> Int64s:
    """`total[n]` over the columns of `weights[n, m]` in proportion; the parts always add up to the total.

    Cumulative shares: what one column rounds away, the next one gets. A row without weight goes to its column
    `otherwise[n]` as a whole. With 0 <= total <= the sum of its weights no part exceeds its weight.
    """
    n, m = weights.shape
    upto = np.cumsum(weights, axis=1)
    whole = upto[:, -1] if m else np.zeros(n, np.int64)
    shares = share_array(np.repeat(total, m), upto.ravel(), np.repeat(whole, m)).reshape(n, m)
    parts = np.diff(shares, axis=1, prepend=0)
    idle = np.flatnonzero(whole == 0)
    parts[idle, otherwise[idle]] = total[idle]
    return parts


def _squares(energy_wh: Int64s, reactive_varh: Int64s) -> npt.NDArray[Any]:
    squares: npt.NDArray[Any] = _wide(energy_wh) ** 2 + _wide(reactive_varh) ** 2
    return squares


def _wide(values: Int64s | Sequence[int]) -> npt.NDArray[Any]:
    """Integers without a bound, elementwise."""
    return np.array(values.tolist() if isinstance(values, np.ndarray) else list(values), object)
