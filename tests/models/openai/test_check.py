"""The test of the connection says in a sentence a step what an endpoint can do, and never raises."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from interviewer.domain.usage import Purpose
from interviewer.models.ledger import recording
from interviewer.models.openai.check import Check, Step, check
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import KEY, MODEL, FakeServer, faults

HELLO = '{"days": 7}'


@pytest.fixture
def server(server: FakeServer) -> FakeServer:
    server.judge = lambda request: HELLO
    return server


def endpoint_of(server: FakeServer, key: str = KEY, **changes: Any) -> Endpoint:
    given = {"base_url": server.url, "api_key": SecretStr(key), "model": MODEL, "reply_seconds": 1, **changes}
    return Endpoint(**given)


def steps_of(result: Check) -> list[tuple[str, bool | None]]:
    return [(step.name, step.ok) for step in result.steps]


def test_an_endpoint_that_can_do_everything(server: FakeServer) -> None:
    told: list[Step] = []
    result = check(endpoint_of(server), told=told.append)
    assert steps_of(result) == [
        ("reachable", True),
        ("model", True),
        ("chat", True),
        ("tokens", True),
        ("stream", True),
        ("json", True),
    ]
    assert result.ok
    assert (result.reachable, result.model_found, result.chats, result.streams) == (True, True, True, True)
    assert (result.json_mode, result.counts_tokens) == ("schema", True)
    assert tuple(told) == result.steps
    assert 0 < sum(step.seconds for step in result.steps) <= result.seconds
    assert result.reply_seconds is not None
    assert server.violations == []


def test_what_the_test_takes_is_accounted_for(server: FakeServer) -> None:
    with recording() as calls:
        check(endpoint_of(server))
    assert [call.purpose for call in calls] == [Purpose.TEST] * 3
    assert all(call.tokens_in > 0 for call in calls)


def test_each_model_is_tried_for_what_it_is_for(server: FakeServer) -> None:
    server.models = ("small", "voice", "judge")
    result = check(endpoint_of(server, model="small", speak_model="voice", grade_model="judge"))
    assert result.ok
    tried = {name: [step.model for step in result.steps if step.name == name] for name in ("chat", "stream", "json")}
    assert tried == {"chat": ["small", "voice", "judge"], "stream": ["voice"], "json": ["small", "judge"]}


def test_a_model_that_is_not_there_is_named(server: FakeServer) -> None:
    server.models = ("small",)
    result = check(endpoint_of(server, model="small", grade_model="judge"))
    assert not result.ok
    assert result.model_found is False
    assert "“judge”" in result.steps[-1].says
    assert result.steps[-1].remedy


def test_nobody_there(server: FakeServer) -> None:
    endpoint = endpoint_of(server)
    server.close()
    result = check(endpoint)
    assert steps_of(result) == [("reachable", False)]
    assert not result.ok
    assert "Nothing answers" in result.steps[0].says
    assert result.steps[0].remedy


def test_a_wrong_key(server: FakeServer) -> None:
    result = check(endpoint_of(server, key="sk-wrong"))
    assert result.reachable
    assert not result.ok
    assert "does not accept the key" in result.steps[-1].says


def test_an_endpoint_without_a_list_of_models(server: FakeServer) -> None:
    server.always(faults.status(404, "Not Found"), "models")
    result = check(endpoint_of(server))
    assert result.ok
    assert result.model_found is None


def test_a_model_that_is_not_listed_may_work_all_the_same(server: FakeServer) -> None:
    result = check(endpoint_of(server, model="alias"))
    assert result.ok
    assert result.model_found is False


def test_an_endpoint_that_counts_nothing_and_knows_no_formats(server: FakeServer) -> None:
    server.always(faults.together(faults.no_usage(), faults.refuses_response_format()), "chat")
    result = check(endpoint_of(server))
    assert result.ok
    assert not result.counts_tokens
    assert result.json_mode == "text"


def test_a_model_that_cannot_fill_in_forms(server: FakeServer) -> None:
    server.judge = lambda request: "Seven, I believe."
    result = check(endpoint_of(server))
    assert (result.chats, result.streams, result.ok, result.json_mode) == (True, True, False, "")


def test_what_was_learnt_before_is_found_out_anew(server: FakeServer, tmp_path: Any) -> None:
    memory = tmp_path / "memory.json"
    server.always(faults.refuses_json_schema(), "chat")
    assert check(endpoint_of(server), memory).json_mode == "object_schema"
    server.always(None, "chat")
    assert check(endpoint_of(server), memory).json_mode == "schema"


@pytest.mark.parametrize(
    "fault",
    [faults.html(), faults.slow_first_byte(20), faults.empty_choices(), faults.invalid_utf8(), faults.reset()],
)
def test_it_never_raises(fault: Any, server: FakeServer) -> None:
    server.always(fault)
    result = check(endpoint_of(server, reply_seconds=0.3))
    assert not result.ok
    assert result.steps[-1].ok is False


def test_not_even_for_a_mistake_of_ours(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **named: Any) -> Any:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Client, "stream", broken)
    result = check(endpoint_of(server))
    assert not result.ok
    assert "ZeroDivisionError" in result.steps[-1].says
    assert "secret" not in result.steps[-1].says
