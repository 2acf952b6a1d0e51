"""Pages of rules in the office: the weather of days, losses and sub-meters; accessible in every view."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_hot_day_is_recorded(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page = sign_in("checker-he")
    page.goto(f"{site.url}/office/tariffs/weather/")
    accessible()
    page.locator("#id_day").fill("2026-05-20")
    page.locator("#id_celsius").fill("36.4")
    page.locator("#id_source").fill("observatory")
    page.locator("form .btn-primary").first.click()
    expect(page.locator("main table tbody")).to_contain_text("36.4")
    accessible()
    screen(f"office-weather-{view[0]}-{view[1][0]}")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_losses_of_an_account_are_shown(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page = sign_in("checker-he")
    page.goto(f"{site.url}/office/runs/?state=released")
    page.locator("main tbody a").first.click()
    page.locator("main tbody a[href*='/bills/']").first.click()
    page.locator("a[href*='/office/accounts/']").first.click()
    page.locator("a[href$='/between/']").click()
    page.wait_for_url(re.compile("/between/"))
    accessible()
    screen(f"office-between-{view[0]}-{view[1][0]}")
