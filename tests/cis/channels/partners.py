"""Banks and wallets that speak to us in the tests, each with a key of its own."""

from __future__ import annotations

import base64
import functools
import json
import secrets
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gridhall.cis.channels.actions import open_link, trust_key
from gridhall.cis.channels.adapters.bank_api.wire import signed_text
from gridhall.cis.channels.contract import Envelope, Reply
from gridhall.cis.channels.models import Link
from gridhall.cis.channels.secrets import SEAL_KEY
from gridhall.cis.channels.secrets import keep as keep_secret
from gridhall.cis.payments.actions import announce
from gridhall.codecs.payments import alipay, bank_file, wechat
from gridhall.codecs.payments.items import Item, Kind
from gridhall.codecs.signatures import sign
from gridhall.platform import clock
from gridhall.platform.actor import system
from tests.cis.channels.contract import DEBT_FEN, Partner, Told


@functools.cache
def key_pair(whose: str) -> tuple[bytes, str]:
    """Private and public PEM of somebody, made once a run."""
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class RealTimeBank(Partner):
    """A bank that asks over HTTP and signs every request."""

    adapter, channel = "bank_api", "bank-app"

    def open(self) -> Link:
        link = open_link(system(), "BK01", "First Bank", self.channel, self.adapter, "32/04/")
        trust_key(system(), link.pk, key_pair("BK01")[1])
        return link

    def says(self, verb: str, nonce: str = "", timestamp: int = 0, **said: Any) -> Envelope:
        """A signed request."""
        now = clock.now()
        body = json.dumps({"verb": verb, **said}, ensure_ascii=False).encode()
        path, stamp = f"/api/channels/{self.link.public_id}/", str(timestamp or int(now.timestamp()))
        nonce = nonce or secrets.token_hex(16)
        signature = sign(key_pair("BK01")[0], signed_text(path.encode(), stamp.encode(), nonce.encode(), body))
        headers = {"bank-timestamp": stamp, "bank-nonce": nonce, "bank-signature": signature}
        return Envelope(body, now, headers, path)

    def pay(self, name: str, fen: int, serial: str) -> Envelope:
        number = self.cast.accounts[name].number if name in self.cast.accounts else "0400000001"
        return self.says("pay", account=number, amount_fen=fen, serial=serial)

    def take_back(self, original: str, serial: str, fen: int) -> Envelope:
        return self.says("reverse", original=original, serial=serial)

    def forged(self, envelope: Envelope) -> Envelope:
        return replace(envelope, body=envelope.body.replace(b"8888", b"88"))

    def heard(self, reply: Reply) -> Told:
        code = json.loads(reply.body)["code"]
        return Told(code == "ok" and reply.status == 200, code)


class FileBank(Partner):
    """A bank that sends files; each message here is a file of one line."""

    adapter, channel = "bank_file", "bank-counter"
    day = date(2026, 11, 20)

    def open(self) -> Link:
        return open_link(system(), "BK02", "Second Bank", self.channel, self.adapter, "32/04/", charset="gb18030")

    def item(self, serial: str, fen: int, kind: Kind = Kind.PAY, number: str = "", original: str = "") -> Item:
        """One line."""
        return Item(0, serial, kind, fen, clock.now(), number, "", "王𠮷|甲", original)

    def file(self, *items: Item) -> Envelope:
        """A day file of these lines."""
        return Envelope(bank_file.write(bank_file.DayFile("BK02", self.day, list(items)), "gb18030"), clock.now())

    def number(self, name: str) -> str:
        return self.cast.accounts[name].number if name in self.cast.accounts else "0400000001"

    def pay(self, name: str, fen: int, serial: str) -> Envelope:
        return self.file(self.item(serial, fen, number=self.number(name)))

    def take_back(self, original: str, serial: str, fen: int) -> Envelope:
        return self.file(self.item(serial, fen, Kind.REV, self.number("Ms Li"), original))

    def forged(self, envelope: Envelope) -> Envelope:
        return replace(envelope, body=envelope.body.replace(b"|8888|", b"|8889|"))

    def heard(self, reply: Reply) -> Told:
        lines = reply.body.decode("gb18030").splitlines()
        code = lines[0].split("|")[1] if lines[0].startswith("E|") else lines[1].split("|")[3]
        return Told(code == "ok", code)


class OrderingPartner(Partner):
    """A partner that pays what was announced before: an order that the customer made under a key."""

    wrong_fen = 1

    def order(self, name: str, key: str) -> str:
        """The number of an order of DEBT_FEN, made once; one that nobody made for a customer who does not exist."""
        if name not in self.cast.accounts:
            return "0" * 32
        account = self.cast.accounts[name].pk
        ordered = announce(
            system(), account, DEBT_FEN, self.link.channel, "wallet", key=f"order-{key}", link_code=self.link.code
        )
        return ordered.order_number


class Iso20022Bank(OrderingPartner):
    """A bank that collected the debits we asked for, and says so in camt.054 with balances."""

    adapter, channel, account = "iso20022", "direct-debit", "NL91ABNA0417164300"

    def open(self) -> Link:
        return open_link(
            system(), "BK03", "Third Bank", self.channel, self.adapter, "32/04/", own_account=self.account,
        )  # fmt: skip

    def notice(self, order: str, serial: str, fen: int, indicator: str) -> Envelope:
        """One booked entry between two balances."""
        yuan, reversal = f"{fen // 100}.{fen % 100:02d}", "<RvslInd>true</RvslInd>" if indicator == "DBIT" else ""

        def balance(code: str, amount: str) -> str:
            return (
                f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{amount}</Amt>'
                f"<CdtDbtInd>{indicator}</CdtDbtInd></Bal>"
            )

        body = (
            '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>'
            f"<Acct><Id><IBAN>{self.account}</IBAN></Id></Acct>{balance('OPBD', '0.00')}{balance('CLBD', yuan)}"
            f'<Ntry><Amt Ccy="CNY">{yuan}</Amt><CdtDbtInd>{indicator}</CdtDbtInd>{reversal}<Sts><Cd>BOOK</Cd></Sts>'
            f"<BookgDt><Dt>2026-11-20</Dt></BookgDt><AcctSvcrRef>{serial}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
            f"<EndToEndId>{order}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
        )
        return Envelope(body.encode(), clock.now())

    def pay(self, name: str, fen: int, serial: str) -> Envelope:
        return self.notice(self.order(name, serial), serial, fen, "CRDT")

    def take_back(self, original: str, serial: str, fen: int) -> Envelope:
        return self.notice(self.order("Ms Li", original), serial, fen, "DBIT")

    def forged(self, envelope: Envelope) -> Envelope:
        return replace(envelope, body=envelope.body.replace(b"88.88", b"88.89", 1))

    def heard(self, reply: Reply) -> Told:
        said = json.loads(reply.body)
        code = said["answers"][0][1] if "answers" in said else said["code"]
        return Told(code == "ok", code)


class Alipay(OrderingPartner):
    """Alipay's servers, with a key of our making."""

    adapter, channel = "alipay", "alipay"

    def open(self) -> Link:
        link = open_link(system(), "ALI", "Alipay", self.channel, self.adapter, "32/04/", app_id="2014072300007148")
        trust_key(system(), link.pk, key_pair("ALI")[1])
        return link

    def notice(self, **fields: str) -> Envelope:
        """A form as Alipay sends it, a blank field included."""
        fields = {"app_id": self.link.app_id, "buyer_logon_id": "", "subject": "电费+100%", **fields}
        fields |= {"sign": sign(key_pair("ALI")[0], alipay.signed_text(fields)), "sign_type": "RSA2"}
        return Envelope(urlencode(fields).encode(), clock.now())

    def pay(self, name: str, fen: int, serial: str, status: str = "TRADE_SUCCESS") -> Envelope:
        return self.notice(
            out_trade_no=self.order(name, serial), trade_no=serial, trade_status=status,
            total_amount=f"{fen // 100}.{fen % 100:02d}",
        )  # fmt: skip

    def take_back(self, original: str, serial: str, fen: int) -> Envelope:
        yuan = f"{fen // 100}.{fen % 100:02d}"
        return self.notice(
            out_trade_no=self.order("Ms Li", original), trade_no=original, trade_status="TRADE_CLOSED",
            total_amount="88.88", refund_fee=yuan, out_biz_no=serial,
        )  # fmt: skip

    def forged(self, envelope: Envelope) -> Envelope:
        return replace(envelope, body=envelope.body.replace(b"88.88", b"0.01"))

    def heard(self, reply: Reply) -> Told:
        return Told(reply.body == b"success", reply.body.decode())


class WeChat(OrderingPartner):
    """WeChat Pay's servers, with keys of our making."""

    adapter, channel, seal = "wechat", "wechat", b"0123456789abcdef0123456789abcdef"

    def open(self) -> Link:
        link = open_link(
            system(), "WX", "WeChat Pay", self.channel, self.adapter, "32/04/", partner_id="1900000001",
            app_id="wx0000000000000001",
        )  # fmt: skip
        trust_key(system(), link.pk, key_pair("WX")[1])
        keep_secret(link, SEAL_KEY, self.seal)
        return link

    def notice(self, event: str, seal: bytes = b"", **trade: Any) -> Envelope:
        """A signed notice around a sealed resource."""
        trade = {"mchid": self.link.partner_id, **trade}
        nonce = secrets.token_hex(6)
        sealed = AESGCM(seal or self.seal).encrypt(nonce.encode(), json.dumps(trade).encode(), b"transaction")
        resource = {
            "algorithm": "AEAD_AES_256_GCM", "ciphertext": base64.b64encode(sealed).decode(), "nonce": nonce,
            "associated_data": "transaction",
        }  # fmt: skip
        body = json.dumps({"id": secrets.token_hex(8), "event_type": event, "resource": resource}).encode()
        now = clock.now()
        stamp, outer = str(int(now.timestamp())), secrets.token_hex(16)
        headers = {
            "wechatpay-timestamp": stamp, "wechatpay-nonce": outer, "wechatpay-serial": "PUB_KEY_ID_0",
            "wechatpay-signature": sign(key_pair("WX")[0], wechat.signed_text(stamp, outer, body)),
        }  # fmt: skip
        return Envelope(body, now, headers)

    def pay(self, name: str, fen: int, serial: str, **more: Any) -> Envelope:
        said = {"trade_state": "SUCCESS", "appid": self.link.app_id, **more}
        order = self.order(name, serial)
        return self.notice(
            "TRANSACTION.SUCCESS", out_trade_no=order, transaction_id=serial, amount={"total": fen}, **said
        )

    def take_back(self, original: str, serial: str, fen: int) -> Envelope:
        return self.notice(
            "REFUND.SUCCESS", out_trade_no=self.order("Ms Li", original), transaction_id=original, refund_id=serial,
            refund_status="SUCCESS", amount={"total": DEBT_FEN, "refund": fen},
        )  # fmt: skip

    def forged(self, envelope: Envelope) -> Envelope:
        return replace(envelope, body=envelope.body.replace(b"TRANSACTION", b"TRANSACTIOM"))

    def heard(self, reply: Reply) -> Told:
        return Told(reply.status == 200, json.loads(reply.body).get("message", "SUCCESS"))


PARTNERS: list[type[Partner]] = [RealTimeBank, FileBank, Iso20022Bank, Alipay, WeChat]
