"""Small good files, and short ways to read them."""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import openpyxl
import pytest

from gridhall.codecs.errors import Code, CodecError, FileProblem, Severity
from gridhall.codecs.intervals import IntervalBatch, day_of

WIDE_HEADER = "point,quantity,date,unit," + ",".join(f"v{i}" for i in range(1, 25))
LONG_HEADER = "point,timestamp,value_kwh"


def wide(*lines: str, header: str = WIDE_HEADER) -> bytes:
    """A wide file in UTF-8 with the given lines."""
    return "".join(line + "\n" for line in (header, *lines)).encode()


def wide_line(point: str = "P1", day: str = "2026-01-01", *, values: Iterable[object] = ("0.25",) * 24) -> str:
    """A day of active import in kWh."""
    return f"{point},1,{day},kWh," + ",".join(map(str, values))


def sheet(*rows: Sequence[object]) -> bytes:
    """A workbook whose first sheet holds the rows."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def quarters(day: str) -> list[str]:
    """The 96 ends of a day's quarter hours; the last is 24:00."""
    return [f"{day} {minute // 60:02}:{minute % 60:02}" for minute in range(15, 1441, 15)]


def long(*lines: str, header: str = LONG_HEADER) -> bytes:
    """A long file in UTF-8 with the given lines."""
    return wide(*lines, header=header)


def long_day(point: str = "P1", day: str = "2026-01-01", value: str = "0.25") -> list[str]:
    """The 96 lines of a day."""
    return [f"{point},{end},{value}" for end in quarters(day)]


def read(codec: Callable[..., Iterator[Any]], data: bytes, *options: Any) -> tuple[list[Any], list[FileProblem]]:
    """What a codec gives for a file: batches and records, and problems."""
    found = list(codec(io.BytesIO(data), *options))
    return [x for x in found if not isinstance(x, FileProblem)], [x for x in found if isinstance(x, FileProblem)]


def only_problem(codec: Callable[..., Iterator[Any]], data: bytes, *options: Any) -> FileProblem:
    """The one problem that keeps a row out; a file with another number of them fails the test."""
    refusals = [x for x in read(codec, data, *options)[1] if x.severity is Severity.REFUSE]
    assert len(refusals) == 1, refusals
    return refusals[0]


def warnings(codec: Callable[..., Iterator[Any]], data: bytes, *options: Any) -> list[Code]:
    """Codes of the warnings, when nothing is refused."""
    problems = read(codec, data, *options)[1]
    assert all(x.severity is Severity.WARN for x in problems), problems
    return [x.message_code for x in problems]


def refused(codec: Callable[..., Iterator[Any]], data: bytes, *options: Any) -> FileProblem:
    """Why the file as a whole is refused."""
    with pytest.raises(CodecError) as raised:
        list(codec(io.BytesIO(data), *options))
    return raised.value.problem


def by_day(batches: Iterable[IntervalBatch]) -> dict[tuple[str, int, str], tuple[list[int], list[int]]]:
    """Values and flags by point, quantity and date."""
    return {
        (batch.key(i), int(batch.quantity[i]), day_of(batch.days[i]).isoformat()): (
            batch.values[i].tolist(),
            batch.flags[i].tolist(),
        )
        for batch in batches
        for i in range(len(batch))
    }
