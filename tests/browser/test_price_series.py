"""Interval prices from a file to a published day, by two people, in every view."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.views import EVERY_VIEW


def file_of(month: int) -> dict[str, object]:
    rows = [
        f"2026-{month:02}-{day:02} {hour:02}:00,{(40 * hour - 300) if day % 7 else -20}.5\n"
        for day in range(1, 29)
        for hour in range(1, 25)
    ]
    return {
        "name": f"prices-{month:02}.csv",
        "mimeType": "text/csv",
        "buffer": ("time,price\n" + "".join(rows)).encode(),
    }


@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True, ids=str)
def test_a_file_of_prices_is_read_by_one_and_published_by_another(
    sign_in: Callable[[str], Page], site: Site, view: tuple[str, tuple[int, int]], accessible: Callable[[], None],
    screen: Callable[[str], None],
) -> None:  # fmt: skip
    number = EVERY_VIEW.index(view)
    page = sign_in("biller-gao")
    page.goto(f"{site.url}/office/price-series/")
    for field, text in (("code", f"spot-{number}"), ("name_zh", "山东实时"), ("name_en", "Shandong real time")):
        page.locator(f"#id_{field}").fill(text)
    page.locator("#id_source").fill("a made-up market")
    accessible()
    page.locator("form .btn-primary").click()
    page.locator("#id_file").set_input_files(file_of(number + 1))  # type: ignore[arg-type]
    accessible()
    page.locator("form .btn-primary").first.click()
    page.wait_for_url("**/price-uploads/**")
    accessible()
    screen(f"office-price-upload-{view[0]}-{view[1][0]}")
    address = page.url
    page.context.clear_cookies()
    page = sign_in("checker-he")
    page.goto(address)
    page.locator("button[name=publish]").click()
    page.wait_for_url("**/price-series/**")
    expect(page.locator("main table").last).to_contain_text("0.66")
    accessible()
    screen(f"office-price-series-{view[0]}-{view[1][0]}")
