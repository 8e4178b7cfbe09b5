"""A sample interview, graded by the real grader from a script, and pieces to vary it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from interviewer.bank import Bank, load_bank
from interviewer.domain.grade import Dispute, Grade, Ungraded
from interviewer.domain.interview import (
    Assessment,
    Exchange,
    ExchangeStatus,
    Interview,
    InterviewStatus,
    Move,
    Setup,
    Turn,
)
from interviewer.domain.question import Question
from interviewer.domain.report import Report
from interviewer.domain.words import Intent, Mode, MoveKind, Speaker, Verdict
from interviewer.grading import grade
from interviewer.models.base import (
    AcknowledgeRequest,
    AssessRequest,
    GradeDraft,
    GradeRequest,
    MisconceptionDraft,
    ModelInfo,
    SpeakRequest,
    VerdictDraft,
)
from interviewer.report import build_report
from interviewer.resources import knowledge_dir

BEGAN = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
NOW = BEGAN + timedelta(hours=2)
MODEL = ModelInfo(name="offline", version="1-test", offline=True, settings={"embedder": "minilm"})

Said = Sequence[tuple[str, Intent]]

OVERFITTING: Said = [
    (
        "So an overfitted model memorises the training examples instead of learning the general rule. You see it when "
        "the training error is tiny and on new data it falls apart. I would add an L2 penalty or stop early.",
        Intent.ANSWER,
    ),
    ("Hm, more data probably helps, I guess.", Intent.ANSWER),
]
DESCENT: Said = [
    (
        "You want weights with a small loss. At every step you look at the slope and step. It always finds the global "
        "minimum if you run it long enough.",
        Intent.ANSWER,
    ),
    ("I don't know.", Intent.DONT_KNOW),
]


class Script:
    """A model that grades by what it was told and does nothing else."""

    def __init__(self, draft: GradeDraft, info: ModelInfo = MODEL) -> None:
        self._draft = draft
        self.info = info

    def prepare(self, questions: Sequence[Question]) -> None:
        raise NotImplementedError

    def assess(self, request: AssessRequest) -> Assessment:
        raise NotImplementedError

    def acknowledge(self, request: AcknowledgeRequest) -> str:
        raise NotImplementedError

    def speak(self, request: SpeakRequest) -> Iterator[str]:
        raise NotImplementedError

    def grade(self, request: GradeRequest) -> GradeDraft:
        return self._draft


@cache
def bank() -> Bank:
    return load_bank(knowledge_dir())


def interview(
    *talks: tuple[str, Said, ExchangeStatus],
    mode: Mode = Mode.PRACTICE,
    status: InterviewStatus = InterviewStatus.ENDED,
    planned: Sequence[str] = (),
) -> Interview:
    """An interview of (question ID, what the candidate said, how the exchange ended), two minutes a turn."""
    turns: list[Turn] = []
    exchanges: list[Exchange] = []
    assessments: list[Assessment] = []
    at = BEGAN
    for number, (question_id, said, ended) in enumerate(talks, 1):
        question = bank().question(question_id)
        began = at
        moves = [MoveKind.ASK] + [MoveKind.PROBE] * (len(said) - 1)
        texts = [question.prompt] + [c.probe or "And then?" for c in question.rubric.criteria[-len(said) :]]
        for kind, text, (words, intent) in zip(moves, texts, said, strict=False):
            turns.append(_turn(len(turns) + 1, number, Speaker.INTERVIEWER, text, at, Move(kind=kind)))
            at += timedelta(minutes=2)
            turns.append(_turn(len(turns) + 1, number, Speaker.CANDIDATE, words, at))
            assessments.append(Assessment(turn=len(turns), intent=intent))
        if not said:
            turns.append(_turn(len(turns) + 1, number, Speaker.INTERVIEWER, question.prompt, at, Move(kind=moves[0])))
        over = ended is not ExchangeStatus.OPEN
        exchanges.append(
            Exchange(number=number, question=question, status=ended, opened_at=began, closed_at=at if over else None)
        )
    return Interview(
        id="sample1",
        owner="local",
        setup=Setup(mode=mode, questions=len(talks) + len(planned)),
        bank_hash=bank().hash,
        model=MODEL.name,
        status=status,
        created_at=BEGAN,
        ended_at=at if status is InterviewStatus.ENDED else None,
        plan=tuple(bank().question(name) for name in (*[talk[0] for talk in talks], *planned)),
        exchanges=tuple(exchanges),
        turns=tuple(turns),
        assessments=tuple(assessments),
    )


def graded(
    held: Interview,
    number: int,
    verdicts: Mapping[str, tuple[Verdict, str, float]] | None = None,
    mistakes: Mapping[str, str] | None = None,
    info: ModelInfo = MODEL,
) -> Grade:
    """The grade of an exchange: per criterion a verdict, a quote and a confidence; the others are missing."""
    question = held.plan[number - 1]
    given = verdicts or {}
    draft = GradeDraft(
        verdicts=tuple(
            VerdictDraft(
                criterion=c.id,
                reason="These words say it." if c.id in given else "Nothing in the answer says this.",
                verdict=given[c.id][0] if c.id in given else Verdict.MISSING,
                quotes=(given[c.id][1],) if c.id in given else (),
                confidence=given[c.id][2] if c.id in given else 0.9,
            )
            for c in question.rubric.criteria
        ),
        misconceptions=tuple(MisconceptionDraft(misconception=k, quote=v) for k, v in (mistakes or {}).items()),
    )
    request = GradeRequest(question=question.prompt, rubric=question.rubric, turns=held.turns_of(number))
    result = grade(Script(draft, info), request)
    assert isinstance(result, Grade)
    return result


def everything_met(held: Interview, number: int) -> Grade:
    """A grade that takes the candidate's first words as evidence for every criterion."""
    words = next(turn.text for turn in held.turns_of(number) if turn.speaker is Speaker.CANDIDATE)
    return graded(held, number, {c.id: (Verdict.MET, words, 0.9) for c in held.plan[number - 1].rubric.criteria})


def sample(mode: Mode = Mode.PRACTICE) -> tuple[Interview, dict[int, Grade | Ungraded], list[Dispute]]:
    """Three questions: a solid answer with a doubt, a developing one with a mistake, and a skipped one."""
    held = interview(
        ("overfitting", OVERFITTING, ExchangeStatus.CLOSED),
        ("gradient-descent", DESCENT, ExchangeStatus.CLOSED),
        ("ensemble-learning", [("Let's skip this one.", Intent.SKIP)], ExchangeStatus.SKIPPED),
        mode=mode,
        planned=["decision-tree"],
    )
    grades: dict[int, Grade | Ungraded] = {
        1: graded(
            held,
            1,
            {
                "fits_noise": (
                    Verdict.MET,
                    "memorises the training examples instead of learning the general rule",
                    0.95,
                ),
                "generalisation_gap": (Verdict.MET, "the training error is tiny and on new data it falls apart", 0.9),
                "constrain_model": (Verdict.MET, "I would add an L2 penalty or stop early", 0.92),
                "more_data": (Verdict.PARTIAL, "more data probably helps, I guess", 0.4),
            },
        ),
        2: graded(
            held,
            2,
            {
                "minimise_loss": (Verdict.MET, "You want weights with a small loss", 0.9),
                "against_gradient": (Verdict.PARTIAL, "At every step you look at the slope and step", 0.7),
                "no_global_guarantee": (Verdict.CONTRADICTED, "It always finds the global minimum", 0.8),
            },
            {"always_global": "It always finds the global minimum if you run it long enough"},
        ),
        3: graded(held, 3),
    }
    disputes = [
        Dispute(exchange=2, criterion="learning_rate", comment="I meant the step size when I said “step”.", at=NOW)
    ]
    return held, grades, disputes


def report(
    held: Interview,
    grades: Mapping[int, Grade | Ungraded] | None = None,
    disputes: Sequence[Dispute] = (),
    notes: Mapping[str, str] | None = None,
    *,
    known: Bank | None = None,
) -> Report:
    return build_report(held, grades or {}, disputes, notes or {}, bank=known or bank(), model=MODEL, now=NOW)


def sample_report(mode: Mode = Mode.PRACTICE) -> Report:
    return report(*sample(mode))


def _turn(seq: int, exchange: int, speaker: Speaker, text: str, at: datetime, move: Move | None = None) -> Turn:
    return Turn(seq=seq, exchange=exchange, speaker=speaker, text=text, at=at, move=move)
