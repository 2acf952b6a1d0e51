"""A collector's day in a browser: the headings of docs/staff/collector.md, one after the other, in every view."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW, TWO_VIEWS

HANDBOOK = Path(__file__).resolve().parents[2] / "docs/staff/collector.md"
SignIn = Callable[[str], Page]


def verb(page: Page, name: str) -> Locator:
    """The form of a verb, opened."""
    form = page.locator(f"form:has(input[name=verb][value='{name}'])")
    details = page.locator(f"details:has(input[name=verb][value='{name}'])")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    return form


class Day:
    """One collector's day; each method is a step of the handbook, named by its number."""

    def __init__(self, site: Site, page: Page, sign_in: SignIn, accessible: Callable[[], None]) -> None:
        self.site, self.page, self.sign_in, self.accessible = site, page, sign_in, accessible
        self.zhou = self.other = self.order = ""

    def go(self, path: str) -> None:
        self.page.goto(self.site.url + path)
        self.accessible()

    def be(self, name: str) -> None:
        if self.page.locator("form[action$='/sign-out/'] button").count():
            self.page.locator("form[action$='/sign-out/'] button").click()
        self.sign_in(name)

    def send(self, name: str, **fields: str) -> None:
        form = verb(self.page, name)
        for field, value in fields.items():
            control = form.locator(f"[name={field}]")
            if control.evaluate("it => it.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        form.locator("button[type=submit]").click()
        expect(self.page.locator(".alert-success")).to_be_visible()
        self.accessible()

    def step_1(self) -> None:
        self.be("collector-shen")
        self.go("/collections/?age=30&least=10")
        rows = self.page.locator("main tbody tr")
        links = rows.locator("th a")
        addresses = [str(link.get_attribute("href")) for link in links.all()]
        row = rows.filter(has_text="周**").first
        self.zhou = str(row.locator("th a").get_attribute("href"))
        self.other = next(address for address in addresses if address != self.zhou)
        row.locator("input[name=case]").check()
        self.page.locator("select[name=what]").select_option("phone")
        self.page.locator("form:has(select[name=what]) button[type=submit]").click()
        expect(self.page.locator(".alert-success")).to_be_visible()

    def step_2(self) -> None:
        self.go(self.zhou)
        expect(self.page.locator(".law-steps li")).to_have_count(4)
        expect(self.page.locator(".moments li").first).to_be_visible()

    def step_3(self) -> None:
        self.page.locator(".moments a[href*='/touches/']").first.click()
        self.accessible()
        verb(self.page, "record").locator("[name=outcome]").select_option("spoken")
        verb(self.page, "record").locator("button[type=submit]").click()
        expect(self.page.locator(".alert-success")).to_be_visible()

    def step_4(self) -> None:
        self.go(self.other)
        self.send("protect", reason="medical", evidence="certificate 2026-77")
        self.be("checker-ma")
        self.go("/collections/protected/?state=proposed")
        self.page.locator("main tbody th a").first.click()
        self.send("refuse", note="certificate of a neighbour")

    def step_5(self) -> None:
        self.be("collector-shen")
        self.go(self.other)
        self.send("arrange", instalments="3")
        self.be("checker-ma")
        self.go("/collections/arrangements/?state=proposed")
        self.page.locator("main tbody th a").first.click()
        self.send("approve")

    def step_6(self) -> None:
        self.be("collector-shen")
        self.go(self.other)
        form = verb(self.page, "disconnect")  # what is in instalments is not cut off
        form.locator("button[type=submit]").click()
        expect(self.page.locator("form .alert-danger")).to_be_visible()
        self.go(self.zhou)
        self.send("disconnect")
        self.page.locator(".moments a[href*='/orders/']").first.click()
        self.order = self.page.url.removeprefix(self.site.url)
        self.accessible()

    def step_7(self) -> None:
        self.send("notice")
        self.send("deliver", how="hand", handed_to="周建国", proof="receipt 118")

    def step_8(self) -> None:
        self.be("checker-ma")
        self.go(self.order)
        self.send("approve")

    def step_9(self) -> None:
        self.be("fitter-sun")
        self.go("/field/")
        self.page.locator(".tasks a").first.click()
        expect(self.page.locator(".law-steps .state-bad").first).to_be_visible()
        self.send("tell", how="phone", handed_to="周建国")


def headings() -> list[int]:
    return [int(number) for number in re.findall(r"^## (\d+)\. ", HANDBOOK.read_text("utf-8"), re.MULTILINE)]


def test_the_handbook_is_walked_through_from_its_first_heading_to_its_last(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None], screen: Callable[[str], None],
    faults: list[str],
) -> None:  # fmt: skip
    day = Day(site, page, sign_in, accessible)
    assert headings() == list(range(1, 10))
    for number in headings():
        getattr(day, f"step_{number}")()
        screen(f"collections-{number}")
    faults[:] = [fault for fault in faults if "422" not in fault]  # the refused proposal of step 6


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_every_page_of_the_desk_is_accessible_and_fits(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None], screen: Callable[[str], None],
    view: tuple[str, tuple[int, int]],
) -> None:  # fmt: skip
    sign_in("collector-shen")
    for path in ("", "touches/", "orders/", "protected/", "arrangements/", "guarantees/", "reliefs/", "questions/"):
        page.goto(f"{site.url}/collections/{path}")
        expect(page.locator("html")).to_have_attribute("lang", view[0])
        accessible()
        screen(f"collections-{path.strip('/') or 'desk'}-{view[0]}-{view[1][0]}")
    page.goto(f"{site.url}/collections/")
    page.locator("main tbody th a").first.click()
    for details in page.locator("details.verb").all():
        details.locator("summary").click()
    accessible()
    screen(f"collections-account-{view[0]}-{view[1][0]}")


@pytest.mark.parametrize("view", TWO_VIEWS, indirect=True, ids=str)
def test_lao_zhou_asks_for_instalments_himself(
    sign_in: SignIn, site: Site, page: Page, accessible: Callable[[], None], screen: Callable[[str], None],
    view: tuple[str, tuple[int, int]],
) -> None:  # fmt: skip
    sign_in("lao-zhou")
    page.goto(f"{site.url}/my/pay/")
    page.locator("a[href$='/difficulties/']").first.click()
    accessible()
    for details in page.locator("details.verb").all():
        details.locator("summary").click()
    accessible()
    screen(f"collections-customer-{view[0]}-{view[1][0]}")
