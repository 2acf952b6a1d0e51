"""Money, energy and prices as other systems write them, to exact integers; never through a float."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from gridhall.codecs.dates import parse_date
from gridhall.codecs.numbers import exact

_PLAIN = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{1,8}))?", re.ASCII)
_MONTH = re.compile(r"(\d{4})[-/年.]?(\d{1,2})月?", re.ASCII)
_NOISE = Decimal("1e-9")  # a workbook keeps 15 digits: what lies below is no figure that anybody entered
LARGEST = 10**9  # yuan, kWh or kW: more than any bill of a month; ten million of them add up inside 64 bits


class ValueFault(ValueError):
    """Not a number (`digits` False), or one with more decimals than money or energy can have here."""

    def __init__(self, text: str, *, digits: bool = False) -> None:
        super().__init__(text)
        self.digits = digits


@lru_cache(maxsize=1 << 16)
def scaled(text: str, decimals: int) -> int:
    """`text` in units of 10^-decimals, exactly; ValueFault otherwise. Thousands separators and ¥ are passed over."""
    found = _PLAIN.fullmatch(text)
    if found and len(found[3] or "") <= decimals:
        value = int(found[2] + (found[3] or "").ljust(decimals, "0"))
        return -value if found[1] else value
    number = _number(text)
    value_of = number.scaleb(decimals)
    if value_of != value_of.to_integral_value():
        value_of = number.quantize(_NOISE, ROUND_HALF_UP).scaleb(decimals)
        if value_of != value_of.to_integral_value():
            raise ValueFault(text, digits=True)
    return int(value_of)


@lru_cache(maxsize=1 << 16)
def rounded(text: str, decimals: int) -> int:
    """`text` in units of 10^-decimals, half-up: energy and demand may carry more digits than are billed."""
    return int(_number(text).scaleb(decimals).quantize(Decimal(1), ROUND_HALF_UP))


def rate_e8(text: str) -> int:
    """A power-factor rate in percent, with or without its sign: -0.75 % → -750000."""
    return scaled(text.rstrip(" %％"), 6)


def month_of(text: str) -> int | None:
    """YYYYMM from 202610, 2026-10, 2026/10, 2026年10月 or a day of it."""
    found = _MONTH.fullmatch(text)
    if found and 1 <= int(found[2]) <= 12:
        return int(found[1]) * 100 + int(found[2])
    day = parse_date(text)
    return day.year * 100 + day.month if day else None


@lru_cache(maxsize=4096)
def day_of(text: str, *, next_day: bool = False) -> date | None:
    """A date, or the day after it."""
    found = parse_date(text)
    return found + timedelta(days=1) if found and next_day else found


def _number(text: str) -> Decimal:
    plain = text.strip().lstrip("¥￥").replace(",", "").replace("，", "").replace("−", "-")
    number = exact(plain)
    if number is None or abs(number) >= LARGEST:
        raise ValueFault(text)
    return number
