"""The whole program at a scripted endpoint: store, engine, workers and client, over real HTTP.

The judge behind the endpoint and the offline model on this machine give different verdicts on the same answers, so that
a score says who gave it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import SecretStr

from interviewer.bank import Bank
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Assessment, ExchangeStatus, Interview, InterviewStatus, Mark, Turn
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Intent, Mode, Speaker, Verdict
from interviewer.embedding.lexical import LexicalEmbedder
from interviewer.grading import grade
from interviewer.interview import Interviewer, Workers, notices
from interviewer.interview.workers import due
from interviewer.models.base import AssessRequest, GradeDraft, GradeRequest, VerdictDraft
from interviewer.models.fake import ScriptedModel
from interviewer.models.offline import OfflineModel
from interviewer.models.offline.second_key import SecondKey
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import KEY, MODEL, FakeServer
from interviewer.models.openai.model import OpenAIModel
from interviewer.report import FORMATS, build_report, render
from interviewer.resources import prompts_dir
from interviewer.store import Database, Store, Work, utc_now
from interviewer.store.leases import Clock
from tests.interview import made_up
from tests.interview.mishaps import QUERY

SECRETS = (KEY, KEY[:12], QUERY, QUERY[6:])
"""A part of a secret is one, too."""

USEFUL = "They are useful every day, so people keep them in the hall."
COSTLY = "They take up room, which is what you pay for having them."

LONG = 30.0
"""Seconds for what takes milliseconds: only a machine that stands still is not done by then."""


def bank_of(subjects: Iterable[str]) -> Bank:
    """Made-up questions about these things."""
    questions = {subject: made_up.question(subject) for subject in subjects}
    return replace(made_up.bank(), questions=questions)


@cache
def offline() -> OfflineModel:
    return OfflineModel(LexicalEmbedder(), prompts_dir())


@cache
def second_key() -> SecondKey:
    return SecondKey(LexicalEmbedder())


def hears(request: AssessRequest) -> Assessment:
    """An answer that leaves the strong criterion open: there is something to ask back."""
    return Assessment(
        turn=request.turns[-1].seq,
        intent=Intent.ANSWER,
        marks=(
            Mark(criterion="use", verdict=Verdict.MET, quote=request.turns[-1].text),
            Mark(criterion="cost", verdict=Verdict.MISSING, confidence=0.95),
        ),
    )


def judges(request: GradeRequest) -> GradeDraft:
    """The core criterion for the word "useful", half of the strong one for "room"."""
    wanted = {"use": ("useful", Verdict.MET), "cost": ("room", Verdict.PARTIAL)}
    said = [turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE]
    found = {name: [text for text in said if word in text] for name, (word, _) in wanted.items()}
    return GradeDraft(
        verdicts=tuple(
            VerdictDraft(
                criterion=name,
                reason="As you said.",
                verdict=verdict if found[name] else Verdict.MISSING,
                quotes=tuple(found[name]),
                confidence=0.95,
            )
            for name, (_, verdict) in wanted.items()
        )
    )


def honest() -> ScriptedModel:
    """Who sits behind the endpoint."""
    return ScriptedModel(assess=hears, grade=judges)


class Whole:
    """One process with all that it has. ``patience`` says how long a call may take, each time anew."""

    def __init__(
        self,
        path: Path,
        server: FakeServer,
        clock: Clock = utc_now,
        *,
        bank: Bank | None = None,
        patience: Callable[[Purpose], float] = lambda _: LONG,
    ) -> None:
        class Moody(Endpoint):
            def seconds_for(self, purpose: Purpose) -> float:
                return patience(purpose)

        self.path = path
        self.bank = bank or made_up.bank()
        self.store = Store(Database(path), clock)
        address = f"{server.url}?api-version=2&sig={QUERY}"
        endpoint = Moody(base_url=address, api_key=SecretStr(KEY), model=MODEL)
        self.client = Client(endpoint, path.with_name("capabilities.json"))
        self.model = OpenAIModel(self.client, prompts_dir())
        self.interviewer = Interviewer(self.store, self.bank, self.model, clock, stand_in=offline(), key=second_key())
        self.workers = Workers(self.interviewer)

    def close(self, seconds: float | None = None) -> None:
        """Ends the process; what is under way is given ``seconds`` to end by itself."""
        self.workers.close(seconds)
        self.client.close()
        self.workers.close()
        self.store.database.close()

    def say(self, interview_id: str, text: str, intent: Intent | None = None) -> Turn:
        """Submits a turn, twice as an impatient page does, and follows the reply until it is stored; gives the reply.

        What was shown while it was made is what is stored, and no error was.
        """
        seq = self.store.get(interview_id).next_seq
        for _ in range(2):
            assert self.store.submit(interview_id, seq, f"key-{seq}", text, intent).seq == seq
            self.workers.wake(interview_id)
        live = self.workers.live(interview_id, seq)
        shown = None if live is None else "".join(live.follow(LONG))
        assert self.workers.wait(interview_id, LONG, Work.REPLY)
        interview = self.store.get(interview_id)
        assert len(interview.turns) == seq + 1, "there is no reply"
        reply = interview.turns[-1]
        if live is not None:
            assert live.error is None
            assert shown is not None
            assert shown.strip() in (reply.text, "")  # nothing, where it had been stored when the second click came
        return reply

    def graded(self, interview_id: str) -> dict[int, Grade | Ungraded]:
        """The grades, once all are there that can be made now."""
        assert self.workers.wait(interview_id, LONG)
        return self.store.grades(interview_id)

    def written(self, interview_id: str) -> str:
        """The report in every format, and all files that the program has written."""
        report = build_report(
            self.store.get(interview_id),
            self.store.grades(interview_id),
            (),
            {},
            bank=self.bank,
            model=self.model.info,
            now=self.interviewer.now(),
            usage=self.store.usage(interview_id),
            retrying={retry.number for retry in self.store.retryable(interview_id) if due(retry) is not None},
        )
        files = [path.read_bytes().decode("utf-8", "replace") for path in self.path.parent.rglob("*") if path.is_file()]
        return "\n".join([*(render(report, name) for name in FORMATS), *files])


# --- what must hold, whatever happened ------------------------------------------------------------------------------


def check_order(interview: Interview, said: Iterable[str]) -> None:
    """No turn lost, none doubled, each answered once: ``said`` is what was submitted and taken, in order."""
    assert [turn.seq for turn in interview.turns] == list(range(1, len(interview.turns) + 1))
    assert all(one.speaker is not other.speaker for one, other in pairwise(interview.turns))
    assert [turn.text for turn in interview.turns if turn.speaker is Speaker.CANDIDATE] == list(said)
    answered = [turn.seq for turn in interview.turns[:-1] if turn.speaker is Speaker.CANDIDATE]
    assert [assessment.turn for assessment in interview.assessments] == answered
    assert [exchange.number for exchange in interview.exchanges] == list(range(1, len(interview.exchanges) + 1))
    for turn in interview.turns:
        if turn.move is not None:
            assert turn.text.strip()
            if turn.move.substance is not None and interview.setup.mode is Mode.REAL:
                assert turn.move.substance.text in turn.text
            elif turn.move.substance is not None:  # a model may find other words, but not leave out what it is about
                wanted = set(re.findall(r"\w{5,}", turn.move.substance.text))
                assert len(wanted - set(re.findall(r"\w{5,}", turn.text))) <= 1
            assert turn.notice in ("", *notices.FAILURES, notices.DISCONNECTED)


def check_grades(interview: Interview, grades: dict[int, Grade | Ungraded]) -> None:
    """An ended interview has for every exchange a grade or a reason; no score that nobody gave."""
    assert interview.status is InterviewStatus.ENDED
    assert all(exchange.status is not ExchangeStatus.OPEN for exchange in interview.exchanges)
    assert sorted(grades) == [exchange.number for exchange in interview.exchanges]
    for number, result in grades.items():
        if isinstance(result, Ungraded):
            assert result.reason
        else:
            assert_given(interview, number, result)


def assert_given(interview: Interview, number: int, result: Grade) -> None:
    """The grade is the one that its grader gives when asked directly, without any wire; its quotes were said."""
    by = result.provenance.model
    assert by in (MODEL, offline().info.name)
    turns = tuple(
        turn
        for turn in interview.turns_of(number)
        if turn.speaker is Speaker.INTERVIEWER or turn.intent in (None, Intent.ANSWER)
    )
    question = interview.plan[number - 1]
    request = GradeRequest(question=question.prompt, rubric=question.rubric, turns=turns)
    direct = grade(honest(), request, second_key()) if by == MODEL else grade(offline(), request)
    assert isinstance(direct, Grade)
    assert (result.score, result.low, result.high) == (direct.score, direct.low, direct.high)
    assert [(v.criterion, v.verdict) for v in result.verdicts] == [(v.criterion, v.verdict) for v in direct.verdicts]
    assert ("stood_in" in result.flags) == (by != MODEL)
    texts = {turn.seq: turn.text for turn in turns if turn.speaker is Speaker.CANDIDATE}
    for verdict in result.verdicts:
        assert verdict.evidence or not verdict.verdict.earns
        assert all(texts[quote.turn][quote.start : quote.end] == quote.text for quote in verdict.evidence)


def check_secrets(*texts: str) -> None:
    for secret in SECRETS:
        assert not any(secret in text for text in texts)
