"""Prepayment through the pages of three halls, on the town of 21 November 2026."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test import Client

from gridhall.cis.customers.actions import change_tariff
from gridhall.cis.payments.actions import receive
from gridhall.cis.prepay import jobs
from gridhall.cis.prepay.actions import register_device, start_prepay
from gridhall.cis.prepay.models import Command, PrepayTerms, Token
from gridhall.cis.prepay.queries import balance_of
from gridhall.cis.tariffs.actions import publish_parsed
from gridhall.halls.formats import yuan
from gridhall.kernel import shipped
from gridhall.platform.actor import system
from gridhall.platform.scope import EVERYTHING
from tests.cast import Cast
from tests.halls.counter.conftest import text_of
from tests.halls.town import NOW

pytestmark = pytest.mark.usefixtures("town", "db")


@pytest.fixture(autouse=True)
def then(tmp_path: Any, settings: Any) -> Iterator[None]:
    """The day of the town, and columns of a test's own."""
    settings.DATA = tmp_path
    with patch("django.utils.timezone.now", lambda: NOW):
        yield


def browse(town: Cast, name: str) -> Client:
    """A signed-in browser, in English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.staff[name].user if name in town.staff else town.logins[name])
    return client


def key_of(response: Any, part: str = "") -> str:
    """The hidden key of the form with this prefix."""
    found = re.search(rf'name="{part}key" value="([0-9a-f-]+)"', response.content.decode())
    assert found, "the form carries no key"
    return found[1]


def prepays(town: Cast, name: str = "Ms Li") -> str:
    """The account prepays and was counted; returns its public id."""
    start_prepay(town.actor("Supervisor Zheng"), town.accounts[name].pk)
    jobs.count_all()
    return str(town.accounts[name].public_id)


def test_clerk_wu_switches_ms_li_and_her_balance_stands_on_her_page(town: Cast) -> None:
    client, account = browse(town, "Clerk Wu"), town.accounts["Ms Li"]
    address = f"/counter/customers/{account.public_id}/prepay/"
    page = client.get(address)
    assert "pays after the bill" in text_of(page)
    assert client.post(address, {"do": "start", "channel": "sms", "key": key_of(page)}).status_code == 302
    balance = balance_of(account)
    shown = text_of(client.get(f"/counter/customers/{account.public_id}/"))
    assert f"Balance now {yuan(balance.balance_fen)}" in shown
    assert yuan(balance.unbilled_fen) in shown
    page = client.get(address)
    sent = client.post(address, {"do": "alarm", "alarm": "12.50", "channel": "e-mail", "key": key_of(page)})
    assert sent.status_code == 302
    assert PrepayTerms.objects.get(account=account).alarm_fen == 12_50
    assert "End prepayment" not in text_of(page)  # the supervisor's


def test_supervisor_zheng_ends_it_with_a_reason(town: Cast) -> None:
    address = f"/counter/customers/{prepays(town)}/prepay/"
    client = browse(town, "Supervisor Zheng")
    page = client.get(address)
    wrong = client.post(address, {"do": "end", "end-reason": "", "end-key": key_of(page, "end-")})
    assert wrong.status_code == 200 and PrepayTerms.objects.filter(valid_to__isnull=True).exists()
    assert (
        client.post(address, {"do": "end", "end-reason": "asked", "end-key": key_of(page, "end-")}).status_code == 302
    )
    assert "pays after the bill" in text_of(client.get(address))


def test_ms_li_sees_where_her_balance_comes_from_and_sets_her_alarm(town: Cast) -> None:
    client = browse(town, "Ms Li")
    assert "You pay after the bill" in text_of(client.get("/my/balance/"))
    prepays(town)
    page = client.get("/my/balance/")
    balance = balance_of(town.accounts["Ms Li"])
    assert f"Balance now {yuan(balance.balance_fen)}" in text_of(page)
    assert "Nov 2026" in text_of(page)
    assert client.post("/my/balance/", {"alarm": "many", "channel": "sms", "key": key_of(page)}).status_code == 200
    assert client.post("/my/balance/", {"alarm": "80", "channel": "sms", "key": key_of(page)}).status_code == 302
    assert PrepayTerms.objects.get(valid_to__isnull=True).alarm_fen == 80_00


def test_the_monitor_counts_levels_and_biller_gao_holds_and_takes_back(town: Cast) -> None:
    public_id, client = prepays(town), browse(town, "Biller Gao")
    page = text_of(client.get("/office/prepay/"))
    assert "Prepaying 1" in page and town.accounts["Ms Li"].number in page
    assert "No head-end is configured" in page
    assert "Nobody stands low" in text_of(client.get("/office/prepay/?level=low"))
    order = Command.objects.within(EVERYTHING).get()
    assert "Stop supply" in text_of(client.get("/office/prepay/orders/"))
    address = f"/office/prepay/accounts/{public_id}/"
    page = client.get(address)
    until = str((NOW + timedelta(days=5)).date())
    held = client.post(address, {"until": until, "reason": "pays on payday", "key": key_of(page)})
    assert held.status_code == 302
    assert "pays on payday" in text_of(client.get(address))
    taken = f"/office/prepay/orders/{order.public_id}/withdraw/"
    client.post(taken, {"back-reason": "x", "back-key": key_of(page, "back-")})
    order.refresh_from_db()
    assert order.state == Command.State.QUEUED  # no reason, no taking back
    assert client.post(taken, {"back-reason": "agreed", "back-key": key_of(page, "back-")}).status_code == 302
    order.refresh_from_db()
    assert order.state == Command.State.WITHDRAWN
    assert client.post(f"/office/prepay/orders/{order.public_id}/retry/").status_code == 422


def test_a_failed_order_is_sent_again_from_its_page(town: Cast) -> None:
    public_id, client = prepays(town), browse(town, "Checker He")
    order = Command.objects.within(EVERYTHING).get()
    order.state, order.ended_at, order.waits_for = Command.State.FAILED, NOW, "no answer"
    order.save()
    assert "Send it again" in text_of(client.get(f"/office/prepay/accounts/{public_id}/"))
    assert town.accounts["Ms Li"].number in text_of(client.get("/office/prepay/orders/?which=bad"))
    for _ in range(2):  # pressing twice sends once
        assert client.post(f"/office/prepay/orders/{order.public_id}/retry/").status_code == 302
    assert Command.objects.within(EVERYTHING).count() == 2


def test_a_token_stands_on_the_receipt_and_supervisor_zheng_voids_it_before_the_money_goes_back(town: Cast) -> None:
    for version in shipped.tariffs()["flat-rate"]:
        publish_parsed(system(), version)
    change_tariff(town.actor("Supervisor Zheng"), town.agreement("Ms Li"), "flat-rate", date(2026, 11, 10))
    account = town.accounts["Ms Li"]
    keypad = register_device(town.actor("Fitter Sun"), account.pk, "KP-9", 516_959_010, "0" * 31 + "1")
    payment = receive(town.actor("Ms Li"), account.pk, 50_00, "online", "demo", key="keypad")
    address, wu = f"/counter/payments/{payment.public_id}/", browse(town, "Clerk Wu")
    wu.post(f"{address}token/", {"device": str(keypad.public_id)})
    token = Token.objects.get()
    shown = text_of(wu.get(address))
    assert token.grouped in shown and "cannot be taken back" in shown and "Record the token as void" not in shown
    assert wu.post(f"{address}token/void/", {"reason": "photo 17"}).status_code == 403
    zheng = browse(town, "Supervisor Zheng")
    assert "Take back" not in text_of(zheng.get(address))
    refused = zheng.post(f"{address}reverse/", {"reason": "mistyped", "key": key_of(zheng.get(f"{address}reverse/"))})
    assert refused.status_code == 422 and "Take its energy off the meter first" in text_of(refused)
    zheng.post(f"{address}token/void/", {"reason": "set to zero, photo 17"})
    shown = text_of(zheng.get(address))
    assert "Void since" in shown and "set to zero, photo 17" in shown and "Take back" in shown


@pytest.mark.parametrize("name", ["Ms Li", "Clerk Wu", "Manager Tang"])
def test_the_monitor_is_the_offices(town: Cast, name: str) -> None:
    for address in ("/office/prepay/", "/office/prepay/orders/"):
        assert browse(town, name).get(address).status_code == 403


def test_the_stranger_finds_no_balance_and_no_order(town: Cast) -> None:
    public_id, client = prepays(town), browse(town, "Stranger")
    order = Command.objects.within(EVERYTHING).get()
    for address in (f"/counter/customers/{public_id}/prepay/", f"/office/prepay/accounts/{public_id}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "end"}).status_code == 404
    for verb in ("retry", "withdraw"):
        assert client.post(f"/office/prepay/orders/{order.public_id}/{verb}/").status_code == 404
    assert town.accounts["Ms Li"].number not in text_of(client.get("/office/prepay/"))


def test_the_command_line_counts_and_shows(town: Cast) -> None:
    said: Callable[..., str] = _said
    number = town.accounts["Ms Li"].number
    assert "prepays" in said("start", number)
    assert "1 balances counted" in said("count")
    assert f"Balance {balance_of(town.accounts['Ms Li']).balance_fen / 100:.2f}" in said("show", number)


def _said(*words: str) -> str:
    out = StringIO()
    call_command("prepay", *words, stdout=out)
    return out.getvalue()
