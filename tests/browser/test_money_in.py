"""A reconciler's day in a browser, as docs/staff/reconciler.md tells it: a bank's file, its statement, a difference."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from gridhall.codecs.payments import bank_file
from gridhall.codecs.payments.items import Item, Kind
from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW, TWO_VIEWS

CHINA = timezone(timedelta(hours=8))
SignIn = Callable[[str], Page]
numbers = count(1)


@pytest.fixture(scope="module")
def bank(site: Site) -> str:
    """The link of a bank that sends files, opened as an operator does."""
    words = ["--name", "First Bank", "--channel", "bank-counter", "--adapter", "bank_file", "--unit", "32/"]
    site.run("link", "open", "BK01", *words)
    return "BK01"


def day_file(*lines: tuple[str, int, str]) -> bytes:
    now = datetime.now(CHINA)
    items = [Item(0, serial, Kind.PAY, fen, now, number, "", "王小明") for serial, fen, number in lines]
    return bank_file.write(bank_file.DayFile("BK01", now.date(), items))


def bring(page: Page, site: Site, address: str, data: bytes) -> None:
    """Choose the bank and the file, and send them."""
    page.goto(f"{site.url}{address}")
    option = page.locator("select[name=link] option", has_text="BK01")
    page.select_option("select[name=link]", value=option.get_attribute("value"))
    page.set_input_files("input[type=file]", {"name": "day.txt", "mimeType": "text/plain", "buffer": data})
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(r"/office/money/(files|statements)/[0-9a-f-]{36}/"))


def until(page: Page, words: re.Pattern[str]) -> None:
    """The worker is at it: look again until the page says so."""
    for _again in range(60):
        if words.search(page.locator("main").inner_text()):
            return
        page.wait_for_timeout(1000)
        page.reload()
    pytest.fail(f"{words.pattern} did not come: {page.locator('main').inner_text()[:500]}")


def sign_out(page: Page) -> None:
    page.locator("form[action$='/sign-out/'] button").click()
    page.wait_for_url(re.compile(r"/$|sign-in"))


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True)
def test_a_day_of_the_reconciler(
    sign_in: SignIn, site: Site, bank: str, page: Page, accessible: Callable[[], None], screen: Callable[[str], None]
) -> None:
    n = next(numbers)
    number = re.search(r"account (\d{10})", site.run("demo", "logins"))
    assert number
    account = number[1]
    sign_in("reconciler-yan")
    data = day_file((f"S{n}-1", 10_00 + n, account), (f"S{n}-2", 20_00, "0400000001"))
    bring(page, site, "/office/money/files/new/", data)
    expect(page.locator("main")).to_contain_text(f"S{n}-1")
    expect(page.locator("form[action$='/post/']")).to_have_count(0)  # whoever brought it does not post it
    accessible()
    file = page.url
    sign_out(page)
    sign_in("checker-he")
    page.goto(file)
    accessible()
    screen("bank-file")
    page.locator("form[action$='/post/'] button").click()
    sign_out(page)
    sign_in("reconciler-yan")
    page.goto(file)
    until(page, re.compile("Refused lines|被拒绝的明细"))
    accessible()
    with page.expect_download() as downloaded:
        page.locator("a[href$='/answer/']").click()
    assert f"|S{n}-1|ok|" in downloaded.value.path().read_text()

    bring(page, site, "/office/money/statements/new/", data)
    until(page, re.compile("Both agree|分毫不差"))
    accessible()
    screen("statement")
    page.locator("main table a", has_text=f"S{n}-2").first.click()
    page.wait_for_url("**/office/money/differences/*/")
    address = page.url
    page.locator("form[action$='/own/'] button").click()
    page.wait_for_url(address)
    page.locator("input[name=way][value=give-back]").check()
    page.fill("[name=reason]", "no such customer")
    accessible()
    page.locator("form[action$='/propose/'] button").click()
    page.wait_for_url(address)
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)
    sign_out(page)

    sign_in("checker-he")
    page.goto(address)
    accessible()
    screen("difference")
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_url(address)
    expect(page.locator(".state-good").first).to_be_visible()
    for place, name in (("", "channels"), ("reconciliation/?state=closed", "reconciliation"), ("files/", "bank-files")):
        page.goto(f"{site.url}/office/money/{place}")
        expect(page.locator("main")).to_contain_text(bank)
        accessible()
        screen(name)
    page.goto(f"{site.url}/office/money/")
    page.locator("main table a", has_text=bank).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(bank)
    accessible()


@pytest.mark.parametrize("view", TWO_VIEWS, indirect=True)
def test_a_customer_switches_auto_pay_on_and_the_office_sees_it_masked(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None], screen: Callable[[str], None]
) -> None:
    sign_in("sunny-roof")
    page.goto(f"{site.url}/my/pay/")
    page.locator("a[href$='/auto-pay/']").click()
    accessible()
    page.locator("[name=bank_account]").fill("6222 0202 0011 2233 445")
    page.locator("section[aria-labelledby=sign] button").click()
    mandate = page.locator("section[aria-labelledby=mandate]")
    expect(mandate).to_contain_text("**** 3445")
    accessible()
    screen("auto-pay")
    sign_out(page)

    sign_in("reconciler-yan")
    page.goto(f"{site.url}/office/money/mandates/")
    accessible()
    page.locator("main tbody tr", has_text="**** 3445").locator("a").click()
    expect(page.locator("section[aria-labelledby=mandate]")).to_contain_text("**** 3445")
    expect(page.locator("main form")).to_have_count(0)  # the office looks; the counter and the customer decide
    accessible()
    screen("mandate")
    page.goto(f"{site.url}/office/money/debits/")
    accessible()
    screen("debits")
    sign_out(page)

    sign_in("sunny-roof")
    page.goto(f"{site.url}/my/auto-pay/")
    page.locator("section[aria-labelledby=mandate] button").click()
    expect(page.locator("section[aria-labelledby=sign]")).to_be_visible()
