"""From a link to the end of an interview in a real browser, on the pages for candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from interviewer.bank import load_bank
from interviewer.domain.kit import Invitation, KitContent, KitQuestion
from interviewer.resources import knowledge_dir
from interviewer.store import utc_now
from tests.browser.driving import PHONE, Server, answer, settled

ANOTHER_WAY = "Write to hiring@example.org."


@pytest.fixture(scope="module")
def for_candidates(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("candidates") / "data", {"INTERVIEWER_PAGES": "candidates"})
    server.start()
    yield server
    server.close()


def invited(server: Server) -> tuple[Invitation, str]:
    asked = list(load_bank(knowledge_dir()).questions.values())[:2]
    content = KitContent(
        title="A first talk with quite a long title, as titles are",
        asks="Example & Sons",
        welcome="Welcome <b>to us</b>.",
        consent="I agree.",
        another_way=ANOTHER_WAY,
        questions=tuple(KitQuestion(question=question, why="The job.") for question in asked),
    )
    kit_id = server.store.kits.create(content)
    server.store.kits.open(kit_id)
    return server.store.kits.invite(kit_id, "Candidate 1", utc_now() + timedelta(days=1))


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_from_the_link_by_keyboard_to_the_thanks(
    for_candidates: Server, new_tab: Callable[..., Page], tmp_path: Path
) -> None:
    _, token = invited(for_candidates)
    page = new_tab(f"{for_candidates.url}/join?t={token}", PHONE)
    expect(page.get_by_text("Welcome <b>to us</b>.")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    begin = page.get_by_role("button", name="Begin the interview")
    expect(begin).to_be_disabled()
    assert fits(page)

    page.get_by_role("checkbox", name="I have read this and agree").focus()
    page.keyboard.press("Space")
    expect(begin).to_be_enabled()
    settled(page)
    begin.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/interview?id=*")
    expect(page.locator(".turn.interviewer")).to_have_count(1)
    expect(page.get_by_text("Example & Sons")).to_be_visible()
    expect(page.get_by_role("button", name="Hint")).to_have_count(0)
    settled(page)
    assert fits(page)

    answer(page, "I'd like to skip this question.")
    expect(page.locator(".turn.interviewer")).to_have_count(2)
    settled(page)
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    expect(page.get_by_text(ANOTHER_WAY)).to_be_visible()
    expect(page.get_by_role("button", name="Open the report")).to_have_count(0)

    again = new_tab(f"{for_candidates.url}/join?t={token}")
    expect(again.get_by_role("heading", name="Thank you")).to_be_visible()


def test_without_a_link_there_is_nothing_to_see(for_candidates: Server, new_tab: Callable[..., Page]) -> None:
    page = new_tab(for_candidates.url)
    expect(page.get_by_role("heading", name="This address opens interviews by link only")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)


def test_the_employers_pages_are_out_of_sight_on_the_way_of_a_candidate(
    server: Server, new_tab: Callable[..., Page]
) -> None:
    invitation, token = invited(server)
    page = new_tab(f"{server.url}/join?t={token}")
    expect(page.get_by_text("asks you to an interview")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    server.store.kits.revoke(invitation.id)
    page.reload()
    expect(page.get_by_role("heading", name="This link was withdrawn")).to_be_visible()
