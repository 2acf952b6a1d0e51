"""Which codec reads a file, by name; the file itself says it unless the person does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from gridhall.codecs import registers_csv
from gridhall.codecs.errors import Code, FileProblem, refuse
from gridhall.codecs.formats import HEAD_BYTES, INTERVAL_READERS, sniff
from gridhall.codecs.intervals import DailyTotal, IntervalBatch, IntervalOptions
from gridhall.codecs.nem13 import AccumulatedRead

REGISTERS = "registers_csv"
NAMES = (*INTERVAL_READERS, REGISTERS)
Found = IntervalBatch | DailyTotal | AccumulatedRead | registers_csv.RegisterRead | FileProblem


def detect(stream: BinaryIO) -> str:
    """One of NAMES, from the beginning of the file. Raises CodecError where it is empty or of no known format."""
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    if not head.strip():
        raise refuse(Code.FILE_EMPTY)
    # Register reads are the only readings that come as workbooks.
    name = REGISTERS if (found := sniff(head)) == "workbook" else found
    if name not in NAMES:
        raise refuse(Code.FORMAT_UNKNOWN)
    return name


def read(name: str, stream: BinaryIO, options: IntervalOptions) -> Iterator[Found]:
    """Everything the file holds, in its order. Raises CodecError when it is refused as a whole."""
    return registers_csv.read(stream) if name == REGISTERS else INTERVAL_READERS[name](stream, options)
