"""XLSX and CSV files as grids of text, with every cell of a merged range filled."""

import csv
import io
from typing import Final

import openpyxl

from gridhall.codecs.errors import CodecError
from gridhall.codecs.price_table.grid import Grid
from gridhall.codecs.price_table.types import Code, PriceTableError
from gridhall.codecs.workbook import check_zip

ROWS_MAX: Final = 500
COLUMNS_MAX: Final = 60
CELL_MAX: Final = 500
SHEETS_MAX: Final = 10
UNZIPPED_MAX: Final = 8 << 20  # a real table is some 100 kB; openpyxl keeps every cell in memory


def csv_grid(content: bytes) -> Grid:
    """UTF-8 or GB18030; commas, semicolons or tabs."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise PriceTableError(Code.BROKEN, value="neither UTF-8 nor GB18030") from error
    separator = max(",;\t", key=text.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            rows.append([cell.strip()[:CELL_MAX] for cell in row])
            if len(rows) > ROWS_MAX or len(row) > COLUMNS_MAX:
                raise PriceTableError(Code.TOO_MANY_CELLS, most=f"{ROWS_MAX} × {COLUMNS_MAX}")
    except csv.Error as error:
        raise PriceTableError(Code.BROKEN, value=error) from error
    return Grid(_even(rows), merges_known=False)


def workbook_grid(content: bytes) -> Grid:
    """All sheets below one another. Formulas count as text: a price is what is printed."""
    copy = io.BytesIO(content)
    try:
        check_zip(copy, UNZIPPED_MAX)
        book = openpyxl.load_workbook(copy, read_only=False, data_only=True, keep_links=False)
        rows: list[list[str]] = []
        for sheet in book.worksheets[:SHEETS_MAX]:
            rows += _sheet_rows(sheet)
    except (PriceTableError, CodecError) as error:
        raise PriceTableError(Code.BROKEN, value=error) if isinstance(error, CodecError) else error from error
    except Exception as error:
        # openpyxl raises whatever its parts raise when a workbook is not what it says.
        raise PriceTableError(Code.BROKEN, value=type(error).__name__) from error
    return Grid(_even(rows), merges_known=True)


def _sheet_rows(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[list[str]]:
    if sheet.max_row > ROWS_MAX or sheet.max_column > COLUMNS_MAX:
        raise PriceTableError(Code.TOO_MANY_CELLS, most=f"{ROWS_MAX} × {COLUMNS_MAX}")
    rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        # The declared range may reach past the sheet; only what is there is filled.
        text = rows[merged.min_row - 1][merged.min_col - 1] if merged.min_row <= len(rows) else ""
        for row in rows[merged.min_row - 1 : min(merged.max_row, ROWS_MAX)]:
            for place in range(merged.min_col - 1, min(merged.max_col, len(row))):
                row[place] = text
    return rows


def _text(cell: object) -> str:
    """Twelve digits of a stored number are what was typed; the rest is noise of its binary form."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.12f}".rstrip("0").rstrip(".") if abs(cell) < 10**6 else str(cell)
    return str(cell).strip()[:CELL_MAX]


def _even(rows: list[list[str]]) -> list[list[str]]:
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]
