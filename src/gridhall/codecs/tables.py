"""Tables of text for any import: CSV or XLSX in, rows with named fields and their row numbers out; and CSV out."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from gridhall.codecs import limits
from gridhall.codecs import vocabulary as words
from gridhall.codecs.csv_header import check_separator
from gridhall.codecs.errors import Code, FileProblem, problem, refuse, warn
from gridhall.codecs.fields import cell_fault
from gridhall.codecs.streams import Peeked, Readable
from gridhall.codecs.text import TextBlocks
from gridhall.codecs.workbook import Cells, is_workbook, workbook_rows


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its row number in the file and its fields by canonical name, without outer blanks."""

    row: int
    fields: dict[str, str]


def read_rows(
    stream: Readable,
    columns: Mapping[str, Sequence[str]],
    *,
    required: Sequence[str] = (),
    one_of: Sequence[str] = (),
) -> Iterator[Row | FileProblem]:
    """Rows of a CSV or of the first sheet of an XLSX, streamed.

    `columns` gives each canonical name its aliases (compared without case and without a unit in brackets); the
    canonical name itself always counts. Columns that nobody knows are warned about and left out. Blank rows are
    passed over. Raises CodecError when the file as a whole is refused or a required column is missing.
    """
    source = Peeked(stream)
    rows = workbook_rows(source) if is_workbook(source.head) else _csv_rows(source)
    places: dict[str, int] | None = None
    width = count = 0
    for found in rows:
        if isinstance(found, FileProblem):
            yield found
        elif places is None:
            width = len(found.texts)
            places = _places(found, columns, required, one_of)
            yield from _unknown(found, places)
        elif len(found.texts) > width or (found.exact and len(found.texts) != width):
            yield problem(Code.FIELD_COUNT, row=found.row, value=len(found.texts), expected=width)
        else:
            count += 1
            yield _row(found, places)
    if places is None:
        raise refuse(Code.FILE_EMPTY)
    if not count:
        yield warn(Code.NO_ROWS)


def _csv_rows(stream: Readable) -> Iterator[Cells | FileProblem]:
    text = TextBlocks(stream, limits.MAX_TABLE_BYTES, limits.BLOCK_BYTES)
    reader = csv.reader(_lines(text), strict=True)
    while True:
        first_line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise refuse(Code.QUOTES, row=first_line) from error
        if len(cells) > limits.MAX_TABLE_COLUMNS:
            raise refuse(Code.TOO_MANY_COLUMNS, row=first_line, expected=limits.MAX_TABLE_COLUMNS)
        if first_line > limits.MAX_TABLE_ROWS:
            raise refuse(Code.TOO_MANY_ROWS, expected=limits.MAX_TABLE_ROWS)
        cells = [cell.strip() for cell in cells]
        if any(cells):
            fault = cell_fault(cells, first_line)
            yield fault or Cells(first_line, cells, exact=True)
    yield from text.problems()


def _lines(text: TextBlocks) -> Iterator[str]:
    first = True
    for block in text:
        for line in block.data.decode("utf-8").split("\n")[:-1]:
            if first and line.strip():
                check_separator(line)
                first = False
            yield line + "\n"


def _places(
    header: Cells, columns: Mapping[str, Sequence[str]], required: Sequence[str], one_of: Sequence[str]
) -> dict[str, int]:
    places = {}
    for name, aliases in columns.items():
        place = words.find_column(header.texts, (name, *aliases), need=name in required)
        if place is not None:
            places[name] = place
    if one_of and not any(name in places for name in one_of):
        raise refuse(Code.COLUMN_MISSING, row=header.row, field=" / ".join(one_of))
    return places


def _unknown(header: Cells, places: Mapping[str, int]) -> Iterator[FileProblem]:
    for place, name in enumerate(header.texts):
        if name and place not in places.values():
            yield warn(Code.COLUMN_UNKNOWN, row=header.row, value=name)


def _row(cells: Cells, places: Mapping[str, int]) -> Row:
    return Row(cells.row, {name: cells.texts[i] if i < len(cells.texts) else "" for name, i in places.items()})


_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)


def neutralise(cell: object) -> str:
    """The text of a cell that no spreadsheet will run: an apostrophe before = + - @ tab NUL; plain numbers stay."""
    text = "" if cell is None else str(cell)
    if text.lstrip(" ").startswith(_DANGEROUS) and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + text.replace("\0", "")
    return text.replace("\0", "")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The lines of a CSV in UTF-8 with byte order mark (so that spreadsheets show Chinese), every cell neutralised."""
    yield codecs.BOM_UTF8
    for row in chain([header], rows):
        line = io.StringIO(newline="")
        csv.writer(line).writerow([neutralise(cell) for cell in row])
        yield line.getvalue().encode("utf-8")
