"""The counter as a clerk meets it: by keyboard, on every size of screen, in both languages."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW

OWING = """
SELECT a.number FROM customers_account a JOIN customers_customer c ON c.id = a.customer_id
JOIN ledger_line l ON l.account_id = a.id
JOIN platform_orgunit u ON substr(a.path, 1, length(u.path)) = u.path
JOIN platform_staffrole r ON r.unit_id = u.id AND r.role = 'clerk'
JOIN platform_staff s ON s.id = r.staff_id JOIN platform_user p ON p.id = s.user_id
WHERE p.username = ? AND l.ledger_account_id = 'receivable' AND c.phone <> ''
GROUP BY a.number HAVING sum(l.amount_fen) > 10000 ORDER BY a.number LIMIT 1
"""


@pytest.fixture
def clerk_name(page: Page, site: Site) -> str:
    """The first counter clerk that the sign-in page of the demonstration names."""
    page.goto(f"{site.url}/sign-in/")
    row = page.locator("section tr", has_text=re.compile("柜台收费员|Counter clerk")).filter(has=page.locator("code"))
    return row.first.locator("code").inner_text()


@pytest.fixture
def clerk(clerk_name: str, sign_in: Callable[[str], Page]) -> Page:
    return sign_in(clerk_name)


@pytest.fixture
def owing(site: Site, clerk_name: str) -> str:
    """The number of an account of the clerk's unit that owes more than a hundred yuan."""
    with sqlite3.connect(f"file:{site.data}/gridhall.sqlite3?mode=ro", uri=True) as books:
        row = books.execute(OWING, [clerk_name]).fetchone()
    assert row, "nobody in the clerk's unit owes anything"
    return row[0]


def payments(site: Site) -> int:
    """How many payments the books hold."""
    with sqlite3.connect(f"file:{site.data}/gridhall.sqlite3?mode=ro", uri=True) as books:
        return books.execute("SELECT count(*) FROM payments_payment").fetchone()[0]


def find(page: Page, site: Site, number: str) -> None:
    """From any page: slash, the number, Enter."""
    page.goto(f"{site.url}/counter/")
    page.keyboard.press("/")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/counter/customers/[0-9a-f-]{36}/$"))


def open_till(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/counter/")
    if page.locator('a[href="/counter/shifts/open/"]').count():
        page.keyboard.press("F9")
        page.wait_for_url("**/shifts/open/")
        page.locator("input[name=float_amount]").fill("500")
        page.keyboard.press("F9")
        page.wait_for_url("**/counter/")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_every_page_is_accessible_and_speaks_the_language(
    clerk: Page,
    site: Site,
    owing: str,
    view: tuple[str, tuple[int, int]],
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    language, size = view

    def look(name: str) -> None:
        expect(clerk.locator("html")).to_have_attribute("lang", language)
        accessible()
        screen(f"counter-{name}-{language}-{size[0]}")

    open_till(clerk, site)
    look("desk")
    clerk.locator("[data-search]").fill(owing[:4])
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(re.compile("/counter/customers/"))
    look("search")
    find(clerk, site, owing)
    expect(clerk.locator("figure[data-chart] svg")).to_be_visible()
    look("customer")
    clerk.keyboard.press("F4")
    clerk.wait_for_url("**/pay/")
    look("pay")
    clerk.go_back()
    clerk.keyboard.press("F8")
    clerk.wait_for_url("**/statement/")
    look("statement")
    clerk.goto(f"{site.url}/counter/")
    clerk.keyboard.press("F9")
    clerk.wait_for_url("**/shifts/*/")
    look("till")


def test_a_payment_shows_its_change_and_is_taken_once(clerk: Page, site: Site, owing: str) -> None:
    open_till(clerk, site)
    find(clerk, site, owing)
    clerk.keyboard.press("F4")
    clerk.wait_for_url("**/pay/")
    expect(clerk.locator("[data-amount]")).to_be_focused()
    clerk.keyboard.press("Control+A")
    clerk.keyboard.type("12.34")
    clerk.keyboard.press("Tab")
    clerk.keyboard.press("Tab")
    clerk.keyboard.type("20")
    expect(clerk.locator("[data-change]")).to_have_text("¥7.66")
    before = payments(site)
    clerk.locator("main form [data-key=F4]").dblclick()
    clerk.wait_for_url(re.compile(r"/counter/payments/[0-9a-f-]{36}/$"))
    expect(clerk.locator("main")).to_contain_text("¥7.66")
    assert payments(site) == before + 1, "pressing twice is one payment"


def test_a_full_number_is_shown_after_a_reason(clerk: Page, site: Site, owing: str) -> None:
    find(clerk, site, owing)
    card = clerk.locator("section[aria-labelledby=who]")
    expect(card).to_contain_text("****")
    card.locator("summary").click()
    card.locator("input[name=purpose]").fill("to announce a meter exchange")
    card.locator("form button").click()
    expect(clerk.locator("section[aria-labelledby=who] dd strong")).to_have_text(re.compile(r"^\+?\d{7,}$"))


def test_a_till_is_counted_and_closed(clerk: Page, site: Site) -> None:
    open_till(clerk, site)
    clerk.keyboard.press("F9")
    clerk.wait_for_url("**/shifts/*/")
    expected = clerk.locator("section[aria-labelledby=books] dd strong").inner_text()
    clerk.locator("input[name=counted]").fill(expected)
    clerk.keyboard.press("F9")
    expect(clerk.locator("input[name=counted]")).to_have_count(0)
    expect(clerk.locator("section[aria-labelledby=books]")).to_contain_text("¥0.00")
