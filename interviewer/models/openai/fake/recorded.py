"""Requests as the fake server received them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from interviewer.domain.usage import Purpose
from interviewer.models.openai.fake.purposes import purpose_of

Kind: TypeAlias = Literal["models", "chat", "embeddings", "transcriptions", "speech", "other"]


@dataclass
class Recorded:
    """One request.

    ``path`` has no query. ``headers`` have lower-case names and not the key; ``authorised`` says whether that was
    right. ``body`` is the decoded JSON, or a form's fields (files as bytes, their names in ``files``); empty where it
    could not be read. ``at`` are seconds on the monotonic clock, ``number`` counts from 1. ``violation`` says what of
    it the API does not allow, ``refusal`` is the body of the error that it gets for that. ``outcome`` says how it
    ended, empty while it goes on: ``sent`` (the whole reply), ``client left`` (the other side closed first), ``cut``
    (this side closed, as it was told to) or ``failed`` (a behaviour or a judge raised).
    """

    number: int
    kind: Kind
    method: str
    path: str
    headers: Mapping[str, str]
    authorised: bool
    body: dict[str, Any]
    at: float
    files: Mapping[str, str] = field(default_factory=dict)
    violation: str = ""
    refusal: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages of a chat request."""
        messages = self.body.get("messages")
        return [message for message in messages if isinstance(message, dict)] if isinstance(messages, list) else []

    @cached_property
    def text(self) -> str:
        """All that a chat request says, message after message."""
        return "\n\n".join(content_of(message) for message in self.messages)

    @cached_property
    def purpose(self) -> Purpose | None:
        """What a request is for, a chat told by which of our prompts it carries; None for another's prompt."""
        if self.kind in _SOUND:
            return _SOUND[self.kind]
        return purpose_of([content_of(message) for message in self.messages])

    @property
    def streams(self) -> bool:
        return self.kind == "chat" and self.body.get("stream") is True

    @property
    def format(self) -> str:
        """The response format's type: ``text``, ``json_object`` or ``json_schema``."""
        wanted = self.body.get("response_format")
        return str(wanted.get("type", "text")) if isinstance(wanted, dict) else "text"


_SOUND: dict[Kind, Purpose] = {"transcriptions": Purpose.TRANSCRIBE, "speech": Purpose.SYNTHESISE}


def content_of(message: Mapping[str, Any]) -> str:
    """A message's text, its text parts joined."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
