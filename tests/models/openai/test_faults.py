"""What goes wrong is told apart, calmly, and in no words but our own."""

from __future__ import annotations

import json
import logging
import traceback
from contextlib import suppress
from email.utils import formatdate
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.domain.usage import Purpose
from interviewer.errors import ModelError, ModelMisbehaved, ModelRefused, ModelRejected, ModelUnavailable
from interviewer.models.ledger import recording
from interviewer.models.openai import replies
from interviewer.models.openai.client import Client
from interviewer.models.openai.deadline import Kind, WireError
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import MODEL, Behaviour, FakeServer, Reply, faults
from interviewer.models.openai.faults import Failed, of_event, of_status, of_wire, retry_after, said
from interviewer.models.openai.replies import completion, names
from interviewer.models.openai.sdk import Answer
from tests.models.openai.asking import MESSAGES, WAYS, Verdict
from tests.models.openai.conftest import ClientOf

ENDPOINT = Endpoint(base_url="https://models.example/v1", model="m", api_key="sk-x")  # type: ignore[arg-type]

FAULTS: dict[str, tuple[Behaviour, type[ModelError], str]] = {
    "401": (faults.unauthorised(), ModelRejected, "does not accept the key"),
    "403": (faults.forbidden(), ModelRejected, "does not let this key use"),
    "404 model": (faults.missing_model(), ModelRejected, "has no model called “fake-model”"),
    "429": (faults.too_many(), ModelUnavailable, "too many requests"),
    "quota": (faults.quota_spent(), ModelRejected, "no credit left"),
    "500": (faults.server_error(), ModelUnavailable, "status 500"),
    "502 page": (faults.bad_gateway(), ModelUnavailable, "status 502"),
    "503": (faults.unavailable(), ModelUnavailable, "status 503"),
    "529": (faults.overloaded(), ModelUnavailable, "status 529"),
    "cut": (faults.cut("headers"), ModelUnavailable, "broke off"),
    "reset": (faults.reset(), ModelUnavailable, "broke off"),
    "web page": (faults.html(), ModelMisbehaved, "A web page came back"),
    "no UTF-8": (faults.invalid_utf8(), ModelMisbehaved, "could not be read"),
    "no JSON": (faults.not_json(), ModelMisbehaved, "could not be read"),
    "nothing": (faults.empty_body(), ModelError, "could not be read|broke off"),
    "no choices": (faults.empty_choices(), ModelMisbehaved, "empty reply"),
    "no words": (faults.empty_text(), ModelMisbehaved, "empty reply"),
    "refusal": (faults.refusal(), ModelRefused, "declined to answer"),
    "filter": (faults.content_filter(), ModelRefused, "filter"),
    "cut off": (faults.truncated(), ModelMisbehaved, "cut off"),
    "error in the body": (faults.error_in_stream(0), ModelUnavailable, "gave up"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_has_its_error(name: str, way: str, server: FakeServer, client: Client) -> None:
    behaviour, kind, words = FAULTS[name]
    server.always(behaviour)
    with pytest.raises(kind, match=words) as caught:
        WAYS[way](client)
    assert type(caught.value) in (ModelUnavailable, ModelRejected, ModelMisbehaved, ModelRefused)


SECRET = "sk-secret-canary-0123456789"
CANARY = "canary-of-the-words"


def everything(error: BaseException) -> str:
    """All that a log, a page or a debugger's report could show of an error, and of those that it came from."""
    seen: list[str] = []
    chain: BaseException | None = error
    while chain is not None:
        seen += [repr(chain), str(chain), repr(vars(chain)), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    return "\n".join([*seen, *traceback.format_exception(error)])


def echoing(status: int) -> Behaviour:
    """A server that repeats everything that it was sent."""
    told = f"Incorrect API key provided: {SECRET}. You sent: {CANARY}"
    body = {"error": {"message": told, "code": CANARY, "type": SECRET, "param": None}}
    return lambda request, proper: Reply(body, status)


TELLING: dict[str, Behaviour] = {
    **{f"echo {status}": echoing(status) for status in (400, 401, 403, 404, 418, 422, 429, 500, 503)},
    "reply": faults.says(f"{CANARY} {SECRET}"),
    "cut off": faults.together(faults.says(f"{CANARY} {SECRET}"), faults.truncated()),
    "no UTF-8": faults.together(faults.says(f"{CANARY} {SECRET} {CANARY}"), faults.invalid_utf8()),
    "wrong shape": faults.wrong_schema({CANARY: SECRET, "verdict": CANARY}),
    "refusal": faults.refusal(f"{CANARY} {SECRET}"),
    "cut": faults.together(faults.says(f"{CANARY} {SECRET} and so on"), faults.cut()),
    "web page": faults.html(),
    "late": faults.slow_first_byte(20),
    "error in the body": lambda request, proper: Reply({"error": {"message": CANARY, "code": SECRET}}),
}


@pytest.mark.parametrize("way", ["form", "stream"])
@pytest.mark.parametrize("name", TELLING)
def test_no_error_log_or_ledger_tells_a_secret_or_anybodys_words(
    name: str, way: str, server: FakeServer, client_of: ClientOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.key = SECRET
    server.always(TELLING[name])
    client = client_of(api_key=SECRET)
    messages = [{**MESSAGES[1], "content": f"{CANARY} json"}]
    given: dict[str, Any] = {"prompt": "grade@1", "max_tokens": 50, "seconds": 1.0}
    error: ModelError | None = None
    with recording() as calls:
        try:
            if way == "form":
                client.complete(messages, purpose=Purpose.GRADE, schema=Verdict, **given)  # type: ignore[arg-type]
            else:
                for _ in client.stream(messages, purpose=Purpose.SPEAK, **given):  # type: ignore[arg-type]
                    pass
        except ModelError as caught:
            error = caught
    told = f"{caplog.text} {client!r} {calls!r}"
    if error is not None:
        assert error.__cause__ is None
        assert error.__context__ is None
        told += everything(error) + error.remedy
    assert (error is None) == (way == "stream" and name in ("reply", "wrong shape"))
    assert SECRET not in told
    assert CANARY not in told


def test_faults_outside_of_the_plan_are_errors_of_ours_too(
    server: FakeServer, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: Any, **named: Any) -> Any:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(replies, "completion", broken)
    monkeypatch.setattr(replies, "Stream", broken)
    for way in WAYS:
        with pytest.raises(ModelMisbehaved, match="unforeseen") as caught:
            WAYS[way](client)
        assert CANARY not in everything(caught.value)
    assert "ZeroDivisionError" in caplog.text
    assert CANARY not in caplog.text


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_way_to_lose_the_wire_has_a_sentence_and_a_remedy(kind: Kind) -> None:
    error = of_wire(WireError(kind), ENDPOINT, 30).error
    assert str(error).endswith(".")
    assert error.remedy.endswith(".") or isinstance(error, ModelMisbehaved)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, None, ModelRejected, "does not accept the key"),
        (400, {"error": {"message": "API key not valid. Please pass a valid API key."}}, ModelRejected, "the key"),
        (402, None, ModelRejected, "no credit"),
        (404, {"detail": "Not Found"}, ModelRejected, "Check the base URL|nothing that answers"),
        (404, {"error": 'model "llama9" not found, try pulling it first'}, ModelRejected, "no model called"),
        (404, {"error": {"code": "DeploymentNotFound", "message": "No such deployment."}}, ModelRejected, "no model"),
        (400, {"error": {"code": "context_length_exceeded", "message": "Too long."}}, ModelRejected, "longer than"),
        (400, {"message": "This model's maximum context length is 512 tokens"}, ModelRejected, "longer than"),
        (400, {"error": {"code": "content_filter", "message": "No."}}, ModelRefused, "filter"),
        (429, {"error": {"code": "insufficient_quota"}}, ModelRejected, "no credit"),
        (429, [{"error": {"status": "RESOURCE_EXHAUSTED", "message": "exceeded your current quota"}}], ModelUnavailable,
         "too many"),
        (301, None, ModelRejected, "nothing that answers"),
        (405, None, ModelRejected, "nothing that answers"),
        (408, None, ModelUnavailable, "status 408"),
        (418, None, ModelRejected, "status 418"),
        (501, None, ModelRejected, "status 501"),
        (522, None, ModelUnavailable, "status 522"),
    ],
)  # fmt: skip
def test_statuses_are_told_apart(status: int, body: Any, kind: type[ModelError], words: str) -> None:
    with pytest.raises(kind, match=words):
        raise of_status(status, {}, body, ENDPOINT, "m").error


def test_a_missing_key_is_not_called_a_wrong_one() -> None:
    error = of_status(401, {}, None, Endpoint(model="m"), "m").error
    assert "none is set" in str(error)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "boom"}, ModelUnavailable),
        ({"code": 429, "message": "slow down"}, ModelUnavailable),
        ({"code": "429"}, ModelUnavailable),
        ({"code": "rate_limit_exceeded"}, ModelUnavailable),
        ({"code": "content_filter"}, ModelRefused),
        ({"code": 401}, ModelRejected),
        ("boom", ModelUnavailable),
    ],
)
def test_errors_within_a_stream_are_told_apart(error: Any, kind: type[ModelError]) -> None:
    assert type(of_event({"error": error}, ENDPOINT, "m").error) is kind


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)
def test_the_wait_that_is_asked_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_wait_may_be_given_as_a_date() -> None:
    assert retry_after({"retry-after": formatdate(usegmt=True)}) == pytest.approx(0, abs=2)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "detail", "message", "code", "type", "loc", "param"]), inner)
    ),
    max_leaves=8,
)


@given(st.integers(300, 599), JSON)
def test_no_error_body_is_too_odd(status: int, body: Any) -> None:
    said(body)
    assert isinstance(of_status(status, {}, body, ENDPOINT, "m").error, ModelError)
    assert isinstance(of_event({"error": body}, ENDPOINT, "m").error, ModelError)


@given(st.recursive(JSON, lambda inner: st.dictionaries(st.sampled_from(
    ["choices", "message", "content", "delta", "finish_reason", "usage", "prompt_tokens", "refusal", "text", "type",
     "prompt_tokens_details", "cached_tokens", "completion_tokens"]), inner) | st.lists(inner, max_size=2),
    max_leaves=12))  # fmt: skip
def test_no_reply_is_too_odd(body: Any) -> None:
    for value in (body, {"choices": [body]}, {"choices": [{"message": body}], "usage": body}, {"data": body}):
        raw = json.dumps(value).encode()
        for reader in (lambda answer: completion(answer, ENDPOINT, "m"), lambda answer: names(answer, ENDPOINT)):
            with suppress(Failed):
                reader(Answer(200, {}, iter([raw])))


def test_the_model_in_a_sentence_is_the_one_that_was_asked(server: FakeServer, client_of: ClientOf) -> None:
    server.models = (MODEL,)
    with pytest.raises(ModelRejected, match="“judge-9”"):
        WAYS["text"](client_of(grade_model="judge-9"))
