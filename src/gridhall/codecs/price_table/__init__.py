"""Agency-purchase price tables (代理购电价格表) from XLSX, CSV, PDF or text to one record."""

from typing import Final

import msgspec

from gridhall.codecs.price_table.build import table_of
from gridhall.codecs.price_table.grid import read_grid
from gridhall.codecs.price_table.pdf import pdf_text
from gridhall.codecs.price_table.sheets import csv_grid, workbook_grid
from gridhall.codecs.price_table.text import read_text
from gridhall.codecs.price_table.types import (
    MESSAGES,
    PERIODS,
    Code,
    Item,
    Note,
    PriceTable,
    PriceTableError,
    TableComponent,
    TableRow,
)
from gridhall.codecs.workbook import is_workbook

BYTES_MAX: Final = 4 << 20  # a published table is a few hundred kilobytes

__all__ = [
    "BYTES_MAX",
    "MESSAGES",
    "PERIODS",
    "Code",
    "Item",
    "Note",
    "PriceTable",
    "PriceTableError",
    "TableComponent",
    "TableRow",
    "from_json",
    "read",
    "to_json",
]


def read(content: bytes, name: str = "", area: str = "", month: int = 0) -> PriceTable:
    """The table in a file; `area` and `month` are used where the file is silent. Raises PriceTableError."""
    if len(content) > BYTES_MAX:
        raise PriceTableError(Code.TOO_LARGE, most=f"{BYTES_MAX >> 20} MB")
    if content.startswith(b"%PDF-"):
        found = read_text(pdf_text(content))
    elif is_workbook(content[:4]):
        found = read_grid(workbook_grid(content))
    elif b"\0" in content[:4096]:
        raise PriceTableError(Code.KIND_UNKNOWN)
    elif name.lower().endswith(".txt"):
        found = read_text(_decoded(content))
    else:
        found = read_grid(csv_grid(content))
    return table_of(found, name, area, month)


def to_json(table: PriceTable) -> str:
    """The stored form."""
    return msgspec.json.encode(table).decode()


def from_json(text: str) -> PriceTable:
    """The stored form back."""
    return msgspec.json.decode(text, type=PriceTable)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            return content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise PriceTableError(Code.BROKEN, value="neither UTF-8 nor GB18030") from error
