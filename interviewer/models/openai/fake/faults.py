"""What can go wrong with an endpoint, each by its name: factories of behaviours for ``FakeServer``.

A behaviour gets the request, and a function that makes the reply of a server that works. Times are in seconds.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from interviewer.models.openai.fake import refusals
from interviewer.models.openai.fake.recorded import Recorded
from interviewer.models.openai.fake.replies import (
    LONGEST,
    Behaviour,
    Endless,
    Manner,
    Reply,
    Said,
    error_body,
    plain_body,
)

PAGE = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in to go on.</body></html>"

MARK = "\ue000"
"""A character for private use, which stands where bytes that are no text will be."""

Place = Literal["start", "headers", "middle"]


# The endpoint says no.


def status(
    code: int, message: str = "", *, kind: str = "server_error", headers: tuple[tuple[str, str], ...] = ()
) -> Behaviour:
    """Any status with an error body as the API writes it."""
    return _instead(lambda _: Reply(error_body(message or f"The server answered {code}.", kind), code, headers))


def unauthorised() -> Behaviour:
    """401: the key is not known. Real endpoints repeat a part of the key in the message, and so does this one."""
    told = "Incorrect API key provided: sk-fake****************rver. You can find your API key in your account."
    return _instead(lambda _: Reply(error_body(told, code="invalid_api_key"), 401))


def forbidden() -> Behaviour:
    """403: the key is known and may not do this."""
    told = "Country, region, or territory not supported"
    return _instead(
        lambda _: Reply(error_body(told, "request_forbidden", code="unsupported_country_region_territory"), 403)
    )


def missing_model() -> Behaviour:
    """404: the endpoint has no such model."""

    def reply(request: Recorded) -> Reply:
        told = f"The model `{request.body.get('model', '')}` does not exist or you do not have access to it."
        return Reply(error_body(told, code="model_not_found"), 404)

    return _instead(reply)


def too_many(retry_after: float | str | None = None) -> Behaviour:
    """429: too many requests; with Retry-After in seconds, or as any text (a date, nonsense), or without."""
    headers = () if retry_after is None else (("Retry-After", f"{retry_after}"),)
    told = "Rate limit reached for requests. Please try again later."
    return _instead(lambda _: Reply(error_body(told, "requests", code="rate_limit_exceeded"), 429, headers))


def quota_spent() -> Behaviour:
    """429 that no waiting helps: the account has nothing left."""
    told = "You exceeded your current quota, please check your plan and billing details."
    return _instead(lambda _: Reply(error_body(told, "insufficient_quota", code="insufficient_quota"), 429))


def server_error() -> Behaviour:
    """500 with an error body."""
    return status(500, "The server had an error while processing your request. Sorry about that!")


def bad_gateway() -> Behaviour:
    """502 as a proxy sends it: a page."""
    return _instead(
        lambda _: Reply(b"<html><body><h1>502 Bad Gateway</h1></body></html>", 502, content_type="text/html")
    )


def unavailable(retry_after: float | None = None) -> Behaviour:
    """503, with Retry-After in seconds or without."""
    headers = () if retry_after is None else (("Retry-After", f"{retry_after}"),)
    return status(503, "The engine is currently overloaded, please try again later.", headers=headers)


def overloaded() -> Behaviour:
    """529, which some providers send instead of 503."""
    return status(529, "Overloaded", kind="overloaded_error")


# The connection is slow, or breaks.


def slow_first_byte(seconds: float) -> Behaviour:
    """The whole reply, after a silence. Longer than a minute, the silence ends without a reply."""
    return _going(before=seconds)


def slow_pieces(gap: float) -> Behaviour:
    """A stream whose pieces come one by one. A plain reply comes as always."""
    return _going(gap=gap)


def stall(at: Place = "middle", *, pieces: int = 2, seconds: float = LONGEST) -> Behaviour:
    """Falls silent with the connection open: before the first byte, after the headers, or in the body."""
    return _going(then="stall", at=at, pieces=pieces, longest=seconds)


def cut(at: Place = "middle", *, pieces: int = 2) -> Behaviour:
    """Closes the connection before the reply is whole."""
    return _going(then="cut", at=at, pieces=pieces)


def reset(at: Place = "start", *, pieces: int = 2) -> Behaviour:
    """Aborts the connection (RST)."""
    return _going(then="reset", at=at, pieces=pieces)


def trickle(gap: float = 0.05, *, seconds: float = LONGEST) -> Behaviour:
    """A body that comes byte by byte and is never whole: no single read times out. Then the connection is closed.

    A plain body begins with white space, as JSON may; a stream with one event that has no end.
    """

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        if not request.streams:
            return Reply(Endless(), manner=Manner(byte_gap=gap, longest=seconds))
        return proper().saying(text="a" * (2 + int(seconds / gap))).going(byte_gap=gap, longest=seconds)

    return reply


def trickle_headers(gap: float = 0.05, *, seconds: float = LONGEST) -> Behaviour:
    """Headers that come byte by byte and do not end. Then the connection is closed."""
    return _going(header_gap=gap, longest=seconds)


def endless(gap: float = 0.02, *, seconds: float = LONGEST) -> Behaviour:
    """A stream that goes on and on, a word at a time; a plain reply that begins and never ends."""
    return _instead(lambda _: Reply(Endless(), manner=Manner(gap=gap, longest=seconds)))


def ends_early() -> Behaviour:
    """A stream that ends in good order, but with neither a finish reason nor ``[DONE]``."""
    return _saying(done=False)


def error_in_stream(pieces: int = 2) -> Behaviour:
    """An error in the middle of a stream whose status was 200; in a plain reply, an error with the status 200."""

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        body = error_body("The server had an error while processing your request.", "server_error")
        if not request.streams:
            return Reply(body)
        return proper().saying(insert=(pieces, b"data: " + json.dumps(body).encode() + b"\n\n"))

    return reply


# The reply cannot be read.


def invalid_utf8() -> Behaviour:
    """Bytes that are no UTF-8 in the middle of the text."""
    marked = _text(lambda text: f"{text[: len(text) // 2]}{MARK}{text[len(text) // 2 :]}")

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        return replace(marked(request, proper), edit=lambda data: data.replace(MARK.encode(), b"\xff\xfe\xc3"))

    return reply


def html(code: int = 200) -> Behaviour:
    """A web page instead of JSON, as a captive portal or a wrong address gives it."""
    return _instead(lambda _: Reply(PAGE, code, content_type="text/html; charset=utf-8"))


def not_json() -> Behaviour:
    """A body that calls itself JSON and is cut short, though its length is right; events of the same kind."""

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        if request.streams:
            return proper().saying(insert=(1, b'data: {"choices": [{"delta"\n\n'))
        return Reply(b'{"choices": [{"message"')

    return reply


def empty_body() -> Behaviour:
    """200 and nothing."""
    return _instead(lambda _: Reply(b""))


def compressed() -> Behaviour:
    """A body packed with gzip, whether or not that was asked for: small on the wire, and as large as it likes after."""

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        made = proper()
        packed = gzip.compress(b" " * 10_000_000 + plain_body(request, made))
        return Reply(packed, made.status, (*made.headers, ("Content-Encoding", "gzip")))

    return reply


def huge(size: int = 10_000_000) -> Behaviour:
    """A reply of ``size`` characters, at full speed."""
    return _saying(text="many " * (size // 5))


# The reply can be read and is not what was asked for.


def empty_choices() -> Behaviour:
    """No choices at all."""
    return _saying(choices=False)


def empty_text() -> Behaviour:
    """A message without a word."""
    return _saying(text="")


def refusal(text: str = "I'm sorry, I can't help with that.") -> Behaviour:
    """The model declines, in the field that is there for it."""
    return _saying(text=None, refusal=text)


def content_filter() -> Behaviour:
    """The provider's filter stops the reply."""
    return _saying(text="", finish="content_filter")


def truncated(share: float = 0.5) -> Behaviour:
    """The reply ends at the limit of its tokens, after a share of its text."""
    return _text(lambda text: text[: int(len(text) * share)], finish="length")


def says(text: str) -> Behaviour:
    """Exactly this text."""
    return _saying(text=text)


def prose_around() -> Behaviour:
    """A sentence before and after what was asked for."""
    return _text(
        lambda text: f"Sure! Here is what you asked for:\n\n{text}\n\nLet me know if you need {{anything}} else."
    )


def fenced(language: str = "json") -> Behaviour:
    """The reply as a block of code in Markdown."""
    return _text(lambda text: f"```{language}\n{text}\n```")


def doubled_keys(value: Any = None) -> Behaviour:
    """A JSON object whose first key stands there a second time with another value."""

    def double(text: str) -> str:
        try:
            key = next(iter(json.loads(text)))
        except (ValueError, StopIteration, TypeError):
            return '{"a": 1, "a": 2}'
        return f"{text.rstrip()[:-1]}, {json.dumps(key)}: {json.dumps(value)}}}"

    return _text(double)


def not_a_number() -> Behaviour:
    """A JSON object with a NaN, which Python's own reader would take."""
    return _text(
        lambda text: f'{{"extra": NaN, {text.lstrip()[1:]}' if text.lstrip()[1:-1].strip() else '{"extra": NaN}'
    )


def wrong_schema(value: Any = None) -> Behaviour:
    """Good JSON of another shape."""
    return _saying(text=json.dumps({"answer": "yes", "score": 5} if value is None else value))


def ignores_response_format(text: str = "The answer is good; I would call everything met.") -> Behaviour:
    """Takes a response format without a word and answers in prose."""
    return lambda request, proper: proper().saying(text=text) if request.format != "text" else proper()


def extra_fields() -> Behaviour:
    """Fields that no client knows, at every place where there may be some."""
    return _saying(extra={"x_fake": {"nested": [1, 2, {"deep": None}]}, "reasoning_content": "So the user wants…"})


def no_usage() -> Behaviour:
    """Tokens are not counted, whether or not that was asked for."""
    return _saying(usage=False)


# The endpoint does not take a parameter.

refuses = refusals.refuses
refuses_json_schema = refusals.refuses_json_schema
refuses_json_object = refusals.refuses_json_object
refuses_object_schema = refusals.refuses_object_schema
refuses_response_format = refusals.refuses_response_format


refuses_mp3 = refusals.refuses_mp3
refuses_verbose_json = refusals.refuses_verbose_json


# Recordings and speech.


def too_large() -> Behaviour:
    """413, as a proxy in front of a server says it: a page."""
    page = b"<html><body><h1>413 Request Entity Too Large</h1></body></html>"
    return _instead(lambda _: Reply(page, 413, content_type="text/html"))


def wrong_kind(code: int = 415) -> Behaviour:
    """The recording cannot be read, by any status."""
    return status(code, "Invalid file format. Supported formats: ['flac', 'mp3', 'wav']", kind="invalid_request_error")


def too_short() -> Behaviour:
    """400: there is too little in it."""
    told = "Audio file is too short. Minimum audio length is 0.1 seconds."
    return _instead(lambda _: Reply(error_body(told, param="file", code="audio_too_short"), 400))


def unknown_voice() -> Behaviour:
    """400: nobody there speaks with this voice."""
    return status(400, "Voice not found.", kind="invalid_request_error")


def answers(content: bytes | dict[str, Any], content_type: str = "application/json") -> Behaviour:
    """Exactly this body, of any kind."""
    return _instead(lambda _: Reply(content, content_type=content_type))


def changed(**fields: Any) -> Behaviour:
    """Other fields in an object: times that cannot be, a language that is none."""

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        made = proper()
        return replace(made, content={**made.content, **fields}) if isinstance(made.content, dict) else made

    return reply


# Putting them together.


def together(*behaviours: Behaviour) -> Behaviour:
    """All of these at once; the last has the last word."""

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        made = proper
        for behaviour in behaviours:
            made = _bound(behaviour, request, made)
        return made()

    return reply


def in_turn(*behaviours: Behaviour | None) -> Behaviour:
    """One after the other, request by request, and from the start again; None is a server that works."""
    count = iter(range(2**63))

    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        behaviour = behaviours[next(count) % len(behaviours)]
        return behaviour(request, proper) if behaviour else proper()

    return reply


def _bound(behaviour: Behaviour, request: Recorded, proper: Callable[[], Reply]) -> Callable[[], Reply]:
    return lambda: behaviour(request, proper)


def _instead(make: Callable[[Recorded], Reply]) -> Behaviour:
    return lambda request, proper: make(request)


def _going(**changes: Any) -> Behaviour:
    return lambda request, proper: proper().going(**changes)


def _saying(**changes: Any) -> Behaviour:
    return lambda request, proper: proper().saying(**changes)


def _text(change: Callable[[str], str], **changes: Any) -> Behaviour:
    def reply(request: Recorded, proper: Callable[[], Reply]) -> Reply:
        made = proper()
        said = made.content
        return made.saying(text=change(said.text or ""), **changes) if isinstance(said, Said) else made

    return reply
