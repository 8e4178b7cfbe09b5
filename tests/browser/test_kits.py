"""The story of an employer: a kit, its candidates, its raters, a disagreement, a better rubric, and links that lead
nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Browser, Locator, Page, expect

from interviewer.bank import load_bank, load_calibration
from interviewer.domain.words import Verdict
from interviewer.kits.room import items
from interviewer.resources import knowledge_dir
from interviewer.store import Store, utc_now
from tests.browser.driving import Server, answer, settled

NewTab = Callable[..., Page]

BANK = "overfitting"
PROMPT = "A colleague asks you to review a change that makes the nightly training twice as fast. What do you look at?"
LOOKED_FOR = ("Says that they check whether results stay the same", "Names a risk of the change")
REWORDED = "Says that they compare the model before and after the change"

GOOD, POOR = "Ada L.", "Bo K."
ANSWERS = {
    GOOD: (
        "The model has learned the noise of the training data by heart. You see it when the validation loss goes up "
        "while the training loss still falls, and I would regularise it, or get more data.",
        "By weight decay, dropout, or a smaller model, and I would stop earlier.",
        "I check whether results stay the same: I train once with and once without it and compare the metrics. A risk "
        "of the change is that it skips data.",
    ),
    POOR: (
        "It is when the computer gets too warm, I think.",
        "I don't know.",
        "I look at the change, how the nightly training was made faster, and whether its code is easy to read.",
    ),
}
BANDS = {GOOD: (5, 4), POOR: (1, 1)}
"""By question, what the first rater gives; the second gives one band less or more, and once three bands less."""

NOT_FOR_CANDIDATES = ("criterion", "criteria:", "reference", *LOOKED_FOR, REWORDED)


def test_from_a_kit_to_a_better_rubric(browser: Browser, own_server: Server, new_tab: NewTab) -> None:
    server = own_server
    employer = new_tab(f"{server.url}/kits")
    kit_id = build(employer)
    links = invite(employer, (GOOD, POOR, "Cy M."))

    # Two candidates, each in a browser of their own.
    for name in (GOOD, POOR):
        be_interviewed(new_tab(links[name]), ANSWERS[name])
    store = server.store
    interviews = {one.label: one.interview_id for one in store.kits.invitations(kit_id)}
    assert all(interviews[name] for name in (GOOD, POOR))
    heard = [
        [turn.text for turn in store.get(str(interviews[name])).turns if turn.move is not None] for name in (GOOD, POOR)
    ]
    # The words between questions may say that not knowing is fine; what is asked is the same, word for word.
    assert [asked(lines) for lines in heard] == [asked(heard[0])] * 2

    # A link that was taken back, and one that is too old.
    revoke(employer, "Cy M.")
    expect(new_tab(links["Cy M."]).get_by_role("heading", name="This link was withdrawn")).to_be_visible()
    earlier = Store(store.database, lambda: utc_now() - timedelta(days=3))
    _, old = earlier.kits.invite(kit_id, "Di N.", utc_now() - timedelta(days=1))
    expect(new_tab(f"{server.url}/join?t={old}").get_by_role("heading", name="This link has expired")).to_be_visible()

    # Two raters, blind, each in a browser of their own.
    for number, rater in enumerate(("Ruth", "Sam")):
        page = new_tab(f"{server.url}/rate?id={kit_id}")
        practise(page, rater)
        rate(page, server, kit_id, rater, lenient=number == 0)
        expect(page.get_by_role("heading", name="All rated")).to_be_visible()

    # With two candidates nothing can be estimated, and the page says so instead of a number.
    employer.goto(f"{server.url}/agreement?id={kit_id}")
    settled(employer)
    figures = employer.locator("[data-testid=stMain]")
    expect(figures).to_contain_text("Not estimable")
    expect(figures).to_contain_text("Answers of 2 candidates; 10 candidates are needed.")

    settle(employer, server, kit_id)
    publish(employer, server, kit_id)

    employer.goto(f"{server.url}/results?id={kit_id}")
    settled(employer)
    expect(employer.get_by_role("table").first).to_contain_text("decided")
    expect(employer.locator("[data-testid=stMain]")).to_contain_text("version 2")
    expect(employer.get_by_role("table").first).to_contain_text(GOOD)


# --- the employer ---------------------------------------------------------------------------------------------


def build(page: Page) -> str:
    """A kit with one question of the bank and one of one's own, opened; gives its ID."""
    page.get_by_role("button", name="New kit").click()
    page.wait_for_url("**/kit?id=*")
    settled(page)
    fill(page, page.get_by_role("textbox", name="Title", exact=True), "A first talk")
    fill(page, page.get_by_role("textbox", name="Who asks", exact=True), "Example & Sons")
    page.get_by_text("Choose from the bank", exact=True).click()
    settled(page)
    page.get_by_role("searchbox").press_sequentially("overfitting", delay=10)
    page.locator(f".st-key-kit-add-{BANK}").get_by_role("button").click()
    expect(page.get_by_text("Question 1 of 1")).to_be_visible()
    settled(page)
    page.get_by_text("Write your own", exact=True).click()
    settled(page)
    fill(page, page.get_by_role("textbox", name="The question, word for word as everyone hears it"), PROMPT)
    fill(
        page,
        page.get_by_role("textbox", name="What you look for in an answer, one thing a line"),
        "\n".join(LOOKED_FOR),
    )
    page.get_by_role("button", name="Add this question").click()
    expect(page.get_by_text("Question 2 of 2")).to_be_visible()
    settled(page)
    for number in (1, 2):
        fill(
            page,
            page.get_by_role("textbox", name=f"Why it belongs to the job (question {number})"),
            "We do it every week.",
        )
    page.get_by_role("button", name="Open the kit").click()
    page.get_by_role("button", name="Open it", exact=True).click()
    expect(page.get_by_role("heading", name="Links")).to_be_visible()
    settled(page)
    return page.url.split("id=")[1].split("&")[0]


def invite(page: Page, names: tuple[str, ...]) -> dict[str, str]:
    """Links by name."""
    fill(page, page.get_by_role("textbox", name="Names or codes, one a line"), "\n".join(names))
    page.get_by_role("button", name="Make links").click()
    codes = page.locator(".st-key-kit-fresh [data-testid=stCode] code")
    expect(codes).to_have_count(len(names))
    settled(page)
    found = dict(zip(names, codes.all_inner_texts(), strict=True))
    page.get_by_role("button", name="I have copied them").click()
    expect(codes).to_have_count(0)
    settled(page)
    return found


def revoke(page: Page, name: str) -> None:
    page.reload()
    settled(page)
    row = page.locator("[class*='st-key-kit-link-']", has_text=name)
    row.get_by_role("button", name="Revoke").last.click()
    page.get_by_role("button", name="Revoke it").click()
    expect(row.first).to_contain_text("Revoked")
    settled(page)


def settle(page: Page, server: Server, kit_id: str) -> None:
    """Settles the largest disagreement."""
    page.goto(f"{server.url}/disagreements?id={kit_id}")
    settled(page)
    page.get_by_role("button", name="Open").first.click()
    form = page.locator("[data-testid=stForm]", has=page.get_by_role("button", name="Settle it"))
    expect(form).to_be_visible()
    settled(page)
    form.get_by_role("radiogroup", name="Band").get_by_text(re.compile("^4 ")).click()
    form.get_by_role("textbox", name="Why").fill("We read it together, and the point is made.")
    form.get_by_role("textbox", name="Your name").fill("Ruth and Sam")
    form.get_by_role("button", name="Settle it").click()
    expect(page.get_by_role("heading", name="Decided")).to_be_visible()
    settled(page)
    (decisions,) = server.store.ratings.decisions(kit_id).values()
    assert [(one.band, one.by) for one in decisions] == [(4, "Ruth and Sam")]


def publish(page: Page, server: Server, kit_id: str) -> None:
    """Changes the rubric of the own question, looks at the difference, and publishes it."""
    page.goto(f"{server.url}/workshop?id={kit_id}&q=2")
    settled(page)
    page.get_by_role("button", name="Change this rubric").click()
    page.get_by_role("button", name="Change criterion 1").click()
    fill(page, page.get_by_role("textbox", name=re.compile("^What to look for")), REWORDED)
    expect(page.get_by_role("heading", name="What is changed")).to_be_visible()
    page.get_by_role("button", name="Score 2 answers under the draft").click()
    expect(page.get_by_text("All 2 answers are scored under the draft")).to_be_visible()
    expect(page.get_by_role("heading", name="The answers that you work with")).to_be_visible()
    settled(page)
    before = {one: server.store.grade_history(one, 2) for one in server.store.kits.interviews(kit_id)}
    page.get_by_role("button", name="Publish …").click()
    page.get_by_role("textbox", name="What is changed, and why").fill("Said more plainly.")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("the kit is at version 2 now")).to_be_visible()
    settled(page)
    for interview_id, history in before.items():
        after = server.store.grade_history(interview_id, 2)
        assert len(after) == len(history) + 1
        assert after[: len(history)] == history, "an old grade keeps the rubric that it was made with"


def fill(page: Page, field: Locator, text: str) -> None:
    """Fills a field as somebody does who goes on to the next, and waits until that is taken."""
    field.fill(text)
    field.blur()
    page.wait_for_timeout(100)
    settled(page)


# --- a candidate ----------------------------------------------------------------------------------------------


def be_interviewed(page: Page, lines: tuple[str, ...]) -> None:
    """Agrees, answers one line after the other, and is thanked; sees nothing of what is looked for."""
    begin = page.get_by_role("button", name="Begin the interview")
    expect(begin).to_be_disabled()
    unjudged(page)
    page.get_by_text("I have read this and agree").click()
    expect(begin).to_be_enabled()
    settled(page)
    begin.click()
    page.wait_for_url("**/interview?id=*")
    turns = page.locator(".turn.interviewer")
    for number, line in enumerate(lines, start=1):
        expect(turns).to_have_count(number)
        settled(page)
        unjudged(page)
        answer(page, line)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    unjudged(page)


def unjudged(page: Page) -> None:
    shown = page.locator("body").inner_text().casefold()
    assert [word for word in NOT_FOR_CANDIDATES if word.casefold() in shown] == []


def asked(lines: list[str]) -> list[str]:
    """The last sentence of what the interviewer says: the question itself."""
    return [re.split(r"(?<=[.?!])\s+", line)[-1] for line in lines]


# --- a rater --------------------------------------------------------------------------------------------------


def practise(page: Page, name: str) -> None:
    """Rates the practice answers as they are known to be, and may begin."""
    known = {folded(one.text): one for kept in load_calibration(BANK_OF_ALL).values() for one in kept.answers}
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("button", name="Begin", exact=True).click()
    for number in range(1, 6):
        expect(page.get_by_role("heading", name=f"Practice answer {number}", exact=True)).to_be_visible()
        settled(page)
        answer_ = known[folded(page.locator(".rated .turn.candidate .said").inner_text())]
        judge(page, list(answer_.verdicts.values()), answer_.band)
        page.get_by_role("button", name="See what it is").click()
        expect(page.locator("[data-testid=stMain]")).to_contain_text("The same band as it is known to have")
        settled(page)
        page.get_by_role("button", name="Next answer" if number < 5 else "Begin rating").click()
    settled(page)


def rate(page: Page, server: Server, kit_id: str, rater: str, *, lenient: bool) -> None:
    """Rates every answer; who gave it is known to the test alone, which looks it up by its words."""
    store = server.store
    kit = store.kits.get(kit_id)
    labels = {one.interview_id: one.label for one in store.kits.invitations(kit_id) if one.interview_id}
    found = items(kit_id, kit.content, [store.get(str(one)) for one in labels], "anybody")
    whose = {folded(one.answer.split("\n\n")[0]): (labels[one.key[0]], one.place) for one in found}
    for done in range(len(found)):
        expect(page.get_by_text(f"{done} of {len(found)}").first).to_be_visible()
        settled(page)
        shown = page.locator("body").inner_text()
        assert not [word for word in (*labels.values(), "offline model", "Ruth and") if word in shown]
        label, place = whose[folded(page.locator(".rated .turn.candidate .said").first.inner_text())]
        band = BANDS[label][place - 1]
        given = band if lenient else 2 if band == 5 else band
        criteria = kit.content.questions[place - 1].question.rubric.criteria
        verdict = Verdict.MET if given > 2 else Verdict.MISSING
        judge(page, [verdict] * len(criteria), given)
        page.get_by_role("button", name="Submit", exact=True).click()
    rater_id = next(one.id for one in store.ratings.raters(kit_id) if one.name == rater)
    expect(page.get_by_role("heading", name="All rated")).to_be_visible()
    assert len(store.ratings.by(rater_id)) == len(found)


def judge(page: Page, verdicts: list[Verdict], band: int) -> None:
    for number, verdict in enumerate(verdicts):
        place = page.locator(f".st-key-criterion-{number}")
        place.get_by_role("radiogroup").get_by_text(verdict.label.capitalize(), exact=True).click()
        expect(place.get_by_role("radio", checked=True)).to_have_count(1)
    page.locator(".st-key-band").get_by_text(re.compile(rf"^{band} · ")).click()
    expect(page.locator(".st-key-send button")).to_be_enabled()
    settled(page)


def folded(text: str) -> str:
    return " ".join(text.split())


BANK_OF_ALL = load_bank(knowledge_dir())
