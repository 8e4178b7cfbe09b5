"""Tries an endpoint out, step by step, and says in plain words what it can do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from interviewer.domain.question import Value
from interviewer.domain.usage import Call, Purpose
from interviewer.errors import InterviewerError, ModelUnavailable
from interviewer.models.ledger import record, recording
from interviewer.models.openai.capabilities import JsonMode
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.prompts import Message

_LONGEST_SECONDS = 30.0
_ROOM = 400
"""Tokens for a reply of one word: some models think before they speak."""

_HELLO: list[Message] = [{"role": "user", "content": "This is a test of the connection. Reply with the word ready."}]
_FORM: list[Message] = [
    {"role": "system", "content": "You fill in forms, as JSON."},
    {"role": "user", "content": "This is a test of the connection. How many days does a week have?"},
]

Name = Literal["reachable", "model", "chat", "stream", "json", "tokens", "hears", "speaks"]


class Step(Value):
    """One thing that was tried. ``ok`` is None where nothing follows from it, ``seconds`` how long it took."""

    name: Name
    model: str = ""
    ok: bool | None
    says: str
    remedy: str = ""
    seconds: float = 0.0


class Check(Value):
    """What an endpoint can do. ``ok``: an interview can be held and graded with it.

    ``model_found`` is None where the endpoint does not list its models. ``json_mode`` is "" where forms do not work.
    ``seconds`` is how long the check took, ``reply_seconds`` how long until the first words of a streamed reply.
    """

    ok: bool
    steps: tuple[Step, ...]
    reachable: bool
    model_found: bool | None
    chats: bool
    streams: bool
    json_mode: JsonMode | Literal[""]
    counts_tokens: bool
    seconds: float
    reply_seconds: float | None = None


class _Week(BaseModel):
    days: int


def check(endpoint: Endpoint, memory: Path | None = None, told: Callable[[Step], None] | None = None) -> Check:
    """Asks each of the endpoint's models for a few words. Never raises.

    What was known of the endpoint is forgotten before and found out anew. ``told`` hears of each step as it is done.
    """
    begun = time.monotonic()
    steps: list[Step] = []
    with recording() as calls:
        trial = _Trial(endpoint, memory, steps, told)
        try:
            trial.run()
        except Exception as error:  # a page shows what this returns; whatever happens, it has something to show
            trial.say("chat", "", False, f"The test itself went wrong ({type(error).__name__}).", "Please report this.")
        finally:
            trial.close()
    _passed_on(calls)
    return _summed_up(steps, calls, trial.modes, time.monotonic() - begun)


class _Trial:
    def __init__(
        self, endpoint: Endpoint, memory: Path | None, steps: list[Step], told: Callable[[Step], None] | None
    ) -> None:
        self._endpoint = endpoint
        self._memory = memory
        self._steps = steps
        self._told = told
        self._seconds = min(endpoint.reply_seconds, _LONGEST_SECONDS)
        self._since = time.monotonic()
        self._clients: list[Client] = []
        self.modes: list[JsonMode] = []

    def run(self) -> None:
        self._client("").forget()
        if not self._listed():
            return
        for model in self._models():
            if not self._chats(model):
                return
        if not self._streams(self._endpoint.model_for(Purpose.SPEAK)):
            return
        for model in self._models(Purpose.ASSESS, Purpose.GRADE):
            if not self._fills_in(model):
                return

    def close(self) -> None:
        for client in self._clients:
            client.close()

    def say(self, name: Name, model: str, ok: bool | None, says: str, remedy: str = "") -> None:
        now = time.monotonic()
        step = Step(name=name, model=model, ok=ok, says=says, remedy=remedy, seconds=now - self._since)
        self._since = now
        self._steps.append(step)
        if self._told is not None:
            self._told(step)

    def _models(self, *purposes: Purpose) -> list[str]:
        return list(dict.fromkeys(self._endpoint.model_for(purpose) for purpose in purposes or tuple(Purpose)))

    def _client(self, model: str) -> Client:
        """One that asks this model whatever for."""
        only = {"model": model, "assess_model": "", "speak_model": "", "grade_model": ""} if model else {}
        client = Client(self._endpoint.model_copy(update=only), self._memory)
        self._clients.append(client)
        return client

    def _listed(self) -> bool:
        host = self._endpoint.label
        try:
            listed = self._client("").models(self._seconds)
        except ModelUnavailable as error:
            self.say("reachable", "", False, str(error), error.remedy)
            return False
        except InterviewerError:
            # Some endpoints have no list, and what is wrong with a key is said when it is used.
            self.say("reachable", "", True, f"{host} answers.")
            self.say("model", "", None, f"{host} does not tell which models it has.")
            return True
        self.say("reachable", "", True, f"{host} answers.")
        for model in self._models():
            if model in listed:
                self.say("model", model, True, f"{model} is among the models that it lists.")
            else:
                self.say("model", model, None, f"{model} is not among the {len(listed)} models that it lists.")
        return True

    def _chats(self, model: str) -> bool:
        with recording() as calls:
            try:
                self._client(model).complete(
                    _HELLO, purpose=Purpose.TEST, prompt="", max_tokens=_ROOM, seconds=self._seconds
                )
            except InterviewerError as error:
                self.say("chat", model, False, str(error), error.remedy)
                return False
        _passed_on(calls)
        self.say("chat", model, True, f"{model} answers.")
        if calls[-1].estimated:
            self.say("tokens", model, None, "It does not count tokens; they are estimated here.")
        else:
            self.say("tokens", model, True, "It counts tokens.")
        return True

    def _streams(self, model: str) -> bool:
        with recording() as calls:
            words = self._client(model).stream(
                _HELLO, purpose=Purpose.TEST, prompt="", max_tokens=_ROOM, seconds=self._seconds
            )
            try:
                pieces = sum(1 for _ in words)
            except InterviewerError as error:
                self.say("stream", model, False, str(error), error.remedy)
                return False
        _passed_on(calls)
        first = calls[-1].first_token_seconds or 0.0
        how = "word by word" if pieces > 1 else "in one piece"
        self.say("stream", model, True, f"Its replies come {how}, the first words after {first:.1f} seconds.")
        return True

    def _fills_in(self, model: str) -> bool:
        client = self._client(model)
        with recording() as calls:
            try:
                client.complete(
                    _FORM, purpose=Purpose.TEST, prompt="", schema=_Week, max_tokens=_ROOM, seconds=self._seconds
                )
            except InterviewerError as error:
                self.say("json", model, False, str(error), error.remedy)
                return False
        _passed_on(calls)
        mode = client.capabilities(Purpose.TEST).json_mode
        self.modes.append(mode)
        self.say("json", model, True, _MODES[mode].format(model=model))
        return True


_MODES = {
    JsonMode.SCHEMA: "{model} fills in forms, and the endpoint sees to it that they fit.",
    JsonMode.OBJECT_SCHEMA: "{model} fills in forms, and the endpoint sees to it that they fit.",
    JsonMode.OBJECT: "{model} fills in forms; the endpoint sees to it that they are JSON, and we check the rest.",
    JsonMode.TEXT: "{model} fills in forms when it is asked to; nothing makes it, and so we check them.",
}


def _passed_on(calls: Iterable[Call]) -> None:
    """To the recording around this one."""
    for call in calls:
        record(call)


def _summed_up(steps: list[Step], calls: list[Call], modes: list[JsonMode], seconds: float) -> Check:
    def passed(name: Name) -> bool:
        found = [step.ok for step in steps if step.name == name]
        return bool(found) and all(found)

    listed = [step.ok for step in steps if step.name == "model" and step.model]
    first = [call.first_token_seconds for call in calls if call.first_token_seconds is not None]
    worst = [mode for mode in JsonMode if mode in modes][-1:]
    return Check(
        ok=all(passed(name) for name in ("reachable", "chat", "stream", "json")),
        steps=tuple(steps),
        reachable=passed("reachable"),
        model_found=all(listed) if listed else None,
        chats=passed("chat"),
        streams=passed("stream"),
        json_mode=worst[0] if worst and passed("json") else "",
        counts_tokens=passed("tokens"),
        seconds=seconds,
        reply_seconds=first[0] if first else None,
    )
