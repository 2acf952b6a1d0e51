"""Prepayment in a browser: switched at the counter, watched in the office, seen by the customer."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site

WAIT_MS = 90_000


def test_an_account_is_switched_warned_held_and_seen(
    page: Page, sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]],
    accessible: Callable[[], None], screen: Callable[[str], None],
) -> None:  # fmt: skip
    language, size = view
    page.set_default_timeout(WAIT_MS)

    def look(name: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        accessible()
        screen(f"{name}-{language}-{size[0]}")

    sign_in("ms-li")
    page.goto(f"{site.url}/my/balance/")
    number = page.locator(".my-account strong").first.inner_text()
    if not page.locator("#balance").count():
        look("customer-prepay-before")
        switch(page, site, sign_in, number, look)
        page.context.clear_cookies()
        sign_in("ms-li")
        page.goto(f"{site.url}/my/balance/")
    look("customer-prepay")
    page.locator("#id_alarm").fill("66")
    page.locator("section[aria-labelledby=alarm] button").click()
    expect(page.locator("#id_alarm")).to_have_value("66.00")
    site.run("prepay", "count")
    page.context.clear_cookies()
    sign_in("biller-gao")
    page.goto(f"{site.url}/office/prepay/")
    look("office-prepay")
    page.goto(f"{site.url}/office/prepay/orders/?which=")
    look("office-prepay-orders")
    page.goto(f"{site.url}/office/prepay/")
    row = page.locator("main tbody a", has_text=number)
    if row.count():
        row.click()
        page.wait_for_url("**/office/prepay/accounts/*/")
        look("office-prepay-account")
        page.locator("section[aria-labelledby=hold] input[name=reason]").fill("月底缴清")
        page.locator("section[aria-labelledby=hold] button").click()
        expect(page.locator("main .alert, .alert").first).to_be_visible()


def switch(
    page: Page, site: Site, sign_in: Callable[[str], Page], number: str, look: Callable[[str], None]
) -> None:  # fmt: skip
    """At the counter, found by the account number."""
    page.context.clear_cookies()
    sign_in("supervisor-zheng")
    page.goto(f"{site.url}/counter/customers/")
    page.locator("main input[name=text]").fill(number)
    page.locator("main input[name=text]").press("Enter")
    page.wait_for_url("**/counter/customers/*-*/")
    page.locator("a.btn[href$='/prepay/']").click()
    look("counter-prepay-before")
    page.locator("section[aria-labelledby=start] button").click()
    page.locator("#balance").wait_for()
    look("counter-prepay")
