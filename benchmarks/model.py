"""An interview with a real model: how much of the wait is ours, and how much is sent.

The endpoint is the fake one, with fixed delays; what a reply takes there is measured anew beside every turn, by
sending the same requests to it over a bare connection. The prompts are compared with those of a design that sends
the conversation again with every call, worked out from the same requests about the same answers.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import SecretStr

from benchmarks.history import Sent, lean, resent
from benchmarks.table import heading, milliseconds, row
from interviewer.bank import load_calibration
from interviewer.domain.interview import Interview, InterviewStatus, Setup, Turn
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Mode, Speaker
from interviewer.models.openai.fake import MODEL, Delays, FakeServer, Recorded
from interviewer.models.openai.fake.sheet import Sheet, read_sheet
from interviewer.runtime import Runtime
from interviewer.settings import Settings

TURNS = 30
LENGTHS = {5: 3, 15: 9, 30: 18}
"""Answers of an interview, and the questions that they are to: every third question is done with after one answer."""

REPLY_SECONDS = 0.2
GRADE_SECONDS = 1.0

_WORDS = re.compile(rb'"content": "[^"]')


def main(folder: Path, settings: Settings) -> None:
    heading(f"A real model: the wait for first words, at an endpoint that takes {1000 * REPLY_SECONDS:.0f} ms for any")
    row(f"{TURNS} turns of each mode, nothing else going on", "p50", "p95")
    for mode in (Mode.PRACTICE, Mode.REAL):
        with _program(folder / f"alone-{mode}", settings, Delays(first=REPLY_SECONDS)) as (runtime, server):
            _first_words(runtime, server, mode)

    heading(f"A real model: from the last answer to the report; a grading takes {GRADE_SECONDS:.0f} s, a reply 0.1 s")
    row("the candidate answers in the very moment", "5 answers", "15 answers", "30 answers")
    delays = Delays(first=0.1, of={Purpose.GRADE: GRADE_SECONDS})
    sent: dict[Mode, list[tuple[Interview, list[Sent]]]] = {mode: [] for mode in Mode}
    for mode in (Mode.PRACTICE, Mode.REAL):
        ready = []
        for answers, questions in LENGTHS.items():
            with _program(folder / f"{mode}-{answers}", settings, delays) as (runtime, server):
                interview, took, requests = _whole(runtime, server, mode, questions)
                ready.append(took)
                sent[mode].append((interview, requests))
        row(f"{mode}: report ready", *(f"{seconds:.2f} s" for seconds in ready))

    for mode in (Mode.PRACTICE, Mode.REAL):
        _lengths(mode, sent[mode])


def _first_words(runtime: Runtime, server: FakeServer, mode: Mode) -> None:
    """How long a candidate waits for the first words, and how much longer than the endpoint takes by itself."""
    wire = _Wire(server)
    waits, over, own = [], [], []
    interview = _begin(runtime, mode, LENGTHS[TURNS])
    _say(runtime, interview, "The first answer opens the connection, and is not counted.")
    for text in _answers(runtime, interview):
        runtime.workers.wait(interview)
        before = len(server.requests)
        waits.append(_say(runtime, interview, text))
        runtime.workers.wait(interview)
        asked = {r.purpose: r for r in server.requests[before:] if r.purpose in (Purpose.ASSESS, Purpose.SPEAK)}
        took = sum(wire.seconds(request) for request in asked.values())
        own.append(took)
        over.append(waits[-1] - took)
        if len(waits) == TURNS:
            break
    trips = "two calls, one after the other" if mode is Mode.PRACTICE else "one call"
    row(f"{mode}: from the answer to the first words", *milliseconds(waits))
    row(f"  the endpoint's own: {trips}", *milliseconds(own))
    row("  over that", *milliseconds(over))


def _whole(runtime: Runtime, server: FakeServer, mode: Mode, questions: int) -> tuple[Interview, float, list[Sent]]:
    """An interview without a pause: as it ended, the seconds from its last answer to its report, and its requests."""
    interview = _begin(runtime, mode, questions)
    took = 0.0
    sent: list[Sent] = []
    for text in _answers(runtime, interview):
        began = time.perf_counter()
        _say(runtime, interview, text)
        answer = runtime.store.get(interview).turns[-2]
        if runtime.store.get(interview).status is InterviewStatus.ENDED:
            runtime.workers.wait(interview)
            assert len(runtime.store.grades(interview)) == questions
            runtime.report(interview)
            took = time.perf_counter() - began
        sent += [(request, _up_to(request, answer)) for request in server.requests[len(sent) :]]
    assert not server.violations
    ended = runtime.store.get(interview)
    return ended, took, sent


def _up_to(request: Recorded, answer: Turn) -> int:
    """The last turn that there was when a request was made: a grading is about an exchange that may be long over."""
    sheet = read_sheet(request)
    return sheet.turns[-1].seq if request.purpose is Purpose.GRADE else answer.seq


def _lengths(mode: Mode, interviews: Sequence[tuple[Interview, list[Sent]]]) -> None:
    answers = [sum(turn.speaker is Speaker.CANDIDATE for turn in one.turns) for one, _ in interviews]
    heading(f"A real model: characters of all prompts of an interview, {mode} mode")
    row("", *(f"{number} answers" for number in answers))
    said = [sum(len(turn.text) for turn in one.turns) for one, _ in interviews]
    row("what was said aloud", *(f"{number:,}" for number in said))
    ours = [sum(len(request.text) for request, _ in sent) for _, sent in interviews]
    row("ours", *(f"{number:,}" for number in ours))
    row("  an answer", *(f"{total / number:,.0f}" for total, number in zip(ours, answers, strict=True)))
    others: dict[str, Callable[[Interview, Sequence[Sent]], int]] = {
        "the same calls, the conversation sent with each": resent,
        "one call an answer with it, one review at the end": lean,
    }
    for name, design in others.items():
        theirs = [design(interview, sent) for interview, sent in interviews]
        row(name, *(f"{number:,}" for number in theirs))
        row("  ours of that", *(f"{a / b:.2f}" for a, b in zip(ours, theirs, strict=True)))


@contextmanager
def _program(folder: Path, settings: Settings, delays: Delays) -> Iterator[tuple[Runtime, FakeServer]]:
    """The whole program on a store of its own, and the endpoint that it is set to."""
    with FakeServer(_Judge(), delays=delays) as server:
        runtime = Runtime(
            Settings(
                data_dir=folder,
                weights_dir=settings.weights_path,
                knowledge_dir=settings.knowledge_dir,
                base_url=server.url,
                api_key=SecretStr(server.key),
                model=MODEL,
            )
        )
        runtime.start()
        yield runtime, server
        runtime.workers.close()


def _begin(runtime: Runtime, mode: Mode, questions: int) -> str:
    """Begun, and everything made ready for it, as it is when a candidate has read the first question."""
    interview = runtime.interviewer.start(Setup(mode=mode, questions=questions, max_probes=1, seed=7))
    runtime.interviewer.prepare(runtime.store.get(interview).plan)
    return interview


def _answers(runtime: Runtime, interview: str) -> Iterator[str]:
    """What there is to say to the question that is open, of the calibration answers to it, until the end."""
    given = load_calibration(runtime.bank)
    rng = np.random.default_rng(7)
    while (now := runtime.store.get(interview)).status is not InterviewStatus.ENDED:
        yield str(rng.choice([answer.text for answer in given[now.current.question.id].answers]))


def _say(runtime: Runtime, interview: str, text: str) -> float:
    """Answers, and waits until the reply is stored; the seconds until its first words."""
    seq = runtime.store.get(interview).next_seq
    began = time.perf_counter()
    runtime.store.submit(interview, seq, f"bench-{seq}", text)
    runtime.workers.wake(interview)
    live = runtime.workers.live(interview, seq)
    pieces = iter(()) if live is None else live.follow()  # None: it is stored already
    next(pieces, None)
    took = time.perf_counter() - began
    for _ in pieces:
        pass
    while runtime.store.get(interview).awaits_reply:
        time.sleep(0.002)
    return took


class _Judge:
    """Hears everything in the answers, but asks once more to two of three questions; says what it is to say."""

    def __init__(self) -> None:
        self._known: list[str] = []

    def __call__(self, request: Recorded) -> str:
        sheet = read_sheet(request)
        if request.purpose is Purpose.SPEAK:
            return f"Right. {sheet.sections['WORDING']}"
        if request.purpose is Purpose.ACKNOWLEDGE:
            return f"You said {' '.join(sheet.data.split()[2:9])}."
        claims = [(criterion.id, _stretch(sheet)) for criterion in sheet.criteria]
        if request.purpose is Purpose.GRADE:
            return json.dumps({"verdicts": [_claim(*claim) for claim in claims], "misconceptions": []})
        heard = [_mark(*claim) for claim in claims[self._gaps(sheet) :]]
        return json.dumps({"intent": "answer", "clarification": None, "marks": heard, "misconceptions": []})

    def _gaps(self, sheet: Sheet) -> int:
        question = sheet.sections["QUESTION"]
        if question not in self._known:
            self._known.append(question)
        return 1 if self._known.index(question) % 3 and len(sheet.answers) == 1 else 0


def _stretch(sheet: Sheet) -> str:
    return " ".join(sheet.answers[-1].split()[:12])


def _mark(criterion: str, quote: str) -> dict[str, Any]:
    return {"criterion": criterion, "reason": "They say so.", "verdict": "met", "quote": quote, "sure": True}


def _claim(criterion: str, quote: str) -> dict[str, Any]:
    return {
        "criterion": criterion,
        "reason": "You say so.",
        "verdict": "met",
        "quotes": [quote],
        "confidence": "high",
    }


class _Wire:
    """One open connection to the server, without a client of ours."""

    def __init__(self, server: FakeServer) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port)
        self._headers = {"Authorization": f"Bearer {server.key}", "Content-Type": "application/json"}

    def seconds(self, request: Recorded) -> float:
        """From sending a request to its first words, or to its whole reply where that comes at once."""
        body = json.dumps(request.body).encode()
        began = time.perf_counter()
        self._connection.request("POST", "/v1/chat/completions", body, self._headers)
        response = self._connection.getresponse()
        if request.streams:
            while (line := response.readline()) and not _WORDS.search(line):
                pass
        else:
            response.read()
        took = time.perf_counter() - began
        with suppress(OSError):
            response.read()
        return took
