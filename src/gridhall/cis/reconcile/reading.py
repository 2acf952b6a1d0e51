"""Which file a partner's statement is, by its content and its adapter, and the movements in it."""

from __future__ import annotations

from gridhall.cis.channels.models import Link
from gridhall.codecs.errors import Code, refuse
from gridhall.codecs.payments import alipay, bank_file, camt, statement_csv, wechat
from gridhall.codecs.payments.items import Item, Statement, check_serials


def read(link: Link, data: bytes) -> Statement:
    """A day file between pipes, a camt statement, a wallet's bill, or our CSV. Raises CodecError.

    Items that say a debit did not come move no money and are left out.
    """
    statement = _statement(link, data)
    check_serials(statement.items)
    return Statement(statement.day, [item for item in statement.items if item.net_fen], statement.account)


def _statement(link: Link, data: bytes) -> Statement:
    head = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:64]
    if head.startswith(b"H|"):
        file = bank_file.read(data, link.charset)
        if file.bank != (link.partner_id or link.code):
            raise refuse(Code.RECORD_KIND, row=1, field="bank", value=file.bank, expected=link.partner_id or link.code)
        return Statement(file.day, file.items)
    if head.startswith(b"<"):
        return _camt(link, data)
    if link.adapter == Link.Adapter.WECHAT:
        return wechat.read_day_bill(data)
    if link.adapter == Link.Adapter.ALIPAY:
        return alipay.read_day_bill(data)
    return statement_csv.read(data)


def _camt(link: Link, data: bytes) -> Statement:
    items: list[Item] = []
    days = []
    for account in camt.read(data):
        if account.account != link.own_account:
            raise refuse(Code.RECORD_KIND, field="Acct", value=account.account, expected=link.own_account)
        found = camt.items(account, link.currency)
        items += found.items
        days.append(found.day)
    return Statement(max((day for day in days if day), default=None), items, link.own_account)
