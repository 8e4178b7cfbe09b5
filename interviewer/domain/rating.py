"""What people make of an answer: ratings, decisions that stand above the machine's grade, comments, practice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from interviewer.domain.kit import Part
from interviewer.domain.knowledge import CalibrationAnswer
from interviewer.domain.question import Identifier, Question, Value
from interviewer.domain.words import Verdict

RATED = (Verdict.MET, Verdict.PARTIAL, Verdict.MISSING, Verdict.CONTRADICTED)
"""The verdicts that a person may give."""


class Practice(Value):
    """One answer of a rater's practice round: the band and verdicts that it has, and those that were given.

    ``answer`` is the calibration answer's ID, ``question`` its question's.
    """

    question: Identifier
    answer: Identifier
    band: int = Field(ge=1, le=5)
    given: int = Field(ge=1, le=5)
    verdicts: dict[Identifier, Verdict]
    given_verdicts: dict[Identifier, Verdict]


class Rater(Value):
    """Somebody who rates the answers to a kit. ``ready_at`` is when the practice round was finished: from then on
    their ratings count. ``imported`` ratings came from a file, and nobody knows how they were made."""

    id: str
    kit_id: str
    owner: str
    role: Part = Part.RATER
    name: str
    created_at: datetime
    practice: tuple[Practice, ...] = ()
    ready_at: datetime | None = None
    imported: bool = False


class Rating(Value):
    """A person's grade of one exchange. A draft (``submitted_at`` None) may lack anything, and counts nowhere.

    ``rubric_hash`` names the rubric that was in view; ``seconds`` are those from the first look to the submission.
    """

    interview_id: str
    exchange: int = Field(ge=1)
    rater: str
    rubric_hash: str
    verdicts: dict[Identifier, Verdict] = Field(default_factory=dict)
    band: int | None = Field(default=None, ge=1, le=5)
    comment: str = ""
    submitted_at: datetime | None = None
    seconds: float | None = Field(default=None, ge=0)


class DecisionKind(StrEnum):
    """``override``: somebody put their band above the machine's; ``settled``: a disagreement was talked over."""

    OVERRIDE = "override"
    SETTLED = "settled"


class Decision(Value):
    """The band (and perhaps verdicts) that stands for an exchange, above ratings and machine; none is overwritten,
    the newest counts. ``reason`` is never empty. ``withdrawn`` takes the one before it back."""

    interview_id: str
    exchange: int = Field(ge=1)
    kind: DecisionKind
    by: str
    role: Part = Part.EMPLOYER
    band: int = Field(ge=1, le=5)
    verdicts: dict[Identifier, Verdict] = Field(default_factory=dict)
    reason: str
    rubric_hash: str
    at: datetime
    withdrawn: bool = False


def in_force(decisions: Sequence[Decision]) -> Decision | None:
    """The decision that counts, of those on one exchange, oldest first: the newest, unless it takes the others back."""
    return decisions[-1] if decisions and not decisions[-1].withdrawn else None


class Comment(Value):
    """A remark in the discussion of one exchange."""

    interview_id: str
    exchange: int = Field(ge=1)
    by: str
    role: Part = Part.EMPLOYER
    text: str
    at: datetime


class KeptAnswer(Value):
    """A candidate's answer that was turned into a calibration answer; it goes when the interview goes."""

    kit_id: str
    question: Identifier
    interview_id: str
    exchange: int = Field(ge=1)
    answer: CalibrationAnswer
    at: datetime


class RubricDraft(Value):
    """A rubric that is being changed: the question at place ``number`` of the kit as it would be.

    ``base`` is the hash of the rubric that it was begun from. ``looks`` counts how often the held-out answers were
    scored under it: after the first look, they are no longer quite held out.
    """

    id: int
    kit_id: str
    number: int = Field(ge=1)
    base: str
    question: Question
    looks: int = 0
    changed_at: datetime
