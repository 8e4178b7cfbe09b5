"""Short ways to ask a client for something, and to hear how it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import BaseModel

from interviewer.domain.usage import Call, Purpose
from interviewer.errors import ModelError
from interviewer.models.ledger import recording
from interviewer.models.openai.client import Client
from interviewer.models.prompts import Message

MESSAGES: list[Message] = [
    {"role": "system", "content": "You fill in a form about what was said."},
    {"role": "user", "content": "The candidate said: precision is about false alarms."},
]


class Verdict(BaseModel):
    criterion: str
    verdict: Literal["met", "missing"]
    quotes: list[str]


GOOD = '{"criterion": "c1", "verdict": "met", "quotes": ["false alarms"]}'
VERDICT = Verdict(criterion="c1", verdict="met", quotes=["false alarms"])


def say(client: Client, purpose: Purpose = Purpose.GRADE, **changes: Any) -> str:
    given: dict[str, Any] = {"prompt": "grade@1", "max_tokens": 100, **changes}
    said: str = client.complete(MESSAGES, purpose=purpose, **given)
    return said


def fill_in(client: Client, purpose: Purpose = Purpose.GRADE, **changes: Any) -> Verdict:
    given: dict[str, Any] = {"prompt": "grade@1", "max_tokens": 100, **changes}
    return client.complete(MESSAGES, purpose=purpose, schema=Verdict, **given)


def speak(client: Client, **changes: Any) -> str:
    given = {"purpose": Purpose.SPEAK, "prompt": "speak@1", "max_tokens": 100, **changes}
    return "".join(client.stream(MESSAGES, **given))


WAYS: dict[str, Callable[..., Any]] = {"text": say, "form": fill_in, "stream": speak}
"""All that a client can be asked for."""


def one_call(way: str, client: Client, **changes: Any) -> tuple[Call, str | Verdict | ModelError]:
    """Asks once; the only call that the ledger then has, and what came of it."""
    with recording() as calls:
        result: str | Verdict | ModelError
        try:
            result = WAYS[way](client, **changes)
        except ModelError as error:
            result = error
    (call,) = calls
    return call, result
