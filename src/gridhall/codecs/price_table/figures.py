"""Prices as tables print them, to integers of 1e-8. Never through a float."""

import re
import unicodedata
from typing import Final

_NUMBER = re.compile(r"[(]?([+-]?)(\d{1,7})(?:\.(\d*))?[)]?")
EMPTY: Final = ("", "-", "--", "---", "/", "—", "——", "无", "*")
TOLERANCE_E8: Final = 1_000_000  # 0.01 yuan: official tables contradict their own parts by up to 0.0043


def tidy(text: str) -> str:
    """Full-width digits and signs to plain ones; blanks and line breaks inside a number go."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("－", "-").replace("–", "-")
    return re.sub(r"\s+", "", plain).removesuffix("元").lstrip("'")


def is_empty(text: str) -> bool:
    """Whether a cell says that there is no price."""
    return tidy(text) in EMPTY


def looks_like_price(text: str) -> bool:
    """A decimal number, or a bare zero: what a price looks like, unlike a row number."""
    plain = tidy(text)
    return bool(_NUMBER.fullmatch(plain)) and ("." in plain or plain == "0")


def price_e8(text: str, shift: int = 0) -> int | None:
    """The price in 1e-8 yuan, `shift` 2 where the table is in fen; None where it is not a number that fits."""
    plain = tidy(text)
    found = _NUMBER.fullmatch(plain)
    if not found:
        return None
    digits = (found[3] or "").rstrip("0")
    if len(digits) + shift > 8:
        return None
    value = int(found[2] + digits.ljust(8 - shift, "0"))
    negative = found[1] == "-" or (plain.startswith("(") and plain.endswith(")"))
    return -value if negative else value


def shown(value: int) -> str:
    """A price as text, at least four decimals."""
    whole, fraction = divmod(abs(value), 10**8)
    text = f"{fraction:08d}".rstrip("0").ljust(4, "0")
    return f"{'-' if value < 0 else ''}{whole}.{text}"
