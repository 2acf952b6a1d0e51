"""Alipay's notices of payments, and its bill of a day.

The signed text of a notice is every field but ``sign`` and ``sign_type``, sorted by name, ``k=v`` joined by ``&``, with
decoded values and blank fields kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl

from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.payments.items import ITEMS_MAX, Item, Kind, Statement, decoded, fen_of_yuan

CHINA = timezone(timedelta(hours=8))
UNSIGNED = ("sign", "sign_type")
FIELDS_MAX = 100
SERIAL, ORDER, TYPE, DONE, AMOUNT, FEE, REFUND = (
    "支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）", "服务费（元）", "退款批次号/请求号",
)  # fmt: skip


def read_notice(body: bytes) -> dict[str, str]:
    """The fields of a notice, decoded. Raises CodecError for what is not one form with each field once."""
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=FIELDS_MAX,
        )
    except ValueError as error:
        raise refuse(Code.FORM_FIELDS, value=error) from error
    fields = dict(pairs)
    if not pairs or len(fields) != len(pairs):
        raise refuse(Code.FORM_FIELDS, value="a field twice" if pairs else "empty")
    return fields


def signed_text(fields: Mapping[str, str]) -> bytes:
    """What the notice's signature is over."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name not in UNSIGNED).encode()


def read_day_bill(data: bytes) -> Statement:
    """The detail file of a day bill: GB18030, lines with ``#`` are no data. Raises CodecError with row and field."""
    items: list[Item] = []
    for row, fields in _rows(decoded(data, "gb18030")):
        fen = fen_of_yuan(fields[AMOUNT], row, AMOUNT)
        fee = fen_of_yuan(fields.get(FEE) or "0", row, FEE)
        if fen == 0:
            continue
        refund = fields.get(REFUND, "") if fen < 0 else ""
        items.append(
            Item(
                row=row, serial=refund or fields[SERIAL], kind=Kind.REV if fen < 0 else Kind.PAY, amount_fen=abs(fen),
                at=_moment(fields[DONE], row), order=fields[ORDER], original=fields[SERIAL] if fen < 0 else "",
                fee_fen=-fee,
            )
        )  # fmt: skip
        if len(items) > ITEMS_MAX:
            raise refuse(Code.TOO_MANY_ROWS, expected=ITEMS_MAX)
    day = items[0].at.date() if items and items[0].at else None
    return Statement(day, items)


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column name, without the blanks and tabs that pad them."""
    header: list[str] = []
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if not cells or cells[0].lstrip().startswith("#"):
                continue
            clean = [cell.strip() for cell in cells]
            if not header:
                header = [name.replace("(", "（").replace(")", "）") for name in clean]
                missing = [name for name in (SERIAL, ORDER, TYPE, DONE, AMOUNT) if name not in header]
                if missing:
                    raise refuse(Code.COLUMN_MISSING, row=row, field=missing[0])
                continue
            if len(clean) < len(header):
                raise refuse(Code.FIELD_COUNT, row=row, value=len(clean), expected=len(header))
            yield row, dict(zip(header, clean, strict=False))
    except csv.Error as error:
        raise refuse(Code.QUOTES, value=error) from error
    if not header:
        raise refuse(Code.FILE_EMPTY)


def _moment(text: str, row: int) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
    except ValueError as error:
        raise refuse(Code.TIME, row=row, field=DONE, value=text) from error
