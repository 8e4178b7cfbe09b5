"""Finished interviews of one question, made by hand, and grades with given verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from interviewer.domain.grade import CriterionVerdict, Grade, Provenance
from interviewer.domain.interview import Exchange, ExchangeStatus, Interview, InterviewStatus, Setup, Turn
from interviewer.domain.question import Question, Rubric
from interviewer.domain.rating import Rating
from interviewer.domain.words import Intent, Speaker, Verdict
from interviewer.grading.scoring import score
from interviewer.models.base import GradeRequest
from tests.interview.toys import NOON, make_question

Said = tuple[Speaker, str] | tuple[Speaker, str, Intent]


def interview(
    name: str,
    *answers: str,
    question: Question | None = None,
    status: ExchangeStatus = ExchangeStatus.CLOSED,
    pressed: Intent | None = None,
) -> Interview:
    """One question, the candidate's answers to it with a probe before each but the first, and perhaps a button."""
    asked = question or make_question()
    said: list[tuple[Speaker, str, Intent | None]] = [(Speaker.INTERVIEWER, asked.prompt, None)]
    for number, answer in enumerate(answers):
        if number:
            said.append((Speaker.INTERVIEWER, f"And what else, {number}?", None))
        said.append((Speaker.CANDIDATE, answer, None))
    if pressed is not None:
        said.append((Speaker.CANDIDATE, pressed.value, pressed))
    turns = tuple(
        Turn(seq=seq, exchange=1, speaker=speaker, text=text, at=NOON + timedelta(seconds=seq), intent=intent)
        for seq, (speaker, text, intent) in enumerate(said, start=1)
    )
    return Interview(
        id=name,
        owner="local",
        setup=Setup(questions=1),
        bank_hash="",
        model="toy",
        status=InterviewStatus.ENDED,
        created_at=NOON,
        ended_at=NOON + timedelta(hours=1),
        plan=(asked,),
        exchanges=(Exchange(number=1, question=asked, status=status, opened_at=NOON),),
        turns=turns,
    )


def graded(rubric: Rubric, verdicts: Mapping[str, Verdict], model: str = "toy", version: str = "1") -> Grade:
    """The grade that code makes of these verdicts; a criterion without one is missing."""
    rows = tuple(
        CriterionVerdict(
            criterion=c.id,
            text=c.text,
            kind=c.kind,
            weight=c.weight,
            verdict=verdicts.get(c.id, Verdict.MISSING),
            confidence=1.0,
            reason="It is so.",
        )
        for c in rubric.criteria
    )
    points = score(rows)
    return Grade(
        score=points.score,
        low=points.low,
        high=points.high,
        band=points.band,
        confidence=1.0,
        verdicts=rows,
        provenance=Provenance(model=model, version=version, rubric_hash=rubric.hash),
    )


def by_words(request: GradeRequest) -> Grade:
    """A judge that finds a criterion met where the candidate says its ID."""
    said = " ".join(turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE).split()
    return graded(request.rubric, {c.id: Verdict.MET for c in request.rubric.criteria if c.id in said})


def rating(name: str, rater: str, band: int | None, verdicts: Mapping[str, Verdict] | None = None) -> Rating:
    return Rating(
        interview_id=name,
        exchange=1,
        rater=rater,
        rubric_hash="",
        band=band,
        verdicts=dict(verdicts or {}),
        submitted_at=NOON,
    )
