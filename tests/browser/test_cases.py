"""A theft in a browser: the form with its preview, the second person, the customer's explanation."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW

# A residential account with a log-in, and the days of its newest bill, which no other view has taken yet.
FREE = """
SELECT a.number, u.username, b.period_from, b.period_to FROM billing_bill b
JOIN customers_account a ON a.id = b.account_id JOIN customers_accountlogin l ON l.account_id = a.id
JOIN platform_user u ON u.id = l.user_id LEFT JOIN cases_case c ON c.account_id = a.id
WHERE b.kind = 'normal' AND b.state = 'released' AND b.use_class = 'residential' AND c.id IS NULL
    AND a.path LIKE '32/04/%'
ORDER BY b.month DESC, a.number LIMIT 1
"""


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_theft_is_made_confirmed_and_read_by_the_customer(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    language, size = view
    with sqlite3.connect(site.data / "gridhall.sqlite3") as database:
        number, customer, first, end = database.execute(FREE).fetchone()
    last = date.fromisoformat(end) - timedelta(days=1)
    page = sign_in("biller-gao")

    def look(name: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        accessible()
        screen(f"{name}-{language}-{size[0]}")

    def leave(name: str) -> None:
        page.context.clear_cookies()
        sign_in(name)

    page.goto(f"{site.url}/office/cases/new/")
    look("office-case-choose")
    page.locator("#id_account").fill(number)
    page.locator("#id_kind").select_option("theft")
    page.locator("main form .btn-primary").click()
    for field, value in (("first", first), ("last", str(last)), ("kva", "2"), ("found_by", "孙师傅")):
        page.locator(f"#id_{field}").fill(value)
    page.locator("#id_evidence").fill("照片 1-4\n检查单 17")
    page.locator("#id_load").select_option("lighting")
    page.locator("#id_note").fill("检查单 17")
    expect(page.locator("#preview tfoot")).to_be_visible()  # by itself, while typing
    page.locator("#id_note").blur()
    look("office-case-new")
    page.wait_for_timeout(1000)  # the field that was left asks for its own preview
    page.wait_for_load_state("networkidle")
    page.locator("main form .btn-primary").click()
    page.wait_for_url("**/office/cases/*-*/")
    case = page.url
    look("office-case-own")
    leave("checker-he")
    page.goto(case)
    look("office-case")
    page.locator("form[action$='/confirm/'] button").click()
    expect(page.locator("main .alert-success").first).to_be_visible()
    page.locator("main details summary").first.click()
    look("office-case-posted")
    page.goto(f"{site.url}/office/cases/")
    look("office-cases")
    leave(customer)
    page.goto(f"{site.url}/my/pay/")
    accessible()
    page.locator("main tbody a").last.click()
    page.wait_for_url("**/my/cases/*/")
    accessible()
    screen(f"customer-case-{language}-{size[0]}")
    leave("agent-qian")
    page.goto(f"{site.url}/counter/cases/{case.rstrip('/').rsplit('/', 1)[1]}/")
    accessible()
