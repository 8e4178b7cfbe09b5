"""The parts of the bank beside its questions: sources, topics, roles, stages, competencies, guides, calibration."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from interviewer.domain.question import Identifier, Line, SourceRef, Value
from interviewer.domain.words import Format, Role, Seniority, Stage, Verdict

Share = Annotated[float, Field(ge=0)]


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
    sources: tuple[SourceRef, ...] = ()


class RoleProfile(Value):
    """What a role is about and how much weight it puts on each topic and stage (1 is neutral)."""

    id: Role
    summary: Line
    emphasis: dict[Identifier, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    stages: dict[Stage, Share] = Field(default_factory=dict)
    sources: tuple[SourceRef, ...] = ()


class StageProfile(Value):
    """What a stage is for, in a sentence that the candidate sees.

    ``formats`` are the kinds of question that belong in it; ``share`` is how much of an interview's time it
    takes at each seniority, relative to the other stages (1 where it is not named).
    """

    id: Stage
    purpose: Line
    formats: tuple[Format, ...] = ()
    share: dict[Seniority, Share] = Field(default_factory=dict)
    sources: tuple[SourceRef, ...] = ()


class Competency(Value):
    """One of the things that employers assess, and the signs of it that can be seen in answers."""

    id: Identifier
    title: Line
    looks_for: Line
    signs: tuple[Line, ...] = Field(min_length=1)
    sources: tuple[SourceRef, ...] = ()


class Reflection(Value):
    """Something that a candidate asks themselves after an interview; ``help`` says how to go about it."""

    id: Identifier
    prompt: Line
    help: Line
    sources: tuple[SourceRef, ...] = ()


class Items(Value):
    """The IDs of everything that the source material holds, by kind: what the bank has to cover.

    ``not_questions`` only look like questions there, and must not be covered.
    """

    questions: tuple[Line, ...]
    tasks: tuple[Line, ...]
    not_questions: tuple[Line, ...]
    stages: tuple[Line, ...]
    topics: tuple[Line, ...]
    roles: tuple[Line, ...]
    criteria: tuple[Line, ...]
    faqs: tuple[Line, ...]
    reflections: tuple[Line, ...]


class Guide(Value):
    """Advice for candidates or employers, cited by the report; ``searches`` as in ``Question``."""

    id: Identifier
    title: Line
    audience: Literal["candidate", "employer"]
    when: Literal["before", "during", "after"]
    searches: tuple[Line, ...] = ()
    text: Line
    sources: tuple[SourceRef, ...] = ()


class AnswerKind(StrEnum):
    """Why a calibration answer has the band that it has."""

    EXCELLENT = "excellent"
    GOOD = "good"
    DEVELOPING = "developing"
    FRAGMENT = "fragment"
    TEXTBOOK = "textbook"
    FLUENT_WRONG = "fluent_wrong"
    NEGATED = "negated"
    OFF_TOPIC = "off_topic"
    DONT_KNOW = "dont_know"
    KEYWORDS = "keywords"
    RESTATED = "restated"
    INSTRUCTION = "instruction"


class CalibrationAnswer(Value):
    """An answer written by hand by reading the rubric, with the band and verdicts it should get.

    ``quotes`` has, for a criterion that is not missing, the piece of the text that states or contradicts it.
    """

    id: Identifier
    band: int = Field(ge=1, le=5)
    kind: AnswerKind
    style: Literal["plain", "colloquial", "non_native", "transcribed"] = "plain"
    text: Line
    verdicts: dict[Identifier, Verdict]
    quotes: dict[Identifier, Line] = Field(default_factory=dict)


class CalibrationSet(Value):
    """The calibration answers of one question."""

    question: Identifier
    answers: tuple[CalibrationAnswer, ...] = Field(min_length=1)


class SecondReading(Value):
    """The verdicts of somebody who read a calibration answer without knowing what it was meant to be worth."""

    id: Identifier
    verdicts: dict[Identifier, Verdict]


class SecondReadings(Value):
    """The second readings of one question's calibration answers."""

    question: Identifier
    answers: tuple[SecondReading, ...] = Field(min_length=1)
