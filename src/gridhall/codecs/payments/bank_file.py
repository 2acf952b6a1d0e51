"""The day file of a bank, both ways: lines of fields between pipes. The layout is our proposal; see SOURCES.md.

    H|1|<bank>|<yyyy-mm-dd>|<items>|<net total, fen>
    D|<n>|<bank serial>|PAY, REV or FAIL|<customer>|<order>|<fen>|<bank time>|<payer>|<original serial of a REV>
    T|<SHA-256, hex, of every byte before this line>

A payer's name may hold a pipe. What we send has lines of its own: ``B`` asks for a debit, ``R`` answers a ``D``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.payments.items import ITEMS_MAX, Item, Kind, check_serials, decoded, whole_fen

HEAD_FIELDS, ITEM_FIELDS = 6, 10
KEY_MAX, TEXT_MAX = 64, 120


@dataclass(frozen=True, slots=True)
class DayFile:
    """A day file: of which bank and day, and its items."""

    bank: str
    day: date
    items: list[Item]

    @property
    def net_fen(self) -> int:
        """Payments less reversals."""
        return sum(item.net_fen for item in self.items)


def read(data: bytes, charset: str = "utf-8") -> DayFile:
    """Read a day file, or refuse all of it: hash, count and sum are checked. Raises CodecError with row and remedy."""
    text = decoded(data, charset)
    body, mark, last = _trailer(text)
    if hashlib.sha256(body.encode(charset)).hexdigest() != last.strip().lower():
        raise refuse(Code.FILE_HASH, row=mark)
    head, *lines = body.rstrip("\n").split("\n")
    fields = head.split("|")
    if len(fields) != HEAD_FIELDS or fields[:2] != ["H", "1"]:
        raise refuse(Code.RECORD_FIELDS, row=1, value="H", expected=HEAD_FIELDS)
    if len(lines) > ITEMS_MAX:
        raise refuse(Code.TOO_MANY_ROWS, expected=ITEMS_MAX)
    file = DayFile(_key(fields[2], 1, "bank"), _day(fields[3], 1), [_item(line, n) for n, line in enumerate(lines, 2)])
    if whole_fen(fields[4], 1, "items") != len(lines):
        raise refuse(Code.ITEM_COUNT, row=1, value=len(lines), expected=fields[4])
    check_serials(file.items)
    if fields[5] != str(file.net_fen):
        raise refuse(Code.ITEM_SUM, row=1, value=file.net_fen, expected=fields[5])
    return file


def _trailer(text: str) -> tuple[str, int, str]:
    """Everything before the last line, that line's number, and what it says."""
    at = text.rstrip("\r\n").rfind("\n") + 1
    last = text[at:].rstrip("\r\n")
    row = text.count("\n", 0, at) + 1
    if not at or not last.startswith("T|"):
        raise refuse(Code.FILE_TRUNCATED, row=row, expected="T|…")
    return text[:at], row, last[2:]


def _item(line: str, row: int) -> Item:
    fields = line.split("|")
    if fields[0] != "D" or len(fields) < ITEM_FIELDS:
        raise refuse(Code.RECORD_FIELDS, row=row, value=fields[0], expected=ITEM_FIELDS)
    if fields[1] != str(row - 1):
        raise refuse(Code.RECORD_ORDER, row=row, value=f"D|{fields[1]}", expected=f"D|{row - 1}")
    if fields[3] not in Kind.__members__:
        raise refuse(Code.RECORD_KIND, row=row, field="kind", value=fields[3], expected=", ".join(Kind))
    kind, amount_fen = Kind(fields[3]), whole_fen(fields[6], row, "fen")
    if amount_fen == 0:
        raise refuse(Code.FEN, row=row, field="fen", value=fields[6])
    original = _key(fields[-1], row, "original serial") if kind is Kind.REV else fields[-1]
    return Item(
        row=row, serial=_key(fields[2], row, "serial"), kind=kind, amount_fen=amount_fen, at=_moment(fields[7], row),
        customer=_text(fields[4], row, "customer"), order=_text(fields[5], row, "order"),
        payer=_text("|".join(fields[8:-1]), row, "payer"), original=original,
    )  # fmt: skip


def _key(text: str, row: int, name: str) -> str:
    if not text:
        raise refuse(Code.FIELD_EMPTY, row=row, field=name)
    if not text.isprintable():
        raise refuse(Code.CONTROL_CHARACTER, row=row, field=name, value=text)
    if len(text) > KEY_MAX:
        raise refuse(Code.FIELD_TOO_LONG, row=row, field=name, value=text, expected=KEY_MAX)
    return text


def _text(text: str, row: int, name: str) -> str:
    if not text.isprintable():
        raise refuse(Code.CONTROL_CHARACTER, row=row, field=name, value=text)
    if len(text) > TEXT_MAX:
        raise refuse(Code.FIELD_TOO_LONG, row=row, field=name, value=text, expected=TEXT_MAX)
    return text


def _day(text: str, row: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse(Code.DATE, row=row, field="day", value=text) from error


def _moment(text: str, row: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and 1990 < moment.year < 2200:
            return moment
    except ValueError:
        pass
    raise refuse(Code.TIME, row=row, field="bank time", value=text)


def write(file: DayFile, charset: str = "utf-8") -> bytes:
    """A day file as a bank sends it."""
    lines = [
        f"D|{n}|{item.serial}|{item.kind}|{item.customer}|{item.order}|{item.amount_fen}|"
        f"{item.at.isoformat(timespec='seconds') if item.at else ''}|{item.payer}|{item.original}"
        for n, item in enumerate(file.items, 1)
    ]
    return _sealed(f"H|1|{file.bank}|{file.day}|{len(lines)}|{file.net_fen}", lines, charset)


@dataclass(frozen=True, slots=True)
class Debit:
    """A debit that the bank is asked for: our order, whose account at the bank, and how much."""

    order: str
    customer: str
    bank_account: str
    amount_fen: int
    payer: str


def write_debits(bank: str, day: date, debits: Iterable[Debit], charset: str = "utf-8") -> bytes:
    """The list of debits for a bank: ``B|n|order|customer|bank account|fen|payer``."""
    listed = list(debits)
    lines = [
        f"B|{n}|{one.order}|{one.customer}|{one.bank_account}|{one.amount_fen}|{one.payer}"
        for n, one in enumerate(listed, 1)
    ]
    return _sealed(f"H|1|{bank}|{day}|{len(lines)}|{sum(one.amount_fen for one in listed)}", lines, charset)


@dataclass(frozen=True, slots=True)
class Answered:
    """Our answer to one item: ``code`` is ``ok`` or why it was not booked."""

    serial: str
    code: str
    receipt: str = ""
    booked_fen: int = 0


def write_answers(bank: str, day: date, answers: Iterable[Answered], charset: str = "utf-8") -> bytes:
    """Our answer to a day file: ``R|n|serial|code|receipt|booked fen``."""
    listed = list(answers)
    lines = [f"R|{n}|{one.serial}|{one.code}|{one.receipt}|{one.booked_fen}" for n, one in enumerate(listed, 1)]
    return _sealed(f"H|1|{bank}|{day}|{len(lines)}|{sum(one.booked_fen for one in listed)}", lines, charset)


def _sealed(head: str, lines: list[str], charset: str) -> bytes:
    return sealed(("\n".join([head, *lines]) + "\n").encode(charset))


def sealed(body: bytes) -> bytes:
    """The lines of a file with the line of their hash."""
    return body + f"T|{hashlib.sha256(body).hexdigest()}\n".encode("ascii")
