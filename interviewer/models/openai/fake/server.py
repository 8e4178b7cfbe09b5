"""A scripted OpenAI-compatible server: real HTTP on the loopback address, nothing but the standard library.

with FakeServer() as server:
    server.script(Purpose.GRADE, faults.unavailable(), faults.fenced())   # the next two grading requests
    server.always(faults.slow_first_byte(0.2))                            # every request without a script
    client = OpenAI(base_url=server.url, api_key=server.key, max_retries=0)
    ...
assert server.violations == []
assert [request.purpose for request in server.requests] == [...]
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeAlias

from interviewer.domain.speech import Transcript
from interviewer.domain.usage import Purpose
from interviewer.models.openai.fake.listener import Listener
from interviewer.models.openai.fake.other import embeddings, model, models
from interviewer.models.openai.fake.recorded import Kind, Recorded
from interviewer.models.openai.fake.replies import Behaviour, Reply, Said, error_body
from interviewer.models.openai.fake.schemas import plainest
from interviewer.models.openai.fake.sound import Ear, speech, transcription

KEY = "sk-fake-key-of-the-scripted-server"
MODEL = "fake-model"

Which: TypeAlias = Purpose | Kind | Callable[[Recorded], bool]
"""Which requests a behaviour is for: a purpose of our prompts, a kind of endpoint, or whatever a function picks."""

Judge: TypeAlias = Callable[[Recorded], str]
"""What answers a chat request when nothing else is scripted: the text that it replies."""


@dataclass(frozen=True)
class Delays:
    """How long a well-behaved reply takes: seconds until the first byte, and between the pieces of a stream.

    ``of`` has other first seconds for some purposes. A reply in one piece takes the first seconds only.
    """

    first: float = 0.0
    each: float = 0.0
    of: Mapping[Purpose, float] = field(default_factory=dict)


def plain_judge(request: Recorded) -> str:
    """Says the least that fits: the plainest value of the schema that was sent, or two words."""
    wanted = request.body.get("response_format") or {}
    schema = (wanted.get("json_schema") or {}).get("schema") or wanted.get("schema")
    if schema:
        return json.dumps(plainest(schema))
    return "{}" if wanted.get("type") == "json_object" else "I see."


class FakeServer:
    """The server. Safe to script and to read from any thread while it serves.

    ``models`` are listed; any other name is refused, unless there are none: then ``fake-model`` is listed and every
    name is taken. ``key`` "" takes any key or none. ``published_only`` refuses even those extensions that local servers
    have in common. ``close`` ends whatever is still going on and leaves no thread behind.
    """

    def __init__(
        self,
        judge: Judge = plain_judge,
        *,
        models: Iterable[str] = (),
        key: str = KEY,
        delays: Delays | None = None,
        port: int = 0,
        published_only: bool = False,
    ) -> None:
        self.judge = judge
        self.key = key
        self.models = tuple(models)
        self.delays = delays or Delays()
        self.published_only = published_only
        self._ear = Ear()
        self._lock = threading.Lock()
        self._requests: list[Recorded] = []
        self._rules: list[tuple[Which, list[Behaviour]]] = []
        self._always: list[tuple[Which | None, Behaviour]] = []
        self._listener = Listener(self, port)

    @property
    def url(self) -> str:
        """The base URL to give to a client."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def requests(self) -> list[Recorded]:
        """All requests so far, in the order in which they came."""
        with self._lock:
            return list(self._requests)

    @property
    def violations(self) -> list[str]:
        """What requests asked for that the API does not allow."""
        return [
            f"{request.method} {request.path}: {request.violation}" for request in self.requests if request.violation
        ]

    @property
    def unplayed(self) -> int:
        """How many scripted behaviours no request has met yet."""
        with self._lock:
            return sum(len(behaviours) for _, behaviours in self._rules)

    def asked(self, which: Which) -> list[Recorded]:
        """The requests of a purpose or kind so far."""
        return [request for request in self.requests if _fits(which, request)]

    def settled(self, seconds: float = 5.0) -> bool:
        """Waits until every request so far has its ``outcome``, at most so long; whether it has."""
        ends = time.monotonic() + seconds
        while not all(request.outcome for request in self.requests):
            if time.monotonic() > ends:
                return False
            time.sleep(0.002)
        return True

    def script(self, which: Which, *behaviours: Behaviour) -> None:
        """The next requests of this purpose or kind meet these behaviours, one each, after those scripted before."""
        with self._lock:
            self._rules.append((which, list(behaviours)))

    def always(self, behaviour: Behaviour | None, which: Which | None = None) -> None:
        """What every request (of this purpose or kind) meets that has no script; None: nothing any more.

        The newest that fits counts.
        """
        with self._lock:
            self._always = [rule for rule in self._always if rule[0] != which] if which is not None else []
            if behaviour is not None:
                self._always.append((which, behaviour))

    def hears(self, *said: str | Transcript, again: bool = False) -> None:
        """What the next recordings say, one each, after what was told before; ``again`` and again instead.

        Of a Transcript the words' times and the language are told, too; a text's words are timed evenly. A recording
        that meets a fault takes nothing of this away.
        """
        self._ear.hears(said, again)

    def hears_in(self, audio: bytes, said: str | Transcript) -> None:
        """What this very recording says, whenever it comes."""
        self._ear.knows(audio, said)

    def forget(self) -> None:
        """Drops the requests so far, and all that was scripted."""
        self._ear.forget()
        with self._lock:
            self._requests.clear()
            self._rules.clear()
            self._always.clear()

    def close(self) -> None:
        """Stops serving. Replies that still go on are cut."""
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def record(self, **fields: Any) -> Recorded:
        """Adds a request; the listener's business."""
        with self._lock:
            request = Recorded(number=len(self._requests) + 1, at=time.monotonic(), **fields)
            self._requests.append(request)
            return request

    def reply(self, request: Recorded) -> Reply:
        """What is sent for a request; the listener's business."""
        behaviour = self._behaviour(request)
        if behaviour is None:
            return self._proper(request)
        return behaviour(request, lambda: self._proper(request))

    def _behaviour(self, request: Recorded) -> Behaviour | None:
        with self._lock:
            rules, always = list(self._rules), list(self._always)
        for rule in rules:
            if _fits(rule[0], request):
                with self._lock:
                    if rule[1]:
                        return rule[1].pop(0)
        fitting = [behaviour for which, behaviour in always if which is None or _fits(which, request)]
        return fitting[-1] if fitting else None

    def _proper(self, request: Recorded) -> Reply:
        """The reply of a server that works."""
        if not request.authorised:
            return Reply(
                error_body("Incorrect API key provided.", code="invalid_api_key"),
                401,
                (("WWW-Authenticate", "Bearer"),),
            )
        if request.kind == "other":
            return Reply(error_body(f"Invalid URL ({request.method} {request.path})"), 404)
        if request.violation:
            return Reply(request.refusal, 400)
        name = str(request.body.get("model", ""))
        if request.kind != "models" and self.models and name not in self.models:
            return Reply(missing_model(name), 404)
        if request.kind == "models":
            return self._listed(request)
        if request.kind == "embeddings":
            return Reply(embeddings(request))
        first = self.delays.of.get(request.purpose, self.delays.first) if request.purpose else self.delays.first
        if request.kind == "transcriptions":
            return transcription(request, self._ear.heard(request.body["file"])).going(before=first)
        if request.kind == "speech":
            return speech(request).going(before=first)
        return Reply(Said(self.judge(request))).going(before=first, gap=self.delays.each)

    def _listed(self, request: Recorded) -> Reply:
        names = self.models or (MODEL,)
        wanted = request.path.partition("/models/")[2]
        if not wanted:
            return Reply(models(names))
        return Reply(model(wanted)) if wanted in names or not self.models else Reply(missing_model(wanted), 404)


def missing_model(name: str) -> Any:
    """How the API says that there is no such model."""
    message = f"The model `{name}` does not exist or you do not have access to it."
    return error_body(message, code="model_not_found")


def _fits(which: Which, request: Recorded) -> bool:
    if isinstance(which, Purpose):
        return request.purpose is which
    return which(request) if callable(which) else request.kind == which
