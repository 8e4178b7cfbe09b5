"""Made-up questions, a model that plays along, and a clock that is set by hand."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from interviewer.bank import Bank
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import (
    Assessment,
    ExchangeStatus,
    Interview,
    Move,
    Reply,
    Setup,
    Substance,
    Turn,
)
from interviewer.domain.question import Criterion, Misconception, Question, Rubric, SourceRef
from interviewer.domain.usage import Call, Purpose
from interviewer.domain.words import (
    CriterionKind,
    Format,
    Intent,
    Mode,
    MoveKind,
    Role,
    Seniority,
    Speaker,
    Stage,
    Verdict,
)
from interviewer.grading import grade
from interviewer.interview import Interviewer
from interviewer.models.base import AssessRequest, GradeDraft, GradeRequest, ModelInfo, SpeakRequest, VerdictDraft
from interviewer.models.fake import ScriptedModel
from interviewer.store import Store, Work

SUBJECTS = ("umbrellas", "kettles", "bicycles", "lighthouses")


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def question(subject: str) -> Question:
    return Question(
        id=subject,
        prompt=f"Why do people keep {subject}?",
        variants=(f"What are {subject} good for?",),
        topic="things",
        stage=Stage.THEORY,
        seniority=Seniority.MID,
        roles=tuple(Role),
        format=Format.CONCEPT,
        minutes=5,
        sources=(SourceRef(source="000", item=subject),),
        approach="Say what they are for, then what they cost.",
        rubric=Rubric(
            criteria=(
                Criterion(
                    id="use",
                    text=f"Says what {subject} are for",
                    statements=(f"{subject} are useful every day",),
                    hints=(f"Think of a day without {subject}.",),
                    probe=f"What happens when there are no {subject}?",
                ),
                Criterion(
                    id="cost",
                    text=f"Says what {subject} cost",
                    kind=CriterionKind.STRONG,
                    statements=(f"{subject} take up room",),
                    probe=f"What is the price of having {subject}?",
                ),
            ),
            misconceptions=(
                Misconception(
                    id="alive",
                    beliefs=(f"{subject} are alive",),
                    challenge=f"Are {subject} alive?",
                    correction="They are things.",
                ),
            ),
        ),
        sample_answer=f"{subject} are useful every day, and take up room.",
        study=(f"A book about {subject}",),
    )


def bank() -> Bank:
    return Bank(
        folder=Path("made-up"),
        questions={subject: question(subject) for subject in SUBJECTS},
        topics={},
        roles={},
        stages={},
        sources={},
    )


def setup(questions: int = 2, **changes: Any) -> Setup:
    """Fixed questions and no probes: each answer closes its exchange."""
    return Setup(question_ids=SUBJECTS[:questions], **{"max_probes": 0, "mode": Mode.PRACTICE, **changes})


def hears_an_answer(request: AssessRequest) -> Assessment:
    return Assessment(turn=request.turns[-1].seq, intent=Intent.ANSWER)


def says_the_substance(request: SpeakRequest) -> Iterator[str]:
    yield "Well. "
    yield from re.findall(r"\S+\s*", request.substance) or ["Goodbye."]


def gives_full_marks(request: GradeRequest) -> GradeDraft:
    said = [turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE]
    return GradeDraft(
        verdicts=tuple(
            VerdictDraft(criterion=criterion.id, reason="Said so.", verdict=Verdict.MET, quotes=tuple(said))
            for criterion in request.rubric.criteria
        )
    )


def playing_along(**changes: Any) -> ScriptedModel:
    """A model whose every call succeeds, except for the methods that are replaced."""
    return ScriptedModel(
        **{"assess": hears_an_answer, "speak": says_the_substance, "grade": gives_full_marks, **changes}
    )


REAL = ModelInfo(name="gpt-made-up", version="1", offline=False)


def real(**changes: Any) -> ScriptedModel:
    """A model behind an endpoint, as far as anybody can tell; as ``playing_along`` else."""
    return playing_along(**{"info": REAL, **changes})


def call(purpose: Purpose = Purpose.ASSESS, **changes: Any) -> Call:
    """A call as a client would record it: 100 tokens in, 20 out, 1 cent."""
    noted: dict[str, Any] = {
        "purpose": purpose,
        "model": REAL.name,
        "prompt": f"{purpose.value}@1",
        "at": datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        "seconds": 1.5,
        "tokens_in": 100,
        "tokens_out": 20,
        "cost": 0.01,
    }
    return Call(**{**noted, **changes})


def until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits until something holds; fails when it does not come to hold."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to hold"
        time.sleep(0.005)


def interviewer(store: Store, model: ScriptedModel | None = None) -> Interviewer:
    return Interviewer(store, bank(), model or playing_along())


# --- by hand, without an engine ---------------------------------------------------------------------------------


def begin(store: Store, questions: int = 2, model: str = "scripted") -> str:
    """An interview with its opening turn; gives its ID."""
    asked = [question(subject) for subject in SUBJECTS[:questions]]
    opening = Move(kind=MoveKind.ASK, substance=Substance(kind="prompt", text=asked[0].prompt))
    return store.create(setup(questions), asked, bank_hash="0" * 16, model=model, opening=asked[0].prompt, move=opening)


def reply(answers: int, text: str = "Go on.", **changes: Any) -> Reply:
    heard = Assessment(turn=answers, intent=Intent.ANSWER)
    return Reply(**{"text": text, "move": Move(kind=MoveKind.PROBE), "assessment": heard, **changes})


def answer(store: Store, interview_id: str, text: str, says: str = "Go on.", **changes: Any) -> int:
    """Submits a turn and commits a reply to it; gives the turn's number."""
    seq = store.get(interview_id).next_seq
    store.submit(interview_id, seq, f"key-{seq}", text)
    token = store.claim(interview_id, Work.REPLY, seq, 60)
    assert token is not None
    store.commit_reply(interview_id, seq, token, reply(seq, says, **changes))
    return seq


def close_exchange(store: Store, interview_id: str, text: str) -> int:
    """An answer that closes the current exchange and opens the next, or ends the interview; gives its number."""
    interview = store.get(interview_id)
    number = interview.current.number
    last = number == len(interview.plan)
    answer(
        store,
        interview_id,
        text,
        closes=ExchangeStatus.CLOSED,
        opens=None if last else number + 1,
        ends=last,
    )
    return number


def grade_of(interview: Interview, number: int) -> Grade | Ungraded:
    turns: Sequence[Turn] = interview.turns_of(number)
    asked = interview.plan[number - 1]
    return grade(playing_along(), GradeRequest(question=asked.prompt, rubric=asked.rubric, turns=tuple(turns)))


def store_grade(store: Store, interview_id: str, number: int, result: Grade | Ungraded | None = None) -> None:
    interview = store.get(interview_id)
    token = store.claim(interview_id, Work.GRADE, number, 60)
    assert token is not None
    store.commit_grade(
        interview_id, number, token, interview.plan[number - 1].rubric.hash, result or grade_of(interview, number)
    )


def count(store: Store, table: str) -> int:
    """The rows of a table, read past the store's own questions."""
    with store.database.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() or 0)
