"""The customer hall as a customer meets it: on a phone and on a desk, in both languages, every press a real one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW, PHONE, TWO_VIEWS

CHARTS = "figure[data-chart]"


@pytest.fixture
def customer(page: Page, site: Site, sign_in: Callable[[str], Page]) -> Page:
    """The first customer that the sign-in page of the demonstration names, signed in."""
    page.goto(f"{site.url}/sign-in/")
    row = page.locator("section tr", has_text=re.compile("客户|Customer")).filter(has=page.locator("code")).first
    return sign_in(row.locator("code").inner_text())


def open_newest_bill(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/my/bills/")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile(r"/my/bills/[0-9a-f-]{36}/$"))


def charts_are_drawn(page: Page) -> None:
    """Every figure holds a drawing, and its table says the same as its data."""
    for figure in page.locator(CHARTS).all():
        expect(figure.locator("svg")).to_be_visible()
        expect(figure.locator("figcaption")).not_to_be_empty()
        assert figure.locator("tbody tr").count() > 0


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_every_page_is_accessible_and_complete(
    customer: Page,
    site: Site,
    view: tuple[str, tuple[int, int]],
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    language, size = view

    def look(name: str) -> None:
        expect(customer.locator("html")).to_have_attribute("lang", language)
        charts_are_drawn(customer)
        accessible()
        screen(f"customer-{name}-{language}-{size[0]}")

    for name, address in {
        "home": "",
        "usage": "usage/",
        "bills": "bills/",
        "pay": "pay/",
        "payments": "payments/",
    }.items():
        customer.goto(f"{site.url}/my/{address}")
        look(name)
    open_newest_bill(customer, site)
    look("bill")
    customer.locator("a.why").first.click()
    customer.wait_for_url("**/lines/**")
    look("line")
    days = customer.locator(".day-links a")
    if days.count():
        days.first.click()
        customer.wait_for_url(re.compile(r"/lines/\d+/\d{4}-\d{2}-\d{2}/$"))
        look("day")


@pytest.mark.parametrize("view", [("zh-hans", PHONE)], indirect=True, ids=str)
def test_pressing_pay_twice_pays_once_and_ends_at_the_receipt(
    customer: Page, site: Site, accessible: Callable[[], None], screen: Callable[[str], None]
) -> None:
    customer.goto(f"{site.url}/my/payments/")
    before = customer.locator("tbody tr").count()
    customer.goto(f"{site.url}/my/")
    customer.locator("main a.btn-primary").first.click()
    customer.locator("input[name=amount]").fill("12.34")
    customer.locator("main form button[type=submit]").last.dblclick()
    customer.wait_for_url(re.compile(r"/my/payments/[0-9a-f-]{36}/$"))
    expect(customer.locator("main .amount")).to_have_text("¥12.34")
    accessible()
    screen("customer-receipt")
    customer.goto(f"{site.url}/my/payments/")
    expect(customer.locator("tbody tr")).to_have_count(before + 1)


def test_a_mistyped_amount_is_explained_beside_its_field(
    customer: Page, site: Site, accessible: Callable[[], None]
) -> None:
    customer.goto(f"{site.url}/my/pay/")
    customer.locator("input[name=amount]").fill("1,2")
    customer.locator("main form button[type=submit]").last.click()
    field = customer.locator("input[name=amount]")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(customer.locator(f"#{(field.get_attribute('aria-describedby') or '').split()[-1]}")).to_be_visible()
    accessible()


@pytest.mark.parametrize("view", TWO_VIEWS, indirect=True, ids=str)
def test_large_type_grows_every_word_and_still_fits(customer: Page, site: Site, accessible: Callable[[], None]) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    customer.goto(f"{site.url}/my/")
    plain = customer.evaluate(size)
    customer.locator("button[name=elder]").click()
    customer.wait_for_load_state()
    assert customer.evaluate(size) >= 1.39 * plain
    expect(customer.locator(".hall-three .btn")).to_have_count(3)
    for address in ("", "bills/", "pay/"):
        customer.goto(f"{site.url}/my/{address}")
        accessible()


def test_the_language_changes_where_one_is(customer: Page, site: Site) -> None:
    open_newest_bill(customer, site)
    address = customer.url
    customer.locator("button[name=language]").click()
    expect(customer.locator("html")).to_have_attribute("lang", "en")
    assert customer.url == address


def test_everything_is_reached_by_keyboard(customer: Page, site: Site) -> None:
    customer.goto(f"{site.url}/my/usage/")
    customer.keyboard.press("Tab")
    expect(customer.locator(".skip")).to_be_focused()
    expect(customer.locator(".skip")).to_be_in_viewport()
    customer.keyboard.press("Enter")
    expect(customer.locator("main")).to_be_focused()
    table = customer.locator(f"{CHARTS} details").first
    table.locator("summary").focus()
    customer.keyboard.press("Enter")
    expect(table.locator("table")).to_be_visible()


def test_the_browser_keeps_nothing_of_the_customer(customer: Page, site: Site) -> None:
    open_newest_bill(customer, site)
    assert customer.evaluate("[localStorage.length, document.cookie]") == [0, ""]
    # htmx notes the address of the page that is open: a path with a random id, gone with the tab.
    kept = customer.evaluate("Object.entries(sessionStorage)")
    assert kept in ([], [["htmx-current-path-for-history", customer.url.removeprefix(site.url)]])


def test_going_back_after_signing_out_shows_nothing(customer: Page, site: Site) -> None:
    customer.goto(f"{site.url}/my/")
    customer.locator("form[action='/sign-out/'] button").click()
    customer.wait_for_url("**/sign-in/")
    customer.go_back()
    customer.wait_for_url("**/sign-in/**")
    expect(customer.locator("input[name=password]")).to_be_visible()
