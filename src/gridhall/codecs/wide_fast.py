"""The fast path of wide CSV: a block of well-formed lines through pyarrow into arrays, or nothing at all."""

import numpy as np
import pyarrow as pa

from gridhall.codecs import arrow_csv
from gridhall.codecs import vocabulary as words
from gridhall.codecs.dates import parse_date
from gridhall.codecs.fields import good_keys
from gridhall.codecs.intervals import ACTUAL, MISSING, Int64s, IntervalBatch, Uint8s, day_number, whole_wh
from gridhall.codecs.numbers import MICRO, micro_from_floats
from gridhall.codecs.text import Block
from gridhall.codecs.wide_columns import WideColumns


def read_fast(block: Block, columns: WideColumns) -> IntervalBatch | None:
    """The block as one batch, or None when a single field of it is unusual."""
    places = (columns.point, columns.day, columns.quantity, columns.unit, columns.quality)
    types = {columns.names[place]: arrow_csv.WORD for place in places if place is not None}
    table = arrow_csv.read_block(block, columns.names, types | dict.fromkeys(columns.values, arrow_csv.FLOAT))
    if table is None or table.num_rows == 0:
        return None
    n = table.num_rows
    keys, key_index = arrow_csv.words(table.column(columns.names[columns.point]))
    days = arrow_csv.coded(table, columns.names, columns.day, _day)
    quantity = arrow_csv.coded(table, columns.names, columns.quantity, words.QUANTITIES.get, columns.default_quantity)
    power = arrow_csv.coded(table, columns.names, columns.unit, words.UNITS.get, columns.default_power or 0)
    quality = arrow_csv.coded(table, columns.names, columns.quality, words.QUALITIES.get, ACTUAL)
    if days is None or quantity is None or power is None or quality is None or not good_keys(keys):
        return None
    read = _matrix(table, columns)
    if read is None:
        return None
    scaled, flags = read
    if quality.any():
        mark_rows(scaled, flags, quality)
    rows = np.arange(block.first_row, block.first_row + n, dtype=np.int64)
    return IntervalBatch(
        tuple(keys), key_index, quantity.astype(np.uint8), days.astype(np.int32), columns.slots,
        to_wh(scaled, power), flags, rows,
    )  # fmt: skip


def mark_rows(values: Int64s, flags: Uint8s, quality: Int64s) -> None:
    """Gives each row's quality to its present values; a row marked missing loses the values it shows."""
    np.copyto(flags, quality[:, None].astype(np.uint8), where=flags != MISSING)
    values[flags == MISSING] = 0


def to_wh(scaled: Int64s, power: Int64s) -> Int64s:
    """Whole Wh from millionths of units that are 10^power Wh; `power` int64[n], 0 or 3."""
    divisors = MICRO // 10**power
    uniform = divisors.size > 0 and bool((divisors == divisors[0]).all())
    return whole_wh(scaled, int(divisors[0]) if uniform else divisors)


def _day(text: str) -> int | None:
    day = parse_date(text)
    return None if day is None else day_number(day)


def _matrix(table: pa.Table, columns: WideColumns) -> tuple[Int64s, Uint8s] | None:
    """Millionths of the unit, int64[n, slots], and MISSING where a field is empty; None beyond the float bound."""
    numbers = np.empty((table.num_rows, columns.slots), np.float64)
    flags = np.zeros(numbers.shape, np.uint8)
    for j, name in enumerate(columns.values):
        numbers[:, j], empty = arrow_csv.floats(table.column(name))
        if empty is not None:
            flags[empty, j] = MISSING
    scaled = micro_from_floats(numbers)
    return None if scaled is None else (scaled, flags)
