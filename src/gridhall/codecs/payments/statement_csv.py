"""A statement as a table, for partners without a format of their own: CSV or XLSX with named columns.

``serial``, ``kind`` (PAY or REV), ``fen`` or ``yuan``, ``time``; and, where they are known, ``account``, ``order``,
``original`` (the serial that a REV takes back) and ``fee``, in yuan.
"""

from __future__ import annotations

import io
from datetime import datetime, timedelta, timezone

from gridhall.codecs.errors import Code, FileProblem, refuse
from gridhall.codecs.payments.items import Item, Kind, Statement, fen_of_yuan, whole_fen
from gridhall.codecs.tables import Row, read_rows

CHINA = timezone(timedelta(hours=8))
COLUMNS = {
    "serial": ("流水号", "银行流水号"),
    "kind": ("类型", "交易类型"),
    "fen": ("金额分", "amount_fen"),
    "yuan": ("金额", "amount"),
    "time": ("时间", "交易时间"),
    "account": ("户号", "用户编号"),
    "order": ("订单号",),
    "original": ("原流水号",),
    "fee": ("手续费",),
}
KINDS = {"PAY": Kind.PAY, "缴费": Kind.PAY, "REV": Kind.REV, "冲正": Kind.REV, "退款": Kind.REV}


def read(data: bytes) -> Statement:
    """The movements of the table. Raises CodecError with row, field and remedy."""
    items: list[Item] = []
    for row in read_rows(io.BytesIO(data), COLUMNS, required=("serial", "kind", "time"), one_of=("fen", "yuan")):
        if isinstance(row, Row):
            items.append(_item(row))
        elif isinstance(row, FileProblem) and row.severity == "refuse":
            raise refuse(row.message_code, row=row.row, field=row.field, value=row.value, expected=row.expected)
    return Statement(max((item.at.date() for item in items if item.at), default=None), items)


def _item(row: Row) -> Item:
    fields, number = row.fields, row.row
    kind = KINDS.get(fields["kind"].upper())
    if kind is None:
        raise refuse(Code.RECORD_KIND, row=number, field="kind", value=fields["kind"], expected="PAY, REV")
    text = fields.get("fen", "")
    fen = whole_fen(text, number, "fen") if text else fen_of_yuan(fields.get("yuan", ""), number, "yuan")
    if fen <= 0:
        raise refuse(Code.AMOUNT, row=number, field="yuan", value=fields.get("yuan", text))
    if not 0 < len(fields["serial"]) <= 64:
        raise refuse(Code.FIELD_EMPTY, row=number, field="serial")
    return Item(
        row=number, serial=fields["serial"], kind=kind, amount_fen=fen, at=_moment(fields["time"], number),
        customer=fields.get("account", "")[:120], order=fields.get("order", "")[:120],
        original=fields.get("original", "")[:64], fee_fen=fen_of_yuan(fields.get("fee") or "0", number, "fee"),
    )  # fmt: skip


def _moment(text: str, row: int) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError as error:
        raise refuse(Code.TIME, row=row, field="time", value=text) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)
