"""How the pages look where people are: small and large, light and dark, with nothing of Streamlit's own in sight."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.driving import DESKTOP, PHONE, Server, answer, begin, settled

NewTab = Callable[..., Page]

OVERFLOW = """() => {
  const wide = (element) => element.scrollWidth > element.clientWidth + 1;
  return [document.documentElement, document.querySelector('[data-testid=stMain]')].filter(wide).length;
}"""


CONTRAST = """(button) => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = numbers(colour).map((n) => n / 255).map(
      (c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = button;
  while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const words = getComputedStyle(button.querySelector('p') || button).color;
  const [low, high] = [light(words), light(getComputedStyle(behind).backgroundColor)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}"""


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["1280", "390"])
def test_no_page_scrolls_sideways(server: Server, new_tab: NewTab, size: ViewportSize, scheme: str) -> None:
    page = new_tab(server.url, size=size, scheme=scheme)
    assert page.evaluate(OVERFLOW) == 0
    interview_id = begin(page)
    answer(page, "x" * 400 + " and an answer in words.")
    expect(page.locator(".turn")).to_have_count(3)
    settled(page)
    assert page.evaluate(OVERFLOW) == 0
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="Yes, end the interview").click()
    expect(page.get_by_role("button", name="Open the report")).to_be_visible()
    settled(page)
    assert page.evaluate(OVERFLOW) == 0
    for path in (f"report?id={interview_id}", "past", "how", "interview?id=nobody"):
        page.goto(f"{server.url}/{path}")
        settled(page)
        page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
        page.wait_for_timeout(200)
        assert page.evaluate(OVERFLOW) == 0, path


def test_nothing_of_streamlits_own_chrome_is_in_sight(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    answer(page, "An answer.")
    for name in ("stStatusWidget", "stAppDeployButton", "stMainMenu", "stToolbarActions"):
        assert not page.get_by_test_id(name).is_visible()
    assert page.get_by_text("Made with Streamlit").count() == 0
    assert page.get_by_text("Deploy", exact=True).count() == 0


def test_light_and_dark_follow_the_system(server: Server, new_tab: NewTab) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = new_tab(server.url, scheme=scheme)
        colours.append(page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))
    assert colours == ["rgb(251, 249, 244)", "rgb(23, 24, 27)"]


@pytest.mark.parametrize(
    ("scheme", "theme"),
    [("light", ""), ("dark", ""), ("light", "dark")],
    ids=["light", "dark", "dark on a light system"],
)
def test_buttons_in_dialogs_and_popovers_can_be_read(server: Server, new_tab: NewTab, scheme: str, theme: str) -> None:
    chosen = f"&embed_options={theme}_theme" if theme else ""
    page = new_tab(server.url, scheme=scheme)
    interview_id = begin(page)
    answer(page, "Let's end the interview.")
    page.get_by_role("button", name="Yes, end the interview").click()
    expect(page.get_by_text("Grading")).to_have_count(0)
    page.get_by_role("button", name="Open the report").click()
    settled(page)
    page.goto(f"{server.url}/report?id={interview_id}{chosen}")
    settled(page)
    page.get_by_role("button", name="Dispute a verdict").first.click()
    assert _contrast(page, "Dispute it") >= 4.5
    page.goto(f"{server.url}/past?all{chosen}")
    settled(page)
    page.locator(f".st-key-row-{interview_id}").get_by_role("button", name="Delete").click()
    assert _contrast(page, "Delete for good") >= 4.5


def _contrast(page: Page, name: str) -> float:
    """The contrast of a button's words with what lies behind them, as WCAG counts it, when colours have settled."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    page.wait_for_timeout(500)
    return float(button.evaluate(CONTRAST))


def test_deleting_takes_the_interview_off_the_list_for_good(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    page.goto(f"{server.url}/past")
    settled(page)
    row = page.locator(f".st-key-row-{interview_id}")
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(row).to_have_count(0)
    settled(page)
    page.goto(f"{server.url}/interview?id={interview_id}")
    settled(page)
    expect(page.locator(".problem")).to_contain_text("There is no interview with the ID")


def test_the_navigation_is_there_on_a_phone(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url, size=PHONE)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Past interviews").click()
    expect(page.get_by_role("heading", name="Past interviews")).to_be_visible()
