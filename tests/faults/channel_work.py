"""Work of the channels that may be killed: a bank's file that a job posts, and callbacks that are answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.conf import settings

from gridhall.cis.channels import inbox
from gridhall.cis.channels.actions import keep_file, open_link, post_file, trust_key
from gridhall.cis.channels.contract import Envelope
from gridhall.cis.channels.models import Link, Message, PartnerFile
from gridhall.cis.customers.models import Account
from gridhall.codecs.payments import bank_file
from gridhall.codecs.payments.items import Item, Kind
from gridhall.platform import clock, jobs
from gridhall.platform.actor import system
from gridhall.platform.models import Job
from gridhall.platform.scope import EVERYTHING
from tests.simulator.partners import alipay_tells, bank_asks, heard, new_key
from tests.simulator.plan import Way

LINES, CALLBACKS = 30, 6


def prepare_channels() -> None:
    """A bank with files, a bank in real time and a wallet, each with its key."""
    open_link(system(), "KFIL", "File bank", "bank-counter", "bank_file", "32/04/")
    for code, channel, adapter in (("KAPP", "bank-app", "bank_api"), ("KALI", "alipay", "alipay")):
        link = open_link(system(), code, code, channel, adapter, "32/04/", app_id="2014072300007148")
        private, public = new_key()
        trust_key(system(), link.pk, public)
        (settings.DATA / f"{code}.pem").write_bytes(private)


def bank_file_posted() -> None:
    """Keep the file and have it posted; a dead worker's lease is over. Small steps, so that kills fall between them."""
    from gridhall.cis.channels import posting

    posting.AT_ONCE = 5
    accounts = list(Account.objects.within(EVERYTHING).order_by("pk").values_list("number", flat=True))
    at = datetime(2026, 2, 20, 1, tzinfo=UTC)
    items = [Item(0, f"F{n}", Kind.PAY, 500 + n, at, accounts[n % len(accounts)]) for n in range(LINES)]
    items += [Item(0, f"B{n}", Kind.REV, 500 + n, at, accounts[n % len(accounts)], "", "", f"F{n}") for n in (1, 2)]
    data = bank_file.write(bank_file.DayFile("KFIL", date(2026, 2, 20), items))
    kept = keep_file(system(), _link("KFIL").pk, data, "day.txt")
    post_file(system(), kept.pk)
    Job.objects.within(EVERYTHING).filter(state=Job.State.RUNNING).update(
        lease_until=clock.now() - timedelta(seconds=1)
    )
    jobs.run_until_idle()
    assert PartnerFile.objects.within(EVERYTHING).get(pk=kept.pk).state == PartnerFile.State.POSTED


def callbacks_answered() -> None:
    """A bank and a wallet say what they have to say until they are told ok; what a dead process had in work is free."""
    from gridhall.cis.payments.actions import announce

    Message.objects.filter(state=Message.State.WORKING).update(at=clock.now() - timedelta(seconds=61))
    accounts = list(Account.objects.within(EVERYTHING).order_by("pk"))
    for n in range(CALLBACKS):
        account = accounts[n % len(accounts)]
        link, key = _link("KAPP"), (settings.DATA / "KAPP.pem").read_bytes()
        asked = bank_asks(link, key, "pay", account=account.number, amount_fen=700 + n, serial=f"P{n}")
        _until_ok(Way.BANK_APP, link, asked)
        link, key = _link("KALI"), (settings.DATA / "KALI.pem").read_bytes()
        order = announce(system(), account.pk, 900, "alipay", "wallet", key=f"order-{n}", link_code=link.code)
        fields = {"out_trade_no": order.order_number, "trade_no": f"T{n}", "total_amount": "9.00"}
        _until_ok(Way.ALIPAY, link, alipay_tells(link, key, trade_status="TRADE_SUCCESS", **fields))
        if n == 1:
            fields |= {"refund_fee": "3.00", "out_biz_no": f"R{n}"}
            _until_ok(Way.ALIPAY, link, alipay_tells(link, key, trade_status="TRADE_SUCCESS", **fields))


def _until_ok(way: Way, link: Link, asked: Envelope) -> None:
    for _try in range(3):
        if heard(way, inbox.take(link, asked)).good:
            return
    raise AssertionError(f"{way} was never told ok")


def _link(code: str) -> Link:
    return Link.objects.within(EVERYTHING).get(code=code)
