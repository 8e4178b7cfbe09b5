"""The rating room in a real browser, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from interviewer.bank import load_bank
from interviewer.calibration import training
from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.rating import Practice
from interviewer.domain.words import Verdict
from interviewer.resources import knowledge_dir
from tests.browser.driving import PHONE, Server, settled


def a_kit(server: Server) -> str:
    """An open kit of one question with three answers, which name nobody."""
    question = load_bank(knowledge_dir()).question("overfitting")
    content = KitContent(
        title="First round",
        asks="Analytical Engines",
        consent="I agree.",
        another_way="Ask us.",
        questions=(KitQuestion(question=question, why="They meet it daily."),),
    )
    kits = server.store.kits
    kit = kits.create(content)
    kits.open(kit)
    for number in range(3):
        kits.bring_in(kit, f"Candidate {number}", {1: f"It learns the noise, I would say: {'so ' * number}it fails."})
    return kit


def ready(server: Server, kit: str) -> str:
    """A rater who is through with practising; gives their ID."""
    rater = server.store.ratings.rater(kit, "Ada")
    practice = [
        Practice(question="overfitting", answer=f"a-{n}", band=3, given=3, verdicts={}, given_verdicts={})
        for n in range(training.ROUND)
    ]
    server.store.ratings.practised(rater.id, practice, ready=True)
    return rater.id


def criteria(page: Page) -> int:
    return page.locator('[class*="st-key-criterion-"]').count()


def at_the_first_criterion(page: Page) -> None:
    expect(page.locator(".st-key-criterion-0 input:focus")).to_have_count(1)


def judge(page: Page, letters: str, band: str) -> None:
    """A letter for each criterion, from the one that has the focus, then the band."""
    for letter in letters:
        page.keyboard.press(letter)
    page.keyboard.press(band)


def test_an_answer_is_rated_by_keyboard_alone(server: Server, new_tab: Callable[..., Page]) -> None:
    kit = a_kit(server)
    rater = ready(server, kit)
    page = new_tab(f"{server.url}/rate?id={kit}&rater={rater}")
    expect(page.locator(".room-progress", has_text="0 of 3")).to_be_visible()
    at_the_first_criterion(page)
    letters = "pnxmpm"[: criteria(page)]
    judge(page, letters, "4")
    expect(page.get_by_role("radio", name="4 · Solid")).to_be_checked()

    # In a text, letters and digits are letters and digits, and Enter is a line.
    page.get_by_label("Remark").focus()
    page.keyboard.type("2 points, missing some\nj k s")
    expect(page.get_by_role("radio", name="4 · Solid")).to_be_checked()
    expect(page.locator(".room-progress", has_text="0 of 3")).to_be_visible()

    page.keyboard.press("Control+Enter")
    expect(page.locator(".room-progress", has_text="1 of 3")).to_be_visible()
    (rating,) = server.store.ratings.by(rater)
    given = {"m": Verdict.MET, "p": Verdict.PARTIAL, "n": Verdict.MISSING, "x": Verdict.CONTRADICTED}
    rubric = server.store.kits.get(kit).content.questions[0].question.rubric
    assert [rating.verdicts[criterion.id] for criterion in rubric.criteria] == [given[letter] for letter in letters]
    assert (rating.band, rating.comment) == (4, "2 points, missing some\nj k s")

    # The next one begins at its first criterion; Enter right after the last key waits until it can be submitted.
    at_the_first_criterion(page)
    judge(page, "m" * criteria(page), "5")
    page.keyboard.press("Enter")
    expect(page.locator(".room-progress", has_text="2 of 3")).to_be_visible()

    # One goes back and changes one's mind; what was entered survives a reload.
    at_the_first_criterion(page)
    judge(page, "m" * criteria(page), "1")
    page.keyboard.press("k")
    page.keyboard.press("n")
    last = page.locator(f".st-key-criterion-{criteria(page) - 1}")
    expect(last.get_by_role("radio", name="Missing")).to_be_checked()
    expect(page.get_by_text("Kept as a draft")).to_be_visible()
    settled(page)
    page.reload()
    settled(page)
    expect(last.get_by_role("radio", name="Missing")).to_be_checked()
    expect(page.get_by_role("radio", name=re.compile("^1 · "))).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All rated")).to_be_visible()


def test_single_keys_can_be_switched_off(server: Server, new_tab: Callable[..., Page]) -> None:
    kit = a_kit(server)
    page = new_tab(f"{server.url}/rate?id={kit}&rater={ready(server, kit)}")
    at_the_first_criterion(page)
    page.get_by_role("switch", name="Single keys").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("switch", name="Single keys")).not_to_be_checked()
    settled(page)
    page.keyboard.press("3")
    page.keyboard.press("m")
    settled(page)
    expect(page.locator('.st-key-rating-sheet input[type="radio"]:checked')).to_have_count(0)


def test_the_practice_round_goes_by_keyboard_on_a_narrow_screen_too(
    server: Server, new_tab: Callable[..., Page]
) -> None:
    kit = a_kit(server)
    page = new_tab(f"{server.url}/rate?id={kit}", PHONE)
    page.get_by_label("Your name").focus()
    page.keyboard.type("Barbara")
    page.keyboard.press("Enter")
    at_the_first_criterion(page)
    judge(page, "m" * criteria(page), "3")
    page.keyboard.press("Enter")
    expect(page.locator(".feedback")).to_be_visible()
    expect(page.get_by_role("button", name="Next answer")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    at_the_first_criterion(page)
    expect(page.get_by_text("Practice answer 2").first).to_be_visible()
    (rater,) = server.store.ratings.raters(kit)
    assert len(rater.practice) == 1
