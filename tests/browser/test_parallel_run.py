"""A parallel run in a browser: a file of an old system, its columns, the cockpit, one account, the certificate."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gridhall.kernel.money import format_scaled, format_yuan
from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW

WAIT_MS = 60_000
LAST_MONTH = "SELECT max(month) FROM billing_bill"
BILLS = """
SELECT a.number, b.energy_wh, b.total_fen FROM billing_bill b JOIN customers_account a ON a.id = b.account_id
WHERE b.month = ? AND b.kind = 'normal' AND a.path LIKE '32/04/%' ORDER BY a.number
"""


def old_file(site: Site, view: str) -> tuple[int, bytes]:
    """A month of the city as another system has it: one amount a yuan too high, one account left out, one bad row."""
    with sqlite3.connect(site.data / "gridhall.sqlite3") as database:
        (month,) = database.execute(LAST_MONTH).fetchone()
        rows = database.execute(BILLS, [month]).fetchall()[1:]
    lines = ["户号,电费年月,总电量,应收电费"]
    for n, (number, wh, fen) in enumerate(rows):
        lines.append(f"{number},{month},{format_scaled(wh, 3)},{format_yuan(fen + (0 if n else 100))}")
    return month, "\n".join([*lines, f"{view},{month},1,x", ""]).encode("gb18030")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_month_is_compared_accepted_and_signed(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    language, size = view
    page = sign_in("biller-gao")

    def look(name: str) -> None:
        expect(page.locator("html")).to_have_attribute("lang", language)
        accessible()
        screen(f"office-{name}-{language}-{size[0]}")

    page.goto(f"{site.url}/office/parallel/new/")
    look("parallel-new")
    name = f"{language}-{size[0]}"
    month, raw = old_file(site, name)
    page.set_input_files("input[type=file]", {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": raw})
    page.locator("select[name=unit]").select_option("32/04/")
    page.locator("select[name=month]").select_option(str(month))
    page.locator("main form .btn-primary").click()
    page.locator("#columns").wait_for()
    look("parallel-preview")
    page.locator("button[name=then][value=start]").click()
    page.wait_for_url("**/office/parallel/*-*/")
    page.locator("#causes").wait_for(timeout=WAIT_MS)  # by polling, without a reload by hand
    assert not page.locator("[hx-trigger]").count()
    look("parallel")
    run = page.url
    page.goto(f"{site.url}/office/parallel/")
    look("parallels")
    page.goto(f"{run}differences/")
    look("parallel-group")
    page.locator("main tbody a").first.click()
    page.wait_for_url("**/office/differences/*/")
    look("difference")
    page.goto(f"{run}differences/")
    page.locator("main form[method=post] input[name=reason]").fill("旧系统的错误")
    page.locator("main form[method=post] button[type=submit]").click()
    page.wait_for_url(run)
    page.goto(f"{run}cancel/")
    look("parallel-cancel")
    page.context.clear_cookies()
    sign_in("checker-he")
    page.goto(f"{run}certificate/")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .alert-success").first).to_be_visible()
    look("parallel-certificate")
