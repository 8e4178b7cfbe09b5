"""Grades: verdicts with evidence, or a reason why there is none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from interviewer.domain.question import Value
from interviewer.domain.words import CriterionKind, Verdict


class Evidence(Value):
    """A quote from the candidate's own turns.

    ``turn`` is the turn's seq; ``start`` and ``end`` are offsets in code points of its text as stored,
    and ``text`` is exactly that stretch.
    """

    turn: int
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class CriterionVerdict(Value):
    """The verdict on one criterion. ``doubtful`` verdicts widen the score's range and ask for a person."""

    criterion: str
    text: str
    kind: CriterionKind
    weight: float
    verdict: Verdict
    confidence: float = Field(ge=0, le=1)
    reason: str
    evidence: tuple[Evidence, ...] = ()
    doubtful: bool = False


class MisconceptionFound(Value):
    """A misconception that the candidate stated, with the words and the correction."""

    misconception: str
    criterion: str | None
    correction: str
    evidence: tuple[Evidence, ...] = Field(min_length=1)


class Provenance(Value):
    """What made a grade: enough to interpret it later."""

    model: str
    version: str
    rubric_hash: str
    prompt_version: str | None = None
    settings: dict[str, str | float | int | bool] = Field(default_factory=dict)
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = Field(default=None, description="US dollars")
    seconds: float = 0.0


class Grade(Value):
    """The careful judgement of one exchange. ``low`` and ``high`` bound the score over the doubtful verdicts."""

    status: Literal["graded"] = "graded"
    score: float = Field(ge=0, le=5)
    low: float = Field(ge=0, le=5)
    high: float = Field(ge=0, le=5)
    band: int = Field(ge=1, le=5)
    confidence: float = Field(ge=0, le=1)
    verdicts: tuple[CriterionVerdict, ...]
    misconceptions: tuple[MisconceptionFound, ...] = ()
    flags: tuple[str, ...] = ()
    hints_used: int = 0
    provenance: Provenance


class Ungraded(Value):
    """No grade, and why. Never a score in disguise."""

    status: Literal["ungraded"] = "ungraded"
    reason: str
    retryable: bool = False
    flags: tuple[str, ...] = ()
    provenance: Provenance | None = None


GradeResult = Annotated[Grade | Ungraded, Field(discriminator="status")]
grade_result: TypeAdapter[Grade | Ungraded] = TypeAdapter(GradeResult)


class Dispute(Value):
    """A candidate's disagreement with one verdict: kept beside the grade, never over it."""

    exchange: int
    criterion: str
    comment: str
    at: datetime
