"""Text copied or extracted from a PDF to a table: labels, voltages and numbers in their order, checked by sums.

A PDF keeps no cells. The order of the columns comes from the header, a class is given to the rows between two
restarts of the voltages, and a number that a line break tore apart is joined where only one way makes the sum right.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Final

from gridhall.codecs.price_table import words
from gridhall.codecs.price_table.build import Found, Values
from gridhall.codecs.price_table.figures import EMPTY, TOLERANCE_E8, price_e8
from gridhall.codecs.price_table.types import Code, Note, PriceTableError

_TOKEN = re.compile(
    r"(?<![\w.])[-+]?\d{1,7}\.\d{1,10}(?![\w.])|(?<![\w.=+])0(?![\w.])|(?<!\S)\d{2}(?!\S)|(?<!\S)(?:-{1,3}|—{1,2}|/|无)(?!\S)"
)
_FRAGMENT = re.compile(r"^\s*\d{1,6}(?:\s+\d{1,6})*\s*$")
_REMARK = re.compile(r"^\s*(?:备\s*注|注[:：]|说明)")
PARTS: Final = ("purchase", "loss", "td", "system_operation", "fund")
MISSING_LAST: Final = {"demand", "capacity"}


@dataclass
class _Row:
    number: int
    voltage: str
    voltage_text: str
    tariff_class: str = ""
    class_text: str = ""
    tokens: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)


@dataclass
class _Reading:
    found: Found = field(default_factory=Found)
    header: list[tuple[int, int, str]] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    classes: list[tuple[str, str]] = field(default_factory=list)
    label: str = ""
    fen: bool = False


def read_text(text: str) -> Found:
    """Components, rows, remarks and what was not understood."""
    reading, remarks = _Reading(), False
    for number, raw in enumerate(text.splitlines(), 1):
        line = unicodedata.normalize("NFKC", raw).replace("−", "-").rstrip()
        if not line.strip():
            continue
        remarks = remarks or bool(_REMARK.match(line))
        if remarks:
            reading.found.say(line)
        else:
            _line(reading, number, line)
    if not reading.rows:
        raise PriceTableError(Code.NO_ROWS)
    _classes(reading)
    _prices(reading)
    return reading.found


def _line(reading: _Reading, number: int, line: str) -> None:
    voltage = words.voltage_of(line)
    if "分/千" in words.plain(line) and not reading.header:
        reading.fen = True
    if reading.rows and _FRAGMENT.match(line) and "." not in line and reading.rows[-1].tokens:
        reading.rows[-1].fragments += line.split()
        return
    rest = _without_voltage(line) if voltage else line
    tokens = _TOKEN.findall(rest)
    named = words.class_of(line) if reading.header else None
    if named:
        reading.classes.append((named, next(w for w in _class_words(line))))
    if voltage and reading.header:
        row = _Row(number, voltage[0], voltage[1], named or "", reading.classes[-1][1] if named else "", tokens)
        reading.rows.append(row)
    elif reading.rows and tokens:
        reading.rows[-1].tokens += tokens
    elif reading.header or "电压等级" in words.plain(line):
        reading.header += [(number, at, name) for at, name in words.columns_in(line)]
    else:
        _list_line(reading, line, tokens)


def _class_words(line: str) -> Iterator[str]:
    plain = words.plain(line)
    for names in words.vocabulary()["classes"].values():
        for word in sorted(names, key=len, reverse=True):
            if word in plain:
                yield word


def _without_voltage(line: str) -> str:
    return re.sub(r"\S*(?:千\s*伏|[kK][vV])\S*", " ", line)


def _list_line(reading: _Reading, line: str, tokens: list[str]) -> None:
    """A line of the component list: a label with its price, a label alone, or a price of the label above."""
    prices = [one for one in tokens if one not in EMPTY and ("." in one or one == "0")]
    code = words.component_of(line)
    if not prices:
        reading.found.say(line)
        reading.label = line if code else reading.label
        return
    price = price_e8(prices[-1], 2 if reading.fen else 0)
    if price is None:
        raise PriceTableError(Code.NUMBER, value=prices[-1], row=0, field=line)
    label = line[: line.rfind(prices[-1])].strip()
    if code is None and not re.search(r"[^\W\d_]{2}", label):
        code, label = words.component_of(reading.label), reading.label
    reading.found.component(code, words.plain(label), price)
    reading.label = ""


def _classes(reading: _Reading) -> None:
    """A class cell stands somewhere beside its rows; where the voltages start again, the next class begins."""
    order = list(words.vocabulary()["voltages"])
    groups: list[list[_Row]] = []
    for row in reading.rows:
        rank = order.index(row.voltage)
        if not groups or rank <= order.index(groups[-1][-1].voltage):
            groups.append([])
        groups[-1].append(row)
    named = list(dict.fromkeys(reading.classes))
    if all(row.tariff_class for row in reading.rows):
        return
    if len(named) != len(groups):
        raise PriceTableError(Code.CLASS_UNKNOWN, row=reading.rows[0].number, value=reading.rows[0].voltage_text)
    for (name, text), rows in zip(named, groups, strict=True):
        for row in rows:
            row.tariff_class, row.class_text = name, text


def _prices(reading: _Reading) -> None:
    for order in _orders(reading):
        read = [_values(reading, row, order) for row in reading.rows]
        done = [values for values in read if values is not None]
        if len(done) == len(read) and all(_plausible(values) for values in done):
            reading.found.rows = done
            return
    row = max(reading.rows, key=lambda one: len(one.tokens))
    wanted = len(set(_orders(reading)[0]))
    raise PriceTableError(Code.NUMBERS_AND_COLUMNS, row=row.number, found=len(row.tokens), wanted=wanted)


def _orders(reading: _Reading) -> list[tuple[str, ...]]:
    """Possible orders of the columns: by their place in the lines, and as the text names them."""
    leaves = [one for one in reading.header if one[2] not in ("group", "class", "voltage")]
    by_place = dict.fromkeys(name for _line, _at, name in sorted(leaves, key=lambda one: (one[1], one[0])))
    as_named = dict.fromkeys(name for _line, _at, name in leaves)
    return [tuple(by_place), tuple(as_named)]


def _values(reading: _Reading, row: _Row, order: tuple[str, ...]) -> Values | None:
    names = order
    if len(row.tokens) != len(order):
        names = tuple(name for name in order if name not in MISSING_LAST)
    if len(row.tokens) != len(names):
        return None
    values = Values(row.number, row.tariff_class, row.class_text, row.voltage, row.voltage_text)
    candidates = [row.tokens] if not row.fragments else list(_joined(row))
    right = []
    for tokens in candidates:
        prices = _parsed(reading, tokens, names)
        if prices is not None and _sums(prices, TOLERANCE_E8 // 10 if row.fragments else TOLERANCE_E8):
            right.append((tokens, prices))
    if len(right) != 1:
        return None
    tokens, values.prices = right[0]
    for now, before in zip(tokens, row.tokens, strict=True):
        if now != before:
            values.notes.append(Note(Code.JOINED.value, {"value": values.label, "number": now}))
    return values


def _parsed(reading: _Reading, tokens: list[str], names: tuple[str, ...]) -> dict[str, int] | None:
    prices = {}
    for name, token in zip(names, tokens, strict=True):
        if token in EMPTY:
            continue
        price = price_e8(token, 2 if reading.fen and name not in MISSING_LAST else 0)
        if price is None:
            return None
        prices[name] = price
    return prices


def _joined(row: _Row) -> Iterator[list[str]]:
    """Ways to hang the torn-off digits on numbers, in their order, that give as many decimals as most numbers have."""
    if len(row.fragments) > 4:
        return
    decimals = Counter(len(token.split(".")[1]) for token in row.tokens if "." in token).most_common(1)[0][0]
    for places in combinations(range(len(row.tokens)), len(row.fragments)):
        tokens = list(row.tokens)
        for place, fragment in zip(places, row.fragments, strict=True):
            tokens[place] += fragment
        if all("." in tokens[place] and len(tokens[place].split(".")[1]) == decimals for place in places):
            yield tokens


def _sums(prices: dict[str, int], tolerance: int) -> bool:
    """Whether the parts make the flat price, as far as the row prints them."""
    flat = prices.get("flat", prices.get("energy"))
    if flat is None:
        return False
    if not all(name in prices for name in PARTS):
        return True
    return abs(sum(prices[name] for name in PARTS) - flat) <= tolerance


def _plausible(values: Values) -> bool:
    """Sharp above peak above flat above valley: a shifted column shows at once."""
    ladder = [values.prices[name] for name in ("sharp", "peak", "flat", "valley", "deep") if name in values.prices]
    return all(high >= low for high, low in pairwise(ladder))
