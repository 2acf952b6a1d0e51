"""The first sheet of an XLSX as rows of text. Nothing is calculated, nothing is unpacked without a limit."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time

import openpyxl

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, CodecError, FileProblem, problem, refuse
from gridhall.codecs.fields import cell_fault
from gridhall.codecs.streams import Peeked, Readable

_PIECE = 1 << 20
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0D\0O\0C\0|\0<\0!\0D\0O\0C")


@dataclass(frozen=True, slots=True)
class Cells:
    """Texts of one row; `exact` when the format itself says how many there are (CSV), not so in a workbook."""

    row: int
    texts: list[str]
    exact: bool


def is_workbook(head: bytes) -> bool:
    """Whether the file begins like a zip archive, which every XLSX is."""
    return head.startswith(b"PK\x03\x04")


def workbook_rows(stream: Readable) -> Iterator[Cells | FileProblem]:
    """Rows of the first sheet that hold anything. Raises CodecError for bombs, passwords and broken files."""
    # A zip is read from its end, so it must be there as a whole.
    copy = io.BytesIO()
    while piece := stream.read(_PIECE):
        copy.write(piece)
        if copy.tell() > limits.MAX_WORKBOOK_BYTES:
            raise refuse(Code.FILE_TOO_LARGE, expected=f"{limits.MAX_WORKBOOK_BYTES >> 20} MiB")
    try:
        check_zip(copy)
        yield from _sheet_rows(copy)
    except CodecError:
        raise
    except Exception as error:
        # openpyxl raises whatever its parts raise when a workbook is not what it says.
        raise refuse(Code.WORKBOOK, value=type(error).__name__) from error


def as_csv(stream: Readable) -> Readable:
    """A CSV, or the first sheet of a workbook as the CSV that it stands for, row by row.

    Rows are filled up to the width of the first. Raises CodecError for a workbook with a formula or another fault.
    """
    source = Peeked(stream)
    if not is_workbook(source.head):
        return source
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    written = width = 0
    for found in workbook_rows(source):
        if isinstance(found, FileProblem):
            raise CodecError(found)
        width = width or len(found.texts)
        # Blank rows are written as blank lines, so that row numbers stay those of the sheet.
        out.write("\n" * (found.row - written - 1))
        texts = (text.replace("\n", " ") for text in found.texts)
        writer.writerow([*texts, *[""] * (width - len(found.texts))])
        written = found.row
    return io.BytesIO(out.getvalue().encode("utf-8"))


def check_zip(file: io.BytesIO, unzipped_max: int = limits.MAX_UNZIPPED_BYTES) -> None:
    """Raises CodecError for an archive that unpacks past the limit or holds a document type."""
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        unpacked = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        if (
            len(members) > limits.MAX_ZIP_MEMBERS
            or unpacked > unzipped_max
            or unpacked > limits.MAX_ZIP_RATIO * packed + _PIECE
        ):
            raise refuse(Code.ZIP_BOMB, expected=f"{unzipped_max >> 20} MiB")
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                _check_member(archive, member)


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    # zipfile never gives more than the size that the directory declares, so the sum above is a true bound.
    tail = b""
    with archive.open(member) as part:
        while piece := part.read(_PIECE):
            if _DOCTYPE.search(tail + piece):
                raise refuse(Code.XML_DOCTYPE)
            tail = piece[-16:]


def _sheet_rows(file: io.BytesIO) -> Iterator[Cells | FileProblem]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
    try:
        sheet = book.worksheets[0]
        widest = limits.MAX_TABLE_COLUMNS + 1
        for number, cells in enumerate(sheet.iter_rows(max_col=widest, values_only=True), 1):
            if number > limits.MAX_TABLE_ROWS:
                raise refuse(Code.TOO_MANY_ROWS, expected=limits.MAX_TABLE_ROWS)
            if len(cells) == widest and cells[-1] is not None:
                raise refuse(Code.TOO_MANY_COLUMNS, row=number, expected=limits.MAX_TABLE_COLUMNS)
            if any(cell is not None for cell in cells):
                yield _row(number, cells)
    finally:
        book.close()


def _row(number: int, cells: "tuple[object, ...]") -> Cells | FileProblem:
    texts = []
    for place, cell in enumerate(cells, 1):
        if isinstance(cell, str) and cell.startswith("="):
            return problem(Code.FORMULA, row=number, field=f"column {place}", value=cell)
        if isinstance(cell, int | float) and abs(cell) >= 10**15:
            return problem(Code.DIGITS_LOST, row=number, field=f"column {place}", value=cell)
        texts.append(_text(cell))
    while texts and not texts[-1]:
        texts.pop()
    return cell_fault(texts, number) or Cells(number, texts, exact=False)


def _text(cell: object) -> str:
    """A cell as a person reads it: 3 for 3.0, an ISO date without a midnight."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        text = cell.isoformat(sep=" ", timespec="seconds")
        return text.removesuffix(" 00:00:00")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).strip()
