"""The fake server is what it claims: proved with the official SDK, and with bare sockets where that hides the wire."""

from __future__ import annotations

import http.client
import io
import json
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any, TypeAlias, get_args

import openai
import pytest

from interviewer.domain.usage import Purpose
from interviewer.models.openai.fake import (
    HEARD,
    MODEL,
    Behaviour,
    Delays,
    FakeServer,
    Recorded,
    Reply,
    Said,
    faults,
    silence,
    tone,
)
from interviewer.models.openai.fake.refusals import Like
from interviewer.models.openai.fake.replies import LONGEST
from interviewer.models.prompts import load_prompt
from interviewer.resources import prompts_dir

At: TypeAlias = Callable[..., openai.OpenAI]

HELLO: Any = [{"role": "user", "content": "Good morning. Answer in JSON."}]
ANSWER = "Regularisation shrinks the weights."
FORM = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "verdict": {"type": "string", "enum": ["met", "missing"]}},
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}
SCHEMA: Any = {"type": "json_schema", "json_schema": {"name": "form", "schema": FORM, "strict": True}}


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(lambda _: ANSWER) as server:
        yield server


@pytest.fixture(scope="module")
def sdk() -> Iterator[openai.OpenAI]:
    """One for all tests: making one reads certificates, which takes longer than the tests."""
    with openai.OpenAI(base_url="http://127.0.0.1:1", api_key="none", max_retries=0, timeout=10) as client:
        yield client


@pytest.fixture
def at(sdk: openai.OpenAI) -> Callable[..., openai.OpenAI]:
    """A client of a server."""
    return lambda server, **more: sdk.with_options(base_url=server.url, **{"api_key": server.key, **more})


@pytest.fixture
def client(server: FakeServer, at: At) -> openai.OpenAI:
    return at(server)


def ask(client: openai.OpenAI, **more: Any) -> Any:
    return client.chat.completions.create(**{"model": "any", "messages": HELLO, **more})


def stream(client: openai.OpenAI, **more: Any) -> Iterator[str]:
    for chunk in ask(client, stream=True, **more):
        yield from (choice.delta.content for choice in chunk.choices if choice.delta.content)


def on_the_wire(server: FakeServer, body: dict[str, Any] | None = None, **headers: str) -> socket.socket:
    """A connection on which a chat request has just been sent."""
    raw = json.dumps({"model": "any", "messages": HELLO, **(body or {})}).encode()
    told = {
        "Host": "fake",
        "Content-Type": "application/json",
        "Content-Length": str(len(raw)),
        "Authorization": f"Bearer {server.key}",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(f"POST /v1/chat/completions HTTP/1.1\r\n{head}\r\n".encode() + raw)
    return connection


def heard(server: FakeServer, body: dict[str, Any] | None = None, **headers: str) -> tuple[bytes, list[float]]:
    """All that comes until the server closes, and when each piece of it and the end came, in seconds from the start."""
    start = time.monotonic()
    found, times = b"", []
    with closing(on_the_wire(server, body, **headers)) as connection:
        while piece := connection.recv(65536):
            found += piece
            times.append(time.monotonic() - start)
    return found, [*times, time.monotonic() - start]


def whole(server: FakeServer, body: dict[str, Any] | None = None) -> bytes:
    """The whole reply as bytes, of a server that is asked to close afterwards."""
    return heard(server, body, Connection="close")[0]


def post(server: FakeServer, body: Any, path: str = "/v1/chat/completions", **headers: str) -> tuple[int, Any]:
    """Status and JSON of the answer to a request that the SDK would not send."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Content-Type": "application/json", "Authorization": f"Bearer {server.key}", **headers}
        connection.request("POST", path, raw, told)
        response = connection.getresponse()
        return response.status, json.loads(response.read())


class TestAServerThatWorks:
    def test_lists_its_models(self, at: At) -> None:
        with FakeServer(models=["one", "two"]) as server:
            client = at(server)
            assert [model.id for model in client.models.list()] == ["one", "two"]
            assert client.models.retrieve("two").id == "two"
            with pytest.raises(openai.NotFoundError):
                client.models.retrieve("three")
            with pytest.raises(openai.NotFoundError) as refused:
                ask(client, model="three")
            assert refused.value.code == "model_not_found"
            assert ask(client, model="one").model == "one"

    def test_takes_any_model_where_it_names_none(self, client: openai.OpenAI) -> None:
        assert [model.id for model in client.models.list()] == [MODEL]
        assert ask(client, model="whatever").model == "whatever"

    def test_answers_in_one_piece(self, client: openai.OpenAI) -> None:
        reply = ask(client)
        assert reply.choices[0].message.content == ANSWER
        assert reply.choices[0].finish_reason == "stop"
        assert reply.usage.prompt_tokens > 0
        assert reply.usage.completion_tokens > 0
        assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens

    def test_streams_word_by_word(self, client: openai.OpenAI) -> None:
        assert list(stream(client)) == ["Regularisation", " shrinks", " the", " weights."]

    def test_ends_a_stream_as_the_api_does(self, server: FakeServer) -> None:
        reply = whole(server, {"stream": True})
        head, _, body = reply.partition(b"\r\n\r\n")
        assert b"Content-Type: text/event-stream" in head
        assert b'"finish_reason": "stop"' in body
        assert body.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")

    def test_counts_tokens_of_a_stream_only_when_asked_to(self, client: openai.OpenAI) -> None:
        asked = list(ask(client, stream=True, stream_options={"include_usage": True}))
        assert [chunk.usage is not None for chunk in asked] == [False] * (len(asked) - 1) + [True]
        assert asked[-1].choices == []
        assert all(chunk.usage is None for chunk in ask(client, stream=True))

    def test_without_a_judge_it_fills_in_the_plainest_form(self, at: At) -> None:
        with FakeServer() as server:
            reply = ask(at(server), response_format=SCHEMA)
        assert json.loads(reply.choices[0].message.content) == {"reason": "", "verdict": "met"}

    def test_embeds_transcribes_and_speaks(self, server: FakeServer, client: openai.OpenAI) -> None:
        sound = random.Random(1).randbytes(5000) + b"\r\n--x\r\n\r\n"
        floats = client.embeddings.create(model="e", input=["a", "b", "a"], encoding_format="float", dimensions=8)
        one, two, three = (item.embedding for item in floats.data)
        assert len(one) == 8
        assert one == three != two
        assert client.embeddings.create(model="e", input="a", dimensions=8).data[0].embedding == pytest.approx(one)
        heard = client.audio.transcriptions.create(
            model="w", file=("a.webm", io.BytesIO(sound)), response_format="verbose_json", temperature=0.2,
            timestamp_granularities=["segment"],
        )  # fmt: skip
        assert heard.text
        assert server.requests[-1].body["file"] == sound
        spoken = client.audio.speech.create(model="s", voice="alloy", input="Hello", response_format="wav").read()
        assert spoken[:4] == b"RIFF"
        assert server.violations == []

    def test_hears_what_it_is_told_in_the_form_that_is_asked_for(
        self, server: FakeServer, client: openai.OpenAI
    ) -> None:
        def heard(audio: bytes = b"", **more: Any) -> Any:
            return client.audio.transcriptions.create(model="w", file=("a.wav", audio or tone(2.0)), **more)

        server.hears("one two", "three", "four")
        server.hears_in(silence(1.0), "")
        both: Any = {"response_format": "verbose_json", "timestamp_granularities": ["word", "segment"]}
        first = heard(**both)
        assert [(word.word, word.start, word.end) for word in first.words] == [("one", 0.0, 1.0), ("two", 1.0, 2.0)]
        assert [segment.text for segment in first.segments] == [" one two"]
        assert (first.duration, first.usage.seconds) == (2.0, 2)
        assert heard(silence(1.0)).text == ""
        server.script("transcriptions", faults.server_error())
        with pytest.raises(openai.InternalServerError):
            heard()
        assert heard(response_format="text") == "three\n"
        assert heard(response_format="verbose_json").words is None
        assert heard().text == HEARD
        server.hears("again", "and", again=True)
        assert [heard().text for _ in range(3)] == ["again", "and", "again"]
        assert server.violations == []

    def test_speaks_the_longer_the_more_there_is_to_say(self, server: FakeServer, client: openai.OpenAI) -> None:
        short, long = (client.audio.speech.create(model="s", voice="v", input=text) for text in ("Hi", "Hi " * 30))
        assert short.response.headers["content-type"] == "audio/wav"
        assert len(long.read()) > 2 * len(short.read())

    def test_takes_its_time_to_hear_and_to_speak(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.delays = Delays(of={Purpose.TRANSCRIBE: 0.2, Purpose.SYNTHESISE: 0.1})
        begun = time.monotonic()
        client.audio.transcriptions.create(model="w", file=("a.wav", tone(0.1)))
        between = time.monotonic()
        client.audio.speech.create(model="s", voice="v", input="Hi")
        assert between - begun >= 0.2
        assert time.monotonic() - between >= 0.1
        assert [request.purpose for request in server.requests] == [Purpose.TRANSCRIBE, Purpose.SYNTHESISE]
        assert server.asked(Purpose.TRANSCRIBE) == server.asked("transcriptions") == server.requests[:1]

    def test_takes_as_long_as_it_is_told(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.delays = Delays(first=0.15, each=0.05, of={Purpose.GRADE: 0.3})
        start = time.monotonic()
        times = [time.monotonic() - start for _ in stream(client)]
        assert times[0] >= 0.15
        assert times[3] >= 0.15 + 3 * 0.05
        start = time.monotonic()
        ask(client)
        assert time.monotonic() - start >= 0.15
        start = time.monotonic()
        ask(client, messages=prompt(Purpose.GRADE))
        assert time.monotonic() - start >= 0.3

    def test_a_failing_behaviour_is_not_mistaken_for_a_fault(self, server: FakeServer, client: openai.OpenAI) -> None:
        def tear(data: bytes) -> bytes:
            raise ValueError("torn")

        server.always(lambda request, proper: replace(proper(), edit=tear))
        with pytest.raises(openai.APIConnectionError):
            list(stream(client))
        assert server.settled()
        assert server.requests[0].outcome == "failed"
        assert "torn" in server.violations[0]

    def test_a_failing_judge_is_loud_on_both_sides(self, at: At) -> None:
        def judge(request: Recorded) -> str:
            raise ValueError("no idea")

        with FakeServer(judge) as server:
            with pytest.raises(openai.InternalServerError, match="no idea"):
                ask(at(server))
            assert server.settled()
            assert server.requests[0].outcome == "failed"
            assert "no idea" in server.violations[0]


class TestWhatItRemembers:
    def test_requests_in_their_order_with_everything_but_the_key(
        self, server: FakeServer, client: openai.OpenAI
    ) -> None:
        client.models.list()
        ask(client, temperature=0.5)
        assert server.settled()
        first, second = server.requests
        assert [(r.number, r.kind, r.method, r.path) for r in server.requests] == [
            (1, "models", "GET", "/v1/models"),
            (2, "chat", "POST", "/v1/chat/completions"),
        ]
        assert first.at <= second.at
        assert second.body == {"model": "any", "messages": HELLO, "temperature": 0.5}
        assert second.headers["content-type"] == "application/json"
        assert second.authorised
        assert second.outcome == "sent"
        assert server.key not in repr(server.requests)

    def test_whether_the_key_was_right(self, server: FakeServer, at: At) -> None:
        with pytest.raises(openai.AuthenticationError):
            ask(at(server, api_key="sk-another"))
        assert not server.requests[0].authorised
        assert "sk-another" not in repr(server.requests)

    def test_a_server_without_a_key_takes_any(self, at: At) -> None:
        with FakeServer(key="") as server:
            ask(at(server, api_key="whatever"))
        assert server.requests[0].authorised

    def test_that_a_client_left(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.endless(gap=0.01))
        words = ask(client, stream=True)
        next(words)
        words.close()
        assert server.settled()
        assert server.requests[0].outcome == "client left"

    @pytest.mark.parametrize("purpose", [Purpose.ASSESS, Purpose.ACKNOWLEDGE, Purpose.SPEAK, Purpose.GRADE])
    def test_what_a_request_was_for(self, server: FakeServer, client: openai.OpenAI, purpose: Purpose) -> None:
        ask(client, messages=prompt(purpose))
        ask(client)
        assert [request.purpose for request in server.requests] == [purpose, None]
        assert server.asked(purpose) == server.requests[:1]


def prompt(purpose: Purpose) -> Any:
    told = load_prompt(prompts_dir(), purpose.value)
    return told.render(**dict.fromkeys(told.variables, "something"))


class TestTheScript:
    def test_plays_one_behaviour_a_request_and_then_works_again(
        self, server: FakeServer, client: openai.OpenAI
    ) -> None:
        server.script("chat", faults.says("one"), faults.says("two"))
        assert server.unplayed == 2
        client.models.list()
        assert [ask(client).choices[0].message.content for _ in range(3)] == ["one", "two", ANSWER]
        assert server.unplayed == 0

    def test_picks_by_purpose_and_by_any_function(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.script(Purpose.GRADE, faults.says("graded"))
        server.script(lambda request: request.body.get("seed") == 7, faults.says("seven"))
        said = [
            ask(client, **more).choices[0].message.content
            for more in ({}, {"seed": 7}, {"messages": prompt(Purpose.GRADE)}, {"seed": 7})
        ]
        assert said == [ANSWER, "seven", "graded", ANSWER]

    def test_what_is_always_so_gives_way_to_a_script(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.says("always"))
        server.always(faults.says("with a seed"), lambda request: "seed" in request.body)
        server.script("chat", faults.says("once"))
        said = [ask(client, **more).choices[0].message.content for more in ({}, {}, {"seed": 1})]
        assert said == ["once", "always", "with a seed"]
        server.always(None)
        assert ask(client, seed=1).choices[0].message.content == ANSWER

    def test_forgets_when_told_to(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.says("always"))
        server.script("models", faults.unavailable())
        ask(client)
        server.forget()
        assert (server.requests, server.unplayed) == ([], 0)
        assert ask(client).choices[0].message.content == ANSWER

    def test_behaviours_can_be_put_together_and_taken_in_turn(self, server: FakeServer, client: openai.OpenAI) -> None:
        both = faults.together(faults.says('{"a": 1}'), faults.fenced(), faults.no_usage())
        server.always(faults.in_turn(both, None))
        first, second, third = (ask(client) for _ in range(3))
        assert (first.choices[0].message.content, first.usage) == ('```json\n{"a": 1}\n```', None)
        assert second.choices[0].message.content == ANSWER
        assert third.usage is None

    def test_serves_many_at_once(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.script("chat", *[faults.slow_first_byte(0.4)] * 8)
        start = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            said = list(pool.map(lambda _: ask(client).choices[0].message.content, range(8)))
        assert said == [ANSWER] * 8
        assert time.monotonic() - start < 8 * 0.4 / 2
        assert sorted(request.number for request in server.requests) == list(range(1, 9))


GOOD: list[dict[str, Any]] = [
    {},
    {
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "u"},
            {"role": "assistant", "content": "a"},
        ]
    },
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "u"}]}]},
    {"temperature": 0, "seed": 7, "max_tokens": 5, "stop": ["x"], "n": 1, "user": "u", "top_p": 0.5},
    {"max_completion_tokens": 500, "reasoning_effort": "low", "prompt_cache_key": "k", "store": False},
    {"stream": True, "stream_options": {"include_usage": True}},
    {"response_format": SCHEMA},
    {"response_format": {"type": "json_object"}},
    {"response_format": {"type": "text"}},
]

BAD: list[tuple[dict[str, Any], str]] = [
    ({"maximum": 5}, "maximum"),
    ({"messages": [{"role": "user", "content": "u", "when": "now"}]}, "messages[0].when"),
    ({"messages": [{"role": "user", "content": [{"type": "text", "words": "u"}]}]}, "messages[0].content[0].words"),
    ({"messages": [{"role": "user"}]}, "messages[0].content"),
    ({"messages": [{"role": "narrator", "content": "u"}]}, "messages[0]"),
    ({"messages": []}, "messages"),
    ({"messages": "hello"}, "messages"),
    ({"temperature": 3}, "temperature"),
    ({"temperature": "warm"}, "temperature"),
    ({"max_tokens": "5"}, "max_tokens"),
    ({"max_tokens": 0}, "max_tokens"),
    ({"seed": 1.5}, "seed"),
    ({"stream": "yes"}, "stream"),
    ({"stream_options": {"include_usage": True}}, "stream_options"),
    ({"stream": True, "stream_options": {"usage": True}}, "stream_options.usage"),
    ({"response_format": {"type": "yaml"}}, "response_format"),
    ({"response_format": {"type": "json_object", "shape": {}}}, "response_format.shape"),
    ({"response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "Hello"}]}, "messages"),
    ({"response_format": {"type": "json_schema", "json_schema": {"schema": FORM}}}, "response_format.json_schema.name"),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "a form", "schema": FORM}}},
        "response_format.json_schema.name",
    ),
]  # fmt: skip


class TestValidation:
    @pytest.mark.parametrize("more", GOOD, ids=lambda more: ",".join(more) or "least")
    def test_takes_what_the_api_publishes(
        self, server: FakeServer, client: openai.OpenAI, more: dict[str, Any]
    ) -> None:
        ask(client, **more)
        assert server.violations == []

    @pytest.mark.parametrize(("more", "where"), BAD, ids=lambda value: json.dumps(value)[:60])
    def test_refuses_what_it_does_not(self, server: FakeServer, more: dict[str, Any], where: str) -> None:
        status, body = post(server, {"model": "any", "messages": HELLO, **more})
        assert status == 400
        assert body["error"]["type"] == "invalid_request_error"
        assert (body["error"]["param"] or "").startswith(where)
        assert len(server.violations) == 1

    def test_refuses_both_limits_of_tokens_at_once(self, server: FakeServer) -> None:
        assert post(server, {"model": "m", "messages": HELLO, "max_tokens": 5, "max_completion_tokens": 5})[0] == 400

    def test_refuses_a_request_without_a_model(self, server: FakeServer) -> None:
        assert post(server, {"messages": HELLO})[1]["error"]["param"] == "model"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"{",
            b"[]",
            b'"text"',
            b"\xff\xfe",
            b'{"model": "a", "model": "b", "messages": []}',
            b'{"seed": NaN}',
            b"[" * 9999,
        ],
        ids=lambda raw: repr(raw[:30]),
    )
    def test_refuses_what_is_no_json_object(self, server: FakeServer, raw: bytes) -> None:
        assert post(server, raw)[0] == 400
        assert server.requests[0].body == {}
        assert len(server.violations) == 1

    def test_refuses_another_type_of_content(self, server: FakeServer) -> None:
        body = {"model": "any", "messages": HELLO}
        assert post(server, body, **{"Content-Type": "text/plain"})[0] == 400

    def test_knows_no_other_addresses(self, server: FakeServer) -> None:
        status, body = post(server, {"model": "any", "messages": HELLO}, path="/chat/completions")
        assert status == 404
        assert body["error"]["message"] == "Invalid URL (POST /chat/completions)"
        assert server.violations

    @pytest.mark.parametrize(
        ("change", "told"),
        [
            ({"additionalProperties": True}, "'additionalProperties' is required"),
            ({"required": ["reason"]}, "Missing 'verdict'"),
            ({"required": "reason"}, "Missing 'reason'"),
            ({"properties": [], "items": 1, "anyOf": 2, "$defs": 3, "oneOf": []}, "'oneOf' is not permitted"),
            ({"properties": {"reason": {"type": "string", "default": ""}}}, "'default' is not permitted"),
            ({"properties": {"reason": {}}}, "must have a 'type' key"),
            ({"properties": {"reason": {"type": "array"}}}, "array schema missing items"),
            ({"type": "array"}, "schema must be a JSON Schema of 'type: \"object\"'"),
        ],
    )
    def test_knows_the_rules_for_strict_schemas(self, server: FakeServer, change: dict[str, Any], told: str) -> None:
        schema = {"name": "form", "schema": {**FORM, **change}, "strict": True}
        body = {"model": "any", "messages": HELLO, "response_format": {"type": "json_schema", "json_schema": schema}}
        status, answer = post(server, body)
        assert status == 400
        assert told in answer["error"]["message"]
        schema["strict"] = False
        assert post(server, body)[0] == 200

    def test_a_schema_in_a_json_object_is_an_extension(self, client: openai.OpenAI, server: FakeServer, at: At) -> None:
        wanted: Any = {"type": "json_object", "schema": FORM}
        ask(client, response_format=wanted)
        assert server.violations == []
        refused = pytest.raises(openai.BadRequestError, match=re.escape("response_format.schema"))
        with FakeServer(published_only=True) as strict, refused:
            ask(at(strict), response_format=wanted)

    def test_reads_forms_as_closely(self, server: FakeServer, client: openai.OpenAI) -> None:
        sound = ("a.wav", io.BytesIO(b"RIFF"))
        for more in (
            {"extra_body": {"loud": "yes"}},
            {"temperature": "warm"},
            {"response_format": "pdf"},
            {"timestamp_granularities": ["word"]},
            {"response_format": "verbose_json", "timestamp_granularities": ["syllable"]},
            {"file": ("a.txt", io.BytesIO(b"RIFF"))},
            {"file": io.BytesIO(b"RIFF")},
        ):
            with pytest.raises(openai.BadRequestError):
                client.audio.transcriptions.create(**{"model": "w", "file": sound, **more})  # type: ignore[call-overload]
        assert len(server.violations) == 7

    def test_speaks_no_more_than_the_api_does(self, server: FakeServer, client: openai.OpenAI) -> None:
        for text in ("", "a" * 4097):
            with pytest.raises(openai.BadRequestError):
                client.audio.speech.create(model="s", voice="v", input=text)
        assert len(server.violations) == 2


STATUSES: list[tuple[Behaviour, int, type[openai.APIStatusError], str | None]] = [
    (faults.unauthorised(), 401, openai.AuthenticationError, "invalid_api_key"),
    (faults.forbidden(), 403, openai.PermissionDeniedError, "unsupported_country_region_territory"),
    (faults.missing_model(), 404, openai.NotFoundError, "model_not_found"),
    (faults.too_many(), 429, openai.RateLimitError, "rate_limit_exceeded"),
    (faults.quota_spent(), 429, openai.RateLimitError, "insufficient_quota"),
    (faults.server_error(), 500, openai.InternalServerError, None),
    (faults.bad_gateway(), 502, openai.InternalServerError, None),
    (faults.unavailable(), 503, openai.InternalServerError, None),
    (faults.overloaded(), 529, openai.InternalServerError, None),
    (faults.status(418, "short and stout"), 418, openai.APIStatusError, None),
]


OBJECT: Any = {"type": "json_object"}
REFUSED: dict[str, tuple[Callable[[Like], Behaviour], dict[str, Any], dict[str, Any]]] = {
    "temperature": (lambda like: faults.refuses("temperature", like), {"temperature": 0.5}, {}),
    "seed": (lambda like: faults.refuses("seed", like), {"seed": 1}, {}),
    "max_completion_tokens": (
        lambda like: faults.refuses("max_completion_tokens", like),
        {"max_completion_tokens": 9},
        {"max_tokens": 9},
    ),
    "max_tokens": (
        lambda like: faults.refuses("max_tokens", like),
        {"max_tokens": 9},
        {"max_completion_tokens": 9},
    ),
    "stream_options": (
        lambda like: faults.refuses("stream_options", like),
        {"stream_options": {"include_usage": True}, "stream": True},
        {"stream": True},
    ),
    "json_schema": (faults.refuses_json_schema, {"response_format": SCHEMA}, {"response_format": OBJECT}),
    "json_object": (faults.refuses_json_object, {"response_format": OBJECT}, {"response_format": SCHEMA}),
    "schema": (
        faults.refuses_object_schema,
        {"response_format": {**OBJECT, "schema": FORM}},
        {"response_format": OBJECT},
    ),
    "response_format": (faults.refuses_response_format, {"response_format": SCHEMA}, {}),
}
"""What is refused: how, a request that meets it, and one that does not."""


class TestAnEndpointThatSaysNo:
    @pytest.mark.parametrize("streamed", [False, True])
    @pytest.mark.parametrize(
        ("fault", "code", "error", "word"), STATUSES, ids=lambda v: str(v) if isinstance(v, int) else ""
    )
    def test_answers_with_the_status(
        self,
        server: FakeServer,
        client: openai.OpenAI,
        fault: Behaviour,
        code: int,
        error: type[openai.APIStatusError],
        word: str | None,
        streamed: bool,
    ) -> None:
        server.script("chat", fault)
        with pytest.raises(error) as raised:
            ask(client, stream=streamed)
        assert raised.value.status_code == code
        assert raised.value.code == word
        assert ask(client).choices[0].message.content == ANSWER

    @pytest.mark.parametrize(("fault", "header"), [
        (faults.too_many(3), "3"),
        (faults.too_many("Wed, 21 Oct 2035 07:28:00 GMT"), "Wed, 21 Oct 2035 07:28:00 GMT"),
        (faults.too_many(), None),
        (faults.unavailable(0.5), "0.5"),
        (faults.unavailable(), None),
    ])  # fmt: skip
    def test_may_say_when_to_come_back(
        self, server: FakeServer, client: openai.OpenAI, fault: Behaviour, header: str | None
    ) -> None:
        server.always(fault)
        with pytest.raises(openai.APIStatusError) as raised:
            ask(client)
        assert raised.value.response.headers.get("retry-after") == header

    @pytest.mark.parametrize("like", get_args(Like))
    @pytest.mark.parametrize("name", REFUSED)
    def test_may_refuse_a_parameter_and_names_it(
        self, server: FakeServer, client: openai.OpenAI, name: str, like: Like
    ) -> None:
        factory, more, without = REFUSED[name]
        server.always(factory(like))
        with pytest.raises(openai.APIStatusError) as raised:
            ask(client, **more)
        assert raised.value.status_code in (400, 422, 500)
        told = raised.value.response.text
        assert name in told or "response_format" in told
        ask(client, **without)
        assert server.violations == []


class TestAConnectionThatIsSlowOrBreaks:
    def test_a_slow_first_byte_comes_after_all(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.slow_first_byte(0.3))
        reply, times = heard(server, Connection="close")
        assert times[0] >= 0.3
        assert ANSWER.encode() in reply
        with pytest.raises(openai.APITimeoutError):
            ask(client, timeout=0.1)

    @pytest.mark.parametrize("streamed", [False, True])
    @pytest.mark.parametrize("place", ["start", "headers", "middle"])
    def test_a_stall_leaves_the_connection_open_and_silent(
        self, server: FakeServer, client: openai.OpenAI, place: Any, streamed: bool
    ) -> None:
        server.always(faults.stall(place, pieces=2, seconds=0.5))
        reply, times = heard(server, {"stream": streamed})
        assert times[-1] >= 0.5
        assert times[-1] - (times[-2] if len(times) > 1 else 0.0) >= 0.2
        head, _, body = reply.partition(b"\r\n\r\n")
        assert bool(head) == (place != "start")
        assert bool(body) == (place == "middle")
        if place == "middle" and streamed:
            assert words_in(body) == ["Regularisation", " shrinks"]
        server.always(faults.stall(place, seconds=30))
        with pytest.raises(openai.APITimeoutError):
            list(stream(client, timeout=0.2)) if streamed else ask(client, timeout=0.2)

    @pytest.mark.parametrize("streamed", [False, True])
    @pytest.mark.parametrize("place", ["start", "headers", "middle"])
    def test_a_cut_closes_before_the_reply_is_whole(
        self, server: FakeServer, client: openai.OpenAI, place: Any, streamed: bool
    ) -> None:
        server.always(faults.cut(place, pieces=3))
        reply, times = heard(server, {"stream": streamed})
        assert times[-1] < 5
        head, _, body = reply.partition(b"\r\n\r\n")
        if place != "start" and streamed:
            assert not body.endswith(b"0\r\n\r\n")
            assert words_in(body) == ([] if place == "headers" else ["Regularisation", " shrinks", " the"])
        elif place != "start":
            promised = int(re.findall(rb"Content-Length: (\d+)", head)[0])
            assert len(body) == (0 if place == "headers" else promised // 2)
        with pytest.raises(openai.APIConnectionError):
            list(stream(client)) if streamed else ask(client)

    def test_a_cut_after_the_last_word_still_comes_before_the_end(self, server: FakeServer) -> None:
        server.always(faults.cut(pieces=99))
        body = whole(server, {"stream": True})
        assert "".join(words_in(body)) == ANSWER
        assert b"[DONE]" not in body
        assert b'"finish_reason": "stop"' not in body

    @pytest.mark.parametrize("streamed", [False, True])
    @pytest.mark.parametrize("place", ["start", "headers", "middle"])
    def test_a_reset_is_an_error_and_no_end(
        self, server: FakeServer, client: openai.OpenAI, place: Any, streamed: bool
    ) -> None:
        server.always(faults.reset(place))
        with pytest.raises(ConnectionResetError):
            heard(server, {"stream": streamed})
        with pytest.raises(openai.APIConnectionError):
            list(stream(client)) if streamed else ask(client)
        assert server.settled()
        assert {request.outcome for request in server.requests} == {"cut"}

    @pytest.mark.parametrize("streamed", [False, True])
    def test_a_trickling_body_never_lets_a_read_time_out_and_is_never_whole(
        self, server: FakeServer, client: openai.OpenAI, streamed: bool
    ) -> None:
        server.always(faults.trickle(0.02, seconds=1.5))
        with ThreadPoolExecutor(1) as pool:
            bare = pool.submit(heard, server, {"stream": streamed})
            start = time.monotonic()
            with pytest.raises(openai.APIConnectionError) as raised:
                list(stream(client, timeout=1)) if streamed else ask(client, timeout=1)
            assert time.monotonic() - start >= 1.5
            assert not isinstance(raised.value, openai.APITimeoutError)
            reply, times = bare.result()
        assert len(times) > 10
        assert times[-1] >= 1.5
        body = reply.partition(b"\r\n\r\n")[2]
        assert len(body) > 10
        assert words_in(body) == []

    def test_trickling_headers_do_not_end(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.trickle_headers(0.02, seconds=1.5))
        with ThreadPoolExecutor(1) as pool:
            bare = pool.submit(heard, server)
            start = time.monotonic()
            with pytest.raises(openai.APIConnectionError) as raised:
                ask(client, timeout=1)
            assert time.monotonic() - start >= 1.5
            assert not isinstance(raised.value, openai.APITimeoutError)
            reply, times = bare.result()
        assert len(times) > 10
        assert times[-1] >= 1.5
        assert reply.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\n\r\n" not in reply

    def test_an_endless_stream_goes_on_until_it_is_cut(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.endless(0.01, seconds=0.5))
        words: list[str] = []
        start = time.monotonic()
        with pytest.raises(openai.APIConnectionError):
            keep(stream(client, timeout=0.3), words)
        assert len(words) > 10
        assert time.monotonic() - start >= 0.5

    def test_slow_pieces_come_one_by_one(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.slow_pieces(0.1))
        start = time.monotonic()
        times = [time.monotonic() - start for _ in stream(client)]
        assert len(times) == 4
        assert times[-1] >= 0.3

    def test_a_stream_may_end_in_good_order_without_its_end(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.ends_early())
        chunks = list(ask(client, stream=True))
        assert "".join(chunk.choices[0].delta.content for chunk in chunks) == ANSWER
        assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * len(chunks)
        body = whole(server, {"stream": True})
        assert b"[DONE]" not in body
        assert body.endswith(b"0\r\n\r\n")

    def test_an_error_may_come_in_mid_stream(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.error_in_stream(pieces=2))
        words: list[str] = []
        with pytest.raises(openai.APIError, match="server had an error"):
            keep(stream(client), words)
        assert words == ["Regularisation", " shrinks"]

    def test_silences_end_by_themselves_within_a_minute(self) -> None:
        request = Recorded(1, "chat", "POST", "/", {}, True, {}, 0.0)
        for fault in (faults.stall(), faults.trickle(), faults.trickle_headers(), faults.endless()):
            assert fault(request, lambda: Reply(Said(ANSWER))).manner.longest == LONGEST <= 60

    def test_closing_the_server_ends_whatever_goes_on(self, at: At) -> None:
        running = FakeServer(lambda _: ANSWER)
        slow = (faults.stall("start"), faults.stall(), faults.trickle(), faults.trickle_headers(), faults.endless(),
                faults.slow_first_byte(50), faults.slow_pieces(50))  # fmt: skip
        running.script("chat", *slow)
        connections = [on_the_wire(running, {"stream": True}) for _ in slow]
        idle = socket.create_connection(("127.0.0.1", running.port))
        while len(running.requests) < len(slow):
            time.sleep(0.01)
        start = time.monotonic()
        running.close()
        assert time.monotonic() - start < 5
        assert {request.outcome for request in running.requests} <= {"cut", "client left"}  # whoever hangs up first
        assert [thread.name for thread in threading.enumerate() if str(running.port) in thread.name] == []
        for connection in (*connections, idle):
            with closing(connection), suppress(ConnectionResetError):
                while connection.recv(65536):
                    pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", running.port))
        running.close()  # twice is once

    def test_no_thread_outlives_its_server(self, at: At) -> None:
        before = set(threading.enumerate())
        with FakeServer() as server:
            ask(at(server))
            assert len(set(threading.enumerate()) - before) == 2  # one listens, one serves the connection
        assert set(threading.enumerate()) <= before


def words_in(body: bytes) -> list[str]:
    """The words of the events of a stream that came whole."""
    found = [json.loads(event) for event in re.findall(rb"data: (\{.*\})\n\n", body)]
    return [
        choice["delta"]["content"] for event in found for choice in event["choices"] if choice["delta"].get("content")
    ]


def keep(words: Iterator[str], into: list[str]) -> None:
    """Takes the words as they come, so that those before an error are kept."""
    for word in words:
        into.append(word)


class TestAReplyThatCannotBeRead:
    @pytest.mark.parametrize("streamed", [False, True])
    def test_bytes_that_are_no_utf8(self, server: FakeServer, streamed: bool) -> None:
        server.always(faults.invalid_utf8())
        body = whole(server, {"stream": streamed}).partition(b"\r\n\r\n")[2]
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")
        assert b"Regularisation" in body

    def test_a_web_page(self, server: FakeServer) -> None:
        server.always(faults.html())
        reply = whole(server)
        assert reply.startswith(b"HTTP/1.1 200 OK")
        assert b"Content-Type: text/html" in reply
        assert b"<html>" in reply

    @pytest.mark.parametrize("streamed", [False, True])
    def test_what_calls_itself_json(self, server: FakeServer, client: openai.OpenAI, streamed: bool) -> None:
        server.always(faults.not_json())
        with pytest.raises(ValueError, match="Expecting"):
            list(stream(client)) if streamed else ask(client)

    def test_nothing(self, server: FakeServer) -> None:
        server.always(faults.empty_body())
        assert whole(server).endswith(b"Content-Length: 0\r\n\r\n")

    @pytest.mark.parametrize("streamed", [False, True])
    def test_ten_megabytes(self, server: FakeServer, client: openai.OpenAI, streamed: bool) -> None:
        server.always(faults.huge())
        said = "".join(stream(client)) if streamed else ask(client).choices[0].message.content
        assert len(said) == 10_000_000

    def test_a_small_body_that_unpacks_into_a_large_one(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.compressed())
        reply = whole(server)
        assert b"Content-Encoding: gzip" in reply
        assert len(reply) < 100_000
        raw = client.chat.completions.with_raw_response.create(model="any", messages=HELLO)
        assert len(raw.text) > 10_000_000


class TestAReplyThatIsNotWhatWasAskedFor:
    @pytest.fixture
    def form(self, server: FakeServer) -> str:
        server.judge = lambda _: '{"reason": "So.", "verdict": "met"}'
        return '{"reason": "So.", "verdict": "met"}'

    def said(self, client: openai.OpenAI) -> str:
        return str(ask(client, response_format=SCHEMA).choices[0].message.content)

    def test_no_choices(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.empty_choices())
        assert ask(client).choices == []
        assert list(stream(client)) == []

    def test_no_words(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.empty_text())
        assert ask(client).choices[0].message.content == ""
        assert list(stream(client)) == []

    def test_a_refusal(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.refusal("No."))
        message = ask(client).choices[0].message
        assert (message.content, message.refusal) == (None, "No.")
        chunks = [chunk.choices[0].delta for chunk in ask(client, stream=True)]
        assert "".join(delta.refusal or "" for delta in chunks) == "No."
        assert not any(delta.content for delta in chunks)

    @pytest.mark.parametrize(
        ("fault", "reason"), [(faults.content_filter(), "content_filter"), (faults.truncated(), "length")]
    )
    def test_a_reason_to_stop(self, server: FakeServer, client: openai.OpenAI, fault: Behaviour, reason: str) -> None:
        server.always(fault)
        choice = ask(client).choices[0]
        assert choice.finish_reason == reason
        assert ANSWER.startswith(choice.message.content)
        assert choice.message.content != ANSWER
        assert [chunk.choices[0].finish_reason for chunk in ask(client, stream=True)][-1] == reason

    def test_prose_around_json(self, server: FakeServer, client: openai.OpenAI, form: str) -> None:
        server.always(faults.prose_around())
        said = self.said(client)
        assert form in said
        assert not said.startswith("{")
        assert not said.endswith("}")

    def test_fenced_json(self, server: FakeServer, client: openai.OpenAI, form: str) -> None:
        server.always(faults.fenced())
        assert self.said(client) == f"```json\n{form}\n```"

    def test_doubled_keys(self, server: FakeServer, client: openai.OpenAI, form: str) -> None:
        server.always(faults.doubled_keys("another"))
        pairs = json.loads(self.said(client), object_pairs_hook=tuple)
        assert pairs == (("reason", "So."), ("verdict", "met"), ("reason", "another"))

    def test_a_number_that_is_none(self, server: FakeServer, client: openai.OpenAI, form: str) -> None:
        server.always(faults.not_a_number())
        said = self.said(client)
        assert json.loads(said, parse_constant=lambda name: name) == {"extra": "NaN", **json.loads(form)}

    def test_another_shape(self, server: FakeServer, client: openai.OpenAI, form: str) -> None:
        server.always(faults.wrong_schema())
        assert not set(json.loads(self.said(client))) & {"reason", "verdict"}

    def test_prose_although_a_format_was_asked_for(self, server: FakeServer, client: openai.OpenAI, form: str) -> None:
        server.always(faults.ignores_response_format("Met, I think."))
        assert self.said(client) == "Met, I think."
        assert ask(client).choices[0].message.content == form

    def test_fields_that_nobody_knows(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.extra_fields())
        reply = ask(client)
        for part in (reply, reply.choices[0], reply.choices[0].message):
            assert "x_fake" in part.model_extra
        assert reply.choices[0].message.content == ANSWER
        chunks = list(ask(client, stream=True))
        assert all("x_fake" in chunk.model_extra for chunk in chunks)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == ANSWER

    def test_tokens_that_are_not_counted(self, server: FakeServer, client: openai.OpenAI) -> None:
        server.always(faults.no_usage())
        assert ask(client).usage is None
        asked = ask(client, stream=True, stream_options={"include_usage": True})
        assert all(chunk.usage is None for chunk in asked)


def test_it_can_be_run_by_hand(at: At, sdk: openai.OpenAI) -> None:
    command = [sys.executable, "-m", "interviewer.models.openai.fake"]
    options = ["--judge", "plain", "--key", "k", "--fault", "fenced"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = dict(process.stdout.readline().strip().split(": ", 1) for _ in range(3))
            client = sdk.with_options(base_url=told["base URL"], api_key=told["key"].strip())
            said = ask(client, model=told["model"].strip()).choices[0].message.content
        finally:
            process.terminate()
    assert said == "```json\nI see.\n```"
    assert process.returncode == 0
