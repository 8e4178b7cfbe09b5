"""The interviewer's lines aloud: each once, in order, and never over the candidate."""

from __future__ import annotations

import base64
import io
import time
import wave

from playwright.sync_api import expect

from tests.browser.voice.conftest import NewVoice

FIRST = ["Good.", "Now tell me about F1, for example for rare classes.", "Why not accuracy?"]
SECOND = ["I see.", "What would change with a hundred classes?"]


def test_each_sentence_once_and_in_order_over_runs_and_reloads(voice: NewVoice) -> None:
    tab = voice()
    tab.until(lambda: tab.fake("ended") == FIRST)
    tab.press("Run again")
    tab.settled()
    tab.rests()
    assert tab.fake("spoken") == FIRST
    tab.reload()
    tab.page.wait_for_timeout(300)
    assert tab.fake("spoken") == []
    tab.press("Next reply")
    tab.until(lambda: tab.fake("ended") == SECOND)


def test_a_streamed_reply_is_spoken_while_it_comes_and_not_again_when_it_stands(voice: NewVoice) -> None:
    tab = voice()
    tab.until(lambda: tab.fake("ended") == FIRST)
    tab.press("Streamed reply")
    tab.until(lambda: tab.fake("ended") == [*FIRST, *SECOND])
    tab.until(lambda: tab.shown["seq"] == 4)
    tab.page.wait_for_timeout(300)
    assert tab.fake("spoken") == [*FIRST, *SECOND]
    expect(tab.page.get_by_test_id("stException")).to_have_count(0)


def test_stop_empties_the_queue_and_it_can_be_said_again(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "endless"})
    tab.press("Stop")
    tab.rests()
    tab.page.wait_for_timeout(300)
    assert tab.fake("spoken") == FIRST[:1]
    tab.press("Run again")
    tab.settled()
    assert tab.fake("spoken") == FIRST[:1]
    tab.press("Say it again")
    tab.until(lambda: tab.fake("spoken") == FIRST[:1] * 2)
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_be_focused()


def test_it_falls_silent_when_the_candidate_begins_to_speak(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "endless"})
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    tab.speaks()
    tab.rests()
    assert tab.fake("cancelled") == 1
    tab.press("Next reply")
    tab.settled()
    assert tab.fake("spoken") == FIRST[:1], "and stays silent while it listens"


def test_it_falls_silent_when_the_candidate_types(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "endless"})
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    tab.page.get_by_test_id("stChatInputTextArea").press("a")
    tab.rests()
    assert tab.fake("cancelled") == 1


def test_it_falls_silent_when_the_tab_is_hidden(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "endless"})
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    tab.page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    tab.rests()


def test_a_voice_that_makes_no_sound_holds_nothing_up(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "mute"})
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert tab.fake("spoken") == FIRST[:2]


def test_a_voice_that_never_ends_is_passed_over(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "endless"}, choices={"rate": 1.3})
    tab.until(lambda: tab.fake("spoken") == FIRST[:2], seconds=7)


def test_before_a_first_click_the_browser_may_refuse(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "refused"})
    tab.sees("press “Say it again” to hear")
    tab.fake("speech = 'well'")
    tab.press("Say it again")
    tab.until(lambda: tab.fake("ended") == FIRST)
    expect(tab.page.locator("[data-part=word]")).to_be_hidden()


def test_switched_off_it_says_nothing_and_does_not_catch_up(voice: NewVoice) -> None:
    tab = voice(choices={"on": False})
    tab.press("Voice")
    aloud = tab.page.get_by_role("checkbox", name="Say the interviewer’s lines aloud")
    expect(aloud).not_to_be_checked()
    aloud.check()
    tab.page.keyboard.press("Escape")
    tab.page.wait_for_timeout(200)
    assert tab.fake("spoken") == []
    tab.press("Next reply")
    tab.until(lambda: tab.fake("ended") == SECOND)


def test_voice_pace_silence_and_english_are_chosen_once(voice: NewVoice) -> None:
    tab = voice()
    tab.until(lambda: tab.fake("ended") == FIRST)
    tab.press("Voice")
    voices = tab.page.locator("select[data-part=voices]")
    assert voices.locator("option").all_text_contents() == [
        "The browser’s choice",
        "Kate",
        "Sam (made online)",
        "Anna",
    ], "English first"
    voices.select_option("sam")
    pace = tab.page.get_by_role("slider")
    pace.focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.get_by_label("The English you speak").select_option("en-IN")
    tab.page.get_by_label("Done by itself after").select_option("6")
    tab.page.keyboard.press("Escape")
    expect(voices).to_be_hidden()
    tab.reload()
    tab.press("Say it again")
    tab.until(lambda: tab.fake("ended") == FIRST)
    assert tab.fake("as") == {"voice": "sam", "rate": 1.1}
    tab.press("Voice")
    expect(tab.page.get_by_label("Done by itself after")).to_have_value("6")
    tab.page.keyboard.press("Escape")
    tab.speaks()
    assert tab.fake("settings.lang") == "en-IN"


def test_without_a_voice_there_is_nothing_to_press(voice: NewVoice) -> None:
    tab = voice(fakes={"speech": "none"}, choices={"on": False})
    expect(tab.page.get_by_role("button", name="Say it again")).to_have_count(0)
    tab.press("Voice")
    expect(tab.page.locator("[data-part=voices]")).to_contain_text("This browser has no voice")
    assert tab.shown["state"]["voices"] == 0


def _beep(seconds: float) -> str:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(bytes(range(100, 150)) * round(seconds * 160))
    return base64.b64encode(out.getvalue()).decode("ascii")


COUNT_SOUNDS = """
window.sounds = [];
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () { sounds.push(this.playbackRate); return play.call(this); };
"""


def test_a_speech_endpoints_sound_is_played_instead_of_the_browsers_voice(voice: NewVoice) -> None:
    tab = voice(sound=_beep(0.3), script=COUNT_SOUNDS, choices={"rate": 1.2, "on": False})
    tab.press("Say it again")
    tab.until(lambda: tab.page.evaluate("sounds") == [1.2] * 3)
    tab.rests()
    assert tab.fake("spoken") == []


def test_a_sound_that_cannot_be_played_is_spoken(voice: NewVoice) -> None:
    tab = voice(sound="AAAA", script=COUNT_SOUNDS, choices={"on": False})
    tab.press("Say it again")
    tab.until(lambda: tab.fake("ended") == FIRST)
    assert len(tab.page.evaluate("sounds")) == 3


def test_the_time_to_the_first_word_counts_from_the_end_of_the_interviewers_sound(voice: NewVoice) -> None:
    tab = voice(fakes={"lasts": 700})
    tab.until(lambda: tab.fake("ended") == FIRST)
    tab.page.wait_for_timeout(400)
    tab.speaks("Now.")
    tab.press("Done")
    tab.arrived("Now.")
    assert 0.4 < tab.shown["heard"][0]["first_word"] < 1.9, "not from when the question was shown"


def test_or_from_when_the_question_was_shown_where_nothing_sounds(voice: NewVoice) -> None:
    tab = voice(choices={"on": False})
    tab.page.wait_for_timeout(1_500)
    pressed = time.monotonic()
    tab.press("Next reply")
    tab.until(lambda: tab.shown["seq"] == 4)
    tab.speaks("Now.")
    waited = time.monotonic() - pressed
    tab.press("Done")
    tab.arrived("Now.")
    heard = tab.shown["heard"][0]
    assert heard["seq"] == 4
    assert heard["first_word"] <= waited
