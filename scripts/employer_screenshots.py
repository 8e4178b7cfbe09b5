"""The pictures of docs/employers.md, taken of the demo that “interviewer demo” fills in."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from scripts.picturing import CHROMIUM, FLAGS, opened, served, shoot, told

SIZE = (1280, 900)
TAKES_LONG = 180_000
"""Milliseconds that grading again may take."""


def take(out: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as p:
        said = told(Path(folder), "-m", "interviewer", "demo")
        kit = re.findall(r"/results\?id=(\S+)", said)[0]
        link = re.findall(r"/join\?t=(\S+)", said)[0]
        with served(Path(folder)) as address:
            browser = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = opened(browser, *SIZE, "light")
            for path in ("kit", "results", "rate", "agreement", "disagreements", "workshop", "stability"):
                page.goto(f"{address}/{path}?id={kit}")
                at_rest(page)
                if path in STEPS:
                    STEPS[path](page)
                    at_rest(page)
                shoot(page, out / f"employer-{path}.png")
            scrolled(page, f"{address}/agreement?id={kit}", "People with people, and with the machine")
            shoot(page, out / "employer-agreement-figures.png")
            candidate = opened(browser, *SIZE, "light")
            candidate.goto(f"{address}/join?t={link}")
            at_rest(candidate)
            shoot(candidate, out / "employer-join.png")
            browser.close()


def at_rest(page: Page) -> None:
    """Waits until the page has a title and nothing on it runs any more."""
    page.locator("h1").first.wait_for()
    page.wait_for_timeout(300)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=TAKES_LONG)


def scrolled(page: Page, address: str, heading: str) -> None:
    page.goto(address)
    at_rest(page)
    on_top(page, page.get_by_role("heading", name=heading))


def on_top(page: Page, place: Locator) -> None:
    """Scrolls a place to the top, below the navigation."""
    place.evaluate("element => { element.style.scrollMarginTop = '72px'; element.scrollIntoView(); }")


def _rate(page: Page) -> None:
    page.get_by_role("button", name="Demo rater C").click()
    page.locator(".rated").first.wait_for()


def _disagree(page: Page) -> None:
    page.get_by_role("button", name="Open", exact=True).first.click()
    page.get_by_role("heading", name="Settle it").wait_for()
    on_top(page, page.locator("[class*='st-key-parted-']").first)


def _rescore(page: Page) -> None:
    page.get_by_role("button", name=re.compile("under the draft$")).click()
    page.get_by_role("heading", name="The answers that you work with").wait_for(timeout=TAKES_LONG)
    on_top(page, page.get_by_role("heading", name="What it changes"))


def _try(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Try 20 answers")).click()
    page.get_by_role("table").first.wait_for(timeout=TAKES_LONG)
    page.mouse.wheel(0, 250)


STEPS = {"rate": _rate, "disagreements": _disagree, "workshop": _rescore, "stability": _try}
"""What is done on a page before its picture is taken."""
