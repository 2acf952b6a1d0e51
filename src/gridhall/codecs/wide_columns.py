"""Which column of a wide CSV is what."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from gridhall.codecs import vocabulary as words
from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.intervals import SLOTS, IntervalOptions

_NUMBERED = re.compile(r"(?:v|p|value|点|值)?_?0*([1-9][0-9]{0,2})", re.ASCII)
_CLOCK = re.compile(r"([0-2]?[0-9]):?([0-5][0-9])(?::00)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class WideColumns:
    """Places in the header; `names` are unique stand-ins for the columns, `values` the names of the value columns."""

    names: tuple[str, ...]
    header: tuple[str, ...]
    point: int
    day: int
    quantity: int | None
    unit: int | None
    quality: int | None
    first_value: int
    slots: int
    default_quantity: int
    default_power: int | None

    @property
    def values(self) -> tuple[str, ...]:
        return self.names[self.first_value : self.first_value + self.slots]


def wide_columns(header: Sequence[str], options: IntervalOptions) -> WideColumns:
    """Reads the header. Raises CodecError when a column is missing, doubled or unknown, or the unit is not declared."""
    first, slots = _value_columns(header)
    front = header[:first]
    unit = words.find_column(front, words.UNIT, need=False)
    columns = WideColumns(
        names=tuple(f"c{i}" for i in range(len(header))),
        header=tuple(name.strip() for name in header),
        point=words.find_column(front, words.POINT) or 0,
        day=words.find_column(front, words.DAY) or 0,
        quantity=words.find_column(front, words.QUANTITY, need=False),
        unit=unit,
        quality=words.find_column(front, words.QUALITY, need=False),
        first_value=first,
        slots=slots,
        default_quantity=options.quantity,
        default_power=words.UNITS[options.unit.casefold()] if options.unit else None,
    )
    known = (columns.point, columns.day, columns.quantity, columns.unit, columns.quality)
    for place, name in enumerate(front):
        if place not in known:
            raise refuse(Code.COLUMN_UNKNOWN, row=1, value=name)
    if unit is None and columns.default_power is None:
        raise refuse(Code.UNIT_MISSING, row=1)
    return columns


def _value_columns(header: Sequence[str]) -> tuple[int, int]:
    """Place of the first value column and their count; they end the line and are numbered or timed without a gap."""
    ordinals = [_ordinal(name) for name in header]
    first = next((i for i, ordinal in enumerate(ordinals) if ordinal is not None), len(header))
    count = len(header) - first
    if count == 0:
        raise refuse(Code.COLUMN_MISSING, row=1, field="v1")
    if count not in SLOTS:
        raise refuse(Code.VALUE_COLUMNS, row=1, value=f"there are {count}")
    step = 1440 // count
    numbered = [("n", i + 1) for i in range(count)]
    by_end = [("m", (i + 1) * step) for i in range(count)]
    by_start = [("m", i * step) for i in range(count)]
    end_at_midnight = [*by_end[:-1], ("m", 0)]
    if ordinals[first:] not in (numbered, by_end, by_start, end_at_midnight):
        bad = next(header[first + i] for i in range(count) if ordinals[first + i] not in (numbered[i], by_end[i]))
        raise refuse(Code.VALUE_COLUMNS, row=1, value=f"{bad} is out of order")
    return first, count


def _ordinal(name: str) -> tuple[str, int] | None:
    text = name.strip().lstrip("\ufeff").casefold()
    if found := _NUMBERED.fullmatch(text):
        return "n", int(found[1])
    if found := _CLOCK.fullmatch(text):
        return "m", int(found[1]) * 60 + int(found[2])
    return None


def is_value_column(name: str) -> bool:
    """Whether a header names one interval of a day."""
    return _ordinal(name) is not None
