"""The lines of a long CSV as arrays: the fast path through pyarrow, and the careful one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from gridhall.codecs import arrow_csv
from gridhall.codecs import vocabulary as words
from gridhall.codecs.csv_header import split_line
from gridhall.codecs.errors import Code, FileProblem, problem
from gridhall.codecs.fields import good_key, good_keys, key_problem, word
from gridhall.codecs.intervals import ACTUAL, MISSING, Int32s, Int64s, Uint8s
from gridhall.codecs.long_columns import Clock, LongColumns
from gridhall.codecs.numbers import micro, micro_from_floats
from gridhall.codecs.text import Block


@dataclass(frozen=True, slots=True)
class LongRows:
    """n readings: millionths of a Wh for slot `slots` of day `days`; `keys[key_index]` is the point."""

    keys: tuple[str, ...]
    key_index: Int32s
    quantity: Int64s
    days: Int64s
    slots: Int64s
    micro_wh: Int64s
    flags: Uint8s
    rows: Int64s


def read_fast(block: Block, columns: LongColumns, clock: Clock) -> LongRows | None:
    """The block as arrays, or None when a single field of it is unusual."""
    places = (columns.point, columns.time, columns.quantity, columns.unit, columns.quality)
    types = {columns.names[place]: arrow_csv.WORD for place in places if place is not None}
    table = arrow_csv.read_block(block, columns.names, types | {columns.names[columns.value]: arrow_csv.FLOAT})
    if table is None or table.num_rows == 0:
        return None
    keys, key_index = arrow_csv.words(table.column(columns.names[columns.point]))
    times, time_index = arrow_csv.words(table.column(columns.names[columns.time]))
    clock.find_interval(times)
    moments = [clock.place(text) for text in times]
    quantity = arrow_csv.coded(table, columns.names, columns.quantity, words.QUANTITIES.get, columns.default_quantity)
    power = arrow_csv.coded(table, columns.names, columns.unit, words.UNITS.get, columns.default_power or 0)
    quality = arrow_csv.coded(table, columns.names, columns.quality, words.QUALITIES.get, ACTUAL)
    numbers, empty = arrow_csv.floats(table.column(columns.names[columns.value]))
    scaled = micro_from_floats(numbers)
    if quantity is None or power is None or quality is None or scaled is None or not good_keys(keys):
        return None
    if any(isinstance(moment, FileProblem) for moment in moments):
        return None
    places_in_time = np.array(moments, np.int64)[time_index]
    flags = quality.astype(np.uint8)
    if empty is not None:
        flags[empty] = MISSING
    return LongRows(
        tuple(keys), key_index, quantity, places_in_time[:, 0], places_in_time[:, 1], _micro_wh(scaled, power, flags),
        flags, np.arange(block.first_row, block.first_row + table.num_rows, dtype=np.int64),
    )  # fmt: skip


def _micro_wh(scaled: Int64s, power: Int64s, flags: Uint8s) -> Int64s:
    scaled = scaled * 10**power
    scaled[flags == MISSING] = 0
    return scaled


def read_lines(block: Block, columns: LongColumns, clock: Clock) -> Iterator[LongRows | FileProblem]:
    """The problems of the block's lines, then the sound lines as arrays."""
    split: list[tuple[int, list[str]]] = []
    for row, text in block.lines():
        fields = split_line(text)
        if fields is None:
            yield problem(Code.QUOTES, row=row)
        elif len(fields) != len(columns.names):
            yield problem(Code.FIELD_COUNT, row=row, value=len(fields), expected=len(columns.names))
        elif any(field.strip() for field in fields):
            split.append((row, fields))
    clock.find_interval(fields[columns.time] for _, fields in split)
    sound: list[tuple[str, int, int, int, int, int, int, int]] = []
    for row, fields in split:
        line = _line(row, fields, columns, clock)
        if isinstance(line, FileProblem):
            yield line
        else:
            sound.append(line)
    if sound:
        yield _as_rows(sound)


def _as_rows(sound: list[tuple[str, int, int, int, int, int, int, int]]) -> LongRows:
    distinct = {key: i for i, key in enumerate(dict.fromkeys(line[0] for line in sound))}
    quantity, day, slot, scaled, power, flag, row = np.array([line[1:] for line in sound], np.int64).T
    flags = flag.astype(np.uint8)
    return LongRows(
        tuple(distinct), np.array([distinct[line[0]] for line in sound], np.int32), quantity, day, slot,
        _micro_wh(scaled, power, flags), flags, row,
    )  # fmt: skip


def _line(
    row: int, fields: list[str], columns: LongColumns, clock: Clock
) -> tuple[str, int, int, int, int, int, int, int] | FileProblem:
    """Key, quantity, day, slot, millionths of the unit, power of the unit, flag and row of one line."""
    key = fields[columns.point].strip()
    if not good_key(key):
        return key_problem(key, row, columns.header[columns.point])
    moment = clock.place(fields[columns.time].strip())
    if isinstance(moment, FileProblem):
        return replace(moment, row=row)
    quantity = word(fields, columns.quantity, words.QUANTITIES, columns.default_quantity)
    if quantity is None:
        return problem(Code.QUANTITY, row=row, field="quantity", value=fields[columns.quantity or 0])
    power = word(fields, columns.unit, words.UNITS, columns.default_power or 0)
    if power is None:
        return problem(Code.UNIT, row=row, field="unit", value=fields[columns.unit or 0], expected="kWh, Wh")
    quality = word(fields, columns.quality, words.QUALITIES, ACTUAL)
    if quality is None:
        return problem(Code.QUALITY, row=row, field="quality", value=fields[columns.quality or 0])
    text = fields[columns.value].strip()
    if text in words.NULLS:
        return key, quantity, *moment, 0, power, MISSING, row
    value = micro(text, row=row, field=columns.header[columns.value], power=power)
    if isinstance(value, FileProblem):
        return value
    return key, quantity, *moment, value, power, quality, row
