"""Public identifiers: random enough to show in a URL, ordered enough to index well (UUID version 7, RFC 9562)."""

import os
import time
from uuid import UUID

_VERSION_7 = 7 << 76
_VARIANT = 2 << 62
_RANDOM_MASK = ((1 << 80) - 1) & ~(0xF << 76) & ~(0x3 << 62)


def uuid7() -> UUID:
    """A UUID whose first 48 bits are the millisecond it was made."""
    milliseconds = time.time_ns() // 1_000_000
    random_bits = int.from_bytes(os.urandom(10), "big") & _RANDOM_MASK
    return UUID(int=(milliseconds << 80) | _VERSION_7 | _VARIANT | random_bits)


def uuid7s(count: int) -> list[str]:
    """``count`` such identifiers as hexadecimal text, in one draw of random bits."""
    milliseconds = time.time_ns() // 1_000_000
    drawn = os.urandom(10 * count).hex()
    head = f"{milliseconds:012x}7"
    # 3 digits after the version, then the variant: one of 8, 9, a, b, from two bits of a drawn digit.
    return [
        f"{head}{drawn[i : i + 3]}{'89ab'[int(drawn[i + 3], 16) & 3]}{drawn[i + 4 : i + 19]}"
        for i in range(0, 20 * count, 20)
    ]
