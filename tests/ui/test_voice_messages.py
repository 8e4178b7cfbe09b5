"""What passes between a page and the voice in the browser."""

from __future__ import annotations

import base64
import logging
import re

import pytest

from interviewer.models.speech import Sound
from interviewer.ui.voice import Heard, Line, VoiceState
from interviewer.ui.voice.messages import read
from interviewer.ui.voice.scripts import HERE, joined, text_of

HEARD = {
    "id": "a1",
    "seq": 4,
    "text": "Recall counts the misses.",
    "words": [],
    "seconds": 3.25,
    "first_word": 1.5,
    "language": "en-GB",
    "local": False,
}


def test_an_utterance_is_read_as_it_was_sent() -> None:
    assert read(Heard, HEARD) == Heard(
        id="a1", seq=4, text="Recall counts the misses.", seconds=3.25, first_word=1.5, language="en-GB"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        "words",
        [],
        {},
        HEARD | {"seq": "four"},
        HEARD | {"seq": 0},
        HEARD | {"id": ""},
        HEARD | {"id": "x" * 65},
        HEARD | {"text": ""},
        HEARD | {"seconds": float("nan")},
        HEARD | {"first_word": -1},
        HEARD | {"more": 1},
    ],
)
def test_what_cannot_be_read_is_dropped_and_logged_without_its_words(
    wrong: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert read(Heard, wrong) is None
    assert "unreadable Heard" in caplog.text
    assert "misses" not in caplog.text


def test_what_the_browser_can_do_is_read() -> None:
    state = read(
        VoiceState,
        {
            "secure": True,
            "microphone": "granted",
            "recognition": "local",
            "speech": True,
            "voices": 3,
            "opened": {"seq": 2, "seconds": 1.5},
        },
    )
    assert state is not None
    assert state.recognition == "local"
    assert state.opened is not None
    assert state.opened.seconds == 1.5
    assert read(VoiceState, {"secure": True, "microphone": "stolen"}) is None


def test_a_line_goes_out_as_words_to_be_said_and_sound() -> None:
    assert Line(id="3-1", text="Tell me about **F1**.").for_browser() == {
        "id": "3-1",
        "said": "Tell me about F1.",
        "media_type": "",
        "sound": "",
    }
    sent = Line(id="3-2", text="Why?", sound=Sound(audio=b"\x00\xff", media_type="audio/mpeg")).for_browser()
    assert base64.b64decode(sent["sound"]) == b"\x00\xff"
    assert sent["media_type"] == "audio/mpeg"


def test_both_sides_name_the_same_things() -> None:
    told = text_of("messages.js")
    for kind in (Heard, VoiceState):
        typedef = re.search(rf"@typedef \{{\{{([^@]*?)\}}\}} {kind.__name__}\b", told, re.DOTALL)
        assert typedef is not None
        inner = re.sub(r"\{[^{}]*\}", "", typedef[1])
        assert set(re.findall(r"(\w+):", inner)) == set(kind.model_fields)


@pytest.mark.parametrize("entry", ["voice.js", "say.js"])
def test_the_scripts_join_into_one_module(entry: str) -> None:
    script = joined(entry)
    assert not re.search(r"^import ", script, re.MULTILINE)
    assert script.count("export ") == 1
    names = re.findall(r"^(?:const|let|function) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)), "they share one scope"


def test_no_script_is_left_over_and_none_goes_to_the_network() -> None:
    every = {path.name for path in HERE.glob("*.js")} - {"messages.js"}
    script = joined("voice.js") + joined("say.js")
    for name in every:
        body = re.sub(r"^(import|export) .*$", "", text_of(name), flags=re.MULTILINE).strip().splitlines()[-1]
        assert body in script, name
    assert "http" not in script
    assert "fetch(" not in script
