"""What can be wrong with a file, said so that its sender can repair it.

A problem has a stable `Code`. The English sentence is made from the template in `MESSAGES`; a page that speaks another
language translates the template of the code and fills in the same fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """`REFUSE`: the row (or day) is in no batch. `WARN`: it was taken, but somebody should look."""

    REFUSE = "refuse"
    WARN = "warn"


class Code(StrEnum):
    """Stable names of problems; never renamed, because translations and customers' scripts hang on them."""

    # the file as a whole
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_BINARY = "file_binary"
    FILE_TRUNCATED = "file_truncated"
    ENCODING = "encoding"
    ENCODING_GUESSED = "encoding_guessed"
    FORMAT_UNKNOWN = "format_unknown"
    SEPARATOR = "separator"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_PROBLEMS = "too_many_problems"
    TOO_SCATTERED = "too_scattered"
    LINE_TOO_LONG = "line_too_long"
    LAST_LINE_OPEN = "last_line_open"
    # the header
    COLUMN_MISSING = "column_missing"
    COLUMN_TWICE = "column_twice"
    COLUMN_UNKNOWN = "column_unknown"
    VALUE_COLUMNS = "value_columns"
    UNIT_MISSING = "unit_missing"
    INTERVAL_UNKNOWN = "interval_unknown"
    # a row or a field
    FIELD_COUNT = "field_count"
    FIELD_EMPTY = "field_empty"
    FIELD_TOO_LONG = "field_too_long"
    QUOTES = "quotes"
    CONTROL_CHARACTER = "control_character"
    DATE = "date"
    TIME = "time"
    TIME_OFF_GRID = "time_off_grid"
    TIME_ZONE = "time_zone"
    OFFSET_ASSUMED = "offset_assumed"
    NUMBER = "number"
    NUMBER_TOO_LARGE = "number_too_large"
    UNIT = "unit"
    QUANTITY = "quantity"
    QUALITY = "quality"
    REGISTER_KIND = "register_kind"
    AMOUNT = "amount"
    AMOUNT_DECIMALS = "amount_decimals"
    PRICE_DECIMALS = "price_decimals"
    PRICE_TOO_LARGE = "price_too_large"
    MONTH = "month"
    OTHER_MONTH = "other_month"
    PERIOD_WORD = "period_word"
    PERIOD_ORDER = "period_order"
    LINE_NAME = "line_name"
    # rows against each other
    REPEATED = "repeated"
    CONTRADICTION = "contradiction"
    LATE_REPEAT = "late_repeat"
    INTERVAL_MIXED = "interval_mixed"
    TOTAL_DIFFERS = "total_differs"
    LINES_DIFFER = "lines_differ"
    DAY_INCOMPLETE = "day_incomplete"
    PRICES_INCOMPLETE = "prices_incomplete"
    # NEM12 and NEM13
    RECORD_ORDER = "record_order"
    RECORD_UNKNOWN = "record_unknown"
    VALUE_COUNT = "value_count"
    EVENTS_INCOMPLETE = "events_incomplete"
    CHANNEL_SKIPPED = "channel_skipped"
    # XML
    XML_BROKEN = "xml_broken"
    XML_DOCTYPE = "xml_doctype"
    XML_TOO_DEEP = "xml_too_deep"
    READING_TYPE_MISSING = "reading_type_missing"
    READING_TYPE_UNFIT = "reading_type_unfit"
    # files of banks and wallets
    RECORD_FIELDS = "record_fields"
    RECORD_KIND = "record_kind"
    ITEM_COUNT = "item_count"
    ITEM_SUM = "item_sum"
    FILE_HASH = "file_hash"
    SERIAL_TWICE = "serial_twice"
    FEN = "fen"
    CHARSET = "charset"
    BALANCE = "balance"
    CURRENCY = "currency"
    XML_KIND = "xml_kind"
    FORM_FIELDS = "form_fields"
    # workbooks
    WORKBOOK = "workbook"
    ZIP_BOMB = "zip_bomb"
    FORMULA = "formula"
    DIGITS_LOST = "digits_lost"


MESSAGES: Mapping[Code, str] = {
    Code.FILE_EMPTY: "The file is empty; export it again and check its size before sending.",
    Code.FILE_TOO_LARGE: "The file is larger than {expected}; split it by point or by month.",
    Code.FILE_BINARY: "The file is not text (it holds {value}); export it as CSV in UTF-8.",
    Code.FILE_TRUNCATED: "The file stops in the middle ({expected} is missing); send the whole file again.",
    Code.ENCODING: "The text is neither UTF-8, UTF-16 nor GB18030; save the file as CSV in UTF-8.",
    Code.ENCODING_GUESSED: "The text is not UTF-8 and was read as {value}; check the names, or save the file as UTF-8.",
    Code.FORMAT_UNKNOWN: "The format of the file was not recognised; choose the format by hand or use a template.",
    Code.SEPARATOR: "The columns are separated by {value}; save the file with commas.",
    Code.NO_ROWS: "The file has a header but no rows; check the period and the filter of the export.",
    Code.TOO_MANY_ROWS: "The file has more than {expected} rows; split it by point or by month.",
    Code.TOO_MANY_COLUMNS: (
        "There are more than {expected} columns; remove the columns that the template does not "
        "name."
    ),
    Code.TOO_MANY_PROBLEMS: "More than {expected} problems were found; repair these first and send the file again.",
    Code.TOO_SCATTERED: (
        "Too many days are open at the same time; sort the file by point and time, or split it by "
        "point."
    ),
    Code.LINE_TOO_LONG: "A line is longer than {expected}; check that the lines end with a line break.",
    Code.LAST_LINE_OPEN: "The last line has no line end, so its last value may be cut; compare it with the source.",
    Code.COLUMN_MISSING: "The column {field} is missing; add it or take the template's header.",
    Code.COLUMN_TWICE: "The column {field} is there twice; remove one of them.",
    Code.COLUMN_UNKNOWN: "The column {value} is not known; remove it or take the template's header.",
    Code.VALUE_COLUMNS: (
        "The value columns do not make a day ({value}); give 24, 48, 96 or 288 of them, v1 … or 00:15 … "
        "24:00."
    ),
    Code.UNIT_MISSING: (
        "The file does not say its unit; add a column unit with kWh or Wh, or choose the unit at "
        "import."
    ),
    Code.INTERVAL_UNKNOWN: (
        "The interval of the times is {value}; give readings every 5, 15, 30 or 60 minutes, or choose the "
        "interval at import."
    ),
    Code.FIELD_COUNT: "The row has {value} fields, the header has {expected}; look for a missing or an extra comma.",
    Code.FIELD_EMPTY: "{field} is empty; fill it in or remove the row.",
    Code.FIELD_TOO_LONG: "{field} is longer than {expected} characters; check that the columns have not slipped.",
    Code.QUOTES: "A quotation mark is opened and not closed; close it or remove it.",
    Code.CONTROL_CHARACTER: "{field} holds an invisible control character; remove it.",
    Code.DATE: "{value} is not a date; write it as 2026-11-21.",
    Code.TIME: "{value} is not a date with a time; write it as 2026-11-21 00:15.",
    Code.TIME_OFF_GRID: "{value} is not on the file's grid of {expected} minutes; correct the time or split the file.",
    Code.TIME_ZONE: "{value} names a time zone; write local standard time, or give the offset of the point at import.",
    Code.OFFSET_ASSUMED: "The file does not say its time zone and was read as {value}; give the offset of the point.",
    Code.NUMBER: "{value} in {field} is not a number; write it with digits and a decimal point, or leave it empty.",
    Code.NUMBER_TOO_LARGE: "{value} in {field} is larger than any meter gives ({expected}); check the unit.",
    Code.UNIT: "{value} is not a unit of energy; write {expected}.",
    Code.QUANTITY: "{value} is not a quantity; write active_import, active_export, reactive_import or reactive_export.",
    Code.QUALITY: "{value} is not a quality; write actual, estimated, substituted, edited, missing or suspect.",
    Code.REGISTER_KIND: "{value} is not a kind of register; write one of {expected}.",
    Code.AMOUNT: "{value} in {field} is not an amount; write yuan with two decimals, such as 131.56.",
    Code.AMOUNT_DECIMALS: "{value} in {field} is not a whole fen; export amounts with two decimals.",
    Code.PRICE_DECIMALS: "{value} in {field} has more than {expected} decimals, which cannot be exact; round it first.",
    Code.PRICE_TOO_LARGE: "{value} in {field} is beyond any price of energy ({expected}); check the unit.",
    Code.MONTH: "{value} is not a month; write it as 2026-10.",
    Code.OTHER_MONTH: "The bill is of {value}, this file is to be of {expected}; export the month that is compared.",
    Code.PERIOD_WORD: "{value} is not a period of the day; write sharp, peak, flat, valley or deep, or leave it empty.",
    Code.PERIOD_ORDER: "The bill ends on {value}, before it begins; check the columns of its first and last day.",
    Code.LINE_NAME: (
        "{value} is not known as a line of a bill and was kept as another charge; say in the mapping what "
        "it is."
    ),
    Code.TOTAL_DIFFERS: (
        "The total row says {value}, the rows before it add up to {expected}; look for missing or repeated "
        "rows in the export."
    ),
    Code.LINES_DIFFER: (
        "The lines of the bill add up to {value}, its amount is {expected}; check which columns are parts of "
        "others."
    ),
    Code.REPEATED: (
        "{expected} identical rows were left out (the first repeats row {other_row}); remove them at the "
        "source."
    ),
    Code.CONTRADICTION: (
        "Row {row} says something else for {value} than row {other_row}; keep the right one and remove the "
        "other."
    ),
    Code.LATE_REPEAT: (
        "Row {row} belongs to a day of {value} that was complete at row {other_row}; remove it or sort the "
        "file by point and time."
    ),
    Code.INTERVAL_MIXED: "The day has {value} values where the file has {expected}; split the file by interval.",
    Code.DAY_INCOMPLETE: (
        "{expected} days have missing intervals (the first is {value}); send them again when the meter has "
        "been read."
    ),
    Code.PRICES_INCOMPLETE: (
        "{value} has prices for {expected} of its intervals and was left out; send the whole day, missing prices are "
        "never guessed."
    ),
    Code.RECORD_ORDER: (
        "Record {value} stands where {expected} must be; export the file again and do not edit it by "
        "hand."
    ),
    Code.RECORD_UNKNOWN: "Record {value} is not part of NEM12 or NEM13; remove the line or choose another format.",
    Code.VALUE_COUNT: (
        "The day has {value} values, its 200 record asks for {expected}; correct the interval length or the "
        "values."
    ),
    Code.EVENTS_INCOMPLETE: (
        "The 400 records do not cover intervals 1 to {expected} once each ({value}); ask the sender for "
        "whole records."
    ),
    Code.CHANNEL_SKIPPED: "The channel {value} is not energy that we bill and was left out; nothing needs to be done.",
    Code.XML_BROKEN: "The XML is broken ({value}); export the file again and send it unchanged.",
    Code.XML_DOCTYPE: "The XML has a DOCTYPE, which is not allowed; remove it, no entity is ever resolved.",
    Code.XML_TOO_DEEP: "The XML is nested deeper than {expected} levels; this is not a file of readings.",
    Code.READING_TYPE_MISSING: (
        "The readings name no ReadingType, so their unit is unknown; include the ReadingType entry in the "
        "export."
    ),
    Code.READING_TYPE_UNFIT: "The ReadingType has {field} {value}; only energy per interval ({expected}) can be taken.",
    Code.RECORD_FIELDS: "Record {value} must have {expected} fields; ask the sender for a file in the agreed layout.",
    Code.RECORD_KIND: "{value} is not a kind of item; write one of {expected}.",
    Code.ITEM_COUNT: "The file has {value} items, its header says {expected}; ask the sender for the whole file.",
    Code.ITEM_SUM: "The items add up to {value} fen, the header says {expected}; ask the sender for a right file.",
    Code.FILE_HASH: "The hash of the last line does not fit the file; fetch it again, it was changed on the way.",
    Code.SERIAL_TWICE: "Serial {value} stands in row {other_row} already; each transfer needs a serial of its own.",
    Code.FEN: "{value} in {field} is not a whole number of fen; write 8888 for 88.88 yuan.",
    Code.CHARSET: "The file is not in {expected}, as was agreed with the sender; have it sent in that encoding.",
    Code.BALANCE: "Opening balance and entries give {value}, the closing balance says {expected}; ask the bank.",
    Code.CURRENCY: "{value} is not the currency of the account ({expected}); take such entries to the bank.",
    Code.XML_KIND: "The XML holds no {expected}; choose another kind of file.",
    Code.FORM_FIELDS: "The notice is not a form that can be read ({value}); it is to be sent as the wallet made it.",
    Code.WORKBOOK: "The workbook cannot be opened; save it as .xlsx without a password, or as CSV.",
    Code.FORMULA: "{field} holds a formula, which is not calculated here; paste it as a value.",
    Code.DIGITS_LOST: "{field} is a number of more than 15 digits, of which a workbook loses some; format it as text.",
    Code.ZIP_BOMB: "The workbook unpacks to more than {expected}; save only the sheet that is needed.",
}  # fmt: skip

_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One thing wrong. `row` counts lines of the file from 1 (the header is 1); None where no row is meant.

    `value` is shortened and safe to print; `expected` and `other_row` fill the message's template.
    """

    row: int | None
    field: str
    value: str
    message_code: Code
    message: str
    severity: Severity = Severity.REFUSE
    expected: str = ""
    other_row: int | None = None


class CodecError(Exception):
    """The file as a whole is refused. Batches that were yielded before belong to a file that is not to be kept."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def shown(value: object) -> str:
    """`value` shortened to 60 characters with every control or unprintable character escaped."""
    text = str(value)
    if len(text) > _SHOWN_CHARACTERS:
        text = text[: _SHOWN_CHARACTERS - 1] + "…"
    return escaped(text)


def escaped(text: str) -> str:
    """`text` with every control or unprintable character escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def problem(
    code: Code,
    *,
    row: int | None = None,
    field: str = "",
    value: object = "",
    expected: object = "",
    other_row: int | None = None,
    severity: Severity = Severity.REFUSE,
) -> FileProblem:
    """A `FileProblem` with its English sentence."""
    safe, wanted = shown(value), shown(expected)
    message = MESSAGES[code].format(row=row, field=field or "field", value=safe, expected=wanted, other_row=other_row)
    return FileProblem(row, field, safe, code, message, severity, wanted, other_row)


def refuse(
    code: Code,
    *,
    row: int | None = None,
    field: str = "",
    value: object = "",
    expected: object = "",
    other_row: int | None = None,
) -> CodecError:
    """The `CodecError` for a file that is refused as a whole; use as `raise refuse(...)`."""
    return CodecError(problem(code, row=row, field=field, value=value, expected=expected, other_row=other_row))


def warn(
    code: Code,
    *,
    row: int | None = None,
    field: str = "",
    value: object = "",
    expected: object = "",
    other_row: int | None = None,
) -> FileProblem:
    """A `FileProblem` that does not keep its row out."""
    return problem(
        code, row=row, field=field, value=value, expected=expected, other_row=other_row, severity=Severity.WARN
    )
