"""What an agency-purchase table says, and what can be wrong with its file. Prices are 1e-8 yuan per kWh, kW or kVA."""

from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

PERIODS: Final = ("flat", "sharp", "peak", "valley", "deep")


class Code(StrEnum):
    """Stable names of problems and notes; the pages translate `MESSAGES` and fill in the same fields."""

    TOO_LARGE = "too_large"
    KIND_UNKNOWN = "kind_unknown"
    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_SLOW = "too_slow"
    NO_TEXT = "no_text"
    TOO_MANY_CELLS = "too_many_cells"
    NO_ROWS = "no_rows"
    NO_HEADER = "no_header"
    COLUMN_TWICE = "column_twice"
    ROW_TWICE = "row_twice"
    NO_PRICE = "no_price"
    NUMBER = "number"
    AREA_UNKNOWN = "area_unknown"
    MONTH_UNKNOWN = "month_unknown"
    NUMBERS_AND_COLUMNS = "numbers_and_columns"
    CLASS_UNKNOWN = "class_unknown"
    # notes: the table was read, and somebody should look
    FROM_ABOVE = "from_above"
    JOINED = "joined"
    ENERGY_AND_FLAT = "energy_and_flat"
    COLUMN_AND_LIST = "column_and_list"
    FROM_NAME = "from_name"


MESSAGES: Final[dict[Code, str]] = {
    Code.TOO_LARGE: "The file is larger than {most}; a price table is a few pages. Save only the table.",
    Code.KIND_UNKNOWN: "The file is neither XLSX, CSV, PDF nor text. Save the table as one of these.",
    Code.BROKEN: "The file cannot be opened ({value}). Save it again, or copy its text into a text file.",
    Code.ENCRYPTED: "The PDF is protected by a password. Save it without, or copy its text into a text file.",
    Code.TOO_MANY_PAGES: "The PDF has more than {most} pages. Save only those with the table.",
    Code.TOO_SLOW: "Reading the PDF takes too long. Copy its text into a text file and upload that.",
    Code.NO_TEXT: "The PDF holds no text, it is a picture. Type the table into a sheet and upload that.",
    Code.TOO_MANY_CELLS: "The sheet has more than {most} rows or columns. Save only the table.",
    Code.NO_ROWS: "No price row was found: a row has a voltage such as 1-10千伏 and prices beside it.",
    Code.NO_HEADER: "No headers were understood above row {row}; the voltage column is called 电压等级.",
    Code.COLUMN_TWICE: "Two columns say {field}: {value}. Rename or delete one.",
    Code.ROW_TWICE: "Two rows are for {value}. Delete one.",
    Code.NO_PRICE: "Row {row} ({value}) has no flat price.",
    Code.NUMBER: '"{value}" in row {row}, {field}, is not a price; write digits with a point, such as 0.384470.',
    Code.AREA_UNKNOWN: "The file does not say for which area it is; choose the area beside the file.",
    Code.MONTH_UNKNOWN: "The file does not say its month, such as 2026年2月; give it beside the file.",
    Code.NUMBERS_AND_COLUMNS: "Row {row} has {found} numbers, the header names {wanted} columns. Use XLSX or CSV.",
    Code.CLASS_UNKNOWN: "Row {row} ({value}) does not say whether it is 单一制 or 两部制.",
    Code.FROM_ABOVE: "{value}: {field} was taken from the row above, as a merged cell would have it.",
    Code.JOINED: "{value}: a number that was broken over two lines was joined to {number}, which makes the sum right.",
    Code.ENERGY_AND_FLAT: "{value}: without periods the price is {number}, flat it is {other}; flat counts.",
    Code.COLUMN_AND_LIST: "{value}: column {field} says {number}, the list of components {other}; the list counts.",
    Code.FROM_NAME: "The {field} was read from the name of the file.",
}


def printable(value: object) -> str:
    """A quoted value without what a page or a terminal would act on."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value)[:80])


class PriceTableError(ValueError):
    """A file from which no table can be read; `code` and `fields` say why and what to do."""

    def __init__(self, code: Code, **fields: Any) -> None:
        self.code, self.fields = code, {name: printable(value) for name, value in fields.items()}
        super().__init__(MESSAGES[code].format(**self.fields))


class Note(Struct, frozen=True):
    """What somebody should look at although the table was read."""

    code: str
    fields: dict[str, str] = {}


class Item(Struct, frozen=True, kw_only=True):
    """A printed part of a component."""

    code: str
    name_zh: str
    name_en: str
    price_e8: int


class TableComponent(Struct, frozen=True, kw_only=True):
    """A component with its printed price and its printed items."""

    code: str
    name_zh: str
    name_en: str
    price_e8: int
    items: tuple[Item, ...] = ()


class TableRow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Prices of a class and voltage as printed; `row` is where it stands in the file."""

    row: int
    tariff_class: str
    voltage: str
    class_text: str
    voltage_text: str
    flat: int
    td: int | None = None
    sharp: int | None = None
    peak: int | None = None
    valley: int | None = None
    deep: int | None = None
    demand: int | None = None
    capacity: int | None = None

    @property
    def label(self) -> str:
        """Class and voltage as they stand in the table."""
        return f"{self.class_text} {self.voltage_text}"


class PriceTable(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One month's table of one area. `unknown` names what was not understood: nothing is dropped in silence."""

    area: str
    month: int
    issuer: str
    components: tuple[TableComponent, ...]
    rows: tuple[TableRow, ...]
    remarks: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    def component(self, code: str) -> TableComponent | None:
        """A component by its code."""
        return next((one for one in self.components if one.code == code), None)
