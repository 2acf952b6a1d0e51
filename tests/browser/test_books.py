"""The books in Chromium: a month is closed by two accountants, and a balance opens down to a line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW, TWO_VIEWS

View = tuple[str, tuple[int, int]]
# On the first of a month its books are empty: the month before is looked at.
LAST = (datetime.now(ZoneInfo("Asia/Shanghai")).replace(day=1) - timedelta(days=1)).strftime("month=%Y%m")
PAGES = (
    "", "trial-balance/", "account/?account=receivable", "periods/", "aged/", "aged/bills/", "collection/", "revenue/",
    "revenue/days/?kind=component&component=td", "vat/", "exports/",
)  # fmt: skip


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_an_accountant_reads_the_books(
    sign_in: Callable[[str], Page],
    site: Site,
    view: View,
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    page = sign_in("accountant-song")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for address in PAGES:
        page.goto(f"{site.url}/office/books/{address}{'&' if '?' in address else '?'}{LAST}")
        expect(page.locator("main")).to_contain_text("20" if address == "periods/" else "¥")
        accessible()
        name = address.partition("?")[0].strip("/").replace("/", "-") or "overview"
        screen(f"books-{name}-{view[0]}-{view[1][0]}")


@pytest.mark.parametrize("view", TWO_VIEWS, indirect=True, ids=str)
def test_a_balance_opens_down_to_an_entry(
    sign_in: Callable[[str], Page],
    site: Site,
    view: View,
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    page = sign_in("accountant-song")
    page.goto(f"{site.url}/office/books/trial-balance/?{LAST}")
    page.locator("main tbody a").first.click()
    page.locator("main tbody a").first.click()
    accessible()
    screen(f"books-day-{view[0]}-{view[1][0]}")
    page.locator("main tbody a").first.click()
    expect(page.locator("main tbody tr").nth(1)).to_be_visible()
    accessible()


@pytest.mark.parametrize("view", TWO_VIEWS, indirect=True, ids=str)
def test_two_accountants_close_a_month(
    sign_in: Callable[[str], Page],
    site: Site,
    view: View,
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    number = TWO_VIEWS.index(view)  # each view closes a city of its own
    page = sign_in("accountant-song")
    page.goto(f"{site.url}/office/books/periods/")
    months = page.locator("main section").nth(number).locator("tbody a")
    months.nth(13).click()
    page.locator("form[action*='propose'] button").click()
    expect(page.locator("form[action*='confirm']")).to_be_visible()
    accessible()
    screen(f"books-period-{view[0]}-{view[1][0]}")
    address = page.url
    page.context.clear_cookies()
    page = sign_in("accountant-yu")
    page.goto(address)
    page.locator("form[action*='confirm'] button").click()
    expect(page.locator("form[action*='reopen']")).to_be_visible()
    accessible()


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_customer_asks_for_an_invoice_and_the_accountant_sees_it(
    sign_in: Callable[[str], Page],
    site: Site,
    view: View,
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    page = sign_in("ms-li")
    page.goto(f"{site.url}/my/bills/")
    page.locator("main a[href*='/my/bills/']").nth(EVERY_VIEW.index(view)).click()  # each view asks for its own bill
    page.locator("a[href$='/invoice/']").click()
    accessible()
    page.locator("main form .btn-primary").click()
    expect(page.locator("main form")).to_have_count(0)
    accessible()
    screen(f"customer-invoice-{view[0]}-{view[1][0]}")
    page.context.clear_cookies()
    page = sign_in("accountant-song")
    page.goto(f"{site.url}/office/books/invoices/")
    accessible()
    screen(f"books-invoices-{view[0]}-{view[1][0]}")
    page.locator("main tbody a").first.click()
    expect(page.locator("main dl")).to_contain_text("李秀英")
    accessible()
    screen(f"books-invoice-{view[0]}-{view[1][0]}")
