"""A what-if in a browser: taken, dragged, kept and compared, in both languages and sizes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW

WAIT_MS = 60_000  # the worker takes the population of two thousand customers


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_slider_rates_the_city_again(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page, name = sign_in("checker-he"), f"{view[0]}-{view[1][0]}"
    page.goto(f"{site.url}/office/what-if/")
    if not page.locator("#populations-card tbody a").count():
        page.locator("form[method=post] .btn-primary").last.click()
        expect(page.locator("#populations-card tbody a").first).to_be_visible(timeout=WAIT_MS)
    accessible()
    screen(f"office-what-ifs-{name}")
    page.locator("#populations-card tbody a").first.click()
    page.wait_for_url(re.compile(r"/what-if/[0-9a-f-]{36}/"))
    before = page.locator("#answer [role=status]").inner_text()
    slider = page.locator("[data-slides=percent]")
    with page.expect_response(re.compile("/answer/")):
        slider.evaluate("node => { node.value = 10; node.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(page.locator("#percent")).to_have_value("10")
    expect(page.locator("#answer [role=status]")).not_to_have_text(before)
    accessible()
    screen(f"office-what-if-{name}")
    for label in ("A", "B"):
        page.locator("#name").fill(label)
        page.locator("form .btn-primary").first.click()
        page.wait_for_url(re.compile("/what-if/kept/"))
        accessible()
        page.go_back()
    page.goto(f"{site.url}/office/what-if/")
    boxes = page.locator("input[name=s]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("form[method=get] button").last.click()
    page.wait_for_url(re.compile("/compare/"))
    accessible()
    screen(f"office-what-if-compare-{name}")
