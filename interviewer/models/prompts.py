"""The prompts of a real model: read from prompts/, checked when they are read, filled in by code.

A prompt's system message has no variables, so that it is the same in every call and a provider may keep it at hand.
What people said is put in as data, between two lines that it cannot forge.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self, TypedDict

from pydantic import Field, model_validator

from interviewer.domain.interview import Turn
from interviewer.domain.question import Identifier, Line, Value
from interviewer.errors import KnowledgeError
from interviewer.records import read_record

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")

PROMPTS = ("assess", "acknowledge", "speak", "grade", "repair")
"""The files there are, by name."""


class Message(TypedDict):
    """One message as the wire takes it."""

    role: Literal["system", "user", "assistant"]
    content: str


class Prompt(Value):
    """One file of prompts/.

    ``feeds`` names the schema of the reply (``AssessReply``), or is ``text``. ``lines`` are ready sentences that code
    puts in, by name. An empty ``system`` makes no message: such a prompt goes on in a conversation that has one.
    """

    name: Identifier
    version: int = Field(ge=1)
    purpose: Line
    feeds: Line
    variables: tuple[Identifier, ...] = ()
    lines: dict[str, Line] = Field(default_factory=dict)
    system: str = ""
    user: Line

    @model_validator(mode="after")
    def _declared(self) -> Self:
        if _PLACEHOLDER.search(self.system):
            raise ValueError("the system message takes no variables; it is the same in every call")
        used = set(_PLACEHOLDER.findall(self.user))
        if used != set(self.variables) or len(set(self.variables)) != len(self.variables):
            raise ValueError(f"the user message uses {sorted(used)}, declared are {sorted(self.variables)}")
        return self

    @property
    def id(self) -> str:
        """Name and version, as calls and grades are labelled: ``grade@1``."""
        return f"{self.name}@{self.version}"

    def render(self, **variables: str) -> list[Message]:
        """The messages to send. Raises TypeError when a declared variable is missing or another one is given."""
        if set(variables) != set(self.variables):
            raise TypeError(f"{self.id} takes {sorted(self.variables)}, given are {sorted(variables)}")
        # Not str.format, and in one pass: what is filled in may contain braces, also those of another variable.
        user = _PLACEHOLDER.sub(lambda match: variables[match[1]], self.user)
        messages: list[Message] = []
        if self.system.strip():
            messages.append({"role": "system", "content": self.system.strip()})
        messages.append({"role": "user", "content": _sendable(re.sub(r"\n{3,}", "\n\n", user).strip())})
        return messages


def load_prompt(folder: Path, name: str) -> Prompt:
    """Reads ``folder/name.yaml``. Raises KnowledgeError."""
    path = folder / f"{name}.yaml"
    prompt = read_record(path, Prompt)
    if prompt.name != name:
        raise KnowledgeError(path, f"its name must be {name!r}", prompt.name)
    return prompt


def one_line(text: str) -> str:
    """The text without line breaks, so that it cannot begin a part of the prompt of its own."""
    return " ".join(text.split())


def spoken(turns: Iterable[Turn]) -> list[str]:
    """What was said, an entry a turn: ``#2 candidate: …``."""
    return [f"#{turn.seq} {turn.speaker.value}: {indented(turn.text)}" for turn in turns]


def indented(text: str) -> str:
    """The text with its further lines moved in, where no line can pass for the beginning of a turn.

    Only white space is added: a quote across lines is still found in the candidate's turn.
    """
    return "\n    ".join(text.splitlines())


def as_data(entries: Iterable[str]) -> str:
    """The entries between two lines that mark them as data. The mark is random and does not occur in them."""
    inside = "\n".join(entries)
    mark = f"data-{secrets.token_hex(4)}"
    while mark in inside:
        mark = f"data-{secrets.token_hex(4)}"
    return f"<<<{mark}\n{inside}\n{mark}>>>"


def _sendable(text: str) -> str:
    """The text as UTF-8 can carry it: half a surrogate pair cannot be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")
