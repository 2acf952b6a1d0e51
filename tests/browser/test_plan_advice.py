"""Other plans in a browser: the customer's question, the change at the counter, the analyst's list."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW

WAIT_MS = 120_000  # the worker compares everybody


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_what_another_plan_would_have_cost(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page, name = sign_in("ms-li"), f"{view[0]}-{view[1][0]}"
    page.goto(f"{site.url}/my/plans/")
    expect(page.locator("html")).to_have_attribute("lang", view[0])
    expect(page.locator("figure[data-chart] svg")).to_be_visible()
    expect(page.locator("#plans ~ table tbody tr, #plans")).not_to_have_count(0)
    accessible()
    screen(f"customer-plans-{name}")
    page.get_by_role("link", name=re.compile("peak|峰谷")).first.click()
    expect(page.locator("h2:target")).to_be_visible()
    page.locator("#id_percent").fill("30")
    page.locator("#id_source").select_option("peak")
    page.locator("#id_target").select_option("valley")
    page.locator("section[aria-labelledby=shift] button").click()
    expect(page.locator("section[aria-labelledby=shift] tbody tr")).to_have_count(2)
    accessible()
    screen(f"customer-plans-shifted-{name}")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_the_counter_goes_from_the_comparison_to_the_change(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page, name = sign_in("supervisor-zheng"), f"{view[0]}-{view[1][0]}"
    page.goto(f"{site.url}/counter/")
    page.locator("#counter-search").first.fill("海盛食品")
    page.locator("#counter-search").first.press("Enter")
    page.wait_for_url(re.compile("/counter/customers/"))
    if page.url.rstrip("/").endswith("customers"):
        page.locator("tbody a").first.click()
    page.locator("a[href$='/plans/']").click()
    page.wait_for_url(re.compile("/plans/$"))
    accessible()
    screen(f"counter-plans-{name}")
    page.locator("a[href*='/plans/change/']").first.click()
    page.wait_for_url(re.compile("/plans/change/"))
    accessible()
    screen(f"counter-plan-change-{name}")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_an_analyst_has_everybody_compared(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page, name = sign_in("analyst-fang"), f"{view[0]}-{view[1][0]}"
    page.goto(f"{site.url}/office/savings/")
    accessible()
    screen(f"office-savings-{name}")
    if page.locator("tbody a").count():
        page.locator("tbody a").first.click()
    else:
        page.locator("main form .btn-primary").first.click()
    page.wait_for_url(re.compile(r"/savings/[0-9a-f-]{36}/"))
    expect(page.locator("#progress form")).to_have_count(0, timeout=WAIT_MS)
    page.goto(page.url.split("?")[0] + "?every=1")
    expect(page.locator("tbody tr").first).to_be_visible()
    accessible()
    screen(f"office-saving-run-{name}")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_bill_of_another_issuer_beside_ours(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page, name = sign_in("ms-li"), f"{view[0]}-{view[1][0]}"
    page.goto(f"{site.url}/my/bills/")
    page.locator("tbody a").first.click()
    page.wait_for_url(re.compile(r"/my/bills/[0-9a-f-]{36}/$"))
    first, last = days_of(page)
    page.goto(f"{site.url}/my/other-bills/")
    accessible()
    page.locator("a[href$='/other-bills/new/']").click()
    page.locator("#id_first").fill(first)
    page.locator("#id_last").fill(last)
    page.locator("#id_total").fill("1,234.50")
    page.locator("form details summary").click()
    page.locator("#id_amount-energy--0").fill("1234.50")
    accessible()
    screen(f"customer-other-bill-new-{name}")
    page.locator("form .btn-primary").first.click()
    page.wait_for_url(re.compile(r"/my/other-bills/[0-9a-f-]{36}/$"))
    expect(page.locator("#why")).to_be_visible()
    expect(page.locator("#beside")).to_be_visible()
    accessible()
    screen(f"customer-other-bill-{name}")
    page.locator("main form .btn", has_text=re.compile("Discard|作废")).click()
    expect(page.locator(".alert-warning").first).to_be_visible()


def days_of(page: Page) -> tuple[str, str]:
    """First and last day of the bill that is shown, as a date field takes them."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = page.locator("dt", has_text=re.compile("Days billed|计费日期")).locator("+ dd").inner_text()
    if chinese := re.findall(r"(\d{4})年(\d+)月(\d+)日", text):
        days = [(int(year), int(month), int(day)) for year, month, day in chinese]
    else:
        english = re.findall(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})", text)
        days = [(int(year), months.index(month) + 1, int(day)) for day, month, year in english]
    (first, last) = days[:2]
    return "{:04d}-{:02d}-{:02d}".format(*first), "{:04d}-{:02d}-{:02d}".format(*last)
