"""A real model drives the interview, in a real browser: set up, heard, stopped, lost, found again; its key unseen."""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import SCRIPT, InterviewStatus, Turn
from interviewer.domain.usage import Purpose
from interviewer.interview.notices import UNREACHABLE
from interviewer.models.offline.speech import load_speech
from interviewer.models.openai.fake import KEY, MODEL, Delays, FakeServer, Recorded, faults, plain_judge
from interviewer.models.openai.fake.sheet import read_sheet
from interviewer.report import wording
from interviewer.resources import prompts_dir
from tests.browser.driving import PATIENCE, PHONE, Server, answer, settled
from tests.browser.test_interview import wait_until
from tests.browser.test_look import OVERFLOW
from tests.browser.test_questions import add, search_box

NewTab = Callable[..., Page]

LONG = 60_000
"""Milliseconds for what takes a moment: only a machine that stands still is not done by then."""

OPENS = "That is a good deal to think about, so let me take it up slowly."
"""How the model begins whatever it says in practice: words that are neither the bank's nor the script's."""

RAMBLES = f"{OPENS} It goes{' on and on and on' * 8}, and then it comes to an end."
SLOWLY = 0.5
"""Seconds between two words: at this pace, that takes half a minute."""

FIRST = "I would add dropout and stop the training early. Then the model cannot memorise the noise."
HEARD = "You would add dropout and stop the training early."
SECOND = "I would compute the gradient of the loss and walk the other way."
BLURTED = "You should have said that cross-validation is the thermometer and not the medicine."

STOP_OFFERED = """() => {
  window.stopOffered = false;
  const look = () => { window.stopOffered ||= document.querySelector('.st-key-stop-reply') !== null; };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
"""Notes whether a button to stop a reply is shown at any moment from now on."""


class Model:
    """Who sits behind the endpoint: hears every answer and finds nothing in it.

    What it phrases it opens with ``opens``; in real mode, where it may not, it says ``aside`` of an answer.
    """

    def __init__(self) -> None:
        self.opens = OPENS
        self.aside = HEARD

    def __call__(self, request: Recorded) -> str:
        sheet = read_sheet(request)
        if request.purpose is Purpose.SPEAK:
            return f"{self.opens} {sheet.sections['WORDING']}"
        if request.purpose is Purpose.ACKNOWLEDGE:
            return self.aside
        if request.purpose is Purpose.ASSESS:
            return json.dumps({"intent": "answer", "clarification": None, "marks": [], "misconceptions": []})
        if request.purpose is Purpose.GRADE:
            found = [
                {"criterion": c.id, "reason": "Not said.", "verdict": "missing", "quotes": [], "confidence": "high"}
                for c in sheet.criteria
            ]
            return json.dumps({"verdicts": found, "misconceptions": []})
        return plain_judge(request)


@pytest.fixture(autouse=True)
def patient() -> Iterator[None]:
    """What is expected of a page is waited for longer than elsewhere: behind it a second server is at work."""
    expect.set_options(timeout=LONG)
    yield
    expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def serving() -> Iterator[FakeServer]:
    with FakeServer(models=[MODEL]) as server:
        yield server


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def endpoint(serving: FakeServer, model: Model) -> Iterator[FakeServer]:
    """An endpoint that nobody has asked anything yet, with the ``model`` behind it."""
    serving.forget()
    serving.judge, serving.delays = model, Delays()
    yield serving
    assert serving.violations == []


@pytest.fixture(scope="module")
def connected(browser: Browser, serving: FakeServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that finds its model in the environment."""
    settings = {"INTERVIEWER_BASE_URL": serving.url, "INTERVIEWER_MODEL": MODEL, "INTERVIEWER_API_KEY": KEY}
    server = Server(tmp_path_factory.mktemp("connected") / "data", settings)
    server.start()
    yield server
    server.close()


def begin_with(page: Page, address: str, *questions: str, mode: str = "Practice") -> str:
    """Picks questions and begins an interview of them; gives its ID."""
    page.goto(f"{address}/questions")
    settled(page)
    for question in questions:
        search_box(page).fill(question.replace("-", " "))
        expect(page).to_have_url(re.compile(question.replace("-", ".") + "$"))
        settled(page)
        add(page, question)
    bar = page.locator(".st-key-selected")
    bar.get_by_role("radio", name=mode).click()
    settled(page)
    page.get_by_role("button", name="Start an interview").click()
    page.wait_for_url("**/interview?id=*")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    settled(page)
    return page.url.split("id=")[1]


def turns(server: Server, interview_id: str) -> tuple[Turn, ...]:
    return server.store.get(interview_id).turns


def replied(server: Server, page: Page, interview_id: str, count: int) -> Turn:
    """The interviewer's newest turn, once there are so many in all and the page shows them."""
    wait_until(lambda: len(turns(server, interview_id)) == count, LONG / 1000)
    expect(page.locator(".turn")).to_have_count(count, timeout=LONG)
    settled(page)
    return turns(server, interview_id)[-1]


def newest(page: Page) -> Locator:
    return page.locator(".turn.interviewer").last


def substance(turn: Turn) -> str:
    assert turn.move is not None
    assert turn.move.substance is not None
    return turn.move.substance.text


def frames(page: Page) -> list[str]:
    """All that the app tells the page from the next load on."""
    told: list[str] = []

    def note(frame: str | bytes) -> None:
        told.append(frame if isinstance(frame, str) else frame.decode("utf-8", "replace"))

    page.on("websocket", lambda socket: socket.on("framereceived", note))
    return told


def test_a_model_is_set_up_interviews_fails_comes_back_and_is_named_in_the_report(
    own_server: Server, endpoint: FakeServer, model: Model, new_tab: NewTab
) -> None:
    page = new_tab(own_server.url)
    page.set_default_timeout(LONG)
    told, seen = frames(page), list[str]()
    where = f"127.0.0.1:{endpoint.port}"

    # It is typed in, tried out and saved.
    page.goto(f"{own_server.url}/settings")
    settled(page)
    expect(page.locator(".lead")).to_contain_text("The offline model interviews and grades.")
    for label, value in (("Address", endpoint.url), ("Key", KEY), ("Model", MODEL)):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator(".tried .upshot")).to_have_text(f"An interview can be held and graded with {where}.")
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".saved")).to_contain_text("Saved.")
    settled(page)
    expect(page.locator(".lead")).to_contain_text(f"{MODEL} at {where} interviews and grades.")
    expect(page.get_by_label("Key", exact=True)).to_have_value("")
    seen.append(page.content())
    page.get_by_role("link", name="Practise").click()
    expect(page.get_by_text(f"{MODEL} at {where} interviews and grades.")).to_be_visible()
    seen.append(page.content())

    # Its words appear while it speaks; it can be stopped, and its question is asked all the same.
    interview_id = begin_with(page, own_server.url, "overfitting", "gradient-descent")
    expect(page.locator(".who")).to_have_text(f"With {MODEL} at {where}")
    opening = turns(own_server, interview_id)[0]
    expect(newest(page)).to_contain_text(substance(opening))
    model.opens, endpoint.delays = RAMBLES, Delays(each=SLOWLY)
    answer(page, FIRST)
    expect(newest(page)).to_contain_text(OPENS[:20])
    assert len(turns(own_server, interview_id)) == 2
    assert [request.outcome for request in endpoint.asked(Purpose.SPEAK)] == [""]
    seen.append(page.content())
    expect(page.locator(".st-key-stop-reply")).to_be_visible()
    before = newest(page).locator(".said").inner_text()
    began = time.monotonic()
    page.get_by_role("button", name="Stop", exact=True).click()
    reply = replied(own_server, page, interview_id, 3)
    assert time.monotonic() - began < SLOWLY * len(RAMBLES.split()) / 2
    assert reply.text.startswith(before.strip())
    assert reply.text.endswith(substance(reply))
    assert "comes to an end" not in reply.text
    assert endpoint.settled()
    assert [request.outcome for request in endpoint.asked(Purpose.SPEAK)] == ["client left"]
    expect(newest(page).locator(".said")).to_have_text(reply.text)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    expect(page.locator(".turn-notice")).to_have_count(0)

    # The endpoint breaks: one calm line, and the script goes on.
    model.opens, endpoint.delays = OPENS, Delays()
    endpoint.always(faults.unavailable(), "chat")
    answer(page, "And I would look for more data.")
    count = 5
    reply = replied(own_server, page, interview_id, count)
    expect(page.locator(".turn-notice")).to_have_text([UNREACHABLE])
    expect(newest(page).locator(".kind")).to_contain_text("scripted")
    assert substance(reply) in reply.text
    while turns(own_server, interview_id)[-1].exchange == 1:
        assert count < 11
        page.get_by_role("button", name="I don't know", exact=True).click()
        count += 2
        replied(own_server, page, interview_id, count)
    assert count > 5
    expect(page.locator(".turn-notice")).to_have_text([UNREACHABLE])
    assert [turn.by for turn in turns(own_server, interview_id)[4::2]] == [SCRIPT] * (count // 2 - 1)
    wait_until(lambda: isinstance(own_server.store.grades(interview_id).get(1), Ungraded), LONG / 1000)
    seen.append(page.content())

    # It is there again: what it could not grade is graded by a click, and it speaks as before.
    page.goto(f"{own_server.url}/report?id={interview_id}")
    settled(page)
    first = page.locator(".st-key-question-1")
    expect(first).to_contain_text("This question could not be graded, so it does not count.")
    expect(first).to_contain_text("It will be tried again by itself.")
    seen.append(page.content())
    endpoint.always(None)
    page.get_by_role("button", name="Grade again").click()
    expect(first.locator(".score")).to_contain_text(f"graded by {MODEL}")
    settled(page)
    page.get_by_role("button", name="Go on with the interview").click()
    page.wait_for_url("**/interview?id=*")
    settled(page)
    answer(page, SECOND)
    count += 2
    reply = replied(own_server, page, interview_id, count)
    assert (reply.by, reply.text) == (MODEL, f"{OPENS} {substance(reply)}")
    expect(newest(page).locator(".said")).to_have_text(reply.text)
    expect(newest(page)).not_to_contain_text("scripted")
    page.get_by_role("button", name="Usage").click()
    usage = own_server.store.usage(interview_id)
    assert usage.tokens_in > 1000
    for words in ("Tokens read", f"{usage.tokens_in:,}", f"{usage.tokens_out:,}", "unknown: no prices are set"):
        expect(page.locator(".usage")).to_contain_text(words)
    seen.append(page.content())
    page.keyboard.press("Escape")

    # The interview ends while nobody can grade it, and the offline model does.
    endpoint.always(faults.unavailable(), Purpose.GRADE)
    page.get_by_role("button", name="End", exact=True).click()
    replied(own_server, page, interview_id, count + 2)
    page.get_by_role("button", name="Yes, end the interview").click()
    replied(own_server, page, interview_id, count + 4)
    page.get_by_role("button", name="Open the report").click()
    expect(page.locator(".gist")).to_be_visible()
    wait_until(lambda: isinstance(own_server.store.grades(interview_id).get(2), Ungraded), LONG / 1000)
    second = page.locator(".st-key-question-2")
    expect(second.locator("summary").first).to_contain_text("Not graded")
    settled(page)
    second.locator("summary").first.click()
    expect(second).to_contain_text("This question could not be graded, so it does not count.")
    seen.append(page.content())
    page.get_by_role("button", name="Let the offline model grade it").click()
    expect(second.locator(".score")).to_contain_text("graded by the offline model")
    expect(page.get_by_text("More than one grader was at work")).to_contain_text(
        re.compile(rf"{MODEL} \(question 1\) and .*\boffline\b.* \(question 2\)\.")
    )
    usage = own_server.store.usage(interview_id)
    expect(page.get_by_text("The model was asked")).to_contain_text(
        f"The model was asked {usage.calls} times ({wording.count(usage.failed, 'request')} failed)"
    )
    settled(page)
    seen.append(page.content())
    grades = own_server.store.grades(interview_id)
    graders = [grade.provenance.model for grade in grades.values() if isinstance(grade, Grade)]
    assert graders == [MODEL, "offline"]

    # The key went to the endpoint and to its file, and nowhere else.
    assert {request.authorised for request in endpoint.requests} == {True}
    assert len(told) > 20
    assert [text for text in (*seen, *told) if KEY in text] == []
    holders = [path for path in own_server.data.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert [path.name for path in holders] == ["keys.toml"]
    if os.name == "posix":
        assert stat.S_IMODE(holders[0].stat().st_mode) == 0o600


def test_in_real_mode_all_that_is_shown_is_the_banks_the_scripts_or_the_candidates(
    connected: Server, endpoint: FakeServer, model: Model, new_tab: NewTab
) -> None:
    endpoint.delays = Delays(of={Purpose.ASSESS: 0.5})  # so that what is said of the answer comes first
    page = new_tab(connected.url)
    interview_id = begin_with(page, connected.url, "overfitting", mode="Real")
    page.evaluate(STOP_OFFERED)
    for number, (aside, shown) in enumerate(((HEARD, HEARD), (BLURTED, ""), (f"Great answer! {HEARD}", ""))):
        model.aside = aside
        answer(page, FIRST)
        reply = replied(connected, page, interview_id, 3 + 2 * number)
        expect(newest(page).locator(".said")).to_have_text(reply.text)
        assert reply.text in scripted(reply, shown)
    assert connected.store.get(interview_id).status is InterviewStatus.ENDED
    assert page.evaluate("window.stopOffered") is False
    assert len(endpoint.asked(Purpose.ACKNOWLEDGE)) == 3
    assert endpoint.asked(Purpose.SPEAK) == []
    said = page.locator(".turn.interviewer").all_inner_texts()
    assert not any(word in text for text in said for word in ("thermometer", "Great answer", OPENS))


def scripted(reply: Turn, aside: str) -> set[str]:
    """All that a turn may say: a template around the bank's wording, behind the aside or one of the script's own."""
    assert reply.move is not None
    templates = load_speech(prompts_dir()).templates
    words = reply.move.substance.text if reply.move.substance else ""
    frames = [text.replace("{substance}", words) for text in templates[reply.move.manner or reply.move.kind].texts]
    before = (aside,) if aside else ("", *templates["ack_neutral"].texts)
    return {f"{one} {frame}".strip() for one in before for frame in frames}


def test_on_a_phone_nothing_scrolls_sideways_with_a_model_at_work(
    connected: Server, endpoint: FakeServer, new_tab: NewTab
) -> None:
    page = new_tab(f"{connected.url}/settings", size=PHONE, scheme="dark")
    expect(page.get_by_label("Key", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator(".tried .upshot")).to_be_visible()
    settled(page)
    for fold in page.get_by_test_id("stExpander").locator("summary").all():
        fold.click()
    expect(page.get_by_label("Seconds for a grade")).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0
    interview_id = begin_with(page, connected.url, "overfitting")
    endpoint.script("chat", faults.unauthorised())
    answer(page, FIRST)
    replied(connected, page, interview_id, 3)
    expect(page.locator(".turn-notice")).to_be_visible()
    assert page.evaluate(OVERFLOW) == 0
    page.get_by_role("button", name="Usage").click()
    usage = page.locator(".usage")
    expect(usage).to_be_visible()
    expect(usage).to_contain_text("1, 1 of them failed")
    page.wait_for_function("() => document.querySelector('.usage').getAnimations({subtree: true}).length === 0")
    box = usage.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate(OVERFLOW) == 0
    page.goto(f"{connected.url}/report?id={interview_id}")
    settled(page)
    assert page.evaluate(OVERFLOW) == 0
