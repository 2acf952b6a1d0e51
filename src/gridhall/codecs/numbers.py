"""Numbers as text, read without a float where exactness is decided, and with one only where it is proven exact.

A value is taken to six decimals of its unit (a thousandth of a Wh where the unit is kWh). Meters give three or four;
further digits are the noise of a spreadsheet, and they are rounded half-up.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem

MICRO = 1_000_000

# For |t| < 1e9 with at most six decimals, k = t·1e6 is an integer below 1e15. The nearest double of t and one rounded
# product are off by at most k·(2^-52 + 2^-106) < 0.23, so rint() finds k itself.
FLOAT_BOUND = 1e9

# At most 40 characters, so that an exponent cannot ask for a number of a million digits.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")


def micro_from_floats(values: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Exact millionths from doubles that were parsed from text, or None when one lies beyond the proven bound."""
    # Not-a-number compares false with everything and so is beyond the bound, too.
    if values.size and not (values.max() < FLOAT_BOUND and values.min() > -FLOAT_BOUND):
        return None
    scaled = values * float(MICRO)
    return np.rint(scaled, out=scaled).astype(np.int64)


def exact(text: str) -> Decimal | None:
    """The decimal number that `text` writes in ASCII digits, or None."""
    text = text.strip()
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def micro(text: str, *, row: int, field: str, power: int) -> int | FileProblem:
    """`text` in millionths of its unit, half-up; `power` is the unit's power of ten over Wh."""
    number = exact(text)
    if number is None:
        return problem(Code.NUMBER, row=row, field=field, value=text)
    if abs(number).scaleb(power) > limits.MAX_INTERVAL_WH:
        return problem(Code.NUMBER_TOO_LARGE, row=row, field=field, value=text, expected=f"{limits.MAX_INTERVAL_WH} Wh")
    return int(number.scaleb(6).quantize(Decimal(1), ROUND_HALF_UP))


@lru_cache(maxsize=1 << 16)
def micro_wh_of(text: str, power: int) -> int | None:
    """`text`, in a unit of 10^power Wh, in millionths of a Wh; None when it is no number or more than a meter gives.

    Cached, because the values of a load curve repeat and exact decimals are slow.
    """
    number = exact(text)
    if number is None or abs(number).scaleb(power) > limits.MAX_INTERVAL_WH:
        return None
    return int(number.scaleb(power + 6).quantize(Decimal(1), ROUND_HALF_UP))


def wh_of(text: str, *, row: int, field: str, power: int) -> int | FileProblem:
    """`text`, in a unit of 10^power Wh, in whole Wh, half-up."""
    value = micro_wh_of(text, power)
    if value is None:
        return problem(Code.NUMBER, row=row, field=field, value=text)
    return (2 * value + MICRO) // (2 * MICRO)
