"""The parts of the bank beside its questions: sources, topics, roles, stages, guides, calibration answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from interviewer.domain.question import Identifier, Line, SourceRef, Value
from interviewer.domain.words import Role, Stage, Verdict


class Source(Value):
    """One of the articles that the bank was made from."""

    id: str = Field(pattern=r"^[0-9]{3}$")
    title: Line
    author: Line | None = None
    year: int | None = None


class Topic(Value):
    """A subject that questions are about; topics form a tree by ``parent``."""

    id: Identifier
    title: Line
    parent: Identifier | None = None


class RoleProfile(Value):
    """What a role is about and how much weight it puts on each topic (1 is neutral)."""

    id: Role
    summary: Line
    emphasis: dict[Identifier, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)


class StageProfile(Value):
    """What a stage is for, in a sentence that the candidate sees."""

    id: Stage
    purpose: Line


class Guide(Value):
    """Advice for candidates or employers, cited by the report."""

    id: Identifier
    title: Line
    audience: Literal["candidate", "employer"]
    when: Literal["before", "during", "after"]
    text: Line
    sources: tuple[SourceRef, ...] = ()


class AnswerKind(StrEnum):
    """Why a calibration answer has the band that it has."""

    EXCELLENT = "excellent"
    GOOD = "good"
    DEVELOPING = "developing"
    FRAGMENT = "fragment"
    FLUENT_WRONG = "fluent_wrong"
    NEGATED = "negated"
    OFF_TOPIC = "off_topic"
    DONT_KNOW = "dont_know"
    KEYWORDS = "keywords"
    RESTATED = "restated"
    INSTRUCTION = "instruction"


class CalibrationAnswer(Value):
    """An answer written by hand by reading the rubric, with the band and verdicts it should get."""

    id: Identifier
    band: int = Field(ge=1, le=5)
    kind: AnswerKind
    style: Literal["plain", "colloquial", "non_native", "transcribed"] = "plain"
    text: Line
    verdicts: dict[Identifier, Verdict]


class CalibrationSet(Value):
    """The calibration answers of one question."""

    question: Identifier
    answers: tuple[CalibrationAnswer, ...] = Field(min_length=1)
