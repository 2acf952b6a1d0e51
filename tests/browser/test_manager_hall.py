"""The cockpit in a browser: figures, charts with their tables, and the way down to a station."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW


@pytest.fixture
def manager(page: Page, site: Site, sign_in: Callable[[str], Page]) -> Page:
    """The first manager that the sign-in page of the demonstration names, signed in."""
    page.goto(f"{site.url}/sign-in/")
    row = page.locator("section tr", has_text=re.compile("经理|Manager")).filter(has=page.locator("code"))
    return sign_in(row.first.locator("code").inner_text())


def wait_for_the_count(page: Page, site: Site) -> None:
    """The worker counts arrears when it starts; until then the page says so."""
    until = time.monotonic() + 60
    page.goto(f"{site.url}/manager/arrears/")
    while not page.locator("figure[data-chart]").count():
        assert time.monotonic() < until, "the worker did not count the arrears"
        time.sleep(1)
        page.reload()


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_every_page_is_accessible_and_its_charts_have_tables(
    manager: Page,
    site: Site,
    view: tuple[str, tuple[int, int]],
    accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:
    language, size = view
    wait_for_the_count(manager, site)
    for name, address in (("overview", "/manager/"), ("arrears", "/manager/arrears/")):
        manager.goto(site.url + address)
        expect(manager.locator("html")).to_have_attribute("lang", language)
        assert manager.locator("figure[data-chart]").count() >= 1
        for figure in manager.locator("figure[data-chart]").all():
            expect(figure.locator("svg")).to_be_visible()
            expect(figure.locator("figcaption")).not_to_be_empty()
            assert figure.locator("tbody tr").count() > 0
        accessible()
        screen(f"manager-{name}-{language}-{size[0]}")


def test_one_goes_down_to_a_station_and_comes_back(manager: Page, site: Site) -> None:
    manager.goto(f"{site.url}/manager/")
    depth = 0
    while (link := manager.locator("section[aria-labelledby=units] a")).count():
        link.first.click()
        manager.wait_for_url(re.compile(r"/manager/units/"))
        depth += 1
        expect(manager.locator(".hall-crumbs li")).to_have_count(depth + 1)
    assert depth >= 2
    manager.locator(".hall-crumbs a").first.click()
    expect(manager.locator(".hall-crumbs")).to_have_count(0)


def test_another_month_is_chosen_at_once(manager: Page, site: Site) -> None:
    manager.goto(f"{site.url}/manager/")
    heading = manager.locator("h1").inner_text()
    manager.locator("select[name=month]").select_option(index=1)
    manager.wait_for_url(re.compile(r"month=\d{6}"))
    assert manager.locator("h1").inner_text() != heading
