"""The 64 bits under the cipher and the 20 digits over it: identifier by time, coded amount, check sum, class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gridhall.codecs.sts.errors import Fault, StsError

MANTISSA: Final = 1 << 14
STEPS: Final = (1, 10, 100, 1000)  # units that the mantissa counts, by exponent
STARTS: Final = tuple(MANTISSA * sum(STEPS[:n]) for n in range(4))  # the first amount of each exponent
CODE_MAX: Final = 0xFFFF
TID_MAX: Final = (1 << 24) - 1
DAY_MINUTES: Final = 24 * 60
RESERVED_MINUTE: Final = 1  # 00:01 of each day belongs to tokens that are the same for every meter
DIGITS: Final = 20
CLASS_PLACES: Final = (28, 27)  # where the two bits of the class go; what stood there moves to 65 and 64


@dataclass(frozen=True)
class Content:
    """What a token says: class and subclass, identifier, a 16-bit value, and 4 bits of chance."""

    token_class: int
    subclass: int
    tid: int
    value: int
    random: int = 0


def amount_code(units: int) -> int:
    """16 bits for an amount in units of 0.1 kWh or 1 W; what does not fit exactly is rounded up, for the customer.

    The rounded mantissa may reach 16384 and carry into the exponent: the two are added, never joined bit by bit.
    """
    exponent = sum(units >= start for start in STARTS[1:])
    code = exponent * MANTISSA - (STARTS[exponent] - units) // STEPS[exponent]
    if units < 0 or code > CODE_MAX:
        raise StsError(Fault.AMOUNT, value=units, most=amount_of(CODE_MAX))
    return code


def amount_of(code: int) -> int:
    """The units that a meter credits for 16 bits."""
    exponent, mantissa = divmod(code, MANTISSA)
    return STARTS[exponent] + mantissa * STEPS[exponent]


def tid_at(base_year: int, local: datetime) -> int:
    """Minutes from the base date to a local civil time without zone; the reserved minute gives way to the next."""
    begin = local.replace(year=base_year, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    return _free((local - begin) // timedelta(minutes=1))


def next_tid(base_year: int, local: datetime, last: int) -> int:
    """The identifier for a token now, after ``last``: within one minute a second token takes the next minute's."""
    now = tid_at(base_year, local)
    tid = max(now, _free(last + 1))
    if now < 0 or tid > TID_MAX:
        raise StsError(Fault.TID, base=base_year)
    return tid


def _free(tid: int) -> int:
    return tid + (tid % DAY_MINUTES == RESERVED_MINUTE)


def pack(content: Content) -> int:
    """64 bits, high first: subclass 4, chance 4, identifier 24, value 16, check sum 16."""
    head = content.subclass << 44 | content.random << 40 | content.tid << 16 | content.value
    return head << 16 | check_sum(content.token_class, head)


def unpack(token_class: int, block: int) -> Content:
    """Back; StsError where the check sum is another."""
    head, given = block >> 16, block & 0xFFFF
    if check_sum(token_class, head) != given:
        raise StsError(Fault.CRC)
    return Content(token_class, head >> 44, head >> 16 & TID_MAX, head & CODE_MAX, head >> 40 & 0xF)


def check_sum(token_class: int, head: int) -> int:
    """CRC-16 (A001 reflected, from FFFF) over the class and 48 bits in 7 bytes; its bytes swapped."""
    crc = 0xFFFF
    for byte in (token_class << 48 | head).to_bytes(7, "big"):
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return (crc & 0xFF) << 8 | crc >> 8


def to_digits(token_class: int, block: int) -> str:
    """66 bits as 20 digits: the class changes places with two bits of the block."""
    high, low = CLASS_PLACES
    moved = (block >> high & 1) << 65 | (block >> low & 1) << 64
    kept = block & ~(1 << high | 1 << low)
    return str(moved | kept | (token_class >> 1) << high | (token_class & 1) << low).rjust(DIGITS, "0")


def from_digits(typed: str) -> tuple[int, int]:
    """Class and block of what somebody typed; blanks and dashes do not count."""
    digits = typed.replace(" ", "").replace("-", "")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or int(digits) >> 66:
        raise StsError(Fault.DIGITS)
    bits, (high, low) = int(digits), CLASS_PLACES
    token_class = (bits >> high & 1) << 1 | bits >> low & 1
    kept = bits & (1 << 64) - 1 & ~(1 << high | 1 << low)
    return token_class, kept | (bits >> 65) << high | (bits >> 64 & 1) << low
