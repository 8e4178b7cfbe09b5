"""Notes on an interview in a real browser: they save themselves while one types, and nothing is lost or moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from interviewer.store import Store
from tests.browser.driving import DESKTOP, PHONE, Server, begin, settled
from tests.browser.test_look import CONTRAST, OVERFLOW

NewTab = Callable[..., Page]

GLAD = "Which answers are you glad about"


def over(page: Page, server: Server) -> str:
    """An interview that is over, and its report in the tab."""
    interview_id = begin(page)
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="Yes, end the interview").click()
    page.get_by_role("button", name="Open the report").click()
    expect(page.get_by_role("heading", name="Looking back")).to_be_visible()
    settled(page)
    return interview_id


def place(page: Page, prompt: str = GLAD) -> Locator:
    return page.get_by_role("textbox", name=prompt)


def stored(store: Store, interview_id: str) -> list[str]:
    return list(store.notes(interview_id).values())


def test_a_note_saves_itself_while_one_types_and_the_caret_stays(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = over(page, server)
    place(page).click()
    page.keyboard.type("The first answer")
    expect(page.get_by_text("Saved", exact=True)).to_have_count(1)
    assert stored(server.store, interview_id) == ["The first answer"]
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("and best ")
    expect(place(page)).to_be_focused()
    expect(place(page)).to_have_value("The first and best answer")
    place(page).blur()
    settled(page)
    assert stored(server.store, interview_id) == ["The first and best answer"]
    page.reload()
    settled(page)
    expect(place(page)).to_have_value("The first and best answer")
    expect(page.get_by_text("Saved", exact=True)).to_have_count(0)


def test_what_is_typed_faster_than_it_is_saved_is_all_there(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = over(page, server)
    words = " ".join(f"word-{number}" for number in range(60))
    place(page).press_sequentially(words, delay=15)
    expect(place(page)).to_have_value(words)
    expect(page.get_by_text("Saved", exact=True)).to_have_count(1)
    settled(page)
    assert stored(server.store, interview_id) == [words]


def test_with_the_keyboard_alone_one_goes_from_note_to_note(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = over(page, server)
    place(page).focus()
    page.keyboard.type("one")
    page.keyboard.press("Tab")
    expect(place(page, "At which points did you get stuck")).to_be_focused()
    page.keyboard.type("two")
    expect(page.get_by_text("Saved", exact=True)).to_have_count(2)
    settled(page)
    assert sorted(stored(server.store, interview_id)) == ["one", "two"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "390"])
def test_the_new_parts_fit_and_can_be_read(server: Server, new_tab: NewTab, size: ViewportSize, scheme: str) -> None:
    page = new_tab(server.url, size=size, scheme=scheme)
    over(page, server)
    place(page).fill("w" * 4001)
    place(page).blur()
    expect(page.get_by_text("the most that fits is 4,000")).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0
    for words in page.locator(".reflection p, .reflection h3, .problem p").all():
        assert words.evaluate(CONTRAST) >= 4.5
