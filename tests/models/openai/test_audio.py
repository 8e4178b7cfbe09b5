"""Hearing and speaking go through the same door as words: asked in the shape of the API, again where that helps,
within a deadline, and accounted for."""

from __future__ import annotations

import logging
import re
import threading
import time
from typing import Any

import pytest

from interviewer.domain.speech import MAX_RECORDING_BYTES, Transcript, Word
from interviewer.domain.usage import Purpose
from interviewer.errors import ModelError, ModelMisbehaved, ModelRejected, ModelUnavailable
from interviewer.models.ledger import recording
from interviewer.models.openai import audio_replies
from interviewer.models.openai.client import Client
from interviewer.models.openai.fake import HEARD, MODEL, Behaviour, FakeServer, Recorded, faults, silence, tone
from tests.models.openai.asking import say
from tests.models.openai.conftest import ClientOf
from tests.models.openai.sounding import KINDS, PURPOSES, RECORDING, SENTENCE, WAYS, hear, one_call, speak
from tests.models.openai.test_faults import everything


@pytest.fixture
def client(client_of: ClientOf) -> Client:
    return client_of(speech_model="tts", transcribe_seconds=10)


# What goes over the wire, and what comes back.


def test_a_recording_comes_back_as_its_words_with_their_times(server: FakeServer, client: Client) -> None:
    server.hears("So it learns the noise")
    heard = hear(client)
    assert heard.text == "So it learns the noise"
    assert [word.text for word in heard.words] == ["So", "it", "learns", "the", "noise"]
    assert [(word.start, word.end) for word in heard.words][1] == pytest.approx((0.6, 1.2))
    assert (heard.by, heard.language) == (MODEL, "english")
    assert heard.seconds == pytest.approx(3.0)
    (request,) = server.requests
    assert server.violations == []
    assert request.authorised
    assert request.body["file"] == RECORDING
    assert request.body["timestamp_granularities[]"] == ["word"]
    assert request.body.keys() == {"file", "model", "response_format", "timestamp_granularities[]"}


def test_a_hint_goes_along_in_short_and_a_language_as_it_is(server: FakeServer, client: Client) -> None:
    hear(client, hint="What is\n  precision?", language="en")
    hear(client, hint="overfitting " * 200)
    first, second = (request.body for request in server.requests)
    assert (first["prompt"], first["language"]) == ("What is precision?", "en")
    assert 500 < len(second["prompt"]) <= 600
    assert second["prompt"].endswith("overfitting")
    assert server.violations == []


@pytest.mark.parametrize(
    ("media_type", "name"),
    [
        ("audio/wav", "recording.wav"),
        ("audio/x-wav", "recording.wav"),
        ("audio/webm;codecs=opus", "recording.webm"),
        ("video/webm", "recording.webm"),
        ("audio/ogg; codecs=opus", "recording.ogg"),
        ("audio/mpeg", "recording.mp3"),
        ("audio/mp3", "recording.mp3"),
        ("audio/mp4", "recording.mp4"),
        ("audio/x-m4a", "recording.m4a"),
        ("Audio/FLAC", "recording.flac"),
    ],
)
def test_a_recording_has_a_name_that_says_what_it_is(
    media_type: str, name: str, server: FakeServer, client: Client
) -> None:
    hear(client, media_type=media_type)
    assert server.requests[0].files == {"file": name}
    assert server.violations == []


@pytest.mark.parametrize(
    ("audio", "media_type", "says"),
    [
        (b"", "audio/wav", "empty"),
        (bytes(MAX_RECORDING_BYTES + 1), "audio/wav", "larger than 25 MB"),
        (RECORDING, "text/html", "not a recording"),
        (RECORDING, "video/x-msvideo", "not a recording"),
        (RECORDING, "", "not a recording"),
        (RECORDING, 'audio/wav"\r\nX: y', "not a recording"),
    ],
)
def test_what_is_no_recording_is_not_sent(
    audio: bytes, media_type: str, says: str, server: FakeServer, client: Client
) -> None:
    with recording() as calls, pytest.raises(ModelRejected, match=says) as caught:
        hear(client, audio, media_type)
    assert caught.value.remedy
    assert server.requests == []
    assert calls == []


def test_the_largest_recording_arrives_whole(server: FakeServer, client: Client) -> None:
    audio = RECORDING + bytes(MAX_RECORDING_BYTES - len(RECORDING))
    assert hear(client, audio).text == HEARD
    assert server.requests[0].body["file"] == audio


def test_a_sentence_comes_back_as_a_sound_that_is_what_it_says(server: FakeServer, client: Client) -> None:
    sound = speak(client)
    assert sound.media_type == "audio/wav", "that it is, though MP3 was asked for"
    assert sound.audio[:4] == b"RIFF"
    assert server.requests[0].body == {
        "model": "tts",
        "input": SENTENCE,
        "voice": "alloy",
        "response_format": "mp3",
    }
    assert server.violations == []


@pytest.mark.parametrize(
    ("begins", "kind"),
    [
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
    ],
)
@pytest.mark.parametrize("called", ["audio/mpeg", "application/octet-stream", ""])
def test_a_sound_is_known_by_how_it_begins(
    begins: bytes, kind: str, called: str, server: FakeServer, client: Client
) -> None:
    server.always(faults.answers(begins + bytes(200), called))
    assert speak(client).media_type == kind


@pytest.mark.parametrize(("text", "says"), [("", "nothing to say"), (" \n", "nothing to say"), ("a" * 4097, "4,096")])
def test_what_cannot_be_spoken_is_not_sent(text: str, says: str, server: FakeServer, client: Client) -> None:
    with pytest.raises(ModelRejected, match=says):
        speak(client, text)
    assert server.requests == []


def test_the_longest_text_that_is_spoken_is_not_cut(server: FakeServer, client: Client) -> None:
    speak(client, "a" * 4096)
    assert len(server.requests[0].body["input"]) == 4096
    assert server.violations == []


# Transcripts, read with patience.

TIMED: dict[str, tuple[dict[str, Any], list[tuple[float, float] | None]]] = {
    "in segments": (
        {
            "words": None,
            "segments": [
                {"text": "a b", "words": [{"word": " a", "start": 0.0, "end": 0.5}]},
                {"text": "b", "words": [{"word": " b", "start": 0.5, "end": 1.0}]},
            ],
        },
        [(0.0, 0.5), (0.5, 1.0)],
    ),
    "as text": ({"words": [{"word": "a", "start": "0.0", "end": "0.5"}, {"text": "b", "start": "0.5", "end": "1"}]},
                [(0.0, 0.5), (0.5, 1.0)]),
    "no numbers": ({"words": [{"word": "a", "start": float("nan"), "end": 1}, {"word": "b", "start": None}]},
                   [None, None]),
    "before the beginning": ({"words": [{"word": "a", "start": -1, "end": 0.5}, {"word": "b", "start": 0.5, "end": 1}]},
                             [None, (0.5, 1.0)]),
    "backwards": ({"words": [{"word": "a", "start": 0.9, "end": 0.2}, {"word": "b", "start": 0.5, "end": 1}]},
                  [None, (0.5, 1.0)]),
    "out of order": ({"words": [{"word": "a", "start": 0.5, "end": 0.8}, {"word": "b", "start": 0.1, "end": 0.3}]},
                     [(0.5, 0.8), None]),
    "after the end": ({"words": [{"word": "a", "start": 0.5, "end": 0.8}, {"word": "b", "start": 9e5, "end": 9e5}]},
                      [(0.5, 0.8), None]),
}  # fmt: skip


@pytest.mark.parametrize("name", TIMED)
def test_times_that_cannot_be_are_left_out_and_words_are_kept(name: str, server: FakeServer, client: Client) -> None:
    fields, times = TIMED[name]
    server.hears("a b")
    server.always(faults.changed(**fields))
    words = hear(client).words
    assert [word.text for word in words] == ["a", "b"]
    assert [None if word.start is None else (word.start, word.end) for word in words] == times


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ({"text": " Hello there. "}, "application/json", "Hello there."),
        (rb'{"text": "Hello\u0000 \ud800there."}', "application/json", "Hello there."),
        ({"segments": [{"text": " Hello"}, {"text": " there."}]}, "application/json", "Hello there."),
        ({"text": "", "words": [], "segments": []}, "application/json", ""),
        (b'"Hello there."', "application/json", "Hello there."),
        (b"Hello there.\n", "text/plain; charset=utf-8", "Hello there."),
        (b"", "text/plain", ""),
    ],
)
def test_a_transcript_is_read_in_whatever_form_it_comes(
    body: Any, content_type: str, text: str, server: FakeServer, client: Client
) -> None:
    server.always(faults.answers(body, content_type))
    heard = hear(client)
    assert (heard.text, heard.words) == (text, ())
    assert heard.seconds == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("fields", "language"),
    [
        ({"language": "en"}, "en"),
        ({"language": 7}, ""),
        ({"language": "x" * 200}, ""),
        ({"language": "en\n<script>"}, ""),
        ({"language": None, "languages": [{"code": "de"}]}, "de"),
    ],
)
def test_a_language_that_is_none_is_left_out(
    fields: dict[str, Any], language: str, server: FakeServer, client: Client
) -> None:
    server.always(faults.changed(**fields))
    assert hear(client).language == language


def test_the_length_is_the_recordings_own_and_else_what_the_endpoint_says(server: FakeServer, client: Client) -> None:
    server.always(faults.changed(duration="17.5"))
    assert hear(client).seconds == pytest.approx(3.0)
    assert hear(client, b"\x1aE\xdf\xa3" + bytes(900), "audio/webm").seconds == 17.5
    server.always(faults.changed(duration=float("inf")))
    assert hear(client, b"\x1aE\xdf\xa3" + bytes(900), "audio/webm").seconds is None


def test_a_recording_in_which_nothing_is_said_is_no_fault(server: FakeServer, client: Client) -> None:
    server.hears("")
    call, heard = one_call("hear", client, audio=silence(2.0))
    assert heard == Transcript(text="", language="english", by=MODEL, seconds=2.0)
    assert call.outcome == "ok"


# What an endpoint does not take.

HEARING: dict[str, tuple[list[Behaviour], dict[str, Any]]] = {
    "times": ([faults.refuses("timestamp_granularities[]")], {"word_times": False}),
    "verbose_json": ([faults.refuses_verbose_json()], {"transcript": "json"}),
    "hint": ([faults.refuses("prompt")], {"hint": False}),
    "times and hint": (
        [faults.refuses("timestamp_granularities[]", "vllm"), faults.refuses("prompt", "fastapi")],
        {"word_times": False, "hint": False},
    ),
    "all of it": (
        [faults.refuses_verbose_json("fastapi"), faults.refuses("prompt", "gateway")],
        {"transcript": "json", "hint": False},
    ),
}


@pytest.mark.parametrize("name", HEARING)
def test_what_is_refused_is_left_out_and_remembered(
    name: str, server: FakeServer, client_of: ClientOf, tmp_path: Any
) -> None:
    behaviours, known = HEARING[name]
    client = client_of(tmp_path / "memory.json", transcribe_model="whisper")
    server.always(faults.together(*behaviours))
    server.hears("one two", "three four", "five six")
    assert hear(client, hint="numbers").text == "one two"
    assert client.capabilities(Purpose.TRANSCRIBE).model_dump() == (
        client.capabilities(Purpose.GRADE).model_dump() | known
    )
    before = len(server.requests)
    assert hear(client, hint="numbers").text == "three four"
    assert hear(client_of(tmp_path / "memory.json", transcribe_model="whisper"), hint="numbers").text == "five six"
    assert len(server.requests) == before + 2, "it is asked for once, and not again after the next start"
    assert server.violations == []


@pytest.mark.parametrize("like", ["openai", "fastapi", "gateway", "llama.cpp"])
def test_an_endpoint_that_knows_texts_alone_is_understood(like: Any, server: FakeServer, client: Client) -> None:
    def plain(request: Recorded, proper: Any) -> Any:
        wanted = request.body.get("response_format")
        if wanted == "text":
            return proper()
        refusal = faults.refuses_verbose_json(like) if wanted == "verbose_json" else faults.refuses("response_format")
        return refusal(request, proper)

    server.always(plain)
    server.hears("one two", "123")
    assert (hear(client).text, hear(client).text) == ("one two", "123"), "a number is a text, too"
    assert client.capabilities(Purpose.TRANSCRIBE).transcript == "text"


def test_a_text_under_the_name_of_a_page_is_a_text_where_one_was_asked_for(server: FakeServer, client: Client) -> None:
    page = faults.answers(b"one two\n", "text/html; charset=utf-8")
    server.always(page)
    with pytest.raises(ModelMisbehaved):
        hear(client)
    server.always(
        lambda request, proper: (
            page(request, proper)
            if request.body["response_format"] == "text"
            else faults.refuses("response_format", "azure")(request, proper)
        )
    )
    assert hear(client).text == "one two"


def test_a_language_that_is_refused_is_left_out_this_once(server: FakeServer, client: Client) -> None:
    server.script("transcriptions", faults.status(400, "Invalid language 'xx'.", kind="invalid_request_error"))
    assert hear(client, language="xx").text == HEARD
    hear(client, language="en")
    assert [request.body.get("language") for request in server.requests] == ["xx", None, "en"]


@pytest.mark.parametrize("like", ["openai", "fastapi", "gateway", "llama.cpp"])
def test_an_endpoint_that_speaks_in_wav_alone_is_asked_for_that(like: Any, server: FakeServer, client: Client) -> None:
    server.always(faults.refuses_mp3(like))
    speak(client)
    speak(client, "Again.")
    assert [request.body["response_format"] for request in server.requests] == ["mp3", "wav", "wav"]


def test_two_clients_of_one_address_forget_nothing_of_each_other(
    server: FakeServer, client_of: ClientOf, tmp_path: Any
) -> None:
    memory = tmp_path / "memory.json"
    chat, sound = client_of(memory), client_of(memory, model="whisper")
    for client in (chat, sound):
        client.capabilities(Purpose.TEST)  # both have read the file before either writes it
    server.always(faults.refuses_verbose_json(), "transcriptions")
    server.always(faults.refuses("temperature"), "chat")
    hear(sound)
    say(chat)
    again = client_of(memory)
    assert not again.capabilities(Purpose.GRADE).temperature
    assert client_of(memory, model="whisper").capabilities(Purpose.TRANSCRIBE).transcript == "json"
    sound.forget(["whisper"])
    again = client_of(memory, model="whisper")
    assert again.capabilities(Purpose.TRANSCRIBE).transcript == "verbose_json"


# Faults.

FAULTS: dict[str, tuple[Behaviour, type[ModelError], str]] = {
    "401": (faults.unauthorised(), ModelRejected, "does not accept the key"),
    "403": (faults.forbidden(), ModelRejected, "does not let this key use"),
    "404 model": (faults.missing_model(), ModelRejected, "has no model called"),
    "404": (faults.status(404, "Not Found"), ModelRejected, "has nothing that (transcribes|speaks)"),
    "429": (faults.too_many(), ModelUnavailable, "too many requests"),
    "quota": (faults.quota_spent(), ModelRejected, "no credit left"),
    "500": (faults.server_error(), ModelUnavailable, "status 500"),
    "502 page": (faults.bad_gateway(), ModelUnavailable, "status 502"),
    "503": (faults.unavailable(), ModelUnavailable, "status 503"),
    "cut": (faults.cut("headers"), ModelUnavailable, "broke off"),
    "cut in the middle": (faults.cut(), ModelUnavailable, "broke off"),
    "reset": (faults.reset(), ModelUnavailable, "broke off"),
    "web page": (faults.html(), ModelMisbehaved, "A web page came back|could not be read"),
    "no JSON": (faults.not_json(), ModelMisbehaved, "could not be read"),
    "other JSON": (faults.answers({"status": "fine"}), ModelMisbehaved, "could not be read"),
    "a list": (faults.answers(b"[1, 2]"), ModelMisbehaved, "could not be read"),
    "no UTF-8": (faults.answers(b"\xc3\x28 and", "text/plain"), ModelMisbehaved, "could not be read"),
    "nothing": (faults.empty_body(), ModelMisbehaved, "could not be read|made no sound"),
    "10 MB": (faults.answers(b"a" * 10_000_000, "text/plain"), ModelMisbehaved, "longer than any reply"),
    "compressed": (faults.compressed(), ModelMisbehaved, "compressed"),
    "error in the body": (faults.answers({"error": {"message": "overloaded"}}), ModelUnavailable, "gave up"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_error(name: str, way: str, server: FakeServer, client: Client) -> None:
    behaviour, kind, words = FAULTS[name]
    server.always(behaviour)
    call, error = one_call(way, client)
    assert type(error) is kind
    assert re.search(words, str(error))
    assert (call.purpose, call.outcome, call.problem) == (PURPOSES[way], "failed", str(error))
    assert server.violations == []


REFUSALS: dict[str, tuple[Behaviour, str]] = {
    "413": (faults.too_large(), "takes no recordings of this size"),
    "400 size": (faults.status(400, "Maximum content size limit (26214400) exceeded"), "of this size"),
    "415": (faults.wrong_kind(), "takes no recordings of this kind"),
    "400 kind": (faults.wrong_kind(400), "takes no recordings of this kind"),
    "500 kind": (faults.status(500, "FFmpeg conversion failed."), "takes no recordings of this kind"),
    "too short": (faults.too_short(), "too short to be understood"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_recording_that_is_not_taken_is_sent_once_and_told_in_a_sentence(
    name: str, server: FakeServer, client: Client
) -> None:
    behaviour, words = REFUSALS[name]
    server.always(behaviour)
    with pytest.raises(ModelRejected, match=words) as caught:
        hear(client)
    assert "type" in caught.value.remedy.lower()
    assert len(server.requests) == 1


def test_a_voice_that_nobody_has_there_is_named(server: FakeServer, client: Client) -> None:
    server.always(faults.unknown_voice())
    with pytest.raises(ModelRejected, match="no voice called “nobody”"):
        speak(client, voice="nobody")
    assert len(server.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [faults.too_many(0), faults.server_error(), faults.reset(), faults.cut("headers")])
def test_what_may_pass_is_tried_again(fault: Any, way: str, server: FakeServer, client: Client) -> None:
    server.script(KINDS[way], fault, fault)  # type: ignore[arg-type]
    call, result = one_call(way, client)
    assert not isinstance(result, ModelError)
    assert (call.outcome, call.attempts) == ("ok", 3)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "fault",
    [
        faults.stall("start", seconds=20),
        faults.stall("headers", seconds=20),
        faults.stall("middle", seconds=20),
        faults.trickle(0.02, seconds=20),
        faults.trickle_headers(0.02, seconds=20),
        faults.too_many(60),
    ],
)
def test_every_call_ends_with_its_deadline(fault: Any, way: str, server: FakeServer, client: Client) -> None:
    client.warm()
    server.always(fault)
    begun = time.monotonic()
    with pytest.raises(ModelUnavailable):
        WAYS[way](client, seconds=0.4)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("way", WAYS)
def test_a_client_that_is_closed_ends_what_is_under_way(way: str, server: FakeServer, client: Client) -> None:
    server.always(faults.stall("start", seconds=20))
    found: list[ModelError] = []

    def ask() -> None:
        with pytest.raises(ModelUnavailable) as caught:
            WAYS[way](client)
        found.append(caught.value)

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.requests:
        time.sleep(0.01)
    client.close()
    thread.join(2)
    assert len(found) == 1


SECRET = "sk-secret-canary-0123456789"
CANARY = "canary-of-the-words"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "fault",
    [
        *(
            faults.status(code, f"You sent {SECRET} and {CANARY}", kind=CANARY)
            for code in (400, 401, 403, 413, 422, 500)
        ),
        faults.answers({"error": {"message": SECRET, "code": CANARY}}),
        faults.answers(f"<p>{CANARY} {SECRET}</p>".encode(), "text/html"),
        faults.cut(),
        None,
    ],
)
def test_no_error_log_or_ledger_tells_a_secret_or_anybodys_words(
    fault: Any, way: str, server: FakeServer, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.key = SECRET
    server.hears(*[CANARY] * 5)
    server.always(fault)
    client = client_of(api_key=SECRET, speech_model="tts")
    caught: ModelError | None = None
    with recording() as calls:
        try:
            hear(client, RECORDING + CANARY.encode(), hint=CANARY) if way == "hear" else speak(client, CANARY)
        except ModelError as error:
            caught = error
    assert (caught is None) == (fault is None)
    told = f"{caplog.text} {client!r} {calls!r}"
    if caught is not None:
        assert caught.__cause__ is None
        assert caught.__context__ is None
        told += everything(caught) + caught.remedy
    assert SECRET not in told
    assert CANARY not in told


def test_faults_outside_of_the_plan_are_errors_of_ours_too(
    server: FakeServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **named: Any) -> Any:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(audio_replies, "understood", broken)
    monkeypatch.setattr(audio_replies, "spoken", broken)
    for way in WAYS:
        with pytest.raises(ModelMisbehaved, match="unforeseen") as caught:
            WAYS[way](client)
        assert CANARY not in everything(caught.value)


# Who waits for whom.


def test_an_endpoint_that_is_away_is_not_waited_for_by_who_listens_and_still_tried_by_who_hears(
    server: FakeServer, client: Client
) -> None:
    server.always(faults.reset())
    with pytest.raises(ModelUnavailable):
        hear(client)
    before = len(server.requests)
    with pytest.raises(ModelUnavailable, match="was away a moment ago"):
        speak(client)
    assert len(server.requests) == before
    server.always(None)
    hear(client)
    speak(client)


def test_what_hears_being_away_says_nothing_of_what_thinks(
    server: FakeServer, client: Client, client_of: ClientOf
) -> None:
    chat = client_of()
    server.always(faults.reset(), "transcriptions")
    with pytest.raises(ModelUnavailable):
        hear(client)
    assert say(chat, Purpose.ASSESS) == "I see."
    server.always(faults.reset(), "chat")
    server.always(None, "transcriptions")
    with pytest.raises(ModelUnavailable):
        say(chat, Purpose.ASSESS)
    hear(client)
    speak(client)


def test_a_slow_transcription_does_not_silence_the_voice(server: FakeServer, client: Client) -> None:
    server.always(faults.stall("start", seconds=20), "transcriptions")
    with pytest.raises(ModelUnavailable):
        hear(client, seconds=0.3)
    speak(client)


# What it takes.


def test_a_recording_is_paid_for_by_its_length(server: FakeServer, client_of: ClientOf) -> None:
    client = client_of(price_minute=0.006, price_in=5, price_out=5)
    call, _ = one_call("hear", client, audio=tone(30.0, rate=8000))
    assert (call.purpose, call.audio_seconds, call.characters, call.estimated) == (Purpose.TRANSCRIBE, 30.0, 0, False)
    assert call.cost == pytest.approx(0.003)
    assert (call.tokens_in, call.tokens_out, call.first_token_seconds) == (0, 0, None)


def test_seconds_and_tokens_are_the_endpoints_own_count_where_it_counts(server: FakeServer, client: Client) -> None:
    server.always(faults.changed(usage={"type": "duration", "seconds": 10}))
    assert one_call("hear", client)[0].audio_seconds == 10
    server.always(faults.changed(usage={"type": "tokens", "input_tokens": 40, "output_tokens": 9}))
    call, _ = one_call("hear", client)
    assert (call.tokens_in, call.tokens_out) == (40, 9)
    assert call.audio_seconds == pytest.approx(3.0)
    for odd in ({"seconds": -4}, {"seconds": float("nan")}, {"input_tokens": "many"}, [1], "free"):
        server.always(faults.changed(usage=odd))
        call, _ = one_call("hear", client)
        assert call.tokens_in == 0
        assert call.audio_seconds == pytest.approx(3.0)


def test_a_length_that_nobody_measured_is_estimated_and_says_so(server: FakeServer, client: Client) -> None:
    server.always(faults.together(faults.changed(usage=None), faults.refuses_verbose_json()))
    call, heard = one_call("hear", client, audio=b"\x1aE\xdf\xa3" + bytes(39_996), media_type="audio/webm")
    assert heard.seconds is None
    assert (call.audio_seconds, call.estimated) == (10.0, True)


def test_a_sentence_is_paid_for_by_its_characters(server: FakeServer, client_of: ClientOf) -> None:
    client = client_of(speech_model="tts", price_characters=15)
    call, _ = one_call("speak", client, text="a" * 1000)
    assert (call.purpose, call.model, call.characters, call.audio_seconds) == (Purpose.SYNTHESISE, "tts", 1000, 0)
    assert call.cost == pytest.approx(0.015)


@pytest.mark.parametrize("way", WAYS)
def test_attempts_that_may_be_charged_for_are_added_up_and_refusals_are_not(
    way: str, server: FakeServer, client: Client
) -> None:
    server.script(KINDS[way], faults.server_error(), faults.cut())  # type: ignore[arg-type]
    call, _ = one_call(way, client)
    assert call.attempts == 3
    assert (call.audio_seconds, call.characters) == ((6.0, 0) if way == "hear" else (0, 2 * len(SENTENCE)))
    server.always(faults.unauthorised())
    call, _ = one_call(way, client)
    assert (call.audio_seconds, call.characters, call.cost) == (0, 0, None)


def test_words_given_with_their_times_are_told_as_they_are(server: FakeServer, client: Client) -> None:
    words = (Word(text="um", start=0.5, end=0.7), Word(text="yes", start=2.0, end=2.4))
    server.hears_in(RECORDING, Transcript(text="um yes", words=words, by="script"))
    server.hears("something else")
    assert hear(client).words == words
    assert hear(client, tone(1.0)).text == "something else"
