"""OpenPAYGO tokens (published specification 2.3): what a keypad device accepts once, made and read back.

A token is the starting code of the device, hashed as often as its count says, with the amount carried in its last
digits. Four forms: 9 digits; 15 digits of 1 to 4; and both extended, 12 digits and 20 digits of 1 to 4.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gridhall.codecs.openpaygo.siphash import siphash24

STEPS_MAX: Final = {False: 995, True: 999_999}  # by "extended": the largest amount a token carries
DISABLE: Final = 998
SYNC: Final = 999
AHEAD_MAX: Final = 64
AHEAD_SYNC_MAX: Final = 100
BEHIND_MAX: Final = 16
PLAIN_BITS: Final = 30
EXTENDED_BITS: Final = 40


class TokenError(ValueError):
    """A device or an amount for which no token can be made; the message names the field and the remedy."""


class Kind(StrEnum):
    """What a token does."""

    ADD = "ADD_TIME"
    SET = "SET_TIME"
    DISABLE = "DISABLE_PAYG"
    SYNC = "COUNTER_SYNC"
    INVALID = "INVALID"
    USED = "ALREADY_USED"


@dataclass(frozen=True)
class Device:
    """The secrets of one device: a starting code of at most 9 digits and a key of 16 bytes; and its form of tokens."""

    starting_code: int
    key: bytes
    restricted: bool = False
    extended: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.starting_code <= 999_999_999:
            raise TokenError("starting code: give a number of at most 9 digits")
        if len(self.key) != 16:
            raise TokenError(f"key: give 32 hexadecimal digits, these are {2 * len(self.key)}")

    @property
    def base_size(self) -> int:
        """How many amounts the last digits tell apart."""
        return 1_000_000 if self.extended else 1_000


@dataclass(frozen=True)
class Issued:
    """A token and the count the device holds after it: store this count, never one more than the last."""

    token: str
    count: int


@dataclass(frozen=True)
class Accepted:
    """What a device makes of a token; ``steps`` only for ADD and SET."""

    kind: Kind
    steps: int = 0
    count: int = 0


def issue(device: Device, kind: Kind, count: int, steps: int = 0) -> Issued:
    """The next token of a device that stands at ``count``; TokenError where the amount does not fit."""
    if kind in (Kind.ADD, Kind.SET):
        if not 0 <= steps <= STEPS_MAX[device.extended] or (kind is Kind.ADD and steps == 0):
            raise TokenError(
                f"amount: a token of this form carries 1 to {STEPS_MAX[device.extended]} steps, not {steps}"
            )
        if kind is Kind.SET and steps in (DISABLE, SYNC):
            raise TokenError(f"amount: {steps} steps would switch the device off or synchronise it; set one step less")
        value = steps
    elif kind in (Kind.DISABLE, Kind.SYNC):
        value = DISABLE if kind is Kind.DISABLE else SYNC
    else:
        raise TokenError(f"kind: a token can add, set, disable or synchronise, not {kind}")
    if count < 0:
        raise TokenError(f"count: give a number from 0, not {count}")
    even = kind is Kind.ADD
    following = count + 1 if (count + 1) % 2 == (0 if even else 1) else count + 2
    base = (device.starting_code % device.base_size + value) % device.base_size
    code = _chained(device, base, following)
    return Issued(_written(device, code), following)


def read(device: Device, token: str, count: int, used: Collection[int] = ()) -> Accepted:
    """What a device at ``count`` with the ``used`` counts does with a token; anything else than a token is INVALID."""
    code = _parsed(device, token)
    if code is None:
        return Accepted(Kind.INVALID)
    base = code % device.base_size
    value = (base - device.starting_code) % device.base_size
    current = _put(device, device.starting_code, base)
    highest = count + (AHEAD_SYNC_MAX if value == SYNC else AHEAD_MAX)
    seen = False
    for number in range(1, highest + 1):
        current = _next(device, current)
        if _put(device, current, base) != code:
            continue
        if _fresh(value, number, count, used):
            return _meaning(value, number)
        seen = True
    return Accepted(Kind.USED if seen else Kind.INVALID)


def _fresh(value: int, number: int, count: int, used: Collection[int]) -> bool:
    """A token ahead of the count, or an ADD token a little behind it that nobody used."""
    if number in used:
        return False
    if value == SYNC:
        return number > count - BEHIND_MAX
    return number > count or (number % 2 == 0 and number > count - BEHIND_MAX)


def _meaning(value: int, number: int) -> Accepted:
    if number % 2 == 0:
        return Accepted(Kind.ADD, value, number)
    if value in (DISABLE, SYNC):
        return Accepted(Kind.DISABLE if value == DISABLE else Kind.SYNC, 0, number)
    return Accepted(Kind.SET, value, number)


def _chained(device: Device, base: int, count: int) -> int:
    code = _put(device, device.starting_code, base)
    for _ in range(count):
        code = _next(device, code)
    return _put(device, code, base)


def _put(device: Device, code: int, base: int) -> int:
    return code - code % device.base_size + base


def _next(device: Device, code: int) -> int:
    return (_next_extended if device.extended else _next_plain)(device.key, code)


def _next_plain(key: bytes, code: int) -> int:
    half = code.to_bytes(4, "big")
    found = siphash24(key, half + half)
    folded = ((found >> 32) ^ found) & 0xFFFFFFFF
    short = folded >> 2
    return short - 73_741_825 if short > 999_999_999 else short


def _next_extended(key: bytes, code: int) -> int:
    short = siphash24(key, code.to_bytes(8, "big")) >> 24
    return short - 99_511_627_777 if short > 999_999_999_999 else short


def _written(device: Device, code: int) -> str:
    if not device.restricted:
        return str(code).rjust(12 if device.extended else 9, "0")
    bits = EXTENDED_BITS if device.extended else PLAIN_BITS
    return "".join(str((code >> shift & 3) + 1) for shift in range(bits - 2, -2, -2))


def _parsed(device: Device, token: str) -> int | None:
    """The code in what somebody typed; blanks and dashes between digits do not count."""
    digits = token.replace(" ", "").replace("-", "")
    bits = EXTENDED_BITS if device.extended else PLAIN_BITS
    length = bits // 2 if device.restricted else (12 if device.extended else 9)
    if len(digits) != length or not digits.isascii() or not digits.isdigit():
        return None
    if not device.restricted:
        return int(digits)
    if set(digits) - set("1234"):
        return None
    code = 0
    for digit in digits:
        code = code << 2 | int(digit) - 1
    return code
