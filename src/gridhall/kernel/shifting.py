"""Use moved from some hours of a day to others of the same day, to the Wh."""

import numpy as np
import numpy.typing as npt

from gridhall.kernel.money import Int64s, round_half_up
from gridhall.kernel.splits import largest_remainder


def shift(wh: Int64s, periods: npt.NDArray[np.uint8], source: int, target: int, percent: int) -> Int64s:
    """`wh[d, slot]` with `percent` of what each day uses in period `source` moved to period `target` of that day.

    Intervals give in proportion to their energy and take equal parts, whole Wh by largest remainder: the energy of a
    day stays. A day that lacks one of the periods stays as it is.
    """
    moved = wh.copy()
    for day, of_slot in enumerate(periods):
        gives, takes = np.flatnonzero(of_slot == source), np.flatnonzero(of_slot == target)
        used: list[int] = wh[day, gives].tolist()
        if sum(used) and len(takes):
            whole = round_half_up(sum(used) * percent, 100)
            moved[day, gives] -= largest_remainder(whole, used)
            moved[day, takes] += largest_remainder(whole, [1] * len(takes))
    return moved
