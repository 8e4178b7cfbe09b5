"""A recording is listened to before anybody is asked for its words, and what is made up is not believed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interviewer.domain.interview import Interview
from interviewer.domain.speech import Recording, Transcript, Unheard
from interviewer.errors import ModelError, ModelMisbehaved, ModelRejected, ModelUnavailable
from interviewer.interview.hearing import NO_WORDS, SILENT, Heard, Hearing
from interviewer.models.speech import Transcriber
from tests.interview.said_aloud import SPEECH, WHISPER, Listener, Says, noise, silence, voice, wav
from tests.interview.toys import Room, make_question, practice

WEBM = b"\x1a\x45\xdf\xa3" + bytes(2_000)
"""What begins like a WebM file; nobody here can decode one."""


@pytest.fixture
def room() -> Room:
    return Room(practice(), (make_question("overfit"), make_question("dropout")))


def recorded(interview: Interview, audio: bytes, *, after: float = 30.0, media_type: str = "audio/wav") -> Recording:
    """A recording that arrives some seconds after the last turn."""
    last = interview.turns[-1]
    return Recording(
        number=1, seq=last.seq + 1, at=last.at + timedelta(seconds=after), media_type=media_type, size=len(audio)
    )


def hear(interview: Interview, audio: bytes, *says: Says, **how: object) -> tuple[Heard, Listener]:
    listener = Listener(*says)
    transcriber: Transcriber = listener
    return Hearing(transcriber).hear(interview, recorded(interview, audio, **how), audio), listener  # type: ignore[arg-type]


def test_speech_is_understood_with_its_pauses_and_the_time_to_the_first_word(room: Room) -> None:
    """The sound is 3.3 s long: 0.5 s of silence, words, 0.8 s of silence, words, 0.3 s of silence."""
    heard, listener = hear(room.interview, SPEECH, "it fits the noise", after=10.0)
    assert isinstance(heard.understood, Transcript)
    assert (heard.understood.text, heard.understood.by) == ("it fits the noise", WHISPER)
    assert heard.understood.seconds == pytest.approx(3.3, abs=0.001)
    assert heard.understood.spoke == pytest.approx((0.5, 3.0), abs=0.05)
    assert heard.pauses is not None
    assert [(p.start, p.end) for p in heard.pauses] == [pytest.approx((1.5, 2.3), abs=0.05)]
    assert heard.first_word == pytest.approx(10.0 - 3.3 + 0.5, abs=0.05)
    (request,) = listener.requests
    assert (request.audio, request.media_type) == (SPEECH, "audio/wav")


def test_whoever_understands_is_told_what_the_candidate_was_asked_and_nothing_else(room: Room) -> None:
    _, listener = hear(room.interview, SPEECH, "it fits the noise")
    room.hear("it fits the noise")
    room._turn(room.interview.turns[0].speaker, "overfit: what about cure?", 1)
    _, later = hear(room.interview, SPEECH, "more data")
    assert listener.requests[0].context == "What is overfit?"
    assert later.requests[0].context == "What is overfit?\noverfit: what about cure?"


def test_a_microphone_that_was_open_before_the_question_ended_makes_no_negative_time(room: Room) -> None:
    heard, _ = hear(room.interview, SPEECH, "yes", after=1.0)
    assert heard.first_word == pytest.approx(0.5, abs=0.05)


def test_the_time_to_the_first_word_is_not_known_where_the_clock_stood_still(room: Room) -> None:
    paused = room.interview.model_copy(update={"paused_seconds": 60.0})
    assert hear(paused, SPEECH, "yes")[0].first_word is None
    before = paused.exchanges[0].model_copy(update={"paused_before": 60.0})
    earlier = paused.model_copy(update={"exchanges": (before,)})
    assert hear(earlier, SPEECH, "yes")[0].first_word is not None


@pytest.mark.parametrize("audio", [wav(silence(3)), wav(noise(3))], ids=["silence", "noise"])
def test_where_nobody_speaks_nobody_is_asked(room: Room, audio: bytes) -> None:
    heard, listener = hear(room.interview, audio, "Thank you.")
    assert heard.understood == Unheard(reason=SILENT)
    assert "microphone" in SILENT
    assert listener.requests == []


@pytest.mark.parametrize("made_up", ["Thank you.", "Thanks for watching!", " Bye-bye. ", "you"])
def test_words_that_models_make_up_are_not_believed_where_there_is_hardly_a_voice(room: Room, made_up: str) -> None:
    cough = wav(silence(1), voice(0.3), silence(1))
    assert hear(room.interview, cough, made_up)[0].understood == Unheard(reason=NO_WORDS)
    assert isinstance(hear(room.interview, SPEECH, made_up)[0].understood, Transcript)
    assert isinstance(hear(room.interview, cough, "Dropout.")[0].understood, Transcript)


@pytest.mark.parametrize("text", ["", "  \n", "…", "[BLANK_AUDIO]", "(silence) [Music]", "♪ la la ♪", "*coughs*"])
def test_what_holds_no_words_is_not_understood(room: Room, text: str) -> None:
    assert hear(room.interview, SPEECH, text)[0].understood == Unheard(reason=NO_WORDS)


def test_what_stands_in_brackets_beside_words_is_left_to_be_corrected(room: Room) -> None:
    understood = hear(room.interview, SPEECH, "it fits (over-fits) the noise [laughs]")[0].understood
    assert isinstance(understood, Transcript)
    assert understood.text == "it fits (over-fits) the noise [laughs]"


def test_a_format_that_cannot_be_decoded_here_is_sent_all_the_same(room: Room) -> None:
    heard, listener = hear(room.interview, WEBM, "it fits the noise", media_type="audio/webm")
    assert isinstance(heard.understood, Transcript)
    assert (heard.pauses, heard.first_word, heard.understood.seconds) == (None, None, None)
    assert listener.requests[0].media_type == "audio/webm"


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (ModelUnavailable("no connection"), True),
        (ModelMisbehaved("unreadable"), True),
        (ModelRejected("the key is wrong"), False),
    ],
)
def test_an_endpoint_that_fails_is_said_and_the_sound_was_listened_to_all_the_same(
    room: Room, error: ModelError, again: bool
) -> None:
    heard, _ = hear(room.interview, SPEECH, error)
    assert heard.understood == Unheard(reason=str(error), retryable=again)
    assert heard.pauses is not None
    assert len(heard.pauses) == 1
