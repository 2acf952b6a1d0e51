"""What came in through others before the city opens: a bank's file with its statement, a wallet's notice, a case."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gridhall.cis.cases.actions import Facts, calculate_case, open_case
from gridhall.cis.cases.terms import Terms
from gridhall.cis.channels import inbox
from gridhall.cis.channels.actions import keep_file, open_link, post_file, sign_mandate, trust_key
from gridhall.cis.channels.contract import Envelope
from gridhall.cis.payments.actions import announce
from gridhall.cis.prepay.actions import register_device
from gridhall.cis.reconcile.actions import import_statement
from gridhall.codecs import signatures
from gridhall.codecs.payments import alipay, bank_file
from gridhall.codecs.payments.items import Item, Kind
from gridhall.demo.bills import moment
from gridhall.demo.incidents import homes
from gridhall.demo.members import Member
from gridhall.demo.organisation import Utility
from gridhall.demo.span import Span
from gridhall.demo.tills import clerk_of
from gridhall.platform import clock, jobs
from gridhall.platform.actor import Actor, system
from gridhall.platform.scope import Scope

PROVINCE, PAID_FEN = "32/", 100_00
NOBODY = "0499999999"  # an account number that a payer mistyped: somebody has to find out whose money it is
BANK_ACCOUNT = "62220000000"  # the head of an account at the bank
THEFT_WH, THEFT_DAYS = 186_000, 31
DEVICE_KEY, DEVICE_START = "0123456789abcdef0123456789abcdef", 123_456_789


def first_look(members: list[Member], utility: Utility, span: Span) -> None:
    """Yesterday: the pages of money in, of cases and of keypad tokens are not empty on a first look."""
    paying, at = homes(members)[-6:-2], moment(span.today - timedelta(days=1), 17)
    with clock.set_to(at):
        _bank(paying[:3], utility, at)
        _wallet(paying[3], at)
        _direct_debit(paying[2], utility, at)
        _case(paying[0], utility, span)
        shared = next(one for one in members if one.kind.name == "shared meter")
        fitter = utility.actor("Fitter Sun")
        register_device(fitter, shared.ids["account"], f"KP{shared.number:06d}", DEVICE_START, DEVICE_KEY)


def _bank(paying: list[Member], utility: Utility, at: datetime) -> None:
    """A file that two people bring in and post, and its statement: one line is of nobody."""
    link = open_link(system(), "LHB", "临海银行 Linhai Bank", "bank-counter", "bank_file", PROVINCE)
    lines = [(f"LHB{at:%Y%m%d}{n:04d}", one.ids["number"], one.zh) for n, one in enumerate(paying, 1)]
    lines.append((f"LHB{at:%Y%m%d}0009", NOBODY, paying[-1].zh))
    items = [Item(0, serial, Kind.PAY, PAID_FEN, at, number, "", payer) for serial, number, payer in lines]
    data = bank_file.write(bank_file.DayFile("LHB", at.date(), items))
    yan, name = utility.actor("Reconciler Yan"), f"LHB-{at:%Y%m%d}.txt"
    kept = keep_file(yan, link.pk, data, name)
    post_file(utility.actor("Checker He"), kept.pk)
    jobs.run_until_idle()
    import_statement(yan, link.pk, data, name)
    jobs.run_until_idle()


def _direct_debit(paying: Member, utility: Utility, at: datetime) -> None:
    """A bank that collects, and one customer who signed for it at the counter."""
    link = open_link(system(), "LHD", "临海银行 Linhai Bank", "direct-debit", "bank_file", PROVINCE)
    account = paying.ids["account"]
    clerk, number = utility.actor(clerk_of(paying)), f"{BANK_ACCOUNT}{account:08d}"
    sign_mandate(clerk, link.pk, account, f"DK{account:08d}", paying.zh, number, at.date())


def _wallet(paying: Member, at: datetime) -> None:
    """A notice as the wallet signs it, with a key that is made here and forgotten."""
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    link = open_link(system(), "ALI", "支付宝 Alipay", "alipay", "alipay", PROVINCE, app_id="2026000000000001")
    trust_key(system(), link.pk, public)
    account = paying.ids["account"]
    payer = Actor(paying.name, "customer", frozenset({"customer"}), Scope(accounts=frozenset({account})))
    order = announce(payer, account, PAID_FEN, "alipay", "wallet", key=f"demo-ali-{account}", link_code=link.code)
    fields = {
        "app_id": link.app_id, "trade_no": f"{at:%Y%m%d}220014{account:08d}", "out_trade_no": order.order_number,
        "trade_status": "TRADE_SUCCESS", "total_amount": f"{PAID_FEN // 100}.{PAID_FEN % 100:02d}", "subject": "电费",
    }  # fmt: skip
    fields |= {"sign": signatures.sign(private, alipay.signed_text(fields)), "sign_type": "RSA2"}
    inbox.take(link, Envelope(urlencode(fields).encode(), at))


def _case(found: Member, utility: Utility, span: Span) -> None:
    """Somebody drew electricity past the meter; it is calculated and waits for the second person."""
    end = span.running
    terms = Terms(first=end - timedelta(days=THEFT_DAYS), end=end, method="given", energy_wh=THEFT_WH)
    facts = Facts(
        span.today - timedelta(days=2), terms, found_by="用电检查班", evidence="现场检查记录 2026-0117\n照片 3 张",
        note="绕越电能表用电",
    )  # fmt: skip
    gao = utility.actor("Biller Gao")
    calculate_case(gao, open_case(gao, found.ids["account"], "theft", facts).pk)
