"""WeChat Pay, version 3: signed notices with a sealed resource, and the trade bill of a day.

Signed text: timestamp LF nonce LF raw body LF. Amounts are fen in notices and yuan in the bill, whose every field
begins with a backtick and whose columns move, so that they are read by name.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import TypeVar

import msgspec

from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.payments.items import ITEMS_MAX, Item, Kind, Statement, decoded, fen_of_yuan

T = TypeVar("T")
CHINA = timezone(timedelta(hours=8))
AT, SERIAL, ORDER, STATE = "交易时间", "微信订单号", "商户订单号", "交易状态"
PAID, REFUNDED, REFUND, FEE = "应结订单金额", "退款金额", "微信退款单号", "手续费"
SUMMARY = "总交易单数"


class Sealed(msgspec.Struct, frozen=True):
    """The sealed part of a notice, in base64, with what opens it."""

    algorithm: str
    ciphertext: str
    nonce: str
    associated_data: str = ""


class Notice(msgspec.Struct, frozen=True):
    """The outside of a notice."""

    id: str
    event_type: str
    resource: Sealed


class Amount(msgspec.Struct, frozen=True):
    """Whole fen; a refund says its own part besides."""

    total: int
    refund: int = 0
    currency: str = "CNY"


class Trade(msgspec.Struct, frozen=True):
    """What a resource holds: a transaction, or a refund of one."""

    mchid: str
    out_trade_no: str
    transaction_id: str
    amount: Amount
    appid: str = ""
    trade_state: str = ""
    refund_id: str = ""
    refund_status: str = ""
    out_refund_no: str = ""


def signed_text(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What the signature in the headers is over."""
    return timestamp.encode() + b"\n" + nonce.encode() + b"\n" + body + b"\n"


def read_notice(body: bytes) -> Notice:
    """The outside of a notice. Raises CodecError."""
    return _json(body, Notice)


def read_trade(text: bytes) -> Trade:
    """What stood in the opened resource. Raises CodecError."""
    return _json(text, Trade)


def _json(text: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise refuse(Code.FORM_FIELDS, value=error) from error


def read_day_bill(data: bytes) -> Statement:
    """The trade bill of a day. Raises CodecError with row and field."""
    items: list[Item] = []
    for row, fields in _rows(decoded(data, "utf-8-sig")):
        refund = fields[STATE] == "REFUND"
        name = REFUNDED if refund else PAID
        fen = fen_of_yuan(fields[name], row, name)
        if fen <= 0:
            raise refuse(Code.AMOUNT, row=row, field=name, value=fields[name])
        items.append(
            Item(
                row=row, serial=fields[REFUND] if refund else fields[SERIAL], kind=Kind.REV if refund else Kind.PAY,
                amount_fen=fen, at=_moment(fields[AT], row), order=fields[ORDER],
                original=fields[SERIAL] if refund else "", fee_fen=fen_of_yuan(fields.get(FEE) or "0", row, FEE),
            )
        )  # fmt: skip
        if len(items) > ITEMS_MAX:
            raise refuse(Code.TOO_MANY_ROWS, expected=ITEMS_MAX)
    return Statement(items[0].at.date() if items and items[0].at else None, items)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name, up to the summary, which must be there: a bill without it was cut."""
    header: list[str] = []
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            clean = [cell.strip().removeprefix("`") for cell in cells]
            if not header:
                header = clean
                missing = [name for name in (AT, SERIAL, ORDER, STATE, PAID, REFUNDED, REFUND) if name not in header]
                if missing:
                    raise refuse(Code.COLUMN_MISSING, row=row, field=missing[0])
            elif clean and clean[0] == SUMMARY:
                return
            elif len(clean) != len(header):
                raise refuse(Code.FIELD_COUNT, row=row, value=len(clean), expected=len(header))
            else:
                yield row, dict(zip(header, clean, strict=True))
    except csv.Error as error:
        raise refuse(Code.QUOTES, value=error) from error
    raise refuse(Code.FILE_TRUNCATED, expected=SUMMARY)


def _moment(text: str, row: int) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError as error:
        raise refuse(Code.TIME, row=row, field=AT, value=text) from error
