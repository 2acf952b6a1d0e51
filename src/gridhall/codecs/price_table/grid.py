"""A sheet of cells to a table: rows found by voltage, columns by the words above them."""

from dataclasses import dataclass
from typing import Final

from gridhall.codecs.price_table import words
from gridhall.codecs.price_table.build import SHARED, Found, Values
from gridhall.codecs.price_table.figures import is_empty, looks_like_price, price_e8, shown
from gridhall.codecs.price_table.types import Code, Note, PriceTableError

HEADER_ROWS_MAX: Final = 5
MERGED_DOWN: Final = ("demand", "capacity")


@dataclass(frozen=True)
class Grid:
    """Texts by row and column; `merges_known` when every cell of a merged range already holds its text."""

    rows: list[list[str]]
    merges_known: bool


def read_grid(grid: Grid) -> Found:
    """Components, rows, remarks and everything that was not understood."""
    found = Found()
    data = [n for n, row in enumerate(grid.rows) if _is_data(row)]
    if not data:
        raise PriceTableError(Code.NO_ROWS)
    top = _header_top(grid.rows, data[0])
    columns, unknown = _columns(grid.rows, top, data)
    found.unknown += unknown
    shift = _shift(grid.rows, top)
    for n, row in enumerate(grid.rows):
        if n in data:
            _data_row(found, grid, n, columns, shift)
        elif n < top or n > data[-1]:
            _list_row(found, n + 1, row, 2 if _fen(row) else shift[-1])
    return found


def _is_data(row: list[str]) -> bool:
    return any(words.voltage_of(text) for text in row) and sum(map(looks_like_price, row)) >= 2


def _header_top(rows: list[list[str]], first: int) -> int:
    """The first of the rows above the first data row that name columns."""
    top = first
    while top > 0 and first - top < HEADER_ROWS_MAX:
        above = rows[top - 1]
        spoken = {text for text in above if text}
        if len(spoken) < 2 or any(map(looks_like_price, above)) or not any(map(words.column_of, spoken)):
            break
        top -= 1
    if top == first:
        raise PriceTableError(Code.NO_HEADER, row=first + 1)
    return top


def _columns(rows: list[list[str]], top: int, data: list[int]) -> tuple[dict[int, str], list[str]]:
    """Which column says what, by the lowest header that names it; and the headers that nobody understood."""
    columns: dict[int, str] = {}
    unknown = []
    for place in range(len(rows[0])):
        texts = [rows[n][place] for n in range(data[0] - 1, top - 1, -1) if rows[n][place]]
        name = next((one for one in map(words.column_of, texts) if one), None)
        filled = [rows[n][place] for n in data if not is_empty(rows[n][place])]
        if name in (None, "group"):
            # A lowest header that no word names must not take the name of the group above it.
            if filled and not all(map(words.class_of, filled)):
                unknown.append(" / ".join(reversed(texts)).replace("\n", "") or f"column {place + 1}")
            elif filled:
                columns[place] = "class"
        elif texts and words.column_of(texts[0]) is None and not name_is_spread(rows, top, data[0], place):
            unknown.append(" / ".join(reversed(texts)).replace("\n", ""))
        elif name in columns.values() and name not in ("class", "voltage"):
            raise PriceTableError(Code.COLUMN_TWICE, field=name, value=texts[0])
        else:
            columns[place] = name
    if "voltage" not in columns.values():
        for place in range(len(rows[0])):
            if all(words.voltage_of(rows[n][place]) for n in data):
                columns[place] = "voltage"
                return columns, unknown
        raise PriceTableError(Code.NO_HEADER, row=data[0] + 1)
    return columns, unknown


def name_is_spread(rows: list[list[str]], top: int, first: int, place: int) -> bool:
    """Whether the lowest header only carries a unit, such as (元/千瓦时), and the name stands above it."""
    lowest = next(rows[n][place] for n in range(first - 1, top - 1, -1) if rows[n][place])
    return "/千" in words.plain(lowest)


def _shift(rows: list[list[str]], top: int) -> dict[int, int]:
    """Powers of ten by column, 2 where it is in fen; under -1 for the whole sheet."""
    whole = 2 if any(_fen(row) for row in rows[:top]) else 0
    shifts = {-1: whole}
    for row in rows[top : top + HEADER_ROWS_MAX]:
        for place, text in enumerate(row):
            unit = words.plain(text)
            if "分/千" in unit:
                shifts[place] = 2
            elif "元/千" in unit:
                shifts[place] = 0
    return shifts


def _fen(row: list[str]) -> bool:
    return any("分/千" in words.plain(text) for text in row)


def _data_row(found: Found, grid: Grid, n: int, columns: dict[int, str], shift: dict[int, int]) -> None:
    row = grid.rows[n]
    values = Values(row=n + 1)
    texts = {name: row[place] for place, name in columns.items()}
    voltage = words.voltage_of(texts.get("voltage", "")) or next(filter(None, map(words.voltage_of, row)))
    values.voltage, values.voltage_text = voltage[0], words.plain(texts.get("voltage", "")) or voltage[1]
    said = [row[place] for place, name in columns.items() if name == "class" and row[place]]
    named = next((text for text in reversed(said) if words.class_of(text)), "")
    above = found.rows[-1] if found.rows else None
    if named:
        values.tariff_class, values.class_text = words.class_of(named) or "", words.plain(named)
    elif above:
        values.tariff_class, values.class_text = above.tariff_class, above.class_text
    for place, name in columns.items():
        if name in ("class", "voltage"):
            continue
        if is_empty(row[place]):
            _from_above(values, name, above, grid, row[place])
            continue
        default = 0 if name in MERGED_DOWN else shift[-1]
        price = price_e8(row[place], shift.get(place, default))
        if price is None:
            raise PriceTableError(Code.NUMBER, value=row[place], row=n + 1, field=name)
        values.prices[name] = price
    found.rows.append(values)


def _from_above(values: Values, name: str, above: Values | None, grid: Grid, text: str) -> None:
    """In a CSV a merged cell is filled only once; a dash is no merged cell but says that there is no price."""
    if grid.merges_known or text.strip() or above is None or name not in above.prices:
        return
    if name in SHARED or (name in MERGED_DOWN and above.tariff_class == values.tariff_class):
        values.prices[name] = above.prices[name]
        if name in MERGED_DOWN:
            said = {
                "value": f"{values.class_text} {values.voltage_text}",
                "field": name,
                "number": shown(values.prices[name]),
            }
            values.notes.append(Note(Code.FROM_ABOVE.value, said))


def _list_row(found: Found, number: int, row: list[str], shift: int) -> None:
    """A row of the component list, a title, or a remark."""
    spoken = [text for text in dict.fromkeys(row) if text]
    prices = [text for text in row if looks_like_price(text)]
    labels = [text for text in spoken if not looks_like_price(text)]
    if not prices:
        found.say(" ".join(spoken))
        return
    code = next((code for text in reversed(labels) if (code := words.component_of(text))), None)
    price = price_e8(prices[-1], shift)
    if price is None:
        raise PriceTableError(Code.NUMBER, value=prices[-1], row=number, field=" ".join(labels))
    found.component(code, words.plain(max(labels, key=len, default="")), price)
