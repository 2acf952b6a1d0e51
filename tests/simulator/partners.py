"""How each partner speaks: its link, its signed messages, what it hears in our answer, and its statement."""

from __future__ import annotations

import base64
import functools
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from gridhall.cis.channels.adapters.bank_api.wire import signed_text
from gridhall.cis.channels.contract import Envelope, Reply
from gridhall.cis.channels.models import Link
from gridhall.codecs.payments import alipay, bank_file, wechat
from gridhall.codecs.payments.items import Item, Kind
from gridhall.platform import clock
from tests.simulator.plan import ONLINE, Way

OUR_ACCOUNT = "NL91ABNA0417164300"
SEAL = b"0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Partner:
    """The link of one way: its code, channel and adapter, and what the partner calls us."""

    code: str
    channel: str
    adapter: str
    partner_id: str = ""
    app_id: str = ""


PARTNERS = {
    Way.BANK_APP: Partner("BAPP", "bank-app", "bank_api"),
    Way.BANK_COUNTER: Partner("BCTR", "bank-counter", "bank_api"),
    Way.AGENT: Partner("AGNT", "agent", "bank_api"),
    Way.KIOSK: Partner("KIOS", "kiosk", "bank_api"),
    Way.ALIPAY: Partner("ALI", "alipay", "alipay", app_id="2014072300007148"),
    Way.WECHAT: Partner("WX", "wechat", "wechat", "1900000001", "wx0000000000000001"),
    Way.FILE: Partner("BFIL", "bank-counter", "bank_file"),
    Way.DEBIT: Partner("BDEB", "direct-debit", "iso20022"),
}
SIGNING = (*ONLINE, Way.ALIPAY, Way.WECHAT)


@dataclass(frozen=True)
class Answer:
    """What somebody heard: ``ok`` or why not, and the receipt and fen where the answer names them."""

    code: str
    receipt: str = ""
    fen: int = 0
    token: str = ""

    @property
    def good(self) -> bool:
        return self.code == "ok"


def new_key() -> tuple[bytes, str]:
    """Private and public PEM."""
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@functools.cache
def _loaded(private: bytes) -> RSAPrivateKey:
    key = load_pem_private_key(private, None, unsafe_skip_rsa_key_validation=True)  # we made it ourselves
    assert isinstance(key, RSAPrivateKey)
    return key


def _sign(private: bytes, text: bytes) -> str:
    return base64.b64encode(_loaded(private).sign(text, PKCS1v15(), SHA256())).decode("ascii")


def yuan(fen: int) -> str:
    """1234 → 12.34, with its sign."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def bank_asks(link: Link, private: bytes, verb: str, **said: Any) -> Envelope:
    """A request of a bank, an agent or a kiosk in real time."""
    now = clock.now()
    body = json.dumps({"verb": verb, **said}).encode()
    path, stamp, nonce = f"/api/channels/{link.public_id}/", str(int(now.timestamp())), secrets.token_hex(16)
    signature = _sign(private, signed_text(path.encode(), stamp.encode(), nonce.encode(), body))
    return Envelope(body, now, {"bank-timestamp": stamp, "bank-nonce": nonce, "bank-signature": signature}, path)


def alipay_tells(link: Link, private: bytes, **fields: str) -> Envelope:
    """A notice of Alipay."""
    fields = {"app_id": link.app_id, "buyer_logon_id": "", "subject": "电费+100%", **fields}
    fields |= {"sign": _sign(private, alipay.signed_text(fields)), "sign_type": "RSA2"}
    return Envelope(urlencode(fields).encode(), clock.now())


def wechat_tells(link: Link, private: bytes, event: str, **trade: Any) -> Envelope:
    """A notice of WeChat Pay around a sealed resource."""
    nonce, outer, now = secrets.token_hex(6), secrets.token_hex(16), clock.now()
    sealed = AESGCM(SEAL).encrypt(
        nonce.encode(), json.dumps({"mchid": link.partner_id, **trade}).encode(), b"transaction"
    )
    resource = {
        "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(sealed).decode(), "nonce": nonce,
        "associated_data": "transaction",
    }  # fmt: skip
    body = json.dumps({"id": secrets.token_hex(8), "event_type": event, "resource": resource}).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "wechatpay-timestamp": stamp, "wechatpay-nonce": outer,
        "wechatpay-signature": _sign(private, wechat.signed_text(stamp, outer, body)),
    }  # fmt: skip
    return Envelope(body, now, headers)


def heard(way: Way, reply: Reply) -> Answer:
    """What a partner reads in our answer to one message."""
    if way is Way.ALIPAY:
        return Answer("ok" if reply.body == b"success" else "fail")
    said = json.loads(reply.body)
    if way is Way.WECHAT:
        return Answer("ok" if reply.status == 200 else said["message"])
    return Answer(said["code"], said.get("receipt", ""), said.get("amount_fen", 0))


@dataclass(frozen=True)
class Movement:
    """A movement as a partner's file or statement tells it; ``net_fen`` is below zero for what was taken back."""

    serial: str
    net_fen: int
    at: datetime
    customer: str = ""
    order: str = ""
    original: str = ""

    def item(self) -> Item:
        """As a line between pipes."""
        kind = Kind.PAY if self.net_fen > 0 else Kind.REV
        return Item(0, self.serial, kind, abs(self.net_fen), self.at, self.customer, "", "", self.original)


def day_file(way: Way, day: date, movements: Iterable[Movement]) -> bytes:
    """A bank's file between pipes."""
    items = [one.item() for one in movements]
    return bank_file.write(bank_file.DayFile(PARTNERS[way].code, day, items))


def camt(day: date, movements: Iterable[Movement]) -> bytes:
    """A statement of our account at the bank of the direct debits, entries between two balances."""
    listed = list(movements)

    def balance(code: str, fen: int) -> str:
        return (
            f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{yuan(abs(fen))}</Amt>'
            f"<CdtDbtInd>{'DBIT' if fen < 0 else 'CRDT'}</CdtDbtInd></Bal>"
        )

    entries = "".join(
        f'<Ntry><Amt Ccy="CNY">{yuan(abs(one.net_fen))}</Amt>'
        f"<CdtDbtInd>{'DBIT' if one.net_fen < 0 else 'CRDT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if one.net_fen < 0 else ''}"
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
        f"<AcctSvcrRef>{one.serial}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{one.order}</EndToEndId></Refs>"
        "</TxDtls></NtryDtls></Ntry>"
        for one in listed
    )
    total = sum(one.net_fen for one in listed)
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
        f"<Acct><Id><IBAN>{OUR_ACCOUNT}</IBAN></Id></Acct>{balance('OPBD', 0)}{balance('CLBD', total)}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def statement(way: Way, day: date, movements: Iterable[Movement]) -> bytes:
    """What a partner says moved on a day, in its own form."""
    listed = list(movements)
    if way is Way.FILE:
        return day_file(way, day, listed)
    if way is Way.DEBIT:
        return camt(day, listed)
    if way is Way.ALIPAY:
        return _alipay_bill(listed)
    if way is Way.WECHAT:
        return _wechat_bill(listed)
    return _table(
        "utf-8", ("流水号", "类型", "金额", "时间", "户号", "原流水号"),
        (
            (one.serial, "缴费" if one.net_fen > 0 else "冲正", yuan(abs(one.net_fen)), f"{one.at:%Y-%m-%d %H:%M:%S}",
             one.customer, one.original)
            for one in listed
        ),
    )  # fmt: skip


def _table(charset: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    return "".join(",".join(row) + "\n" for row in (head, *rows)).encode(charset)


def _alipay_bill(listed: list[Movement]) -> bytes:
    head = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）", "服务费（元）", "退款批次号/请求号")
    rows = [
        (
            one.original or one.serial, one.order, "交易", f"{one.at:%Y-%m-%d %H:%M:%S}", yuan(one.net_fen), "0.00",
            one.serial if one.net_fen < 0 else "",
        )
        for one in listed
    ]  # fmt: skip
    return _table("gb18030", head, rows)


def _wechat_bill(listed: list[Movement]) -> bytes:
    head = ("交易时间", "微信订单号", "商户订单号", "交易状态", "应结订单金额", "退款金额", "微信退款单号", "手续费")
    rows = [
        (
            f"`{one.at:%Y-%m-%d %H:%M:%S}", f"`{one.original or one.serial}", f"`{one.order}",
            f"`{'SUCCESS' if one.net_fen > 0 else 'REFUND'}", f"`{yuan(max(one.net_fen, 0))}",
            f"`{yuan(max(-one.net_fen, 0))}", f"`{one.serial if one.net_fen < 0 else 0}", "`0.00000",
        )
        for one in listed
    ]  # fmt: skip
    return _table("utf-8", head, [*rows, ("总交易单数", "应结订单总金额")])
