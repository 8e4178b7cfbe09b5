"""An interview in a real browser: the story, and what is known to bite."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from interviewer.domain.interview import InterviewStatus
from interviewer.domain.words import Speaker
from tests.browser.driving import Server, answer, begin, settled

NewTab = Callable[..., Page]

NASTY = (
    "<b>not bold</b> <script>alert('ran')</script> <img src=x onerror=\"alert('ran')\">\n"
    "**not bold** $x^2$ $$\\frac{1}{2}$$ [no](link) :material/home: `code`\n"
    "   indented, and a_very_long_word_" + "x" * 300
)


def said(server: Server, interview_id: str) -> list[str]:
    turns = server.store.get(interview_id).turns
    return [turn.text for turn in turns if turn.speaker is Speaker.CANDIDATE]


def wait_until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail(f"it did not come true within {seconds} seconds")


def test_from_one_click_to_a_downloaded_report_and_back_by_its_address(
    server: Server, new_tab: NewTab, tmp_path: Path
) -> None:
    requests: list[str] = []
    page = new_tab(server.url)
    page.on("request", lambda request: requests.append(request.url))
    interview_id = begin(page)
    answer(page, "I would compare the errors on the training data and on unseen data.")
    expect(page.locator(".turn")).to_have_count(3)
    settled(page)
    for button, count in (("Hint", 5), ("I don't know", 7), ("End", 9)):
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.locator(".turn")).to_have_count(count)
        settled(page)
    page.get_by_role("button", name="Yes, end the interview").click()
    page.get_by_role("button", name="Open the report").click()
    expect(page.locator(".gist")).to_be_visible()
    settled(page)
    for label, check in (
        ("HTML", lambda text: "<html" in text),
        ("Markdown", lambda text: text.startswith("# ")),
        ("JSON", lambda text: json.loads(text)["interview_id"] == interview_id),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert check(path.read_text(encoding="utf-8"))
    gist = page.locator(".gist").inner_text()
    again = new_tab(f"{server.url}/report?id={interview_id}")
    expect(again.locator(".gist")).to_have_text(gist)
    assert server.store.get(interview_id).status is InterviewStatus.ENDED
    assert [url for url in requests if not url.startswith((server.url, "blob:", "data:"))] == []


@pytest.mark.parametrize("pause", [0, 10, 50, 200], ids=lambda ms: f"{ms} ms later")
def test_an_answer_is_stored_whatever_is_clicked_right_after_it(server: Server, new_tab: NewTab, pause: int) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    answer(page, "The answer that must not be lost.")
    page.wait_for_timeout(pause)
    page.get_by_role("button", name="Skip", exact=True).click()
    settled(page)
    wait_until(lambda: said(server, interview_id)[:1] == ["The answer that must not be lost."])
    expect(page.locator(".turn.candidate").first).to_contain_text("The answer that must not be lost.")


def test_leaving_for_another_page_in_mid_turn_loses_nothing(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    answer(page, "Said just before leaving.")
    page.get_by_role("link", name="Past interviews").click()
    wait_until(lambda: len(server.store.get(interview_id).turns) == 3)
    assert said(server, interview_id) == ["Said just before leaving."]


def test_a_tab_that_is_closed_in_mid_turn_loses_nothing(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    answer(page, "Said just before closing.")
    wait_until(lambda: said(server, interview_id) == ["Said just before closing."])
    page.close()
    wait_until(lambda: len(server.store.get(interview_id).turns) == 3)
    again = new_tab(f"{server.url}/interview?id={interview_id}")
    expect(again.locator(".turn")).to_have_count(3)


def test_a_second_text_before_the_reply_is_kept_and_sent_by_a_click(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    answer(page, "First text.")
    answer(page, "Second text.")
    kept = page.get_by_label("Not sent yet")
    expect(kept).to_have_value("Second text.")
    settled(page)
    page.get_by_role("button", name="Send it again").click()
    wait_until(lambda: said(server, interview_id) == ["First text.", "Second text."])
    expect(kept).to_have_count(0)


def test_a_double_click_is_one_turn(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    page.get_by_role("button", name="Hint", exact=True).dblclick()
    expect(page.locator(".turn")).to_have_count(3)
    settled(page)
    assert len(said(server, interview_id)) == 1
    assert page.locator(".problem").count() == 0


def test_a_tab_that_is_behind_keeps_what_was_typed_in_it(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    other = new_tab(page.url)
    answer(page, "From the first tab.")
    wait_until(lambda: len(server.store.get(interview_id).turns) == 3)
    answer(other, "From the second tab.")
    expect(other.get_by_label("Not sent yet")).to_have_value("From the second tab.")
    expect(other.locator(".problem")).to_contain_text("another tab")
    assert said(server, interview_id) == ["From the first tab."]


def test_texts_are_shown_exactly_as_typed(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    interview_id = begin(page)
    answer(page, NASTY)
    shown = page.locator(".turn.candidate .said").first
    expect(shown).to_be_visible()
    assert shown.evaluate("element => element.textContent") == NASTY
    settled(page)
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="Yes, end the interview").click()
    page.get_by_role("button", name="Open the report").click()
    expect(page.locator(".gist")).to_be_visible()
    settled(page)
    page.get_by_text("What was said").first.click()
    told = page.locator(".talk .turn.candidate .said").first
    assert told.evaluate("element => element.textContent") == NASTY
    assert said(server, interview_id)[0] == NASTY
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_hundred_thousand_characters_do_not_freeze_the_page(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    began = time.monotonic()
    answer(page, ("words and words " * 6_250)[:99_999])
    expect(page.get_by_text("Show all 99,999 characters")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(3)
    settled(page)
    assert time.monotonic() - began < 15
    answer(page, "short")
    expect(page.locator(".turn")).to_have_count(5)


def test_what_is_being_typed_survives_a_reload(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    page.get_by_test_id("stChatInputTextArea").fill("Half of an ans")
    page.wait_for_timeout(100)
    page.reload()
    settled(page)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("Half of an ans")


def test_what_could_not_be_sent_survives_a_reload_too(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    answer(page, "First text.")
    answer(page, "Second text.")
    expect(page.get_by_label("Not sent yet")).to_have_value("Second text.")
    settled(page)
    page.reload()
    settled(page)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("Second text.")


def test_a_kept_text_that_was_discarded_does_not_come_back(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    answer(page, "First text.")
    answer(page, "Second text.")
    settled(page)
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_label("Not sent yet")).to_have_count(0)
    settled(page)
    page.reload()
    settled(page)
    page.wait_for_timeout(1500)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("")


def test_what_was_sent_does_not_come_back_as_a_draft(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    answer(page, "Sent and done.")
    expect(page.locator(".turn")).to_have_count(3)
    settled(page)
    page.reload()
    settled(page)
    page.wait_for_timeout(1500)
    expect(page.get_by_test_id("stChatInputTextArea")).to_have_value("")


def test_the_clock_ticks_without_asking_the_server_and_stands_still_in_a_pause(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    frames: list[object] = []
    begin(page)
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: frames.append(frame)))
    page.reload()
    settled(page)
    clock = page.get_by_role("timer")
    before, sent = clock.inner_text(), len(frames)
    page.wait_for_timeout(2300)
    assert clock.inner_text() != before
    assert re.match(r"\d+:\d\d elapsed", clock.inner_text())
    assert len(frames) == sent
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    settled(page)
    expect(clock).to_contain_text("paused")
    stopped = clock.inner_text()
    page.wait_for_timeout(1500)
    assert clock.inner_text() == stopped


def test_an_interview_goes_by_keyboard_alone(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    start = page.get_by_role("button", name="Start the interview")
    for _ in range(60):
        page.keyboard.press("Tab")
        if start.evaluate("element => element === document.activeElement"):
            break
    assert start.evaluate("element => getComputedStyle(element).outlineStyle") != "none", "the focus must be seen"
    page.keyboard.press("Enter")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    settled(page)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("on two lines")
    page.keyboard.press("Enter")
    expect(page.locator(".turn.candidate .said")).to_have_text(re.compile("By keyboard\\s+on two lines"))


def test_the_newest_words_are_in_view(server: Server, new_tab: NewTab) -> None:
    page = new_tab(server.url)
    begin(page)
    for number in range(3):
        answer(page, f"Answer {number}, long enough to fill the page.\n\n" * 4)
        expect(page.locator(".turn")).to_have_count(3 + 2 * number)
        settled(page)
    expect(page.locator(".turn").last).to_be_in_viewport(ratio=1)
