"""The careful parser of wide CSV: line by line, every fault named by row and field."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gridhall.codecs import vocabulary as words
from gridhall.codecs.csv_header import split_line
from gridhall.codecs.dates import parse_date
from gridhall.codecs.errors import Code, FileProblem, problem
from gridhall.codecs.fields import good_key, key_problem, word
from gridhall.codecs.intervals import ACTUAL, MISSING, IntervalBatch, batch_of_days, day_number
from gridhall.codecs.numbers import micro
from gridhall.codecs.text import Block
from gridhall.codecs.wide_columns import WideColumns
from gridhall.codecs.wide_fast import mark_rows, to_wh


@dataclass(frozen=True, slots=True)
class _Line:
    row: int
    key: str
    quantity: int
    day: int
    power: int
    quality: int
    scaled: list[int]
    flags: list[int]


def read_lines(block: Block, columns: WideColumns) -> Iterator[IntervalBatch | FileProblem]:
    """The problems of the block's lines, then the sound lines as one batch."""
    sound: list[_Line] = []
    for row, text in block.lines():
        line = _line(row, text, columns)
        if isinstance(line, FileProblem):
            yield line
        elif line is not None:
            sound.append(line)
    if not sound:
        return
    scaled = np.array([line.scaled for line in sound], np.int64)
    flags = np.array([line.flags for line in sound], np.uint8)
    mark_rows(scaled, flags, np.array([line.quality for line in sound], np.int64))
    yield batch_of_days(
        [line.key for line in sound],
        [line.quantity for line in sound],
        [line.day for line in sound],
        to_wh(scaled, np.array([line.power for line in sound], np.int64)),
        flags,
        [line.row for line in sound],
    )


def _line(row: int, text: str, columns: WideColumns) -> _Line | FileProblem | None:
    fields = split_line(text)
    if fields is None:
        return problem(Code.QUOTES, row=row)
    if len(fields) != len(columns.names):
        return problem(Code.FIELD_COUNT, row=row, value=len(fields), expected=len(columns.names))
    if not any(field.strip() for field in fields):
        return None
    key = fields[columns.point].strip()
    if not good_key(key):
        return key_problem(key, row, columns.header[columns.point])
    day = parse_date(fields[columns.day])
    if day is None:
        return problem(Code.DATE, row=row, field=columns.header[columns.day], value=fields[columns.day])
    quantity = word(fields, columns.quantity, words.QUANTITIES, columns.default_quantity)
    power = word(fields, columns.unit, words.UNITS, columns.default_power or 0)
    quality = word(fields, columns.quality, words.QUALITIES, ACTUAL)
    if quantity is None:
        return problem(Code.QUANTITY, row=row, field="quantity", value=fields[columns.quantity or 0])
    if power is None:
        return problem(Code.UNIT, row=row, field="unit", value=fields[columns.unit or 0], expected="kWh, Wh")
    if quality is None:
        return problem(Code.QUALITY, row=row, field="quality", value=fields[columns.quality or 0])
    values = _values(fields, row, columns, power)
    if isinstance(values, FileProblem):
        return values
    return _Line(row, key, quantity, day_number(day), power, quality, *values)


def _values(fields: list[str], row: int, columns: WideColumns, power: int) -> tuple[list[int], list[int]] | FileProblem:
    scaled, flags = [0] * columns.slots, [0] * columns.slots
    for j in range(columns.slots):
        text = fields[columns.first_value + j].strip()
        if text in words.NULLS:
            flags[j] = MISSING
            continue
        value = micro(text, row=row, field=columns.header[columns.first_value + j], power=power)
        if isinstance(value, FileProblem):
            return value
        scaled[j] = value
    return scaled, flags
