"""Browser tests run what users run: the real server and worker, on a data folder copied from one demo city.

A test asks for `page` (signed out), `site` (address, commands), `sign_in`, `accessible` and `screen`. Anything the
browser reports as an error, and any request to another host, fails the test.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from gridhall.platform.demo_mode import DEMO_PASSWORD
from tests.browser.views import DESK, LOCALES
from tests.conftest import city_environment, gridhall

ROOT = Path(__file__).resolve().parents[2]
START_S_MAX = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--screens", metavar="FOLDER", help="save the pictures that tests take with `screen` there")


# --- the browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The distribution's Chromium: nothing is downloaded."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not found:
        reason = "no Chromium on PATH; on Debian: apt install chromium fonts-noto-cjk"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"]
    return {**browser_type_launch_args, "executable_path": found, "args": flags}


@pytest.fixture(params=[("zh-hans", DESK)], ids=str)
def view(request: pytest.FixtureRequest) -> tuple[str, tuple[int, int]]:
    """Language and window size. For other views: `@pytest.mark.parametrize("view", EVERY_VIEW, indirect=True)`."""
    return request.param


@pytest.fixture
def browser_context_args(view: tuple[str, tuple[int, int]]) -> dict[str, Any]:
    language, (width, height) = view
    return {
        "locale": LOCALES[language],
        "timezone_id": "Asia/Shanghai",
        "viewport": {"width": width, "height": height},
        "reduced_motion": "reduce",
    }


@pytest.fixture
def faults() -> list[str]:
    """What the browser complained about; a test that provokes a refusal removes the line it expected."""
    return []


@pytest.fixture
def page(context: BrowserContext, site: "Site", faults: list[str]) -> Iterator[Page]:
    """A page of its own context, watched until the test ends."""
    page = context.new_page()

    def watch_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text} at {message.location.get('url', '')}")

    def watch_request(request: Request) -> None:
        if not request.url.startswith((site.url, "data:", "blob:", "about:")):
            faults.append(f"foreign request: {request.url}")

    page.on("console", watch_console)
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("request", watch_request)
    yield page
    page.close()
    assert not faults, "\n".join(faults)


# --- the server --------------------------------------------------------------------------------------------------


@dataclass
class Site:
    """A running Gridhall with a data folder of its own."""

    url: str
    data: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def run(self, *words: str) -> str:
        """Run one `gridhall` command on this site's data and return what it prints."""
        return gridhall(self.data, *words)


@pytest.fixture(scope="module")
def site(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Server and worker on a copy of the city, stopped when the module's tests are done."""
    data = tmp_path_factory.mktemp("site") / "data"
    shutil.copytree(city, data)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--blocking-threads", "4"]
    commands = [[*server, "--log-level", "warning", "gridhall.wsgi:application"], ["gridhall", "worker"]]
    site = Site(f"http://127.0.0.1:{port}", data)
    try:
        for words in commands:
            site.processes.append(
                subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=city_environment(data))
            )
        wait_until_it_answers(site)
        yield site
    finally:
        for process in site.processes:
            process.send_signal(signal.SIGTERM)
        for process in site.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        shutil.rmtree(data, ignore_errors=True)


def wait_until_it_answers(site: Site) -> None:
    deadline = time.monotonic() + START_S_MAX
    direct = build_opener(ProxyHandler({}))
    while time.monotonic() < deadline:
        assert all(process.poll() is None for process in site.processes), "the server or the worker ended at once"
        try:
            direct.open(site.url, timeout=10).close()
            return
        except HTTPError as error:
            pytest.fail(f"the first page answers with an error: {error}; the server's message is above")
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not answer within {START_S_MAX} s")


# --- what tests do on every page ---------------------------------------------------------------------------------


@pytest.fixture
def sign_in(page: Page, site: Site) -> Callable[[str], Page]:
    """`sign_in("wu")`: sign in by the form, as that person of the demo city."""

    def act(name: str) -> Page:
        page.goto(f"{site.url}/sign-in/")
        page.locator("#id_username").fill(name)
        page.locator("#id_password").fill(DEMO_PASSWORD)
        page.locator("main form .btn-primary").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return act


@pytest.fixture
def accessible(page: Page) -> Callable[[], None]:
    """Call on a page: axe finds no violation, and nothing scrolls sideways."""

    def check() -> None:
        result = Axe().run(page)
        assert not result.violations_count, result.generate_report()
        wide, window = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"

    return check


@pytest.fixture
def screen(page: Page, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`screen("bill-en-390")` saves a picture for the documents when `--screens FOLDER` is given."""

    def save(name: str) -> None:
        folder = request.config.getoption("--screens")
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png")

    return save
