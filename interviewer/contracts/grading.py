"""What is given to be graded, and the grades."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictInt, StrictStr, model_validator

from interviewer.contracts.base import Contract, Cosine, Unit
from interviewer.domain.words import Verdict


class InputTurn(Contract):
    role: Literal["interviewer", "candidate"]
    text: StrictStr


class GradeInput(Contract):
    """A line to be graded. Other fields are ignored, and ``null`` is the same as leaving a field out.

    What it is graded against is the first present of ``criteria``, ``reference``, ``question_id`` and ``question``.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"anyOf": [{"required": ["answer"]}, {"required": ["turns"]}]},
                {"anyOf": [{"required": [name]} for name in ("criteria", "reference", "question_id", "question")]},
            ]
        }
    )

    id: StrictStr | StrictInt = Field(description="unique in the file; the output line repeats it")
    answer: StrictStr | None = Field(default=None, description="what the candidate said, in one piece")
    turns: list[InputTurn] | None = Field(default=None, description="or the whole exchange, in order")
    criteria: list[StrictStr] | None = Field(default=None, description="what to look for; all count the same")
    reference: StrictStr | None = Field(default=None, description="a reference answer, from which claims are derived")
    question_id: StrictStr | None = Field(default=None, description="a question of the bank, for its rubric")
    question: StrictStr | None = Field(
        default=None,
        description="what was asked. Alone, it is matched to the bank; with the others, repeating it earns nothing",
    )

    @model_validator(mode="after")
    def _complete(self) -> GradeInput:
        if self.answer is None and self.turns is None:
            raise ValueError("neither `answer` nor `turns` is there")
        if self.answer is not None and self.turns is not None:
            raise ValueError("`answer` and `turns` are both there; one of them is to be given")
        if self.criteria is None and self.reference is None and self.question_id is None and self.question is None:
            raise ValueError("there is nothing to grade against: `criteria`, `reference`, `question_id` or `question`")
        return self


class Quote(Contract):
    """The candidate's own words."""

    turn: int = Field(
        ge=0,
        description="in `grade`, the 0-based place in the line's `turns`, and 0 for an `answer`; "
        "in `ask` and `results`, the number of the turn in the interview",
    )
    start: int = Field(ge=0, description="offset in code points of that turn's text")
    end: int = Field(ge=0, description="offset of the first code point after the quote")
    text: str


class GradeVerdict(Contract):
    criterion: str = Field(description="its id: the bank's, or c1, c2 … for given criteria and derived claims")
    text: str
    verdict: Verdict
    confidence: Unit
    doubtful: bool = Field(description="a person should look at it: the confidence is low")
    quotes: list[Quote]
    reason: str


class Match(Contract):
    """The bank's question that is nearest to the line's `question`; too far is ungraded, but named here."""

    id: str
    cosine: Cosine


class Grader(Contract):
    model: str
    version: str
    rubric_hash: str | None = Field(description="null where there was no rubric to grade against")


class GradeFields(Contract):
    """A grade, or why there is none."""

    status: Literal["graded", "ungraded"]
    question_id: str | None = Field(description="the bank's question whose rubric was used")
    score: Annotated[float, Field(ge=0, le=5)] | None
    band: Annotated[int, Field(ge=1, le=5)] | None
    confidence: Unit | None
    verdicts: list[GradeVerdict]
    flags: list[str]
    grader: Grader
    error: str | None = Field(description="why it is ungraded; null exactly when it is graded")


class _OfLine(Contract):
    id: str | int | None = Field(description="null where the line has no id that can be read")
    match: Match | None = Field(description="only where a free-text `question` was matched to the bank")


class GradeOutput(GradeFields, _OfLine):
    """The result of one input line; there is exactly one for each, in the same order."""
