"""A whole spoken interview in the app itself: the microphone in, words corrected, the reply aloud, nothing lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from interviewer.domain.speech import BROWSER
from interviewer.domain.words import Speaker
from interviewer.models.openai.fake import FakeServer
from interviewer.ui.voice import sentences, spoken_text
from tests.browser.driving import DESKTOP, PATIENCE, PHONE, Server, begin, settled

HERE = Path(__file__).parent
Open = Callable[..., Page]

FIRST_CALL = 90_000
"""Milliseconds for the first call to an endpoint: the SDK is imported for it, which a busy machine is long about."""

SAID = (
    "over fitting is when the model learns the noise of the training data um so it does badly on new data",
    "you keep it in check with regularisation and you watch the validation error",
)


@pytest.fixture
def open_app(microphone: Browser) -> Iterator[Open]:
    """Opens the app in a fresh profile of the browser with a microphone."""
    contexts = []

    def open_tab(url: str, size: ViewportSize = DESKTOP, scheme: str = "light", **fakes: object) -> Page:
        context = microphone.new_context(
            viewport=size, color_scheme="dark" if scheme == "dark" else "light", locale="en-GB"
        )
        contexts.append(context)
        remembered = json.dumps({"agreed": True})
        first = (
            f"localStorage.getItem('interviewer-voice') ?? localStorage.setItem('interviewer-voice', '{remembered}');"
        )
        context.add_init_script(f"window.fakeSettings = {json.dumps(fakes)}; {first}")
        context.add_init_script(path=HERE / "fakes.js")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(url)
        settled(page)
        return page

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def ear() -> Iterator[FakeServer]:
    with FakeServer(key="") as server:
        yield server


@pytest.fixture
def app_with_ear(microphone: Browser, tmp_path: Path, ear: FakeServer) -> Iterator[Server]:
    """The app with an endpoint that understands recordings, and speaks."""
    settings = {
        "INTERVIEWER_AUDIO_BASE_URL": ear.url,
        "INTERVIEWER_TRANSCRIBE_MODEL": "fake-ear",
        "INTERVIEWER_SPEECH_MODEL": "fake-mouth",
        "INTERVIEWER_USE_MODEL": "false",
    }
    server = Server(tmp_path / "data", settings)
    server.start()
    yield server
    server.close()


def turn_on(page: Page) -> None:
    page.locator(".st-key-voice-switch label").first.click()
    settled(page)


def checked(page: Page) -> None:
    page.get_by_role("button", name="Skip the check").click()
    settled(page)


def heard_out(page: Page) -> None:
    """Waits until nothing is being said."""
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)


def test_by_the_browsers_own_recognition(own_server: Server, open_app: Open) -> None:
    page = open_app(own_server.url)
    interview_id = begin(page)
    turn_on(page)
    checked(page)
    page.wait_for_function("fake.spoken.length > 0")  # the question is said aloud
    heard_out(page)
    for number, said in enumerate(SAID):
        page.get_by_role("button", name="Speak", exact=True).click()
        page.wait_for_function("fake.live !== null")
        page.evaluate(f"fake.hear({json.dumps(said)})")
        page.get_by_role("button", name="Done", exact=True).click()
        draft = page.get_by_role("textbox", name="What was understood")
        expect(draft).to_have_value(said)
        draft.fill(said.replace("over fitting", "overfitting"))
        before = page.evaluate("fake.spoken.length")
        page.get_by_role("button", name="Send it", exact=True).click()
        page.wait_for_function(f"fake.spoken.length > {before}")  # the reply is said aloud
        settled(page)
        heard_out(page)
        expect(page.locator(".turn.candidate")).to_have_count(number + 1)
    interview = own_server.store.get(interview_id)
    mine = [turn.text for turn in interview.turns if turn.speaker is Speaker.CANDIDATE]
    assert mine == [SAID[0].replace("over fitting", "overfitting"), SAID[1]]
    assert [spoken.transcript.text for spoken in interview.spoken] == list(SAID)
    assert {spoken.transcript.by for spoken in interview.spoken} == {BROWSER}
    shown = [turn.text for turn in interview.turns if turn.speaker is Speaker.INTERVIEWER]
    aloud = [spoken_text(sentence) for text in shown for sentence in sentences(text)]
    assert page.evaluate("fake.spoken") == aloud, "every sentence, once, in order"
    place = page.get_by_test_id("stChatInputTextArea")
    place.fill("And typing works as ever.")
    place.press("Enter")
    settled(page)
    expect(page.locator(".turn.candidate").last).to_contain_text("And typing works as ever.")


def test_by_an_endpoint_that_hears_and_speaks(app_with_ear: Server, open_app: Open, ear: FakeServer) -> None:
    ear.hears(*SAID)
    page = open_app(app_with_ear.url)
    interview_id = begin(page)
    turn_on(page)
    checked(page)
    record = page.get_by_test_id("stAudioInput").get_by_role("button", name="Record")
    record.click()
    page.wait_for_timeout(2_000)
    page.get_by_test_id("stAudioInput").get_by_role("button", name="Stop recording").click()
    draft = page.get_by_role("textbox", name="What was understood")
    expect(draft).to_have_value(SAID[0], timeout=FIRST_CALL)
    page.get_by_role("button", name="Send it", exact=True).click()
    settled(page)
    expect(page.locator(".turn.candidate")).to_have_count(1)
    interview = app_with_ear.store.get(interview_id)
    (spoken,) = interview.spoken
    assert spoken.transcript.by == "fake-ear"
    assert spoken.transcript.text == SAID[0]
    assert spoken.pauses is not None
    assert spoken.recording is None, "the sound is kept only for who asks for it"
    assert page.evaluate("fake.spoken") == [], "the endpoint's sound is played, not the browser's voice"


def test_the_voice_fits_a_phone_in_the_dark(own_server: Server, open_app: Open) -> None:
    page = open_app(own_server.url, PHONE, "dark")
    begin(page)
    turn_on(page)
    checked(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_in_viewport()
