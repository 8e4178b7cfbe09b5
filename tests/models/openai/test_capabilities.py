"""What an endpoint does not take is found out once, remembered, and costs no turn."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.domain.usage import Purpose
from interviewer.errors import ModelMisbehaved, ModelRejected
from interviewer.models.openai.capabilities import Capabilities, Feature, JsonMode, Memory, step_down
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import MODEL, FakeServer, faults
from interviewer.models.openai.fake.refusals import Like
from tests.models.openai.asking import GOOD, VERDICT, fill_in, one_call, say, speak
from tests.models.openai.conftest import ClientOf

LIKES = get_args(Like)


@pytest.fixture
def server(server: FakeServer) -> FakeServer:
    server.judge = lambda request: GOOD
    return server


def known(client: Client, purpose: Purpose = Purpose.GRADE) -> Capabilities:
    return client.capabilities(purpose)


def test_an_endpoint_is_first_asked_as_the_newest_api_has_it_with_the_bound_that_all_know(
    server: FakeServer, client: Client
) -> None:
    assert fill_in(client) == VERDICT
    (request,) = server.requests
    assert server.violations == []
    assert request.format == "json_schema"
    assert request.body["max_tokens"] == 100
    assert request.body["temperature"] == 0
    assert isinstance(request.body["seed"], int)
    assert known(client) == Capabilities()


@pytest.mark.parametrize(
    ("base_url", "tokens"),
    [
        ("https://api.openai.com/v1", "max_completion_tokens"),
        ("https://house.openai.azure.com/openai/v1", "max_completion_tokens"),
        ("https://openai.com.example.org/v1", "max_tokens"),
        ("http://127.0.0.1:11434/v1", "max_tokens"),
    ],
)
def test_only_where_the_api_is_openais_own_is_the_newer_bound_tried_first(base_url: str, tokens: str) -> None:
    assert Memory().get(Endpoint(base_url=base_url, model="m"), "m") == Capabilities.model_validate({"tokens": tokens})


@pytest.mark.parametrize("like", LIKES)
@pytest.mark.parametrize(
    ("parameter", "rest"),
    [
        ("temperature", Capabilities(temperature=False)),
        ("seed", Capabilities(seed=False)),
        ("max_tokens", Capabilities(tokens="max_completion_tokens")),
        ("response_format", Capabilities(json_mode=JsonMode.TEXT)),
    ],
)
def test_a_parameter_that_is_refused_is_left_out_and_nothing_else(
    parameter: str, rest: Capabilities, like: Like, server: FakeServer, client: Client
) -> None:
    server.always(faults.refuses(parameter, like))
    assert fill_in(client) == VERDICT
    assert known(client) == rest
    before = len(server.requests)
    assert fill_in(client) == VERDICT
    assert len(server.requests) == before + 1, "it is not asked for a second time"
    assert server.violations == []


@pytest.mark.parametrize("like", LIKES)
def test_a_stream_without_usage_is_a_stream(like: Like, server: FakeServer, client: Client) -> None:
    server.always(faults.refuses("stream_options", like))
    call, said = one_call("stream", client)
    assert (said, call.estimated, call.attempts) == (GOOD, True, 2)
    assert known(client) == Capabilities(stream_usage=False)


@pytest.mark.parametrize("like", LIKES)
def test_modes_are_tried_from_the_surest_down(like: Like, server: FakeServer, client: Client) -> None:
    server.always(faults.refuses_json_schema(like))
    assert fill_in(client) == VERDICT
    assert known(client).json_mode is JsonMode.OBJECT_SCHEMA
    assert [request.format for request in server.requests] == ["json_schema", "json_object"]


def test_an_endpoint_that_takes_objects_but_no_schema_with_them(server: FakeServer, client: Client) -> None:
    server.always(faults.together(faults.refuses_object_schema(), faults.refuses_json_schema()))
    assert fill_in(client) == VERDICT
    assert known(client).json_mode is JsonMode.OBJECT
    assert '"quotes"' in server.requests[-1].text, "the prompt says what the request cannot"


def test_everything_refused_at_once_still_leaves_words(server: FakeServer, client: Client) -> None:
    refused = ("response_format", "seed", "temperature", "max_tokens")
    server.always(faults.together(*(faults.refuses(parameter) for parameter in refused)))
    call, result = one_call("form", client)
    assert result == VERDICT
    assert set(server.requests[-1].body) == {"model", "messages", "max_completion_tokens"}
    assert call.attempts == len(server.requests) == 7


@pytest.mark.parametrize("status", [400, 422])
def test_a_refusal_without_a_reason_ends_and_teaches_nothing(
    status: int, server: FakeServer, client_of: ClientOf, tmp_path: Path
) -> None:
    memory = tmp_path / "memory.json"
    server.always(faults.status(status, "Something about your request is not right."))
    client = client_of(memory)
    for way in ("form", "stream"):
        _, result = one_call(way, client)
        assert isinstance(result, ModelRejected)
    assert len(server.requests) <= 16
    assert known(client) == Capabilities()
    assert not memory.exists()


def test_a_refusal_without_a_reason_is_understood_by_trying(server: FakeServer, client: Client) -> None:
    def refuse(request: Any, proper: Any) -> Any:
        bad = faults.status(400, "Bad request.")
        return bad(request, proper) if "seed" in request.body else proper()

    server.always(refuse)
    assert fill_in(client) == VERDICT
    assert not known(client).seed


def test_a_fault_of_another_kind_is_not_taken_for_a_refusal(server: FakeServer, client: Client) -> None:
    for fault in (faults.unauthorised(), faults.missing_model(), faults.forbidden(), faults.quota_spent()):
        server.script(Purpose.GRADE, fault)
        server.always(fault)
        with pytest.raises(ModelRejected):
            fill_in(client)
    assert known(client) == Capabilities()
    assert len(server.requests) == 4


def test_what_was_learnt_outlives_the_program(server: FakeServer, client_of: ClientOf, tmp_path: Path) -> None:
    memory = tmp_path / "state" / "memory.json"
    server.always(faults.refuses_json_schema())
    fill_in(client_of(memory))
    asked = len(server.requests)
    fill_in(client_of(memory))
    assert len(server.requests) == asked + 1
    assert [path.name for path in memory.parent.iterdir()] == ["memory.json"]


def test_models_of_one_endpoint_are_known_apart(server: FakeServer, client_of: ClientOf) -> None:
    server.always(faults.refuses("temperature"), lambda request: request.body.get("model") == "thinker")
    client = client_of(grade_model="thinker")
    say(client, Purpose.GRADE)
    say(client, Purpose.ASSESS)
    assert not known(client, Purpose.GRADE).temperature
    assert known(client, Purpose.ASSESS).temperature


def test_forgetting_asks_again(server: FakeServer, client: Client) -> None:
    server.script("chat", faults.refuses("seed"))
    fill_in(client)
    client.forget()
    fill_in(client)
    assert "seed" in server.requests[-1].body


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"version": 1}',
        '{"version": 2, "capabilities": {}}',
        '{"version": 1, "capabilities": []}',
        '{"version": 1, "capabilities": {"a": {"m": {"json_mode": "telepathy"}}}}',
        "[" * 100_000,
        "\x00\udc80",
    ],
)
def test_a_spoilt_memory_is_begun_afresh(content: str, server: FakeServer, client_of: ClientOf, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    memory.write_bytes(content.encode("utf-8", "surrogateescape"))
    server.always(faults.refuses("seed"))
    client = client_of(memory)
    assert fill_in(client) == VERDICT
    assert client_of(memory).capabilities(Purpose.GRADE) == Capabilities(seed=False)


def test_a_memory_that_cannot_be_kept_costs_no_turn(server: FakeServer, client_of: ClientOf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    server.always(faults.refuses("seed"))
    client = client_of(tmp_path / "file" / "memory.json")
    assert fill_in(client) == VERDICT
    assert not known(client).seed


def test_a_memory_holds_no_key_and_no_query(server: FakeServer, client_of: ClientOf, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"
    server.always(faults.refuses("seed"))
    fill_in(client_of(memory, base_url=f"{server.url}?token=hush"))
    text = memory.read_text()
    assert "hush" not in text
    assert server.key not in text
    assert server.url in json.loads(text)["capabilities"]


def test_two_programs_do_not_erase_what_the_other_learnt(tmp_path: Path) -> None:
    path = tmp_path / "memory.json"
    here, there = Memory(path), Memory(path)
    one, two = (Endpoint(base_url=f"http://host{number}/v1", model="m") for number in (1, 2))
    assert here.get(one, "m") == there.get(two, "m") == Capabilities()
    here.put(one, "m", Capabilities(seed=False))
    there.put(two, "m", Capabilities(temperature=False))
    fresh = Memory(path)
    assert fresh.get(one, "m") == Capabilities(seed=False)
    assert fresh.get(two, "m") == Capabilities(temperature=False)


def test_many_threads_learn_the_same(server: FakeServer, client_of: ClientOf, tmp_path: Path) -> None:
    server.always(faults.together(faults.refuses("seed"), faults.refuses_json_schema()))
    memory = tmp_path / "memory.json"
    client = client_of(memory)
    failures: list[BaseException] = []

    def ask() -> None:
        try:
            assert fill_in(client) == VERDICT
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failures == []
    expected = Capabilities(seed=False, json_mode=JsonMode.OBJECT_SCHEMA)
    assert client_of(memory).capabilities(Purpose.GRADE) == expected


def test_an_endpoint_that_takes_a_schema_and_passes_it_over(server: FakeServer, client: Client) -> None:
    """As some local servers do: no error, and prose."""
    server.always(faults.ignores_response_format("I would say it is met."))
    for number in range(3):
        call, result = one_call("form", client)
        assert result == VERDICT
        assert call.attempts == (2 if number < 2 else 1), "after the second time it is known"
    assert known(client).json_mode is JsonMode.TEXT


def test_an_endpoint_that_takes_a_schema_and_gives_just_json(server: FakeServer, client: Client) -> None:
    def lax(request: Any, proper: Any) -> Any:
        return faults.wrong_schema()(request, proper) if request.format == "json_schema" else proper()

    server.always(lax)
    for _ in range(2):
        assert fill_in(client) == VERDICT
    assert known(client).json_mode is JsonMode.OBJECT


def test_where_no_schema_binds_a_wrong_form_says_nothing_about_the_endpoint(server: FakeServer, client: Client) -> None:
    refused = faults.together(faults.refuses_object_schema(), faults.refuses_json_schema())
    server.always(refused)
    for _ in range(3):
        assert fill_in(client) == VERDICT
        server.script("chat", faults.wrong_schema())
        assert fill_in(client) == VERDICT
        server.script("chat", faults.wrong_schema())
        assert fill_in(client) == VERDICT
    assert known(client).json_mode is JsonMode.OBJECT


def test_one_bad_form_is_no_reason_to_give_up_schemas(server: FakeServer, client: Client) -> None:
    for _ in range(3):
        server.script("chat", faults.wrong_schema())
        assert fill_in(client) == VERDICT
        assert fill_in(client) == VERDICT
    assert known(client) == Capabilities()


@pytest.fixture
def with_the_newer_bound(server: FakeServer, client_of: ClientOf, tmp_path: Path) -> Client:
    """A client that once found its endpoint to refuse the older name."""
    memory = tmp_path / "endpoints.json"
    client = client_of(memory)
    Memory(memory).put(client.endpoint, MODEL, Capabilities(tokens="max_completion_tokens"))
    return client


def test_an_endpoint_that_passes_the_newer_bound_over_gets_the_older_one(
    server: FakeServer, with_the_newer_bound: Client
) -> None:
    client = with_the_newer_bound
    server.script("chat", faults.says("word " * 400))
    say(client, max_tokens=50)
    assert server.requests[-1].body["max_completion_tokens"] == 50
    assert known(client).tokens == "max_tokens"


def test_a_stream_that_passes_the_newer_bound_over_gets_the_older_one(
    server: FakeServer, with_the_newer_bound: Client
) -> None:
    client = with_the_newer_bound
    server.script("chat", faults.says("word " * 400))
    with pytest.raises(ModelMisbehaved):
        speak(client, max_tokens=20)
    assert server.requests[-1].body["max_completion_tokens"] == 20
    assert known(client, Purpose.SPEAK).tokens == "max_tokens"


FULL: dict[str, Any] = {
    "response_format": {"type": "json_schema"},
    "max_tokens": 5,
    "temperature": 0,
    "seed": 1,
    "stream_options": {},
}


@given(st.sampled_from([400, 422, 500]), st.lists(st.sampled_from([*Feature, "nothing of that"]), min_size=1))
def test_going_down_ends_whatever_is_refused(status: int, refusals: list[str]) -> None:
    used = Capabilities()
    tried = {used}
    for number in range(100):
        body = {"error": {"message": f"no {refusals[number % len(refusals)]}, please"}}
        lower = step_down(used, tried, FULL, status, body)
        if lower is None:
            return
        assert lower not in tried
        used = lower
        tried.add(lower)
    pytest.fail("it never ends")


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_only_refusals_are_read_as_such(status: int) -> None:
    assert step_down(Capabilities(), {Capabilities()}, FULL, status, {"error": {"message": "No."}}) is None
