"""A server that dies in mid-turn: the interview goes on where it was, with one reply."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.driving import Server, answer, begin, settled
from tests.browser.test_interview import said, wait_until

NewTab = Callable[..., Page]


def test_kill_9_in_mid_turn_then_two_tabs_resume_with_one_reply(own_server: Server, new_tab: NewTab) -> None:
    page = new_tab(own_server.url)
    interview_id = begin(page)
    answer(page, "Stored just before the end.")
    wait_until(lambda: said(own_server, interview_id) == ["Stored just before the end."])
    own_server.kill()
    own_server.start()
    address = f"{own_server.url}/interview?id={interview_id}"
    tabs = [new_tab(address), new_tab(address)]
    wait_until(lambda: len(own_server.store.get(interview_id).turns) == 3)
    for tab in tabs:
        expect(tab.locator(".turn:not(:has(.thinking))")).to_have_count(3)
    assert len(own_server.store.get(interview_id).turns) == 3
    settled(tabs[0])
    answer(tabs[0], "And on it goes.")
    wait_until(lambda: said(own_server, interview_id)[1:] == ["And on it goes."])


def test_an_open_page_goes_on_by_itself_and_keeps_what_is_being_typed(own_server: Server, new_tab: NewTab) -> None:
    page = new_tab(own_server.url)
    interview_id = begin(page)
    page.get_by_test_id("stChatInputTextArea").fill("Half of an answer")
    own_server.kill()
    expect(page.get_by_role("dialog")).to_be_visible()
    own_server.start()
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=30_000)
    settled(page)
    place = page.get_by_test_id("stChatInputTextArea")
    expect(place).to_have_value("Half of an answer")
    place.press("End")
    page.keyboard.type(", and the rest.")
    page.keyboard.press("Enter")
    wait_until(lambda: said(own_server, interview_id) == ["Half of an answer, and the rest."])
