"""A call is tried again where that helps, given up where it does not, and always accounted for as one."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from typing import Any

import pytest

from interviewer.domain.usage import Purpose
from interviewer.errors import (
    KnowledgeError,
    ModelError,
    ModelMisbehaved,
    ModelRefused,
    ModelRejected,
    ModelUnavailable,
)
from interviewer.models.ledger import recording
from interviewer.models.openai import calls, replies
from interviewer.models.openai.breaker import Breaker
from interviewer.models.openai.client import Client
from interviewer.models.openai.deadline import Deadline
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import MODEL, Delays, FakeServer, Recorded, faults
from tests.models.openai.asking import GOOD, MESSAGES, VERDICT, WAYS, fill_in, one_call, say, speak
from tests.models.openai.conftest import ClientOf

TRANSIENT = {
    "429": faults.too_many(),
    "429 with a wait": faults.too_many(0),
    "500": faults.server_error(),
    "502": faults.bad_gateway(),
    "503": faults.unavailable(),
    "529": faults.overloaded(),
    "reset": faults.reset(),
    "cut before the headers": faults.cut("start"),
    "cut after the headers": faults.cut("headers"),
}
LASTING = {
    "401": faults.unauthorised(),
    "403": faults.forbidden(),
    "404": faults.missing_model(),
    "quota": faults.quota_spent(),
    "refusal": faults.refusal(),
    "filter": faults.content_filter(),
}


@pytest.fixture
def server(server: FakeServer) -> FakeServer:
    server.judge = lambda request: GOOD
    return server


EXPECTED = {"text": GOOD, "form": VERDICT, "stream": GOOD}


# Asking.


@pytest.mark.parametrize("way", WAYS)
def test_a_reply_is_what_the_model_said(way: str, server: FakeServer, client: Client) -> None:
    call, result = one_call(way, client)
    assert result == EXPECTED[way]
    assert (call.outcome, call.attempts, call.problem) == ("ok", 1, "")
    assert server.violations == []


def test_a_stream_comes_in_pieces_as_they_are_said(server: FakeServer, client: Client) -> None:
    server.delays = Delays(first=0.05, each=0.03)
    server.judge = lambda request: "one two three four five"
    times = [time.monotonic() for _ in client.stream(MESSAGES, purpose=Purpose.SPEAK, prompt="speak@1", max_tokens=50)]
    assert len(times) >= 5
    assert times[-1] - times[0] > 0.08


def test_an_endpoint_that_does_not_stream_is_heard_all_the_same(server: FakeServer, client: Client) -> None:
    def whole(request: Recorded, proper: Any) -> Any:
        request.body.pop("stream", None)
        return proper()

    server.always(whole)
    call, said = one_call("stream", client)
    assert said == GOOD
    assert call.tokens_out > 0


@pytest.mark.parametrize("way", WAYS)
def test_fields_that_nobody_knows_change_nothing(way: str, server: FakeServer, client: Client) -> None:
    server.always(faults.extra_fields())
    assert WAYS[way](client) == EXPECTED[way]


@pytest.mark.parametrize("wrap", [faults.prose_around(), faults.fenced(), faults.fenced("")])
def test_a_form_may_be_wrapped(wrap: Any, server: FakeServer, client: Client) -> None:
    server.always(wrap)
    call, result = one_call("form", client)
    assert (result, call.attempts) == (VERDICT, 1)


@pytest.mark.parametrize("way", WAYS)
def test_thinking_aloud_is_not_heard(way: str, server: FakeServer, client: Client) -> None:
    server.judge = lambda request: f"<think>\nThe rubric wants c1, so {GOOD.upper()}\n</think>\n\n{GOOD}"
    assert WAYS[way](client) == EXPECTED[way]


def test_the_prompt_for_repair_must_be_there(tmp_path: Any) -> None:
    with pytest.raises(KnowledgeError):
        Client(Endpoint(model="m"), prompts=tmp_path)


def test_models_are_listed_and_cost_nothing(server: FakeServer, client: Client) -> None:
    server.models = ("a", "b")
    server.script("models", faults.server_error())
    with recording() as heard:
        assert client.models() == ["a", "b"]
    assert heard == []


# Trying again.


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TRANSIENT)
def test_what_may_pass_is_tried_again(name: str, way: str, server: FakeServer, client: Client) -> None:
    server.script("chat", TRANSIENT[name], TRANSIENT[name])
    call, result = one_call(way, client)
    assert result == EXPECTED[way]
    assert (call.outcome, call.attempts) == ("ok", 3)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", LASTING)
def test_what_will_not_pass_is_not(name: str, way: str, server: FakeServer, client: Client) -> None:
    server.always(LASTING[name])
    call, result = one_call(way, client)
    assert isinstance(result, (ModelRejected, ModelRefused))
    assert (call.outcome, call.attempts, call.problem) == ("failed", 1, str(result))
    assert len(server.requests) == 1


@pytest.mark.parametrize("way", WAYS)
def test_there_is_an_end_to_trying(way: str, server: FakeServer, client: Client) -> None:
    server.always(faults.unavailable())
    call, result = one_call(way, client)
    assert isinstance(result, ModelUnavailable)
    assert call.attempts == len(server.requests) == 4


def test_a_wait_that_is_asked_for_is_kept(server: FakeServer, client: Client) -> None:
    server.script("chat", faults.too_many(0.3))
    assert say(client) == GOOD
    first, second = server.requests
    assert 0.3 <= second.at - first.at < 0.9


@pytest.mark.parametrize("way", WAYS)
def test_a_wait_beyond_the_deadline_is_not_waited_for(way: str, server: FakeServer, client: Client) -> None:
    server.always(faults.too_many(60))
    begun = time.monotonic()
    with pytest.raises(ModelUnavailable) as caught:
        WAYS[way](client, seconds=5)
    assert time.monotonic() - begun < 2
    assert caught.value.retry_after == 60
    assert len(server.requests) == 1


def test_waits_grow_and_differ(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "_BACK_OFF", 0.5)
    tries = calls.Tries(client.capabilities(Purpose.GRADE), Deadline(60), Purpose.GRADE)
    bounds = []
    for failures in range(8):
        tries._failures = failures
        waits = {tries._wait(None) for _ in range(50)}
        assert len(waits) > 40
        bounds.append((min(waits), max(waits)))
    assert all(0.5 * longest <= low for (low, _), longest in zip(bounds, [0.5, 1, 2, 4, 8, 8, 8, 8], strict=True))
    assert all(high <= longest for (_, high), longest in zip(bounds, [0.5, 1, 2, 4, 8, 8, 8, 8], strict=True))


def test_a_stream_is_not_begun_again_once_words_were_said(server: FakeServer, client: Client) -> None:
    server.always(faults.cut("middle", pieces=3))
    said: list[str] = []
    with recording() as heard, pytest.raises(ModelUnavailable, match="broke off"):
        said.extend(client.stream(MESSAGES, purpose=Purpose.SPEAK, prompt="speak@1", max_tokens=50))
    assert said
    assert GOOD.startswith("".join(said))
    assert len(server.requests) == 1
    assert [call.outcome for call in heard] == ["failed"]


def test_a_stream_that_ends_in_good_order_but_too_soon_is_a_cut_one(server: FakeServer, client: Client) -> None:
    server.always(faults.ends_early())
    with pytest.raises(ModelUnavailable, match="broke off"):
        speak(client)


# Forms that cannot be read.


@pytest.mark.parametrize(
    "fault",
    [faults.wrong_schema(), faults.doubled_keys("missing"), faults.not_a_number(), faults.says("Met, I would say.")],
)
def test_a_form_is_repaired_once(fault: Any, server: FakeServer, client: Client) -> None:
    server.script("chat", fault)
    call, result = one_call("form", client)
    assert (result, call.attempts) == (VERDICT, 2)
    second = server.requests[1]
    assert [message["role"] for message in second.messages][-2:] == ["assistant", "user"]
    assert "cannot be used" in second.messages[-1]["content"]
    assert '"quotes"' in second.messages[-1]["content"]
    assert server.violations == []


@pytest.mark.parametrize("fault", [faults.wrong_schema(), faults.doubled_keys("missing"), faults.says("Met.")])
def test_and_not_twice(fault: Any, server: FakeServer, client: Client) -> None:
    server.always(fault)
    call, result = one_call("form", client)
    assert type(result) is ModelMisbehaved
    assert (call.outcome, call.attempts, len(server.requests)) == ("failed", 2, 2)


def test_a_reply_that_is_cut_off_gets_more_room_once(server: FakeServer, client: Client) -> None:
    server.script("chat", faults.truncated())
    call, result = one_call("form", client, max_tokens=100)
    assert (result, call.attempts) == (VERDICT, 2)
    first, second = (request.body["max_tokens"] for request in server.requests)
    assert (first, second > first) == (100, True)


@pytest.mark.parametrize("way", ["text", "form"])
def test_a_reply_that_is_always_cut_off_is_given_up(way: str, server: FakeServer, client: Client) -> None:
    server.always(faults.truncated(0.9))
    call, result = one_call(way, client)
    assert isinstance(result, ModelMisbehaved)
    assert "cut off" in str(result)
    assert call.attempts == 2


def test_a_form_that_was_cut_off_is_not_read_even_if_it_could_be(server: FakeServer, client: Client) -> None:
    server.always(faults.truncated(1.0))
    with pytest.raises(ModelMisbehaved, match="cut off"):
        fill_in(client)


# What it takes.


def usage(server: FakeServer, prompt: int, completion: int, cached: int = 0) -> None:
    details = {"prompt_tokens_details": {"cached_tokens": cached}}
    counted = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **details}

    def count(request: Recorded, proper: Any) -> Any:
        return proper().saying(extra={"usage": counted}, usage=False)

    server.always(count)


def test_tokens_and_cost_are_the_endpoints_own_count(server: FakeServer, client_of: ClientOf) -> None:
    usage(server, 1000, 50, cached=600)
    call, _ = one_call("text", client_of(price_in=1.0, price_out=10.0, price_cached=0.1))
    assert (call.tokens_in, call.tokens_out, call.cached_tokens, call.estimated) == (1000, 50, 600, False)
    assert call.cost == pytest.approx((400 * 1.0 + 600 * 0.1 + 50 * 10.0) / 1e6)


def test_attempts_that_the_endpoint_worked_on_are_added_up(server: FakeServer, client: Client) -> None:
    server.judge = lambda request: GOOD if len(server.requests) > 1 else "Met, I would say."
    usage(server, 100, 10)
    server.script(lambda request: request.number == 2, faults.server_error())
    call, result = one_call("form", client)
    assert (result, call.attempts) == (VERDICT, 3)
    assert (call.tokens_in, call.tokens_out) == (200, 20), "the unusable reply counts, the error does not"
    assert not call.estimated


@pytest.mark.parametrize("way", WAYS)
def test_without_a_count_there_is_an_estimate_that_says_so(way: str, server: FakeServer, client: Client) -> None:
    server.always(faults.no_usage())
    call, _ = one_call(way, client)
    assert call.estimated
    characters = sum(len(message["content"]) for message in MESSAGES)
    assert characters / 8 < call.tokens_in < characters
    assert len(GOOD) / 8 < call.tokens_out < len(GOOD)


@pytest.mark.parametrize(
    "odd",
    [{}, [], "many", {"prompt_tokens": -5}, {"prompt_tokens": "12", "completion_tokens": 1}, {"prompt_tokens": True}],
)
def test_a_count_that_cannot_be_true_is_none(odd: Any, server: FakeServer, client: Client) -> None:
    server.always(lambda request, proper: proper().saying(extra={"usage": odd}, usage=False))
    call, result = one_call("text", client)
    assert (result, call.estimated) == (GOOD, True)


def test_what_was_said_before_a_stop_is_counted(server: FakeServer, client: Client) -> None:
    server.judge = lambda request: "one two three four five six seven eight"
    server.delays = Delays(each=0.02)
    with recording() as heard:
        words = client.stream(MESSAGES, purpose=Purpose.SPEAK, prompt="speak@1", max_tokens=50)
        next(words)
        next(words)
        words.close()  # type: ignore[attr-defined]
    (call,) = heard
    assert (call.outcome, call.problem, call.estimated) == ("stopped", "", True)
    assert call.tokens_in > 0
    assert 0 < call.tokens_out < 8
    assert call.first_token_seconds is not None
    assert server.settled()
    assert server.requests[0].outcome == "client left", "the endpoint is told to stop"


def test_a_stream_that_nobody_listened_to_is_no_call(server: FakeServer, client: Client) -> None:
    with recording() as heard:
        client.stream(MESSAGES, purpose=Purpose.SPEAK, prompt="speak@1", max_tokens=50)
    assert heard == []
    assert server.requests == []


def test_the_time_to_the_first_words_is_theirs(server: FakeServer, client: Client) -> None:
    client.warm()
    server.judge = lambda request: "one two three four"
    server.delays = Delays(first=0.2, each=0.05)
    call, _ = one_call("stream", client)
    assert call.first_token_seconds is not None
    assert 0.2 <= call.first_token_seconds < 0.8
    assert call.seconds >= call.first_token_seconds + 0.1


def test_thoughts_are_not_the_first_words(server: FakeServer, client: Client) -> None:
    client.warm()
    server.judge = lambda request: "<think>a b c d e f g h</think>Now then."
    server.delays = Delays(each=0.03)
    call, said = one_call("stream", client)
    assert said == "Now then."
    assert call.first_token_seconds is not None
    assert call.first_token_seconds > 0.15


def test_replies_that_come_at_once_have_no_first_words(server: FakeServer, client: Client) -> None:
    call, _ = one_call("text", client)
    assert call.first_token_seconds is None


def test_a_call_names_its_model_purpose_and_prompt(server: FakeServer, client_of: ClientOf) -> None:
    client = client_of(speak_model="voice")
    with recording() as heard:
        speak(client, prompt="speak@3")
        say(client, Purpose.ASSESS, prompt="assess@2")
    assert [(call.purpose, call.model, call.prompt) for call in heard] == [
        (Purpose.SPEAK, "voice", "speak@3"),
        (Purpose.ASSESS, MODEL, "assess@2"),
    ]
    assert [request.body["model"] for request in server.requests] == ["voice", MODEL]


def test_an_attempt_that_may_be_charged_for_is_counted_though_it_failed(server: FakeServer, client: Client) -> None:
    server.always(faults.stall("headers"))
    call, result = one_call("text", client, seconds=0.3)
    assert isinstance(result, ModelUnavailable)
    assert (call.estimated, call.tokens_in > 0, call.tokens_out) == (True, True, 0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", [faults.server_error(), faults.unauthorised(), faults.too_many()])
def test_an_attempt_that_was_turned_away_costs_nothing(
    fault: Any, way: str, server: FakeServer, client: Client
) -> None:
    server.always(fault)
    call, _ = one_call(way, client)
    assert (call.tokens_in, call.tokens_out, call.estimated) == (0, 0, False)


def test_a_stream_is_recorded_where_it_was_asked_for(server: FakeServer, client: Client) -> None:
    """It may be listened to, and given up, in another thread."""
    with recording() as heard:
        words = client.stream(MESSAGES, purpose=Purpose.SPEAK, prompt="speak@1", max_tokens=50)
    said: list[str] = []
    thread = threading.Thread(target=lambda: said.extend(words))
    thread.start()
    thread.join(10)
    assert "".join(said) == GOOD
    assert [call.outcome for call in heard] == ["ok"]


def test_calls_in_other_threads_are_recorded_in_a_copy_of_the_context(server: FakeServer, client: Client) -> None:
    with recording() as heard:
        threads = [threading.Thread(target=copy_context().run, args=(say, client)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert [call.outcome for call in heard] == ["ok"] * 4


# Who has just found the endpoint away.


INTERACTIVE = (Purpose.ASSESS, Purpose.ACKNOWLEDGE, Purpose.SPEAK)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr("interviewer.models.openai.breaker.time.monotonic", lambda: now[0])
    return now


def test_after_a_failure_nobody_who_is_waited_for_waits(server: FakeServer, client: Client) -> None:
    server.always(faults.unavailable())
    with pytest.raises(ModelUnavailable):
        say(client, Purpose.ASSESS)
    asked = len(server.requests)
    for purpose in INTERACTIVE:
        with recording() as heard, pytest.raises(ModelUnavailable, match="away a moment ago") as caught:
            say(client, purpose)
        (call,) = heard
        assert (call.outcome, call.tokens_in, call.attempts) == ("failed", 0, 1)
        assert 0 < (caught.value.retry_after or 0) <= 15
    with pytest.raises(ModelUnavailable, match="away a moment ago"):
        speak(client)
    assert len(server.requests) == asked


@pytest.mark.parametrize("purpose", [Purpose.GRADE, Purpose.TEST])
def test_grading_and_tests_find_the_way_back(purpose: Purpose, server: FakeServer, client: Client) -> None:
    server.always(faults.unavailable())
    with pytest.raises(ModelUnavailable):
        say(client, Purpose.SPEAK)
    server.always(None)
    assert say(client, purpose) == GOOD
    assert say(client, Purpose.SPEAK) == GOOD


@pytest.mark.parametrize("fault", [faults.unauthorised(), faults.refusal(), faults.wrong_schema()])
def test_an_endpoint_that_answers_is_not_away(fault: Any, server: FakeServer, client: Client) -> None:
    server.always(fault)
    with pytest.raises(ModelError):
        fill_in(client, Purpose.ASSESS)
    server.always(None)
    assert say(client, Purpose.ASSESS) == GOOD


def test_a_slow_grade_does_not_silence_the_interviewer(server: FakeServer, client: Client) -> None:
    server.script("chat", faults.slow_first_byte(20))
    with pytest.raises(ModelUnavailable):
        say(client, Purpose.GRADE, seconds=0.3)
    assert say(client, Purpose.SPEAK) == GOOD


def test_the_pause_doubles_up_to_two_minutes_and_a_success_ends_it(clock: list[float]) -> None:
    made = Breaker()
    pauses = []
    for _ in range(5):
        made.failed()
        made.failed()  # another call that was under way when the first one failed
        pauses.append(made.closed_for(Purpose.SPEAK))
        clock[0] += pauses[-1]
        assert made.closed_for(Purpose.SPEAK) == 0
    assert pauses == [15, 30, 60, 120, 120]
    made.worked()
    made.failed()
    assert made.closed_for(Purpose.ASSESS) == 15
    assert made.closed_for(Purpose.GRADE) == made.closed_for(Purpose.TEST) == 0
    made.worked()
    assert made.closed_for(Purpose.ASSESS) == 0


def test_an_interrupted_call_is_recorded_too(
    server: FakeServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*args: Any, **named: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(replies, "completion", interrupt)
    with recording() as heard, pytest.raises(KeyboardInterrupt):
        say(client)
    assert [(call.outcome, call.problem) for call in heard] == [("failed", "interrupted")]
