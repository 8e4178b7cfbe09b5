"""A public test double for ``InterviewModel``: it says what it was told to say, and nothing else.

    model = ScriptedModel(
        assess=[Assessment(turn=2, intent=Intent.ANSWER)],   # one reply a call, in order
        speak=lambda request: request.substance,             # or one function for all calls
        grade=[ModelUnavailable("no answer")],               # an exception is raised
    )
    ...
    assert [request.mode for request in model.requests("speak")] == [Mode.REAL]
    model.assert_complete()                                  # no reply was left over

A reply may also be a function of the request. A call that nobody scripted is loud: ``ScriptRanOut`` is not a
``ModelError``, so no fallback hides it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, TypeAlias, cast

from interviewer.domain.interview import Assessment
from interviewer.domain.question import Question
from interviewer.models.base import (
    AcknowledgeRequest,
    AssessRequest,
    GradeDraft,
    GradeRequest,
    ModelInfo,
    SpeakRequest,
)

Method: TypeAlias = Literal["assess", "acknowledge", "speak", "grade"]
Request: TypeAlias = AssessRequest | AcknowledgeRequest | SpeakRequest | GradeRequest
Script: TypeAlias = Sequence[Any] | Callable[[Any], Any]

INFO = ModelInfo(name="scripted", version="1", offline=True)


class ScriptRanOut(AssertionError):
    """A call came for which nothing was scripted."""


class ScriptedModel:
    """Plays scripted replies and records the calls. Safe to use from several threads.

    ``assess`` gives Assessments, ``speak`` texts (or sequences of pieces), ``grade`` GradeDrafts; ``acknowledge`` gives
    sentences, and says nothing unless it is scripted.
    """

    def __init__(
        self,
        *,
        assess: Script = (),
        acknowledge: Script = lambda _: "",
        speak: Script = (),
        grade: Script = (),
        info: ModelInfo = INFO,
    ) -> None:
        self.info = info
        self.calls: list[tuple[Method, Request]] = []
        self._lock = threading.Lock()
        self._always: dict[Method, Callable[[Any], Any]] = {}
        self._left: dict[Method, list[Any]] = {}
        scripts: dict[Method, Script] = {"assess": assess, "acknowledge": acknowledge, "speak": speak, "grade": grade}
        for method, script in scripts.items():
            if callable(script):
                self._always[method] = script
            else:
                self._left[method] = list(script)

    def prepare(self, questions: Sequence[Question]) -> None:
        """There is nothing to make ready."""

    def assess(self, request: AssessRequest) -> Assessment:
        return cast(Assessment, self._reply("assess", request))

    def acknowledge(self, request: AcknowledgeRequest) -> str:
        return cast(str, self._reply("acknowledge", request))

    def speak(self, request: SpeakRequest) -> Iterator[str]:
        said = self._reply("speak", request)
        yield from [said] if isinstance(said, str) else said

    def grade(self, request: GradeRequest) -> GradeDraft:
        return cast(GradeDraft, self._reply("grade", request))

    def requests(self, method: Method) -> list[Any]:
        """The requests of one method, in the order in which they came."""
        with self._lock:
            return [request for called, request in self.calls if called == method]

    def assert_complete(self) -> None:
        """Raises AssertionError when scripted replies were never asked for."""
        left = {method: len(replies) for method, replies in self._left.items() if replies}
        if left:
            raise AssertionError(f"scripted replies that nobody asked for: {left}")

    def _reply(self, method: Method, request: Request) -> Any:
        with self._lock:
            self.calls.append((method, request))
            if method in self._always:
                reply: Any = self._always[method]
            elif self._left[method]:
                reply = self._left[method].pop(0)
            else:
                count = sum(called == method for called, _ in self.calls)
                raise ScriptRanOut(f"call {count} of {method} was not scripted: {request!r}")
        if callable(reply):
            reply = reply(request)
        if isinstance(reply, BaseException):
            raise reply
        return reply
