"""The results of a kit: candidates side by side, with everything that anybody made of their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from interviewer.contracts.base import Contract, Unit
from interviewer.contracts.grading import Grader, Quote
from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.kit import KitStatus
from interviewer.domain.rating import DecisionKind
from interviewer.domain.words import CriterionKind, Speaker, Verdict

Band = Annotated[float, Field(ge=1, le=5)]
Score = Annotated[float, Field(ge=0, le=5)]

StandsBy = Literal["decision", "people", "machine", "nothing"]
"""Whose word stands for an answer: the first of these that there is."""


class ResultsVersion(Contract):
    number: int = Field(ge=1)
    content: str = Field(description="the content hash of this version of the kit")
    at: datetime
    note: str


class ResultsKit(Contract):
    id: str
    title: str
    asks: str = Field(description="who asks, as candidates see it")
    status: KitStatus
    versions: list[ResultsVersion] = Field(description="oldest first; empty for a draft")


class ResultsCriterion(Contract):
    id: str
    text: str
    kind: CriterionKind
    weight: float = Field(gt=0)


class ResultsQuestion(Contract):
    id: str
    number: int | None = Field(description="its place in the newest version; null where only an earlier one has it")
    prompt: str
    from_bank: bool
    rubric: str = Field(description="content hash of its newest rubric")
    criteria: list[ResultsCriterion] = Field(description="of its newest rubric")


class Stands(Contract):
    """The band that stands for an answer, and whose it is. A person's always stands above the machine's."""

    by: StandsBy
    band: Band | None = Field(description="the mean of the people's bands where several rated; null where nothing is")
    low: Band | None = Field(description="the lowest that is left open: by the people's bands or by doubtful verdicts")
    high: Band | None
    why: str | None = Field(description="why nothing stands; null exactly where something does")


class MachineVerdict(Contract):
    verdict: Verdict
    confidence: Unit
    doubtful: bool
    reason: str
    quotes: list[Quote]


class MachineGrade(Contract):
    """The newest grade that software gave, kept whatever people say."""

    status: Literal["graded", "ungraded"]
    score: Score | None
    low: Score | None = Field(description="the score with every doubtful verdict at its worst")
    high: Score | None = Field(description="the same at its best")
    band: Annotated[int, Field(ge=1, le=5)] | None
    confidence: Unit | None
    flags: list[str]
    grader: Grader | None
    versions: list[int] = Field(description="the versions of the kit whose rubric it was made with")
    error: str | None = Field(description="why it is ungraded; null exactly when it is graded")


class PersonVerdict(Contract):
    rater: str
    verdict: Verdict
    words: str | None = Field(
        default=None, description="the criterion as it was worded then, where it is another now; it does not stand here"
    )


class PersonRating(Contract):
    rater: str
    band: Annotated[int, Field(ge=1, le=5)] | None = Field(description="null where a file had verdicts only")
    comment: str
    imported: bool = Field(description="it came from a file")
    rubric: str = Field(description="content hash of the rubric that was in view")
    versions: list[int] = Field(description="the versions of the kit that have this rubric")
    submitted_at: datetime | None
    seconds: Annotated[float, Field(ge=0)] | None


class ResultsDecision(Contract):
    """Somebody's word above ratings and grade. All are kept; the last counts, unless it takes the one before back."""

    kind: DecisionKind
    by: str
    band: int = Field(ge=1, le=5)
    verdicts: dict[str, Verdict]
    reason: str
    at: datetime
    withdrawn: bool = Field(description="this one takes the one before it back")


class CriterionResult(Contract):
    """One criterion of an answer: what stands, and beside it the machine's verdict and every person's."""

    id: str
    text: str
    kind: CriterionKind
    by: StandsBy
    verdict: Verdict | None = Field(description="null where nothing stands, or people gave differing verdicts")
    machine: MachineVerdict | None
    people: list[PersonVerdict]


class ResultsTurn(Contract):
    turn: int = Field(ge=1)
    speaker: Speaker
    text: str


class AnswerResult(Contract):
    """One exchange of an interview. `exchange` is its place there, `question` the ID of the question."""

    exchange: int = Field(ge=1)
    question: str
    status: ExchangeStatus
    seconds: float = Field(ge=0)
    turns: list[ResultsTurn]
    stands: Stands
    machine: MachineGrade | None = Field(description="null while it is being made")
    ratings: list[PersonRating]
    decisions: list[ResultsDecision] = Field(description="oldest first")
    criteria: list[CriterionResult]


class CandidateOverall(Contract):
    """The mean of the bands that stand, with a range of 80 %: Student's t on the spread between the questions, joined
    in quadrature with the mean of what each leaves open. It says nothing about what to do with anybody."""

    mean: Band | None = Field(description="null where no answer has a band")
    low: Band | None
    high: Band | None
    counted: int = Field(ge=0, description="answers that have a band")
    questions: int = Field(ge=0, description="questions that the candidate was to be asked")


class CandidateResult(Contract):
    """One link, or one candidate whose answers came from a file."""

    candidate: str = Field(description="the employer's name or code; where names are hidden, `code` over again")
    code: str = Field(description="by the order of the links")
    interview: str | None = Field(description="null where none was begun, or it was deleted")
    status: Literal["not begun", "running", "paused", "ended", "deleted"]
    ended: Literal["complete", "early", "time"] | None = Field(
        description="how it ended: all questions were asked, the candidate ended it, or time ran out; null where it "
        "has not, or was not asked by this program"
    )
    imported: bool
    version: int | None = Field(description="the version of the kit that was asked")
    link_revoked: bool
    extra_percent: int = Field(ge=0)
    minutes: int | None = Field(description="the limit, extra time included")
    seconds: Annotated[float, Field(ge=0)] | None = Field(description="time used, pauses not counted")
    pauses: int | None
    begun_at: datetime | None
    ended_at: datetime | None
    consented_at: datetime | None
    overall: CandidateOverall
    pending: int = Field(ge=0, description="answers whose grade is still being made")
    answers: list[AnswerResult]


class Results(Contract):
    """Candidates in the order of their links. Nobody is ranked and nobody recommended."""

    kit: ResultsKit
    at: datetime
    names: bool = Field(description="whether candidates are shown by their names, not by codes")
    questions: list[ResultsQuestion] = Field(description="of the newest version, then those that only earlier ones had")
    candidates: list[CandidateResult]
