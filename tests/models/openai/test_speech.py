"""An endpoint behind the two protocols of speech, and the test of it that the settings page makes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from pydantic import SecretStr

from interviewer.domain.usage import Budget, Call, Purpose, Usage
from interviewer.errors import ModelError, ModelRejected
from interviewer.models.ledger import recording
from interviewer.models.openai import speech as module
from interviewer.models.openai.check import Step
from interviewer.models.openai.check_speech import SpeechCheck, check_speech
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import HEARD, KEY, FakeServer, faults, tone
from interviewer.models.openai.speech import OpenAISpeech
from interviewer.models.speech import Synthesiser, Transcriber, TranscribeRequest
from tests.models.openai.asking import say
from tests.models.openai.conftest import ClientOf

SpeechOf: TypeAlias = Callable[..., OpenAISpeech]


@pytest.fixture
def speech_of(client_of: ClientOf) -> SpeechOf:
    def make(voice: str = "", **changes: Any) -> OpenAISpeech:
        given = {"model": "whisper", "transcribe_model": "whisper", "speech_model": "tts", **changes}
        return OpenAISpeech(client_of(**given), voice)

    return make


@pytest.fixture
def speech(speech_of: SpeechOf) -> OpenAISpeech:
    return speech_of()


def test_it_hears_and_speaks_by_the_protocols(server: FakeServer, speech: OpenAISpeech) -> None:
    hears: Transcriber = speech
    speaks: Synthesiser = speech
    request = TranscribeRequest(audio=tone(1.0), media_type="audio/wav", context="What is  recall?", language="en")
    assert hears.transcribe(request).text == HEARD
    assert speaks.synthesise("What is recall?").media_type == "audio/wav"
    heard, spoken = (asked.body for asked in server.requests)
    assert (heard["model"], heard["prompt"], heard["language"]) == ("whisper", "What is recall?", "en")
    assert (spoken["model"], spoken["voice"]) == ("tts", "alloy")
    assert server.violations == []


def test_it_is_named_after_what_it_does(speech_of: SpeechOf) -> None:
    info = speech_of("nova").info
    assert not info.offline
    assert (info.named(Purpose.TRANSCRIBE), info.named(Purpose.SYNTHESISE)) == ("whisper", "tts")
    assert info.settings["voice"] == "nova"
    assert str(info.settings["endpoint"]).startswith("127.0.0.1:")
    assert info.version != speech_of("alloy").info.version


def test_neither_recording_nor_sound_is_in_what_is_logged(speech: OpenAISpeech) -> None:
    request = TranscribeRequest(audio=b"a recording", media_type="audio/wav")
    assert "a recording" not in repr(request)
    assert "RIFF" not in repr(speech.synthesise("Hello."))


def test_what_was_said_before_is_not_asked_for_again(server: FakeServer, speech: OpenAISpeech) -> None:
    with recording() as calls:
        first, second = speech.synthesise("What is recall?"), speech.synthesise(" What is recall?\n")
    assert first == second
    assert len(server.requests) == len(calls) == 1
    speech.synthesise("What is precision?")
    assert len(server.requests) == 2


def test_another_voice_is_another_sound(server: FakeServer, speech_of: SpeechOf) -> None:
    for voice in ("alloy", "nova"):
        speech_of(voice).synthesise("Hello.")
    assert [request.body["voice"] for request in server.requests] == ["alloy", "nova"]


def test_a_failure_is_not_kept(server: FakeServer, speech: OpenAISpeech) -> None:
    server.script("speech", faults.unauthorised())
    with pytest.raises(ModelRejected):
        speech.synthesise("Hello.")
    assert speech.synthesise("Hello.").audio


def test_what_is_kept_is_bounded_and_the_longest_unheard_goes_first(
    server: FakeServer, speech: OpenAISpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = len(speech.synthesise("one").audio)
    monkeypatch.setattr(module, "MOST_KEPT", 2 * one)
    for text in ("two", "one", "six", "one", "two"):
        speech.synthesise(text)
    assert [request.body["input"] for request in server.requests] == ["one", "two", "six", "two"]


# What an interview may use.


def call(**changes: Any) -> Call:
    return Call.model_validate(
        {"purpose": "transcribe", "model": "m", "at": "2030-01-01T00:00Z", "seconds": 1, **changes}
    )


def test_sound_is_added_up_with_the_rest() -> None:
    heard = call(audio_seconds=90.0, cost=0.009)
    spoken = call(purpose="synthesise", characters=200, cost=0.003)
    usage = Usage.of([heard, heard, spoken])
    assert (usage.audio_seconds, usage.characters, usage.calls) == (180.0, 200, 3)
    assert usage.cost == usage.known_cost == pytest.approx(0.021)


def test_one_unknown_price_hides_the_sum_and_loosens_no_limit() -> None:
    free, paid = call(audio_seconds=60.0), call(purpose="grade", tokens_in=1000, cost=0.4)
    usage = Usage.of([free, paid, paid, paid])
    assert usage.cost is None
    assert usage.known_cost == pytest.approx(1.2)
    assert Budget(dollars=1.0).spent(usage, 0.0) == "its $1.00"
    assert Budget(dollars=1.3).spent(usage, 0.0) == ""


def test_speech_alone_can_use_up_a_budget() -> None:
    usage = Usage.of([call(purpose="synthesise", characters=100_000, cost=1.5)])
    assert Budget(dollars=1.0).spent(usage, 0.0)
    assert not Budget(tokens=10).spent(usage, 0.0)


# The test of the connection.


def tried(
    server: FakeServer, memory: Path | None = None, told: Any = None, key: str = KEY, **changes: Any
) -> SpeechCheck:
    given: dict[str, Any] = {
        "base_url": server.url,
        "api_key": SecretStr(key),
        "model": "whisper",
        "transcribe_model": "whisper",
        "speech_model": "tts",
        "reply_seconds": 1,
        "transcribe_seconds": 1,
        **changes,
    }
    return check_speech(Endpoint(**given), "nova", memory, told)


def test_what_hears_and_what_speaks_are_tried(server: FakeServer) -> None:
    told: list[Step] = []
    with recording() as calls:
        result = tried(server, told=told.append)
    assert result.ok
    assert [(step.name, step.model, step.ok) for step in result.steps] == [
        ("hears", "whisper", True),
        ("speaks", "tts", True),
    ]
    assert tuple(told) == result.steps
    assert "can time each word" in told[0].says
    assert "“nova” (WAV)" in told[1].says
    assert {made.purpose for made in calls} == {Purpose.TEST}
    assert server.violations == []


@pytest.mark.parametrize(
    ("changes", "names"), [({"speech_model": ""}, ["hears"]), ({"transcribe_model": ""}, ["speaks"])]
)
def test_what_is_not_set_up_is_not_tried(changes: dict[str, Any], names: list[str], server: FakeServer) -> None:
    assert [step.name for step in tried(server, **changes).steps] == names


def test_a_model_that_times_no_words_is_said_to(server: FakeServer) -> None:
    server.always(faults.refuses_verbose_json())
    assert "does not time single words" in tried(server).steps[0].says


def test_a_wrong_key_is_told_for_both_and_nothing_raises(server: FakeServer) -> None:
    result = tried(server, key="sk-wrong")
    assert not result.ok
    assert [step.ok for step in result.steps] == [False, False]
    assert all("does not accept the key" in step.says and step.remedy for step in result.steps)


@pytest.mark.parametrize(
    "fault", [faults.html(), faults.stall("start", seconds=20), faults.reset(), faults.empty_body()]
)
def test_it_never_raises(fault: Any, server: FakeServer) -> None:
    server.always(fault)
    assert [step.ok for step in tried(server, reply_seconds=0.3, transcribe_seconds=0.3).steps] == [False, False]


def test_not_even_for_a_mistake_of_ours(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **named: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Client, "speech", broken)
    step = tried(server).steps[-1]
    assert not step.ok
    assert "ZeroDivisionError" in step.says
    assert "secret" not in step.says


def test_only_what_was_learnt_of_these_models_is_found_out_anew(
    server: FakeServer, client_of: ClientOf, tmp_path: Path
) -> None:
    memory = tmp_path / "memory.json"
    server.always(faults.refuses("temperature"), "chat")
    say(client_of(memory), Purpose.ASSESS)
    server.always(faults.refuses_verbose_json(), "transcriptions")
    assert "does not time" in tried(server, memory).steps[0].says
    server.always(None, "transcriptions")
    assert "can time" in tried(server, memory).steps[0].says
    assert not client_of(memory).capabilities(Purpose.ASSESS).temperature


def test_once_closed_it_fails_as_any_model_does(server: FakeServer, speech: OpenAISpeech) -> None:
    speech.close()
    with pytest.raises(ModelError):
        speech.synthesise("Hello.")
