"""Energy from register readings: roll-over, multiplier, meter exchange.

A reading is an integer in the register's own digits: 999950.00 on a 6 + 2 digit register is 99995000.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gridhall.kernel.money import Int64s, format_scaled, round_half_up, scale_array


class ReadingError(ValueError):
    """Readings that give no plausible use; the message names the reading and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Register:
    """Whole digits and decimals of the display (kWh or kvarh), and the product of its transformer ratios."""

    digits: int
    decimals: int
    multiplier: int = 1

    @property
    def modulus(self) -> int:
        """First count the display cannot show."""
        return int(10 ** (self.digits + self.decimals))


@dataclass(frozen=True)
class Span:
    """One register over part of a period; a meter change gives two, closed by removal and opened by installation."""

    register: Register
    opening: int | None
    closing: int | None


def advance_wh(register: Register, last: int, this: int, wh_max: int) -> int:
    """Wh (or varh) from `last` to `this`; a smaller reading rolled over if the result is at most wh_max."""
    for name, reading in (("last", last), ("this", this)):
        if not 0 <= reading < register.modulus:
            raise ReadingError(f"{name} reading {reading} does not fit {register.digits} + {register.decimals} digits")
    counts = this - last if this >= last else this - last + register.modulus
    energy_wh = round_half_up(counts * register.multiplier * 1000, 10**register.decimals)
    if energy_wh > wh_max:
        shown = [format_scaled(reading, register.decimals) for reading in (last, this)]
        cause = "rolling over" if this < last else "counting forward"
        raise ReadingError(
            f"{shown[1]} after {shown[0]} means {energy_wh // 1000} kWh {cause}, more than the plausible "
            f"{wh_max // 1000} kWh; read the meter again or record a reverse run"
        )
    return energy_wh


def advances_wh(
    last: Int64s, this: Int64s, modulus: Int64s, multiplier: Int64s, decimals: int, wh_max: Int64s
) -> tuple[Int64s, npt.NDArray[np.bool_]]:
    """As `advance_wh` for n registers with the same decimals: (Wh int64[n], plausible bool[n])."""
    in_range = (last >= 0) & (this >= 0) & (last < modulus) & (this < modulus)
    counts = np.where(this >= last, this - last, this - last + modulus)
    energy_wh = scale_array(counts, multiplier * 1000, 10**decimals)
    return energy_wh, in_range & (energy_wh <= wh_max)


def served_wh(spans: Sequence[Span], wh_max: int) -> int:
    """Wh of a period over all meters that served it, in order; every span needs both readings."""
    total = 0
    for number, span in enumerate(spans, start=1):
        if span.opening is None:
            raise ReadingError(f"meter {number} of {len(spans)}: the installation reading (装表示数) is missing")
        if span.closing is None:
            raise ReadingError(f"meter {number} of {len(spans)}: the removal reading (拆表示数) is missing")
        total += advance_wh(span.register, span.opening, span.closing, wh_max - total)
    return total
