"""What both readers find, and how it becomes a table."""

import re
from dataclasses import dataclass, field

from gridhall.codecs.price_table import words
from gridhall.codecs.price_table.figures import shown
from gridhall.codecs.price_table.types import (
    Code,
    Item,
    Note,
    PriceTable,
    PriceTableError,
    TableComponent,
    TableRow,
)

_MONTH = re.compile(r"(20\d\d)\s*[年./-]\s*(\d{1,2})(?!\d)")
_MONTH_IN_NAME = re.compile(r"(20\d\d)[年._-]?(0[1-9]|1[0-2]|[1-9](?=月))")
_ISSUER = re.compile(
    r"([^\s:：，。(（]{2,30}?(?:电力(?:\(集团\))?(?:有限)?(?:责任)?公司|供电局|电网(?:有限)?(?:责任)?公司))"
)
_REMARK = re.compile(r"^(?:备\s*注|注[:：]|注\s*\d|说明|\d{1,2}[.、．)]\s*\S{6})")
SHARED = {"purchase": "purchase", "loss": "loss", "system_operation": "system-operation", "fund": "fund"}
PRICES = ("td", "sharp", "peak", "valley", "deep", "demand", "capacity")


@dataclass
class Values:
    """A price row as it is found."""

    row: int
    tariff_class: str = ""
    class_text: str = ""
    voltage: str = ""
    voltage_text: str = ""
    prices: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.class_text} {self.voltage_text}"


@dataclass
class Found:
    """Everything in a file, in its order."""

    components: dict[str, int] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=dict)
    rows: list[Values] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    _parent: str = ""

    def say(self, text: str) -> None:
        """A line without a price: a title, a header or a remark."""
        if text.strip():
            self.spoken.append(re.sub(r"\s+", " ", text).strip())

    def component(self, code: str | None, label: str, price_e8: int) -> None:
        """A printed component, or one of its items; what nobody understands is kept as an item and reported."""
        about = words.components().get(code or "")
        if about is None:
            self.unknown.append(f"{label} {shown(price_e8)}")
            if self._parent:
                self._item(self._parent, f"other-{len(self.unknown)}", label, label, price_e8)
            return
        parent = about.get("of", "")
        self._parent = parent or about["code"]
        if parent:
            self._item(parent, about["code"], about["zh"], about["en"], price_e8)
        else:
            self.components.setdefault(about["code"], price_e8)

    def _item(self, parent: str, code: str, name_zh: str, name_en: str, price_e8: int) -> None:
        items = self.items.setdefault(parent, [])
        if all(one.code != code for one in items):
            items.append(Item(code=code, name_zh=name_zh, name_en=name_en, price_e8=price_e8))


def table_of(found: Found, name: str, area: str, month: int) -> PriceTable:
    """The table; `area` and `month` are what the sender says, used where the file is silent."""
    title = " ".join(found.spoken[:12])
    notes = [*found.notes, *(note for row in found.rows for note in row.notes)]
    rows = tuple(_row(row, notes) for row in found.rows)
    twice = [row.label for row in rows if sum(_key(one) == _key(row) for one in rows) > 1]
    if twice:
        raise PriceTableError(Code.ROW_TWICE, value=twice[0])
    components = _components(found, notes)
    issuer = _ISSUER.search(title)
    return PriceTable(
        area=_area(title, name, area, notes),
        month=_month(title, name, month, notes),
        issuer=issuer[1] if issuer else "",
        components=components,
        rows=rows,
        remarks=tuple(text[:400] for text in found.spoken if _REMARK.match(text)),
        unknown=tuple(dict.fromkeys(text[:120] for text in found.unknown)),
        notes=tuple(notes),
    )


def _key(row: TableRow) -> tuple[str, str]:
    return row.tariff_class, row.voltage


def _row(values: Values, notes: list[Note]) -> TableRow:
    if not values.tariff_class:
        raise PriceTableError(Code.CLASS_UNKNOWN, row=values.row, value=values.voltage_text)
    energy, flat = values.prices.get("energy"), values.prices.get("flat")
    if flat is None and energy is None:
        raise PriceTableError(Code.NO_PRICE, row=values.row, value=values.label)
    if flat is not None and energy is not None and flat != energy:
        said = {"value": values.label, "number": shown(energy), "other": shown(flat)}
        notes.append(Note(Code.ENERGY_AND_FLAT.value, said))
    return TableRow(
        row=values.row, tariff_class=values.tariff_class, voltage=values.voltage, class_text=values.class_text,
        voltage_text=values.voltage_text, flat=flat if flat is not None else energy or 0,
        **{name: values.prices.get(name) for name in PRICES},
    )  # fmt: skip


def _components(found: Found, notes: list[Note]) -> tuple[TableComponent, ...]:
    """From the list of components, else from the columns where every row says the same."""
    printed = dict(found.components)
    for column, code in SHARED.items():
        for row in found.rows:
            said = row.prices.get(column)
            if said is None:
                continue
            if printed.setdefault(code, said) != said:
                facts = {"value": row.label, "field": column, "number": shown(said), "other": shown(printed[code])}
                notes.append(Note(Code.COLUMN_AND_LIST.value, facts))
    about = words.components()
    return tuple(
        TableComponent(
            code=code, name_zh=about[code]["zh"], name_en=about[code]["en"], price_e8=printed[code],
            items=tuple(found.items.get(code, ())),
        )
        for code in about
        if code in printed
    )  # fmt: skip


def _area(title: str, name: str, said: str, notes: list[Note]) -> str:
    found = words.area_of(title)
    if found or said:
        return found or said
    found = words.area_of(name)
    if not found:
        raise PriceTableError(Code.AREA_UNKNOWN)
    notes.append(Note(Code.FROM_NAME.value, {"field": "area"}))
    return found


def _month(title: str, name: str, said: int, notes: list[Note]) -> int:
    found = _MONTH.search(title)
    if not found and said:
        return said
    if not found:
        found = _MONTH_IN_NAME.search(name)
        if found:
            notes.append(Note(Code.FROM_NAME.value, {"field": "month"}))
    if not found or not 1 <= int(found[2]) <= 12:
        raise PriceTableError(Code.MONTH_UNKNOWN)
    return int(found[1]) * 100 + int(found[2])
