"""The first line of an interval CSV: separator, names, and where the rows begin."""

import csv
from collections import Counter
from collections.abc import Iterator

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.text import Block

_WRONG_SEPARATORS = {
    ";": "semicolons",
    "\t": "tabs",
    "|": "bars",
    "，": "full-width commas",
    "、": "enumeration commas",
}


def split_line(text: str) -> list[str] | None:
    """The fields of one CSV line, or None when its quotation marks do not match."""
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def check_separator(line: str, row: int = 1) -> None:
    """Refuses a header that is split by anything but commas."""
    counts = Counter(line)
    worst = max(_WRONG_SEPARATORS, key=lambda c: counts[c])
    if counts[worst] > counts[","]:
        raise refuse(Code.SEPARATOR, row=row, value=_WRONG_SEPARATORS[worst])


def take_header(blocks: Iterator[Block]) -> tuple[list[str], Iterator[Block]]:
    """Names of the columns and the blocks that follow the header; blank lines before it are passed over."""
    for block in blocks:
        position, row = 0, block.first_row
        while position < len(block.data):
            end = block.data.index(b"\n", position)
            line = block.data[position:end]
            position, row = end + 1, row + 1
            if line.strip():
                return _names(line, row - 1), _after(Block.of(row, block.data[position:]), blocks)
    raise refuse(Code.FILE_EMPTY)


def _names(line: bytes, row: int) -> list[str]:
    if len(line) > limits.MAX_LINE_BYTES:
        raise refuse(Code.LINE_TOO_LONG, row=row, expected=f"{limits.MAX_LINE_BYTES} bytes")
    text = line.decode("utf-8").rstrip("\r")
    check_separator(text, row)
    names = split_line(text)
    if names is None:
        raise refuse(Code.QUOTES, row=row)
    if len(names) > limits.MAX_COLUMNS:
        raise refuse(Code.TOO_MANY_COLUMNS, row=row, expected=limits.MAX_COLUMNS)
    return names


def _after(rest: Block, blocks: Iterator[Block]) -> Iterator[Block]:
    if rest.data:
        yield rest
    yield from blocks
