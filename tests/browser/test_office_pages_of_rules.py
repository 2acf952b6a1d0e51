"""Pages of rules in the office: facts of days, hours by area, losses, capacity; accessible in every view."""

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
    page.locator("a[href$='/office/late/']").click()
    page.wait_for_url(re.compile("/office/late/"))
    expect(page.locator("main h2")).to_have_count(2)
    accessible()
    screen(f"office-late-{view[0]}-{view[1][0]}")


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


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_notice_switches_sharp_hours_on(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page = sign_in("checker-he")
    page.goto(f"{site.url}/office/tariffs/announcements/")
    accessible()
    filled = {"first": "2026-07-14", "last": "2026-07-16", "hours": "17-19", "authority": "test", "notice": "2026-7"}
    for name, value in filled.items():
        page.locator(f"#id_{name}").fill(value)
    page.locator("form .btn-primary").first.click()
    expect(page.locator("main table tbody").last).to_contain_text("17-19")
    accessible()
    screen(f"office-announcements-{view[0]}-{view[1][0]}")


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_hours_by_area_are_listed_drawn_and_published(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page = sign_in("checker-he")
    page.goto(f"{site.url}/office/tariffs/calendars/")
    expect(page.locator(".alert-warning").first).to_be_visible()  # Shandong's hours of 2025 have run out
    accessible()
    screen(f"office-hours-by-area-{view[0]}-{view[1][0]}")
    for code, drawings in (("shanghai-business", 2), ("jilin-business", 1)):
        page.goto(f"{site.url}/office/tariffs/calendars/{code}/")
        expect(page.locator("svg.bands")).to_have_count(drawings)
        accessible()
        screen(f"office-hours-{code}-{view[0]}-{view[1][0]}")
    page.goto(f"{site.url}/office/tariffs/calendars/new/?base=shandong-business")
    accessible()
    code = f"shandong-try-{EVERY_VIEW.index(view)}"  # the views share a city
    text = page.locator("#id_text").input_value().replace("shandong-business", code)
    page.locator("#id_text").fill(text)
    screen(f"office-hours-new-{view[0]}-{view[1][0]}")
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(f"/{code}/$"))
    expect(page.locator(".counts").first).to_contain_text("2025")
    accessible()


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_capacity_that_is_suspended_is_set_and_shown(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    page = sign_in("checker-he")
    page.goto(f"{site.url}/office/runs/?state=released")
    page.locator("main tbody a").first.click()
    page.locator("main tbody a[href*='/bills/']").first.click()
    page.locator("a[href*='/office/accounts/']").first.click()
    page.locator("a[href$='/capacity/']").click()
    page.wait_for_url(re.compile("/capacity/"))
    accessible()
    screen(f"office-capacity-{view[0]}-{view[1][0]}")
