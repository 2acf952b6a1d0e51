"""Rows of text from CSV, pipe or tab separated files and workbooks, streamed, with their row numbers."""

import csv
from collections.abc import Iterator

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem, refuse
from gridhall.codecs.fields import cell_fault
from gridhall.codecs.legacy_bills.records import BadRow
from gridhall.codecs.streams import Peeked, Readable
from gridhall.codecs.text import TextBlocks
from gridhall.codecs.workbook import Cells, is_workbook, workbook_rows

SEPARATORS = (",", "|", "\t", ";", "，")


def rows_of(stream: Readable) -> Iterator[Cells | BadRow | FileProblem]:
    """Every row that holds anything, the header first, each with as many texts as the header.

    A row that cannot be read is a BadRow; what concerns the whole file is a FileProblem, or raised as CodecError.
    """
    source = Peeked(stream)
    found = _sheet(source) if is_workbook(source.head) else _text(source)
    width = 0
    for row in found:
        if isinstance(row, Cells):
            width = width or len(row.texts)
            if len(row.texts) > width or (row.exact and len(row.texts) != width):
                fault = problem(Code.FIELD_COUNT, row=row.row, value=len(row.texts), expected=width)
                yield BadRow(row.row, row.texts, fault)
                continue
            row.texts.extend([""] * (width - len(row.texts)))
        yield row
    if not width:
        raise refuse(Code.FILE_EMPTY)


def _sheet(source: Peeked) -> Iterator[Cells | BadRow]:
    for found in workbook_rows(source):
        yield BadRow(found.row or 0, [], found) if isinstance(found, FileProblem) else found


def _text(source: Readable) -> Iterator[Cells | BadRow | FileProblem]:
    text = TextBlocks(source)
    lines = _lines(text)
    first = next(lines, "")
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(_again(first, lines), delimiter=separator, strict=True)
    while True:
        row = reader.line_num + 1
        try:
            texts = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise refuse(Code.QUOTES, row=row) from error
        if len(texts) > limits.MAX_TABLE_COLUMNS:
            raise refuse(Code.TOO_MANY_COLUMNS, row=row, expected=limits.MAX_TABLE_COLUMNS)
        if row > limits.MAX_ROWS:
            raise refuse(Code.TOO_MANY_ROWS, expected=limits.MAX_ROWS)
        texts = [text.strip() for text in texts]
        if any(texts):
            fault = cell_fault(texts, row)
            yield BadRow(row, texts, fault) if fault else Cells(row, texts, exact=True)
    yield from text.problems()


def _lines(text: TextBlocks) -> Iterator[str]:
    for block in text:
        for line in block.data.decode("utf-8").split("\n")[:-1]:
            yield line + "\n"


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
