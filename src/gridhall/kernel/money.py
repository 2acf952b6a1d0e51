"""Exact money: integer fen, prices in 1e-8 of the currency unit, one rounding rule.

This is the only module that rounds money. Nothing here accepts or returns a float.

| unit  | quantity              | price_e8                  | divisor to fen |
|-------|-----------------------|---------------------------|----------------|
| KWH   | Wh                    | per kWh                   | 1e9            |
| KW    | 1e-6 kW (kW·month)    | per kW and month          | 1e12           |
| KVA   | 1e-6 kVA (kVA·month)  | per kVA and month         | 1e12           |
| YUAN  | fen                   | a rate (1e8 = 100 %)      | 1e8            |
| MONTH | 1e-6 of a month       | per month                 | 1e12           |
"""

import re
from enum import StrEnum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Int64s = npt.NDArray[np.int64]

INT64_MAX: Final = 2**63 - 1
_DECIMAL: Final = re.compile(r"([+-]?)([0-9]+)(?:\.([0-9]+))?")
_DIGITS_MAX: Final = 18  # every 18-digit number fits in int64


class Unit(StrEnum):
    """What a line's quantity counts."""

    KWH = "kWh"
    KW = "kW"
    KVA = "kVA"
    YUAN = "yuan"
    MONTH = "month"


DIVISORS: Final = {Unit.KWH: 10**9, Unit.KW: 10**12, Unit.KVA: 10**12, Unit.YUAN: 10**8, Unit.MONTH: 10**12}


class DecimalError(ValueError):
    """A text is not the exact decimal number a field needs."""


def round_half_up(numerator: int, denominator: int) -> int:
    """numerator / denominator to the nearest integer, halves away from zero; denominator > 0."""
    if denominator <= 0:
        raise ValueError(f"denominator must be positive, got {denominator}")
    magnitude = (abs(numerator) + denominator // 2) // denominator
    return magnitude if numerator >= 0 else -magnitude


def round_half_up_array(numerator: Int64s, denominator: int) -> Int64s:
    """int64[n] / denominator to the nearest integer, halves away from zero."""
    if denominator <= 0:
        raise ValueError(f"denominator must be positive, got {denominator}")
    if numerator.size == 0:
        return numerator.astype(np.int64)
    half, low, high = denominator // 2, int(numerator.min()), int(numerator.max())
    if max(high, -low) > INT64_MAX - half or denominator > INT64_MAX:
        return _exact([round_half_up(int(n), denominator) for n in numerator])
    if low >= 0:
        return (numerator + half) // denominator
    magnitude = (np.abs(numerator) + half) // denominator
    return np.where(numerator < 0, -magnitude, magnitude)


def round_ratio_array(numerator: npt.NDArray[Any], denominator: npt.NDArray[Any]) -> Int64s:
    """numerator / denominator elementwise for arrays of Python integers without a bound, halves up; both positive."""
    if numerator.size and (min(numerator.tolist()) < 0 or min(denominator.tolist()) <= 0):
        raise ValueError("round_ratio_array takes no negative number")
    return _exact(((numerator + denominator // 2) // denominator).tolist())


def scale_array(quantity: Int64s, numerator: Int64s | int, denominator: int) -> Int64s:
    """round_half_up(quantity * numerator / denominator) for int64[n], exact past 2^63.

    The product is bounded before it is taken; rows that might pass 2^63 are done in Python integers.
    """
    if quantity.size == 0:
        return quantity.astype(np.int64)
    limit = INT64_MAX - denominator // 2
    quantity_max, numerator_max = _magnitude(quantity), _magnitude(numerator)
    if quantity_max * numerator_max <= limit:
        return round_half_up_array(quantity * numerator, denominator)
    safe = (quantity <= limit // numerator_max) & (quantity >= -(limit // numerator_max))
    factors = np.broadcast_to(np.asarray(numerator, np.int64), quantity.shape)
    result = np.empty(quantity.shape, np.int64)
    result[safe] = round_half_up_array(quantity[safe] * factors[safe], denominator)
    wide = zip(quantity[~safe], factors[~safe], strict=True)
    result[~safe] = _exact([round_half_up(int(q) * int(f), denominator) for q, f in wide])
    return result


def share_array(quantity: Int64s, part: Int64s, whole: Int64s) -> Int64s:
    """round_half_up(quantity * part / whole) for int64[n] with whole >= 0; 0 where whole is 0."""
    if quantity.size == 0 or _magnitude(quantity) * _magnitude(part) > INT64_MAX - _magnitude(whole):
        rows = zip(quantity.tolist(), part.tolist(), whole.tolist(), strict=True)
        return _exact([round_half_up(q * p, w) if w > 0 else 0 for q, p, w in rows])
    product, divisor = quantity * part, np.where(whole > 0, whole, 1)
    magnitude = (np.abs(product) + divisor // 2) // divisor
    return np.where(whole > 0, np.where(product < 0, -magnitude, magnitude), 0)


def amount_fen(quantity: int, price_e8: int, unit: Unit) -> int:
    """quantity (in the unit's integer scale) at price_e8, rounded half-up to the fen."""
    return round_half_up(quantity * price_e8, DIVISORS[unit])


def amount_fen_array(quantity: Int64s, price_e8: Int64s | int, unit: Unit) -> Int64s:
    """As `amount_fen` for int64[n]; price_e8 is one price or int64[n]."""
    return scale_array(quantity, price_e8, DIVISORS[unit])


def parse_decimal(text: str, scale: int, field: str) -> int:
    """An exact decimal text as an integer of 10^-scale; DecimalError names the field and the remedy."""
    match = _DECIMAL.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise DecimalError(f'{field}: "{text}" is not a decimal number; write digits with a point, such as 12.50')
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > scale:
        raise DecimalError(f'{field}: "{text}" has {len(fraction)} decimals; at most {scale} can be kept exactly')
    if len(whole.lstrip("0")) + scale > _DIGITS_MAX:
        raise DecimalError(f'{field}: "{text}" is too large; at most {_DIGITS_MAX - scale} digits before the point')
    value = int(whole + fraction.ljust(scale, "0"))
    return -value if sign == "-" else value


def format_scaled(value: int, scale: int, decimals: int | None = None) -> str:
    """An integer of 10^-scale as text; trailing zeros are dropped down to `decimals` places (default: all kept)."""
    digits = str(abs(value)).rjust(scale + 1, "0")
    whole, fraction = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    if decimals is not None:
        fraction = fraction.rstrip("0").ljust(decimals, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def format_yuan(fen: int) -> str:
    """Fen as currency units with two decimals: 131560 -> "1315.60"."""
    return format_scaled(fen, 2)


def _magnitude(values: Int64s | int) -> int:
    if isinstance(values, int):
        return abs(values)
    return max(int(values.max()), -int(values.min()), 0)


def _exact(values: list[int]) -> Int64s:
    if any(abs(value) > INT64_MAX for value in values):
        raise OverflowError("an amount passes 2^63 fen; split the account or check its readings")
    return np.array(values, np.int64)
