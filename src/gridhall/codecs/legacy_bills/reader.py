"""Rows to bills: each row judged by itself, good ones kept, bad ones kept apart with their reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from gridhall.codecs import limits
from gridhall.codecs.errors import Code, FileProblem, problem, refuse, warn
from gridhall.codecs.legacy_bills import words
from gridhall.codecs.legacy_bills.fields import Fault, Fields
from gridhall.codecs.legacy_bills.records import BadRow, ColumnMap, LegacyBill, LegacyLine
from gridhall.codecs.legacy_bills.rows import rows_of
from gridhall.codecs.legacy_bills.values import ValueFault, scaled
from gridhall.codecs.streams import Readable
from gridhall.codecs.workbook import Cells

Found = LegacyBill | BadRow | FileProblem


def read(stream: Readable, mapping: ColumnMap, month: int) -> Iterator[Found]:
    """Bills of billing month YYYYMM in the order of the file, streamed; nothing of a bad row is lost.

    Rows of one bill stand together in a file of lines; a bill that comes again later is another bill of its account.
    Raises CodecError when the file as a whole cannot be read or lacks a column that the mapping names.
    """
    rows = rows_of(stream)
    header = next((row for row in rows if isinstance(row, Cells)), None)
    if header is None:
        raise refuse(Code.FILE_EMPTY)
    fields = Fields.of(header.texts, mapping, month)
    bills = _lines(rows, fields) if mapping.layout == "lines" else _bills(rows, fields)
    count = sum_fen = 0
    place = fields.places.get("account", 0)
    for found in bills:
        if isinstance(found, _Total):
            if found.amount_fen != sum_fen:
                said, sums = _yuan(found.amount_fen), _yuan(sum_fen)
                yield warn(Code.TOTAL_DIFFERS, row=found.row, value=said, expected=sums)
            continue
        if isinstance(found, LegacyBill):
            count, sum_fen = count + 1, sum_fen + found.amount_fen
        elif isinstance(found, BadRow) and place < len(found.texts):
            found = replace(found, account=found.texts[place][: limits.MAX_KEY_CHARACTERS])
        yield found
    if not count:
        yield warn(Code.NO_ROWS)


@dataclass(frozen=True, slots=True)
class _Total:
    """A row of totals at the end of a page or of the file."""

    row: int
    amount_fen: int


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _total(fields: Fields, cells: Cells, target: str) -> _Total | None:
    """The row as a row of totals, if a word of totals stands where the account should."""
    place = fields.places.get("account")
    if place is None or words.plain(cells.texts[place]) not in words.totals():
        return None
    try:
        return _Total(cells.row, scaled(fields.text(cells.texts, target), 2))
    except ValueFault:
        return _Total(cells.row, 0)


# --- one row a bill -------------------------------------------------------------------------------------------------


def _bills(rows: Iterator[Any], fields: Fields) -> Iterator[Found | _Total]:
    for found in rows:
        if not isinstance(found, Cells):
            yield found
            continue
        try:
            yield _total(fields, found, "amount") or _bill(fields, found.texts, found.row)
        except Fault as fault:
            yield BadRow(found.row, found.texts, fault.problem)


def _bill(fields: Fields, texts: Sequence[str], row: int) -> LegacyBill:
    account = fields.account(texts, row)
    fields.check_month(texts, row)
    first, end = fields.period(texts, row)
    amount = fields.fen(texts, row, fields.places.get("amount"))
    if amount is None:
        raise Fault(_empty(fields, "amount", row))
    period_wh, energy = fields.period_wh(texts, row), fields.wh(texts, row, "energy")
    if energy is None and period_wh:
        energy = sum(period_wh)
    return LegacyBill(
        row, account, fields.text(texts, "bill"), first, end, energy, period_wh, amount,
        tuple(_parts(fields, texts, row)), fields.facts(texts, row),
    )  # fmt: skip


def _parts(fields: Fields, texts: Sequence[str], row: int) -> Iterator[LegacyLine]:
    """The lines that the columns of a row hold; one without an amount is only a quantity of the bill."""
    for (kind, period, tier, name), part in fields.parts.items():
        amount = fields.fen(texts, row, part.get("amount"))
        quantity = fields.quantity(texts, row, part.get("quantity"), kind)
        if amount or (amount is not None and quantity):
            price = fields.price(texts, row, part.get("price"), kind)
            yield LegacyLine(name or fields.header[part["amount"]], kind, period, tier, quantity, price, amount)


def _empty(fields: Fields, target: str, row: int) -> FileProblem:
    return problem(Code.FIELD_EMPTY, row=row, field=fields.named(target))


# --- one row a line -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    """The bill whose lines are being read."""

    key: tuple[Any, ...]
    row: int
    head: dict[str, Any]
    lines: list[LegacyLine] = field(default_factory=list)
    total_fen: int | None = None

    def closed(self, fields: Fields) -> Iterator[LegacyBill | FileProblem]:
        added = sum(
            line.amount_fen for line in self.lines if fields.mapping.components_added or line.kind != "component"
        )
        if self.total_fen is not None and self.total_fen != added:
            yield warn(Code.LINES_DIFFER, row=self.row, value=_yuan(added), expected=_yuan(self.total_fen))
        amount = added if self.total_fen is None else self.total_fen
        energy = self.head.pop("energy_wh")
        if energy is None:
            of_energy = [line.quantity for line in self.lines if line.kind == "energy"]
            energy = sum(q or 0 for q in of_energy) if any(q is not None for q in of_energy) else None
        yield LegacyBill(
            row=self.row, energy_wh=energy, period_wh=None, amount_fen=amount, lines=tuple(self.lines), **self.head
        )


def _lines(rows: Iterator[Any], fields: Fields) -> Iterator[Found | _Total]:
    opened: _Open | None = None
    unknown: set[str] = set()
    for found in rows:
        if not isinstance(found, Cells):
            yield found
            continue
        texts, row = found.texts, found.row
        total = _total(fields, found, "line_amount")
        if total:
            if opened:
                yield from opened.closed(fields)
            opened = None
            yield total
            continue
        try:
            key = _key(fields, texts, row)
            name, kind, period, tier = fields.line(texts, row)
            amount = fields.fen(texts, row, fields.places.get("line_amount"))
            if amount is None:
                raise Fault(_empty(fields, "line_amount", row))
            kind = _basic(fields, texts) if kind == "basic" else kind
            quantity = fields.quantity(texts, row, fields.places.get("quantity"), kind)
            price = fields.price(texts, row, fields.places.get("price"), kind)
            head = None if opened and opened.key == key else _head(fields, texts, row, key)
        except Fault as fault:
            yield BadRow(row, texts, fault.problem)
            continue
        if head is not None:
            if opened:
                yield from opened.closed(fields)
            opened = _Open(key, row, head)
            opened.total_fen = fields.fen(texts, row, fields.places.get("amount"))
        assert opened is not None
        if kind == "total":
            opened.total_fen = amount
            continue
        if not kind and name not in unknown:
            unknown.add(name)
            yield warn(Code.LINE_NAME, row=row, value=name)
        opened.lines.append(LegacyLine(name, kind or "other", period, tier, quantity, price, amount))
    if opened:
        yield from opened.closed(fields)


def _basic(fields: Fields, texts: Sequence[str]) -> str:
    """基本电费 is by demand where the row says so anywhere, else by capacity."""
    return "demand" if any("需量" in text or "demand" in text.casefold() for text in texts) else "capacity"


def _key(fields: Fields, texts: Sequence[str], row: int) -> tuple[Any, ...]:
    account = fields.account(texts, row)
    return account, *(fields.text(texts, target) for target in ("bill", "month", "from", "to"))


def _head(fields: Fields, texts: Sequence[str], row: int, key: tuple[Any, ...]) -> dict[str, Any]:
    fields.check_month(texts, row)
    first, end = fields.period(texts, row)
    return {
        "account": key[0], "bill": key[1], "first": first, "end": end, "energy_wh": fields.wh(texts, row, "energy"),
        "facts": fields.facts(texts, row),
    }  # fmt: skip
