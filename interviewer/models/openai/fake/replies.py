"""What the fake server says and how it goes over the wire: plain values that a behaviour makes and the server plays."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from interviewer.models.openai.fake.recorded import Recorded

LONGEST = 60.0
"""Seconds after which a silence or a trickle ends by itself, unless a behaviour says less."""

PIECE = 64 * 1024
"""Characters of the largest piece of a stream."""


@dataclass(frozen=True)
class Said:
    """A chat completion before it is put on the wire, plain or in pieces.

    ``text`` None is a message without content. ``extra`` fields are added to every object; without ``choices`` the
    list of choices is empty, without ``usage`` tokens are not counted, without ``done`` a stream ends with neither a
    finish reason nor its closing mark. ``insert`` are bytes that a stream sends after so many pieces of its words, or
    after the last.
    """

    text: str | None
    finish: str = "stop"
    refusal: str | None = None
    choices: bool = True
    usage: bool = True
    done: bool = True
    insert: tuple[int, bytes] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Manner:
    """How a reply goes over the wire.

    ``before`` are seconds of silence before the first byte, ``gap`` seconds between the pieces of a stream,
    ``byte_gap`` and ``header_gap`` those between single bytes of body and headers. ``then`` happens instead of the
    rest: before the first byte (``start``), between headers and body (``headers``), or in the body (``middle``: after
    ``pieces`` pieces of a stream's words, after half of a plain body). A stall stays silent, a cut closes the
    connection, a reset closes it so that the other side sees an error rather than an end. Silence and trickle last
    ``longest`` seconds in all; then the connection is closed.
    """

    before: float = 0.0
    gap: float = 0.0
    byte_gap: float = 0.0
    header_gap: float = 0.0
    then: Literal["", "stall", "cut", "reset"] = ""
    at: Literal["start", "headers", "middle"] = "middle"
    pieces: int = 2
    longest: float = LONGEST


@dataclass(frozen=True)
class Reply:
    """An answer to one request. ``content`` is a completion, an object for JSON, bytes, or text that never ends.

    ``edit`` changes the encoded body of a plain reply, or each event of a stream that carries words.
    """

    content: Said | dict[str, Any] | bytes | Endless
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    manner: Manner = Manner()
    edit: Callable[[bytes], bytes] | None = None

    def saying(self, **changes: Any) -> Reply:
        """The same with another completion; what is no completion stays as it is."""
        return replace(self, content=replace(self.content, **changes)) if isinstance(self.content, Said) else self

    def going(self, **changes: Any) -> Reply:
        """The same in another manner."""
        return replace(self, manner=replace(self.manner, **changes))


@dataclass(frozen=True)
class Endless:
    """A reply whose words do not end: ``word`` again and again. White space before an unfinished object, if plain."""

    word: str = "and "


Part: TypeAlias = Literal["head", "word", "tail"]
"""What an event of a stream carries: who speaks, words, or that (and how) it has ended."""

Behaviour: TypeAlias = Callable[[Recorded, Callable[[], Reply]], Reply]
"""What a server does with a request. The second argument makes the reply that a well-behaved server would give."""


def error_body(message: str, kind: str = "invalid_request_error", param: str | None = None, code: Any = None) -> Any:
    """An error as OpenAI's API words it."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def pieces_of(text: str) -> list[str]:
    """A text in the pieces that a stream sends: words, each with the space before it.

    >>> pieces_of("So it fits.")
    ['So', ' it', ' fits.']
    """
    if len(text) > PIECE:
        return [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    out: list[str] = []
    start = 0
    for place, character in enumerate(text):
        if character == " " and text[start:place].strip():
            out.append(text[start:place])
            start = place
    return [*out, text[start:]] if text[start:] else out


def tokens_of(text: str) -> int:
    """About how many tokens a text has; a fake need not count better, only always the same."""
    return (len(text) + 3) // 4


def plain_body(request: Recorded, reply: Reply) -> bytes:
    """The whole body of a reply that is not streamed."""
    content = reply.content
    if isinstance(content, bytes):
        body = content
    elif isinstance(content, Said):
        body = _json(_completion(request, content))
    elif isinstance(content, Endless):
        raise TypeError("an endless reply has no whole body")
    else:
        body = _json(content)
    return reply.edit(body) if reply.edit else body


def events(request: Recorded, reply: Reply) -> Iterator[tuple[bytes, Part]]:
    """The events of a streamed completion in their order, each with what it carries."""
    said = reply.content
    if isinstance(said, Endless):
        head = _head(request, "chat.completion.chunk")
        while True:
            yield _event({**head, "choices": [_choice({"content": said.word})]}), "word"
    if not isinstance(said, Said):
        raise TypeError("only completions are streamed")
    head = {**_head(request, "chat.completion.chunk"), **said.extra}
    counted = said.usage and bool((request.body.get("stream_options") or {}).get("include_usage"))
    if counted:
        head["usage"] = None  # the API says so in every chunk but the last
    if said.choices:
        yield _event({**head, "choices": [_choice({"role": "assistant", "content": ""}, said.extra)]}), "head"
        key, text = ("refusal", said.refusal) if said.refusal is not None else ("content", said.text or "")
        pieces = pieces_of(text)
        place, inserted = said.insert or (len(pieces), b"")
        for number, piece in enumerate(pieces):
            if number == place:
                yield inserted, "word"
            event = _event({**head, "choices": [_choice({key: piece}, said.extra)]})
            yield (reply.edit(event) if reply.edit else event), "word"
        if inserted and place >= len(pieces):
            yield inserted, "word"
    if not said.done:
        return
    if said.choices:
        yield _event({**head, "choices": [{**_choice({}, said.extra), "finish_reason": said.finish}]}), "tail"
    if counted:
        yield _event({**head, "choices": [], "usage": _usage(request, said)}), "tail"
    yield b"data: [DONE]\n\n", "tail"


def _completion(request: Recorded, said: Said) -> dict[str, Any]:
    message = {"role": "assistant", "content": said.text, "refusal": said.refusal, **said.extra}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": said.finish, **said.extra}
    body = {**_head(request, "chat.completion"), "choices": [choice] if said.choices else [], **said.extra}
    return {**body, "usage": _usage(request, said)} if said.usage else body


def _head(request: Recorded, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-fake{request.number:06d}",
        "object": kind,
        "created": int(time.time()),
        "model": request.body.get("model", ""),
        "system_fingerprint": "fp_fake",
    }


def _choice(delta: dict[str, Any], extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": {**delta, **(extra or {})}, "logprobs": None, "finish_reason": None}


def _usage(request: Recorded, said: Said) -> dict[str, Any]:
    asked = tokens_of(request.text)
    answered = tokens_of(said.refusal or said.text or "")
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "prompt_tokens_details": {"cached_tokens": 0},
    }


def _event(value: dict[str, Any]) -> bytes:
    return b"data: " + _json(value) + b"\n\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
