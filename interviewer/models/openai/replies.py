"""What endpoints answer, read with patience: unknown fields are passed over, missing ones are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from interviewer.models.openai.deadline import Deadline, WireError
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.faults import (
    Failed,
    Fault,
    cut_off,
    empty,
    filtered,
    of_event,
    of_status,
    refused,
    unbounded,
    unreadable,
)
from interviewer.models.openai.sdk import Answer, parsed
from interviewer.models.openai.sse import NotText, events
from interviewer.models.openai.structured import Aloud, plain, without_thoughts

_AFTER_THE_END = 2.0
"""Seconds that an endpoint has for its farewell once it has said why it finished."""

_DRAIN = 0.1
"""Seconds to read the end of a body in, so that the connection can be used again."""


@dataclass(frozen=True)
class Tokens:
    """The endpoint's own count."""

    prompt: int
    completion: int
    cached: int = 0


@dataclass(frozen=True)
class Completion:
    """One whole reply. ``tokens`` is None where the endpoint did not count."""

    text: str
    finish: str
    tokens: Tokens | None


def completion(answer: Answer, endpoint: Endpoint, model: str) -> Completion:
    """Reads a reply that comes at once. Raises WireError, and Failed for one without a usable message.

    A reply that was cut off at its limit is given back as it is (``finish`` "length").
    """
    body = parsed(answer.body())
    if isinstance(body, dict) and isinstance(body.get("error"), (dict, str)) and "choices" not in body:
        raise Failed(of_event(body, endpoint, model))
    if not isinstance(body, dict) or not isinstance(body.get("choices"), list):
        raise Failed(unreadable(endpoint, answer.content_type))
    tokens = tokens_of(body)
    choice = _first(body["choices"])
    message = choice.get("message")
    if not isinstance(message, dict):
        raise Counted(empty(model), tokens)
    finish = _word(choice.get("finish_reason"))
    text = without_thoughts(plain(text_of(message)))
    if finish == "content_filter":
        raise Counted(filtered(model), tokens)
    if message.get("refusal") and not text.strip():
        raise Counted(refused(model), tokens)
    if not text.strip() and finish != "length":
        raise Counted(empty(model), tokens)
    return Completion(text, finish, tokens)


class Counted(Failed):
    """A fault whose tokens the endpoint counted all the same."""

    def __init__(self, fault: Fault, tokens: Tokens | None) -> None:
        super().__init__(fault)
        self.tokens = tokens


class Stream:
    """The words of a streamed reply as they come, thoughts left out.

    After it is used up (or given up), ``tokens`` has the endpoint's count, or None, and ``text`` what was said, which
    is at most ``longest`` characters. The ``deadline`` is shortened as the reply ends.
    """

    def __init__(self, answer: Answer, endpoint: Endpoint, model: str, deadline: Deadline, longest: int) -> None:
        self._answer = answer
        self._endpoint = endpoint
        self._model = model
        self._deadline = deadline
        self._longest = longest
        self._finish = ""
        self._refused = False
        self.tokens: Tokens | None = None
        self.text = ""

    def __iter__(self) -> Iterator[str]:
        """Raises WireError, and Failed for what is no stream, or not a whole one."""
        if self._answer.content_type == "application/json":  # it does not stream
            whole = completion(self._answer, self._endpoint, self._model)
            self.tokens, self._finish = whole.tokens, whole.finish
            yield from self._said(whole.text)
        elif self._answer.content_type in ("text/html", "application/xhtml+xml"):
            raise Failed(unreadable(self._endpoint, self._answer.content_type))
        else:
            aloud = Aloud()
            for piece in self._pieces():
                yield from self._said(aloud.feed(piece))
            yield from self._said(aloud.rest())
        self._check()

    def _said(self, words: str) -> Iterator[str]:
        if len(self.text) + len(words) > self._longest:
            raise Failed(unbounded(self._model))
        if words:
            self.text += words
            yield words

    def _pieces(self) -> Iterator[str]:
        ended = False
        problem: Failed | None = None
        try:
            for data in events(self._answer.chunks):
                if data.startswith("[DONE]"):
                    ended = True
                    break
                yield self._piece(data)
        except NotText:
            problem = Failed(unreadable(self._endpoint, ""))
        except WireError:
            if not self._finish:
                raise
        if problem is not None:
            raise problem
        if not ended and not self._finish:
            raise WireError("cut")
        self._finish = self._finish or "stop"
        if ended:
            self._drain()

    def _piece(self, data: str) -> str:
        body = parsed(data.encode("utf-8", "replace"))
        if not isinstance(body, dict):
            raise Failed(unreadable(self._endpoint, ""))
        if isinstance(body.get("error"), (dict, str)) and body["error"]:
            raise Failed(of_event(body, self._endpoint, self._model))
        self.tokens = tokens_of(body) or self.tokens
        choices = body.get("choices")
        if not isinstance(choices, list) or not choices:
            return ""
        choice = _first(choices)
        if finish := _word(choice.get("finish_reason")):
            self._finish = finish
            self._deadline.shorten(_AFTER_THE_END)
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            return ""
        self._refused = self._refused or bool(delta.get("refusal"))
        return text_of(delta)

    def _drain(self) -> None:
        self._deadline.shorten(_DRAIN)
        try:
            for _ in self._answer.chunks:
                pass
        except WireError:
            pass

    def _check(self) -> None:
        if self._finish == "content_filter":
            raise Failed(filtered(self._model))
        if not self.text.strip():
            if self._refused:
                raise Failed(refused(self._model))
            raise Failed(cut_off(self._model) if self._finish == "length" else empty(self._model))
        if self._finish == "length":
            raise Failed(cut_off(self._model))


def names(answer: Answer, endpoint: Endpoint) -> list[str]:
    """The models in a list of models, whatever is around them. Raises WireError and Failed."""
    body = parsed(answer.body())
    listed = body if isinstance(body, list) else None
    if isinstance(body, dict):
        listed = next((body[key] for key in ("data", "models") if isinstance(body.get(key), list)), None)
    if listed is None:
        raise Failed(unreadable(endpoint, answer.content_type))
    found = [entry.get("id") or entry.get("name") if isinstance(entry, dict) else entry for entry in listed]
    return [name for name in found if isinstance(name, str) and name]


def refusal(answer: Answer, endpoint: Endpoint, model: str, does: str = "answers chats") -> tuple[Any, Fault]:
    """The body of an answer that is no success, and what that means. Raises WireError."""
    body = parsed(answer.body())
    return body, of_status(answer.status, answer.headers, body, endpoint, model, does)


def text_of(message: dict[str, Any]) -> str:
    """The content of a message: a string, or parts with a text each."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict) and part.get("type") in ("text", None)]
    return "".join(text for text in texts if isinstance(text, str))


def tokens_of(body: dict[str, Any]) -> Tokens | None:
    """The usage in a body, if there is one that can be true."""
    usage = body.get("usage")
    if not isinstance(usage, dict):
        return None
    prompt, complete = _number(usage.get("prompt_tokens")), _number(usage.get("completion_tokens"))
    if not prompt:
        return None
    details = usage.get("prompt_tokens_details")
    cached = _number(details.get("cached_tokens")) if isinstance(details, dict) else 0
    return Tokens(prompt, complete, min(prompt, cached or _number(usage.get("prompt_cache_hit_tokens"))))


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0


def _first(choices: list[Any]) -> dict[str, Any]:
    return choices[0] if choices and isinstance(choices[0], dict) else {}


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""
