"""The billing office in a browser: every page, live progress, and a file that becomes a bill."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW

WAIT_MS = 30_000  # the worker looks for work every second and imports on a slow core


@pytest.fixture
def checker(sign_in: Callable[[str], Page]) -> Page:
    """Checker He, who may do everything in the office but release what she created."""
    return sign_in("checker-he")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_every_page_is_accessible_and_fits(
    checker: Page, site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    language, size = view

    def look(name: str, address: str = "") -> None:
        if address:
            checker.goto(f"{site.url}/office/{address}")
        expect(checker.locator("html")).to_have_attribute("lang", language)
        for figure in checker.locator("figure[data-chart]").all():
            expect(figure.locator("svg")).to_be_visible()
        accessible()
        screen(f"office-{name}-{language}-{size[0]}")

    def open_first(name: str, within: str = "main tbody a") -> None:
        checker.locator(within).first.click()
        checker.wait_for_url(re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}/$"))
        look(name)

    checker.goto(f"{site.url}/office/")
    look("home")
    for name in ("runs", "exceptions", "imports", "points", "issues", "tariffs", "customers", "jobs"):
        look(name, f"{name}/")
    for name in ("runs/new", "imports/new", "customers/new"):
        look(name.replace("/", "-"), f"{name}/")
    look("runs", "runs/?state=released")
    open_first("run")
    open_first("bill", "main tbody a[href*='/bills/']")
    look("tariffs", "tariffs/?class=two_part")
    open_first("tariff")
    for name in ("imports", "issues", "jobs", "exceptions"):
        checker.goto(f"{site.url}/office/{name}/")
        if checker.locator("main tbody a").count():
            open_first(name.removesuffix("s"))


def test_a_file_is_looked_through_imported_and_billed(
    checker: Page, site: Site, accessible: Callable[[], None]
) -> None:
    first = date(2026, 9, 1)
    lines = ["point,date,quantity,unit," + ",".join(f"v{i + 1}" for i in range(96))]
    lines += [f"VISITOR-1,{first + timedelta(days=n)},active_import,Wh,{','.join(['250'] * 96)}" for n in range(30)]
    checker.goto(f"{site.url}/office/imports/new/")
    checker.set_input_files(
        "input[type=file]", {"name": "visitor.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    )
    checker.locator("input[name=create_points]").check()
    checker.locator("main form .btn-primary").click()
    checker.wait_for_url("**/office/imports/*-*/")
    expect(checker.locator("main")).to_contain_text("720 kWh", timeout=WAIT_MS)  # by polling, without a reload
    assert not checker.locator("[hx-trigger]").count()
    accessible()
    checker.locator("button[name=take][value=all]").click()
    checker.locator("main a[href='/office/points/']").wait_for(timeout=WAIT_MS)
    checker.goto(f"{site.url}/office/points/")
    checker.locator("tr", has_text="VISITOR-1").locator("a").click()
    checker.locator("input[name=name]").fill("访客")
    checker.locator("input[name=on]").fill("2026-09-01")
    checker.locator("select[name=tariff]").select_option("zhejiang-residential")
    checker.locator("main form .btn-primary").click()
    checker.wait_for_url("**/accounts/*/bill/")
    expect(checker.locator("input[name=last]")).to_have_value("2026-09-30")
    checker.locator("main form .btn-primary").click()
    checker.wait_for_url("**/office/bills/*/")
    expect(checker.locator("main")).to_contain_text("720 kWh")
    accessible()
    with checker.expect_download() as printed:
        checker.locator("a[href$='/pdf/']").click()
    assert printed.value.path().read_bytes().startswith(b"%PDF-")


def test_one_box_ticks_all_of_the_page(checker: Page, site: Site) -> None:
    checker.goto(f"{site.url}/office/exceptions/")
    kind = checker.locator(".counts li a").nth(1)
    kind.click()
    checker.wait_for_url("**kind=*")
    checker.locator("input[data-tick-all]").check()
    boxes = checker.locator("input[name=case]")
    assert boxes.count() and all(box.is_checked() for box in boxes.all())
