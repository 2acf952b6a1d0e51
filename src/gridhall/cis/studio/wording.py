"""What the reader of price tables says, in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gridhall.codecs.price_table import Code, Note, PriceTableError

# The same sentences as gridhall.codecs.price_table.types.MESSAGES; a test keeps them together.
TEXTS = {
    Code.TOO_LARGE: _("The file is larger than {most}; a price table is a few pages. Save only the table."),
    Code.KIND_UNKNOWN: _("The file is neither XLSX, CSV, PDF nor text. Save the table as one of these."),
    Code.BROKEN: _("The file cannot be opened ({value}). Save it again, or copy its text into a text file."),
    Code.ENCRYPTED: _("The PDF is protected by a password. Save it without, or copy its text into a text file."),
    Code.TOO_MANY_PAGES: _("The PDF has more than {most} pages. Save only those with the table."),
    Code.TOO_SLOW: _("Reading the PDF takes too long. Copy its text into a text file and upload that."),
    Code.NO_TEXT: _("The PDF holds no text, it is a picture. Type the table into a sheet and upload that."),
    Code.TOO_MANY_CELLS: _("The sheet has more than {most} rows or columns. Save only the table."),
    Code.NO_ROWS: _("No price row was found: a row has a voltage such as 1-10千伏 and prices beside it."),
    Code.NO_HEADER: _("No headers were understood above row {row}; the voltage column is called 电压等级."),
    Code.COLUMN_TWICE: _("Two columns say {field}: {value}. Rename or delete one."),
    Code.ROW_TWICE: _("Two rows are for {value}. Delete one."),
    Code.NO_PRICE: _("Row {row} ({value}) has no flat price."),
    Code.NUMBER: _('"{value}" in row {row}, {field}, is not a price; write digits with a point, such as 0.384470.'),
    Code.AREA_UNKNOWN: _("The file does not say for which area it is; choose the area beside the file."),
    Code.MONTH_UNKNOWN: _("The file does not say its month, such as 2026年2月; give it beside the file."),
    Code.NUMBERS_AND_COLUMNS: _("Row {row} has {found} numbers, the header names {wanted} columns. Use XLSX or CSV."),
    Code.CLASS_UNKNOWN: _("Row {row} ({value}) does not say whether it is 单一制 or 两部制."),
    Code.FROM_ABOVE: _("{value}: {field} was taken from the row above, as a merged cell would have it."),
    Code.JOINED: _(
        "{value}: a number that was broken over two lines was joined to {number}, which makes the sum right."
    ),
    Code.ENERGY_AND_FLAT: _("{value}: without periods the price is {number}, flat it is {other}; flat counts."),
    Code.COLUMN_AND_LIST: _("{value}: column {field} says {number}, the list of components {other}; the list counts."),
    Code.FROM_NAME: _("The {field} was read from the name of the file."),
}
FIELDS = {
    "purchase": _("agency purchase price"),
    "loss": _("line-loss cost"),
    "td": _("T&D price"),
    "system_operation": _("system-operation cost"),
    "fund": _("government funds"),
    "flat": _("Flat"),
    "energy": _("price without periods"),
    "sharp": _("Sharp"),
    "peak": _("Peak"),
    "valley": _("Valley"),
    "deep": _("Deep valley"),
    "demand": _("Demand price"),
    "capacity": _("Capacity price"),
    "area": _("area"),
    "month": _("month"),
}


def refusal_text(error: PriceTableError) -> str:
    """Why no table could be read, and what to do."""
    return _filled(error.code, error.fields)


def note_text(note: Note) -> str:
    """What somebody should look at."""
    return _filled(Code(note.code), note.fields)


def _filled(code: Code, fields: dict[str, str]) -> str:
    said = {name: str(FIELDS.get(value, value)) if name == "field" else value for name, value in fields.items()}
    return str(TEXTS[code]).format(**said)
