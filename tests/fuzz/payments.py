"""Good files and notices of banks and wallets, for the fuzzer to break."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from gridhall.codecs.errors import CodecError
from gridhall.codecs.payments import alipay, bank_file, camt, statement_csv, wechat
from gridhall.codecs.payments.items import Item, Kind, check_serials

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
FILE = bank_file.DayFile("BK01", date(2026, 11, 20), [
    Item(0, "S1", Kind.PAY, 8888, AT, "4403001234", "PB1", "王|明"),
    Item(0, "S2", Kind.REV, 8888, AT, "4403001234", "PB1", "", "S1"),
])  # fmt: skip
CAMT = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>NL'
    '</IBAN></Id></Acct><Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">0.00</Amt><CdtDbtInd>CRDT'
    '</CdtDbtInd></Bal><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">88.88</Amt><CdtDbtInd>CRDT'
    '</CdtDbtInd></Bal><Ntry><Amt Ccy="CNY">88.88</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>'
    "2026-11-20</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs>"
    "</TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
)
WECHAT_BILL = (
    "交易时间,微信订单号,商户订单号,交易状态,应结订单金额,退款金额,微信退款单号,手续费\n"
    "`2026-11-21 19:00:03,`42,`PB1,`SUCCESS,`88.88,`0.00,`0,`0.53\n"
    "`2026-11-21 20:00:00,`42,`PB1,`REFUND,`0.00,`8.88,`50,`-0.05\n总交易单数,应结订单总金额\n`2,`88.88\n"
)
ALIPAY_BILL = (
    "#明细\n支付宝交易号,商户订单号,业务类型,完成时间,订单金额(元),退款批次号/请求号,服务费(元)\n"
    "20\t,PB1,交易 ,2026-11-21 18:59:58,88.88, ,-0.53\n20\t,PB1,退款 ,2026-11-21 20:00:00,-8.88,RF1,0.05\n"
)
TABLE = (
    "流水号,类型,金额,时间,户号\nB1,缴费,100.00,2026-11-20 09:00:00,4403001234\n"
    "B2,REV,1.50,2026-11-20T09:00:00+08:00,\n"
)


def _camt(data: bytes) -> None:
    for account in camt.read(data):
        check_serials(camt.items(account).items)


def _notice(data: bytes) -> None:
    """What can be signed is text again."""
    alipay.signed_text(alipay.read_notice(data)).decode()


def _day_file(data: bytes) -> None:
    """A file that is read is written and read as the same; its hash hides the rest, so it is sealed anew first."""
    try:
        found = bank_file.read(data)
    except CodecError:
        found = bank_file.read(bank_file.sealed(data.rpartition(b"T|")[0]))
    assert bank_file.read(bank_file.write(found)).net_fen == found.net_fen


GOOD: dict[str, tuple[list[bytes], Callable[[bytes], object]]] = {
    "day-file": ([bank_file.write(FILE)], _day_file),
    "camt": ([CAMT.encode()], _camt),
    "alipay-notice": ([b"app_id=1&subject=%E7%94%B5+%26&empty=&sign=x&sign_type=RSA2"], _notice),
    "alipay-bill": ([ALIPAY_BILL.encode("gb18030")], alipay.read_day_bill),
    "wechat-notice": ([b'{"id":"1","event_type":"T","resource":{"algorithm":"A","ciphertext":"x","nonce":"n"}}'],
                      wechat.read_notice),
    "wechat-trade": ([b'{"mchid":"1","out_trade_no":"P","transaction_id":"4","amount":{"total":8888}}'],
                     wechat.read_trade),
    "wechat-bill": ([WECHAT_BILL.encode()], wechat.read_day_bill),
    "statement-table": ([TABLE.encode()], statement_csv.read),
}  # fmt: skip
