"""The microphone check: one hears oneself, sees what was understood, and the microphone is let go."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.voice.conftest import NewVoice


def test_one_is_heard_played_back_and_understood(voice: NewVoice) -> None:
    tab = voice(check=1)
    expect(tab.page.get_by_role("button", name="Skip the check")).to_be_visible()
    assert tab.fake("opened()") == 0
    tab.press("Start the check")
    tab.sees("Say a sentence")
    meter = tab.page.get_by_role("meter", name="Microphone level")
    tab.until(lambda: int(meter.get_attribute("aria-valuenow") or 0) > 40)
    tab.fake("hear('One two three.')")
    tab.press("That is enough")
    tab.sees("Understood: One two three.")
    clip = tab.page.get_by_label("What the microphone heard")
    expect(clip).to_be_visible()
    assert clip.evaluate("(clip) => clip.play().then(() => clip.error)") is None
    tab.until(lambda: tab.fake("open()") == 0)
    tab.press("I hear myself")
    tab.until(lambda: tab.shown["checked"] == 1)
    assert tab.texts == [], "the check is no answer"


def test_it_ends_by_itself_and_can_be_tried_again(voice: NewVoice) -> None:
    tab = voice(check=1, hears="recorder")
    tab.press("Start the check")
    tab.until(lambda: tab.fake("open()") == 1)
    expect(tab.page.get_by_role("button", name="Try again")).to_be_visible()
    assert tab.fake("starts") == 0, "the page sees to the words itself"
    assert tab.fake("open()") == 0
    tab.press("Try again")
    tab.until(lambda: tab.fake("open()") == 1)


def test_without_the_makers_ears_one_can_still_hear_oneself(voice: NewVoice) -> None:
    tab = voice(check=1, choices={"agreed": False})
    tab.press("Start the check")
    tab.sees("its maker may hear")
    tab.press("Not now")
    tab.until(lambda: tab.fake("open()") == 1)
    assert tab.fake("starts") == 0


def test_a_microphone_that_does_not_open_is_explained(voice: NewVoice) -> None:
    tab = voice(check=1, fakes={"microphone": "NotFoundError"})
    tab.press("Start the check")
    tab.sees("No microphone was found.")


def test_leaving_the_page_lets_the_microphone_go(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks("Half a")
    tab.until(lambda: tab.fake("open()") == 1)
    tab.page.get_by_text("Away").click()
    tab.until(lambda: tab.fake("live === null && fake.open() === 0"))
    tab.page.get_by_text("Away").click()
    tab.sees("Half a")
    assert tab.fake("live") is None
