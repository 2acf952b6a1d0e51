"""One movement of money as a partner tells it, whatever the partner's format."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from gridhall.codecs.errors import Code, refuse

_YUAN = re.compile(r"([+-]?)([0-9]{1,12})(?:\.([0-9]{1,5}))?", re.ASCII)
FEN_MAX = 10**13
BYTES_MAX = 64 << 20  # half a million lines of a day file
ITEMS_MAX = 500_000


class Kind(StrEnum):
    """``PAY`` brings money, ``REV`` takes it back, ``FAIL`` says that a debit asked for did not come."""

    PAY = "PAY"
    REV = "REV"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Item:
    """``amount_fen`` is above zero whatever the kind. ``serial`` is the partner's number of this movement, ``original``
    that of the one it takes back; ``order`` is our number, ``customer`` the account the payer named."""

    row: int
    serial: str
    kind: Kind
    amount_fen: int
    at: datetime | None = None
    customer: str = ""
    order: str = ""
    payer: str = ""
    original: str = ""
    fee_fen: int = 0

    @property
    def net_fen(self) -> int:
        """What it adds to the partner's account with us."""
        return {Kind.PAY: self.amount_fen, Kind.REV: -self.amount_fen, Kind.FAIL: 0}[self.kind]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a partner says moved on a day: the items and their net sum, and which account of ours it is about."""

    day: date | None
    items: list[Item]
    account: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def net_fen(self) -> int:
        """Payments less what was taken back."""
        return sum(item.net_fen for item in self.items)


def fen_of_yuan(text: str, row: int | None, name: str) -> int:
    """Yuan with at most two decimals that count to fen, with its sign. Raises CodecError."""
    found = _YUAN.fullmatch(text.strip())
    if not found:
        raise refuse(Code.AMOUNT, row=row, field=name, value=text)
    decimals = (found[3] or "").ljust(2, "0")
    if decimals[2:].strip("0"):
        raise refuse(Code.AMOUNT_DECIMALS, row=row, field=name, value=text)
    fen = int(found[2]) * 100 + int(decimals[:2])
    return -fen if found[1] == "-" else fen


def whole_fen(text: str, row: int, name: str) -> int:
    """Digits only, up to a hundred billion yuan. Raises CodecError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 13):
        raise refuse(Code.FEN, row=row, field=name, value=text)
    return int(text)


def decoded(data: bytes, charset: str) -> str:
    """The text in the agreed charset, never a guessed one. Raises CodecError."""
    if not data.strip():
        raise refuse(Code.FILE_EMPTY)
    if len(data) > BYTES_MAX:
        raise refuse(Code.FILE_TOO_LARGE, expected=f"{BYTES_MAX >> 20} MiB")
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise refuse(Code.CHARSET, row=row, expected=charset.upper()) from error


def check_serials(items: list[Item]) -> None:
    """No serial stands twice. Raises CodecError."""
    seen: dict[str, int] = {}
    for item in items:
        if item.serial in seen:
            raise refuse(
                Code.SERIAL_TWICE, row=item.row, field="serial", value=item.serial, other_row=seen[item.serial]
            )
        seen[item.serial] = item.row
