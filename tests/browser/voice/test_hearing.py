"""The browser hears: words come as they are spoken, nobody is cut off, and nothing that was said is lost."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.voice.conftest import NewVoice


def test_words_are_shown_as_they_are_spoken_and_arrive_when_one_is_done(voice: NewVoice) -> None:
    tab = voice()
    tab.rests()
    assert tab.fake("starts") == 0, "nothing listens by itself"
    tab.speaks("Precision asks")
    tab.fake("guess('how many alarms')")
    expect(tab.page.locator("[data-part=final]")).to_have_text("Precision asks")
    expect(tab.page.locator("[data-part=interim]")).to_have_text("how many alarms")
    assert tab.texts == []
    tab.fake("hear('how many alarms are right.')")
    tab.press("Done")
    tab.arrived("Precision asks how many alarms are right.")
    heard = tab.shown["heard"][0]
    assert heard["seq"] == 2
    assert heard["language"] == "en-GB"
    assert heard["local"] is False
    assert heard["words"] == []
    assert 0 <= heard["first_word"] < 10
    assert 0 < heard["seconds"] < 10
    expect(tab.page.get_by_role("button", name="Speak", exact=True)).to_be_visible()
    expect(tab.page.locator("[data-part=status]")).to_contain_text("Understood: Precision asks")


def test_words_that_were_still_uncertain_at_the_end_are_not_lost(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks("Recall")
    tab.fake("guess('counts the misses')")
    tab.press("Done")
    tab.arrived("Recall counts the misses")


def test_the_browser_ends_and_the_text_goes_on(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks("First I think")
    tab.fake("guess('about it')")
    tab.fake("live.end()")
    tab.until(lambda: tab.fake("starts") == 2 and tab.fake("live !== null"))
    tab.fake("live.fail('no-speech')")
    tab.until(lambda: tab.fake("starts") == 3 and tab.fake("live !== null"))
    expect(tab.page.get_by_role("button", name="Done", exact=True)).to_be_visible()
    tab.fake("hear('then I answer')")
    tab.press("Done")
    tab.arrived("First I think about it then I answer")


def test_silence_before_the_first_word_never_ends_it(voice: NewVoice) -> None:
    tab = voice(silence=1)
    tab.speaks()
    tab.page.wait_for_timeout(1800)
    assert tab.fake("live !== null")
    expect(tab.page.locator("[data-part=countdown]")).to_be_hidden()


def test_silence_ends_it_with_a_countdown_that_any_sound_takes_back(voice: NewVoice) -> None:
    tab = voice(silence=3)
    countdown = tab.page.locator("[data-part=countdown]")
    tab.speaks("A short answer.")
    expect(countdown).to_be_visible()  # the microphone falls silent after a second and a half
    expect(countdown).to_contain_text("Done in")
    expect(countdown).to_be_hidden()  # and sounds again two seconds later
    assert tab.texts == []
    expect(countdown).to_be_visible()
    tab.arrived("A short answer.")
    assert 4 < tab.shown["heard"][0]["seconds"] < 6.5, "the silence at the end is not counted"


def test_a_word_takes_the_countdown_back_where_nothing_is_measured(voice: NewVoice) -> None:
    tab = voice(silence=2, fakes={"microphone": "NotReadableError"})
    countdown = tab.page.locator("[data-part=countdown]")
    tab.speaks("One")
    expect(countdown).to_have_text("Done in 1")
    tab.fake("hear('two')")
    expect(countdown).to_be_hidden()
    expect(countdown).to_have_text("Done in 1")
    tab.arrived("One two")


def test_by_keyboard_alone(voice: NewVoice) -> None:
    tab = voice()
    keyboard = tab.page.keyboard
    keyboard.press("Alt+KeyS")
    tab.until(lambda: tab.fake("live !== null"))
    tab.fake("hear('By keyboard.')")
    keyboard.press("Alt+KeyS")
    tab.arrived("By keyboard.")
    speak = tab.page.get_by_role("button", name="Speak", exact=True)
    speak.focus()
    keyboard.press("Enter")
    tab.until(lambda: tab.fake("live !== null"))
    tab.fake("hear('Once more.')")
    cancel = tab.page.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    expect(tab.page.get_by_role("button", name="Done", exact=True)).to_be_focused()
    keyboard.press("Tab")
    expect(cancel).to_be_focused()
    keyboard.press("Enter")
    expect(tab.page.get_by_role("button", name="Go on speaking")).to_be_focused()


def test_escape_cancels_and_offers_the_text_again(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks("Not quite what I meant")
    tab.page.keyboard.press("Escape")
    tab.sees("Not sent:")
    assert tab.fake("live") is None
    assert tab.texts == []
    tab.press("Use it")
    tab.arrived("Not quite what I meant")
    tab.speaks("Something else")
    tab.page.keyboard.press("Escape")
    tab.press("Go on speaking")
    tab.until(lambda: tab.fake("live !== null"))
    tab.fake("hear('that goes on')")
    tab.press("Done")
    tab.arrived("Not quite what I meant", "Something else that goes on")
    tab.speaks("Nonsense")
    tab.page.keyboard.press("Escape")
    tab.press("Discard it")
    tab.reload()
    expect(tab.page.locator("[data-part=aside]")).to_be_hidden()
    assert len(tab.texts) == 2


def test_a_reload_in_mid_sentence_loses_nothing(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks("I was about")
    tab.fake("guess('to say')")
    tab.reload()
    tab.sees("I was about to say")
    assert tab.fake("starts") == 0
    tab.press("Use it")
    tab.arrived("I was about to say")
    tab.reload()
    expect(tab.page.locator("[data-part=aside]")).to_be_hidden()


def test_what_python_could_not_take_is_kept_sent_again_and_taken_once(voice: NewVoice) -> None:
    tab = voice()
    tab.page.get_by_text("Refuse").click()
    tab.speaks("Do not lose me.")
    tab.press("Done")
    tab.until(lambda: tab.shown["calls"] == 1)
    tab.reload()
    tab.until(lambda: tab.shown["calls"] >= 2)
    assert tab.texts == []
    tab.page.get_by_text("Refuse").click()
    tab.settled()
    tab.reload()
    tab.arrived("Do not lose me.")
    calls = tab.shown["calls"]
    tab.reload()
    tab.page.wait_for_timeout(500)
    assert tab.shown["calls"] == calls
    assert tab.texts == ["Do not lose me."]


def test_the_same_utterance_sent_twice_is_one(voice: NewVoice) -> None:
    tab = voice(id="twice")
    key = "interviewer-voice-heard-twice"
    tab.page.evaluate(
        """(key) => sessionStorage.setItem(key, JSON.stringify([1, 2].map(() => (
          { id: "one", seq: 2, text: "Once.", words: [], seconds: 1, first_word: null, language: "", local: false }
        ))))""",
        key,
    )
    tab.reload()
    tab.arrived("Once.")
    tab.until(lambda: tab.page.evaluate("(key) => sessionStorage.getItem(key)", key) is None)
    assert tab.shown["calls"] == 1


def test_what_cannot_be_read_harms_nothing(voice: NewVoice) -> None:
    tab = voice(id="unreadable")
    tab.page.evaluate(
        "sessionStorage.setItem('interviewer-voice-heard-unreadable', JSON.stringify([{ id: 'x', seq: 'two' }]))"
    )
    tab.reload()
    tab.page.wait_for_timeout(300)
    assert tab.shown["calls"] == 0
    expect(tab.page.get_by_role("button", name="Speak", exact=True)).to_be_visible()


def test_what_goes_wrong_is_said_and_what_was_understood_is_offered(voice: NewVoice) -> None:
    tab = voice()
    for error, sentence in {
        "not-allowed": "The microphone is blocked for this page.",
        "audio-capture": "No microphone was found.",
        "language-not-supported": "The browser cannot understand this English.",
    }.items():
        tab.speaks("So far")
        tab.fake(f"live.fail('{error}')")
        tab.sees(sentence)
        tab.sees("This was understood:")
        expect(tab.page.get_by_role("button", name="Done", exact=True)).to_have_count(0)
        tab.until(lambda: tab.fake("open()") == 0)
        tab.press("Use it")
    tab.arrived("So far", "So far", "So far")


def test_without_network_it_tries_a_few_times_and_then_says_so(voice: NewVoice) -> None:
    tab = voice(fakes={"refuse": "network"})
    tab.press("Speak")
    tab.sees("cannot reach them")
    assert tab.fake("starts") == 4


def test_a_denied_microphone_is_said(voice: NewVoice) -> None:
    tab = voice(fakes={"microphone": "NotAllowedError"})
    tab.press("Speak")
    tab.sees("The microphone is blocked for this page.")
    assert tab.fake("live") is None


def test_nothing_was_understood(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks()
    tab.press("Done")
    tab.sees("No words were understood.")
    assert tab.texts == []


def test_without_recognition_both_remedies_are_named(voice: NewVoice) -> None:
    tab = voice(fakes={"local": "none"})
    tab.sees("name a transcription model under Settings")
    expect(tab.page.get_by_role("button", name="Speak", exact=True)).to_have_count(0)
    tab.page.keyboard.press("Alt+KeyS")
    assert tab.shown["state"]["recognition"] == "none"


def test_without_recognition_a_candidate_is_not_sent_to_settings_that_are_not_theirs(voice: NewVoice) -> None:
    tab = voice(fakes={"local": "none"}, candidate=1)
    tab.sees("This browser cannot turn speech into words. Type your answers")
    expect(tab.page.get_by_text("under Settings")).to_have_count(0)


def test_without_https_it_says_what_to_do(voice: NewVoice) -> None:
    tab = voice(host="plain.test")
    tab.sees("only on HTTPS pages")
    assert tab.shown["state"]["secure"] is False
    expect(tab.page.get_by_role("button", name="Speak", exact=True)).to_have_count(0)
    tab.page.keyboard.press("Alt+KeyS")
    assert tab.fake("starts") == 0


def test_the_makers_ears_are_asked_about_once(voice: NewVoice) -> None:
    tab = voice(choices={"agreed": False})
    tab.press("Speak")
    tab.sees("its maker may hear")
    assert tab.fake("starts") == 0
    expect(tab.page.get_by_role("button", name="Use it anyway")).to_be_focused()
    tab.press("Not now")
    assert tab.fake("starts") == 0
    tab.press("Speak")
    tab.press("Use it anyway")
    tab.until(lambda: tab.fake("live !== null"))
    assert tab.fake("settings") == {"lang": "en-GB", "continuous": True, "local": False}
    tab.reload()
    tab.press("Speak")
    tab.until(lambda: tab.fake("live !== null"))


def test_on_the_device_nobody_need_be_asked(voice: NewVoice) -> None:
    tab = voice(choices={"agreed": False}, fakes={"local": "available"})
    tab.speaks("Between us.")
    assert tab.fake("settings.local") is True
    tab.press("Done")
    tab.arrived("Between us.")
    assert tab.shown["heard"][0]["local"] is True
    assert tab.shown["state"]["recognition"] == "local"


def test_it_can_be_installed_on_the_device(voice: NewVoice) -> None:
    tab = voice(choices={"agreed": False}, fakes={"local": "downloadable"})
    tab.press("Speak")
    tab.press("Install it on this device")
    tab.until(lambda: tab.fake("live !== null"))
    assert tab.fake("settings.local") is True


def test_the_meter_moves_with_the_microphone_which_is_closed_afterwards(voice: NewVoice) -> None:
    tab = voice()
    tab.speaks("Sound.")
    meter = tab.page.get_by_role("meter", name="Microphone level")
    tab.until(lambda: int(meter.get_attribute("aria-valuenow") or 0) > 40)
    assert tab.fake("open()") == 1
    tab.until(lambda: int(meter.get_attribute("aria-valuenow") or 0) < 15)
    tab.press("Done")
    tab.arrived("Sound.")
    assert tab.fake("open()") == 0


def test_where_motion_is_not_wanted_the_meter_goes_in_steps(voice: NewVoice) -> None:
    tab = voice(motion="reduce")
    tab.speaks("Sound.")
    meter = tab.page.get_by_role("meter", name="Microphone level")
    seen = set()
    for _ in range(25):
        seen.add(int(meter.get_attribute("aria-valuenow") or 0))
        tab.page.wait_for_timeout(80)
    assert len(seen) > 1
    assert all(level % 20 == 0 for level in seen)
    assert meter.locator("i").evaluate("(bar) => getComputedStyle(bar).transitionDuration") == "0s"


def test_streamlits_recorder_goes_by_the_same_key_and_silence(voice: NewVoice) -> None:
    tab = voice(hears="recorder", recorder=1, silence=1.2, fakes={"speech": "endless"})
    expect(tab.page.get_by_role("button", name="Speak", exact=True)).to_have_count(0)
    expect(tab.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    tab.page.keyboard.press("Alt+KeyS")
    recording = tab.page.get_by_role("button", name="Stop recording")
    expect(recording).to_be_visible()
    tab.rests()
    expect(tab.page.get_by_role("meter", name="Microphone level")).to_be_visible()
    tab.until(lambda: (tab.shown["state"] or {}).get("opened") is not None)
    assert tab.shown["state"]["opened"]["seq"] == 2
    expect(recording).to_have_count(0)  # a second and a half of sound, then silence
    expect(tab.page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    tab.until(lambda: tab.fake("open()") == 0)
