"""The tariff studio in a browser: the clerk's tutorial by two people, and a draft with checks while typing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import price_tables as made
from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW, TWO_VIEWS

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs/staff/hubei-2026-02.csv"
MONTHS = iter(range(3, 13))
SignIn = Callable[[str], Page]


def sign_out(page: Page) -> None:
    page.locator("form[action$='/sign-out/'] button").click()
    page.wait_for_url(re.compile(r"/$|sign-in"))


def read(page: Page, site: Site, name: str, content: bytes) -> str:
    page.goto(f"{site.url}/office/price-tables/new/")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/office/price-tables/*-*/")
    return page.url


def test_the_clerks_february_is_published_by_two(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None], screen: Callable[[str], None]
) -> None:
    sign_in("biller-gao")
    address = read(page, site, TABLE.name, TABLE.read_bytes())
    expect(page.locator("main")).to_contain_text("0.665112")
    accessible()
    screen("price-table")
    page.locator("form[action$='/submit/'] button").click()
    page.wait_for_url(address)
    sign_out(page)
    sign_in("checker-he")
    page.goto(address)
    for box in page.locator("input[name=warning]").all():
        box.check()
    page.locator("input[name=compared]").check()
    accessible()
    page.locator("form[action$='/confirm/'] button").click()
    page.wait_for_url(address)
    expect(page.locator("#versions")).to_be_visible()
    page.locator("a", has_text="hubei-two-part-1-10kv").first.click()
    expect(page.locator("main")).to_contain_text("0.665112")
    page.goto(f"{site.url}/office/price-tables/")
    accessible()
    assert read(page, site, "again.csv", TABLE.read_bytes()) == address


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_every_page_of_the_studio_is_accessible_and_fits(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None], screen: Callable[[str], None],
    view: tuple[str, tuple[int, int]],
) -> None:  # fmt: skip
    sign_in("checker-he")
    for address in ("drafts/", "drafts/new/", "price-tables/", "price-tables/new/"):
        page.goto(f"{site.url}/office/{address}")
        expect(page.locator("html")).to_have_attribute("lang", view[0])
        accessible()
    page.goto(f"{site.url}/office/drafts/new/")
    page.locator("select[name=base]").select_option(index=3)
    page.locator("input[name=valid_from]").fill("2027-01-01")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/edit/")
    accessible()
    screen(f"studio-edit-{view[0]}-{view[1][0]}")
    page.locator("button[value=text]").click()
    expect(page.locator("textarea[name=text]")).to_be_visible()
    accessible()
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile(r"/drafts/[0-9a-f-]{36}/$"))
    for details in page.locator("details.sample").all():
        details.locator("summary").click()
    accessible()
    screen(f"studio-draft-{view[0]}-{view[1][0]}")
    month = made.replace_month(made.FEBRUARY, 202600 + next(MONTHS))
    read(page, site, "table.pdf", made.as_pdf(month))
    accessible()
    screen(f"studio-table-{view[0]}-{view[1][0]}")


@pytest.mark.parametrize("view", TWO_VIEWS, indirect=True, ids=str)
def test_problems_show_while_typing_and_a_price_is_published_by_two(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None]
) -> None:
    sign_in("biller-gao")
    page.goto(f"{site.url}/office/tariffs/?class=agriculture")
    page.locator("main tbody a").first.click()
    page.locator("a[href*='/drafts/new/']").click()
    page.locator("input[name=valid_from]").fill("2027-03-01")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/edit/")
    price = page.locator("input[name='energy.0.prices.total']")
    if not price.input_value():
        price = page.locator("input[name='energy.0.prices.flat']")
    price.fill("0,57")
    expect(page.locator("#check .state-bad").first).to_be_visible()
    accessible()
    price.fill("0.57")
    expect(page.locator("#check .state-good")).to_be_visible()
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile(r"/drafts/[0-9a-f-]{36}/$"))
    expect(page.locator(".diff-new").first).to_be_visible()
    address = page.url
    page.locator("form[action$='/submit/'] button").click()
    page.wait_for_url(address)
    sign_out(page)
    sign_in("checker-he")
    page.goto(address)
    for box in page.locator("input[name=warning]").all():
        box.check()
    page.locator("form[action$='/publish/'] button").click()
    page.wait_for_url("**/office/tariffs/*-*/")
    page.goto(address)
    expect(page.locator("a[href*='?version=']")).to_be_visible()


def test_a_draft_leads_to_what_it_would_do_to_everybody(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None]
) -> None:
    sign_in("biller-gao")
    page.goto(f"{site.url}/office/what-if/")
    page.locator("select[name=path]").select_option(index=0)
    page.locator("select[name=month]").select_option(index=0)
    page.locator("main form:has(select[name=path]) .btn-primary").click()
    page.locator("#populations-card tbody a").first.wait_for(timeout=60_000)
    page.goto(f"{site.url}/office/tariffs/?class=residential")
    page.locator("main tbody tr", has_text=re.compile(r"zhejiang-residential$")).locator("a").click()
    page.locator("a[href*='/drafts/new/']").click()
    page.locator("input[name=valid_from]").fill("2027-01-01")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/edit/")
    page.locator("input[name='energy.0.prices.total']").fill("0.548")
    page.locator("button[name=save]").click()
    page.wait_for_url(re.compile(r"/drafts/[0-9a-f-]{36}/$"))
    accessible()
    page.locator("a[href*='draft=']").first.click()
    page.wait_for_url(re.compile(r"/what-if/.*draft="))
    expect(page.locator("main h2", has_text="zhejiang-residential")).to_be_visible()
    expect(page.locator("#answer [role=status]")).not_to_be_empty()
    accessible()
