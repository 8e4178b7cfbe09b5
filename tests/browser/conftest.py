"""The app in a real Chromium, on a server of its own with a data folder of its own.

Where there is no browser these tests skip, and say so; with INTERVIEWER_REQUIRE_BROWSER=1 they fail instead.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.browser.driving import DESKTOP, PATIENCE, Server, settled

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        missing = f"NO BROWSER: none of {', '.join(NAMES)} is on the PATH; the pages were not tried in a real one"
        if os.environ.get("INTERVIEWER_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def shared_server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "data")
    server.start()
    yield server
    server.close()


@pytest.fixture
def server(shared_server: Server) -> Server:
    """The server that the tests share. Each begins interviews of its own on it."""
    return shared_server


@pytest.fixture
def own_server(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    """A server for one test, to be killed."""
    server = Server(tmp_path / "data")
    server.start()
    yield server
    server.close()


@pytest.fixture
def new_tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens tabs, each in a fresh profile; a dialog of the browser's would mean that a script ran: that fails."""
    contexts = []

    def open_tab(url: str, size: ViewportSize = DESKTOP, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport=size, color_scheme="dark" if scheme == "dark" else "light", timezone_id="Europe/Berlin"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("dialog", lambda dialog: pytest.fail(f"a script in someone's text ran: {dialog.message}"))
        page.goto(url)
        settled(page)
        return page

    yield open_tab
    for context in contexts:
        context.close()
