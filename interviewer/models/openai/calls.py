"""One call, from the question to the words or the form, with all attempts that it takes."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from interviewer.domain.usage import Purpose
from interviewer.errors import ModelError, ModelUnavailable
from interviewer.models.openai import replies
from interviewer.models.openai.account import Account
from interviewer.models.openai.breaker import WAITED_FOR
from interviewer.models.openai.capabilities import Capabilities, JsonMode, step_down
from interviewer.models.openai.deadline import Deadline, WireError
from interviewer.models.openai.faults import OFTEN, Failed, Fault, cut_off, of_wire, shapeless, unexpected
from interviewer.models.openai.line import Line
from interviewer.models.openai.replies import Completion, Counted
from interviewer.models.openai.structured import Unreadable, asked_for, read, response_format, schema_text

log = logging.getLogger(__name__)

Form = TypeVar("Form", bound=BaseModel)
Result = TypeVar("Result")

_WARMTH = {Purpose.SPEAK: 0.7, Purpose.ACKNOWLEDGE: 0.3}
"""Temperatures. What is not here is asked for at 0 and with a seed, to be as repeatable as the endpoint can make it."""

_SEED = 7
_BACK_OFF = 0.5
_LONGEST_BACK_OFF = 8.0
_MORE = 3
_MOST_TOKENS = 16_000
_WORDIEST = 16
"""Characters of a token at most: a longer stream does not keep to its bound."""

_SHOWN_AGAIN = 8_000
"""Characters of an unreadable reply that are sent back for repair."""


class Asking:
    """A call under way. One of ``text``, ``form``, ``words`` and ``names`` is called, once."""

    def __init__(
        self,
        line: Line,
        messages: list[dict[str, str]],
        purpose: Purpose,
        prompt: str,
        seconds: float,
        stopped: Callable[[], bool] | None = None,
    ) -> None:
        self._line = line
        self._endpoint = line.endpoint
        self._messages = messages
        self._purpose = purpose
        self._prompt = prompt
        self._seconds = seconds
        self._stopped = stopped
        self._model = line.endpoint.model_for(purpose)
        self._context = copy_context()
        self._late = False

    def text(self, max_tokens: int) -> str:
        with self._accounted():
            return self._whole(None, self._messages, max_tokens, None)[0].text

    def form(self, form: type[Form], max_tokens: int) -> Form:
        with self._accounted():
            reply, used = self._whole(form, self._messages, max_tokens, None)
            try:
                made = read(reply.text, form)
            except Unreadable as error:
                problem, is_json, ignored = error.problem, error.is_json, error.ignored
            else:
                self._line.ignored(self._model, again=False)
                return made
            log.info("a reply of %s could not be read; it is asked for once more", self._model)
            bound, lower = used, _less_bound(used, is_json) if ignored else used
            repair = self._line.repair.render(problem=problem, schema=schema_text(form))
            again: list[dict[str, str]] = [
                *self._messages,
                {"role": "assistant", "content": reply.text[:_SHOWN_AGAIN]},
                *({"role": str(message["role"]), "content": message["content"]} for message in repair),
            ]
            reply, used = self._whole(form, again, max_tokens, lower)
            repaired: Form | None = None
            with suppress(Unreadable):
                repaired = read(reply.text, form)
            if repaired is None:
                raise shapeless(self._model)
            # Once may be a model's whim; twice in a row, the endpoint does not do what it takes.
            if lower != bound and self._line.ignored(self._model, again=True) >= 2:
                self._remember(used)
            return repaired

    def words(self, max_tokens: int) -> Iterator[str]:
        self._begin()
        outcome: Literal["ok", "failed", "stopped"] = "failed"
        problem = "interrupted"
        stream: replies.Stream | None = None
        try:
            self._admit()
            tries = Tries(self._line.memory.get(self._endpoint, self._model), self._deadline, self._purpose)
            while True:
                fault: Fault | None = None
                lower: Capabilities | None = None
                request = self._request(self._messages, tries.capabilities, None, max_tokens, stream=True)
                attempt = self._deadline.part()
                try:
                    with self._line.sdk() as sdk:
                        self._account.attempts += 1
                        with sdk.chat(request, attempt) as answer:
                            if 200 <= answer.status < 300:
                                bound = _WORDIEST * max_tokens
                                stream = replies.Stream(answer, self._endpoint, self._model, attempt, bound)
                                for words in stream:
                                    self._account.words()
                                    yield words
                            else:
                                body, fault = replies.refusal(answer, self._endpoint, self._model)
                                lower = self._lower(fault, tries, request, answer.status, body)
                except Failed as error:
                    fault = error.fault
                except WireError as error:
                    if error.kind == "stopped":
                        outcome, problem = "stopped", ""
                        return
                    fault = of_wire(error, self._endpoint, self._seconds)
                except Exception as error:
                    log.error("unforeseen while streaming: %s", type(error).__name__)
                    fault = unexpected(self._endpoint)
                said = stream is not None and bool(stream.text)
                self._count(stream, fault is None or fault.billed)
                stream = None
                if fault is None:
                    self._remember(tries.capabilities)
                    self._line.breaker.worked()
                    outcome, problem = "ok", ""
                    return
                self._late = fault.late
                if fault.unbounded:
                    self._unbounded(tries.capabilities)
                if said:
                    raise fault.error
                if tries.stopped_after(fault, lower):
                    outcome, problem = "stopped", ""
                    return
        except GeneratorExit:
            outcome, problem = "stopped", ""
            raise
        except ModelError as error:
            self._away(error)
            problem = str(error)
            raise
        finally:
            self._count(stream, stream is not None)
            self._account.close(outcome, problem)

    def names(self) -> list[str]:
        """Not accounted for: no model works for it."""
        self._begin()
        tries = Tries(Capabilities(), self._deadline, self._purpose)

        def ask(_: Capabilities) -> list[str]:
            with self._line.sdk() as sdk, sdk.models(self._deadline) as answer:
                if 200 <= answer.status < 300:
                    return replies.names(answer, self._endpoint)
                raise Failed(replies.refusal(answer, self._endpoint, self._model)[1])

        return self._trying(tries, ask)

    def _whole(
        self, form: type[BaseModel] | None, messages: list[dict[str, str]], max_tokens: int, known: Capabilities | None
    ) -> tuple[Completion, Capabilities]:
        """A reply that came to its end, given more room once, and what the endpoint took for it.

        ``known`` asks otherwise than is remembered, and is not remembered either.
        """
        tries = Tries(known or self._line.memory.get(self._endpoint, self._model), self._deadline, self._purpose)
        for room in (max_tokens, min(_MORE * max_tokens, max(max_tokens, _MOST_TOKENS))):

            def ask(capabilities: Capabilities, room: int = room) -> Completion:
                return self._once(form, messages, room, capabilities, tries)

            reply = self._trying(tries, ask)
            if known is None:
                self._remember(tries.capabilities)
                if reply.tokens is not None and reply.tokens.completion > 1.2 * room + 16:
                    self._unbounded(tries.capabilities)
            if reply.finish != "length":
                return reply, tries.capabilities
        raise cut_off(self._model).error

    def _once(
        self,
        form: type[BaseModel] | None,
        messages: list[dict[str, str]],
        max_tokens: int,
        capabilities: Capabilities,
        tries: Tries,
    ) -> Completion:
        asked = asked_for(messages, form, capabilities.json_mode) if form is not None else messages
        request = self._request(asked, capabilities, form, max_tokens)
        with self._line.sdk() as sdk:
            self._account.attempts += 1
            with sdk.chat(request, self._deadline) as answer:
                if 200 <= answer.status < 300:
                    reply = replies.completion(answer, self._endpoint, self._model)
                    self._account.add(reply.tokens, asked, reply.text)
                    return reply
                body, fault = replies.refusal(answer, self._endpoint, self._model)
                raise Refused(fault, self._lower(fault, tries, request, answer.status, body))

    def _trying(self, tries: Tries, ask: Callable[[Capabilities], Result]) -> Result:
        while True:
            lower: Capabilities | None = None
            try:
                return ask(tries.capabilities)
            except Refused as error:
                fault, lower = error.fault, error.lower
            except Counted as error:
                fault = error.fault
                self._charge(error.tokens)
            except Failed as error:
                fault = error.fault
                if fault.billed:
                    self._charge(None)
            except WireError as error:
                fault = of_wire(error, self._endpoint, self._seconds)
                if fault.billed:
                    self._charge(None)
            except Exception as error:
                log.error("unforeseen while asking: %s", type(error).__name__)
                fault = unexpected(self._endpoint)
            # Here, outside of every handler, so that what is raised holds on to nothing of what it comes from.
            self._late = fault.late
            tries.stopped_after(fault, lower)

    def _charge(self, tokens: replies.Tokens | None) -> None:
        """An attempt that came to nothing, and that the endpoint may charge for all the same."""
        self._account.add(tokens, self._messages, "")

    def _request(
        self,
        messages: list[dict[str, str]],
        capabilities: Capabilities,
        form: type[BaseModel] | None,
        max_tokens: int,
        stream: bool = False,
    ) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self._model, "messages": messages, capabilities.tokens: max_tokens}
        if capabilities.temperature:
            request["temperature"] = _WARMTH.get(self._purpose, 0.0)
        if capabilities.seed and self._purpose not in _WARMTH:
            request["seed"] = _SEED
        shape = response_format(form, capabilities.json_mode) if form is not None else None
        if shape is not None:
            request["response_format"] = shape
        if stream:
            request["stream"] = True
            if capabilities.stream_usage:
                request["stream_options"] = {"include_usage": True}
        return request

    def _lower(
        self, fault: Fault, tries: Tries, request: dict[str, Any], status: int, body: Any
    ) -> Capabilities | None:
        return step_down(tries.capabilities, tries.tried, request, status, body) if fault.unclear else None

    def _count(self, stream: replies.Stream | None, billed: bool) -> None:
        """Adds an attempt to stream to the account, if there is anything to add."""
        if stream is not None and (billed or stream.text or stream.tokens is not None):
            self._account.add(stream.tokens, self._messages, stream.text)
        elif billed:
            self._account.add(None, self._messages, "")

    def _begin(self) -> None:
        self._account = Account(self._endpoint, self._purpose, self._prompt, self._context)
        self._deadline = Deadline(self._seconds, self._line.closed, self._stopped)

    def _admit(self) -> None:
        wait = self._line.breaker.closed_for(self._purpose)
        if wait > 0:
            raise ModelUnavailable(
                f"{self._endpoint.label} was away a moment ago; it is asked again in {wait:.0f} seconds.",
                "Nothing needs to be done.",
                retry_after=wait,
            )

    def _away(self, error: ModelError) -> None:
        """A slow grade does not say that the endpoint is away, nor does a closed line."""
        slow = self._late and self._purpose not in WAITED_FOR
        if isinstance(error, ModelUnavailable) and not slow and not self._line.closed.is_set():
            self._line.breaker.failed()

    @contextmanager
    def _accounted(self) -> Iterator[None]:
        self._begin()
        problem = "interrupted"
        done = False
        try:
            self._admit()
            yield
            self._line.breaker.worked()
            done = True
        except ModelError as error:
            self._away(error)
            problem = str(error)
            raise
        finally:
            self._account.close("ok" if done else "failed", "" if done else problem)

    def _remember(self, capabilities: Capabilities) -> None:
        if capabilities != self._line.memory.get(self._endpoint, self._model):
            self._line.memory.put(self._endpoint, self._model, capabilities)

    def _unbounded(self, used: Capabilities) -> None:
        """It took the newer name of the bound and passed it over: the older one next time."""
        if used.tokens == "max_completion_tokens":
            self._remember(used.model_copy(update={"tokens": "max_tokens"}))


class Refused(Failed):
    """A request that was not taken, and what to ask for instead, if anything."""

    def __init__(self, fault: Fault, lower: Capabilities | None) -> None:
        super().__init__(fault)
        self.lower = lower


class Tries:
    """How a call goes on after a fault: with less, after a while, or not at all."""

    def __init__(self, capabilities: Capabilities, deadline: Deadline, purpose: Purpose) -> None:
        self.capabilities = capabilities
        self.tried = {capabilities}
        self._deadline = deadline
        self._again = 1 if purpose is Purpose.TEST else OFTEN
        self._failures = 0

    def stopped_after(self, fault: Fault, lower: Capabilities | None) -> bool:
        """Returns when it is time for the next attempt; True when nobody wants one any more.

        Raises the fault's error if there is to be none.
        """
        if lower is not None:
            self.capabilities = lower
            self.tried.add(lower)
            return False
        wait = self._wait(fault.wait)
        if self._failures >= min(fault.again, self._again) or wait >= self._deadline.left():
            raise fault.error
        self._failures += 1
        ended = ""
        try:
            self._deadline.wait(wait)
        except WireError as error:
            ended = error.kind
        if ended and ended != "stopped":
            raise fault.error
        return ended == "stopped"

    def _wait(self, asked: float | None) -> float:
        """What the endpoint asked for and a little more, or longer each time; never the same for all who wait."""
        if asked is not None:
            return asked + random.uniform(0.0, 0.2)
        longest = min(_BACK_OFF * 2**self._failures, _LONGEST_BACK_OFF)
        return random.uniform(0.5 * longest, longest)


def _less_bound(used: Capabilities, is_json: bool) -> Capabilities:
    """For an endpoint that takes a schema and passes it over: as an object where it gave one, else in words alone."""
    if used.json_mode is JsonMode.TEXT or (used.json_mode is JsonMode.OBJECT and is_json):
        return used
    return used.model_copy(update={"json_mode": JsonMode.OBJECT if is_json else JsonMode.TEXT})
