"""Questions and what to look for in their answers."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from interviewer.domain.words import CriterionKind, Format, Role, Seniority, Stage

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Value(BaseModel):
    """A plain value: frozen, compared by content, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def content_hash(value: object) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of ``value``'s canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


class SourceRef(Value):
    """The place in the source material that a record covers."""

    source: Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
    item: Line


class Criterion(Value):
    """One observable thing to look for in an answer.

    ``statements`` say the same thing in differing words, as people say it; ``contradictions`` say its
    opposite, as people who are mistaken say it. ``probe`` opens the gap without naming the answer;
    ``hints`` rise from a nudge to nearly there.
    """

    id: Identifier
    text: Line
    kind: CriterionKind = CriterionKind.CORE
    weight: float = Field(default=1.0, gt=0, le=5)
    statements: tuple[Line, ...] = Field(min_length=1)
    contradictions: tuple[Line, ...] = ()
    hints: tuple[Line, ...] = ()
    probe: Line | None = None


class Misconception(Value):
    """A wrong belief typical of a question.

    ``beliefs`` are wordings of it; ``challenge`` is said in the interview, ``correction`` in the report.
    ``criterion`` names the criterion that it contradicts, if it is about one.
    """

    id: Identifier
    beliefs: tuple[Line, ...] = Field(min_length=1)
    criterion: Identifier | None = None
    challenge: Line
    correction: Line


class Rubric(Value):
    """The criteria of one question, with the misconceptions that take away from an answer."""

    criteria: tuple[Criterion, ...] = Field(min_length=1)
    misconceptions: tuple[Misconception, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError(f"criterion ids repeat: {ids}")
        wrong = [m.id for m in self.misconceptions]
        if len(set(wrong)) != len(wrong):
            raise ValueError(f"misconception ids repeat: {wrong}")
        for misconception in self.misconceptions:
            if misconception.criterion is not None and misconception.criterion not in ids:
                raise ValueError(
                    f"misconception {misconception.id!r} names the unknown criterion {misconception.criterion!r}"
                )
        return self

    @cached_property
    def hash(self) -> str:
        """The content hash that every grade made with this rubric names."""
        return content_hash(self.model_dump(mode="json"))

    def criterion(self, criterion_id: str) -> Criterion:
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def misconception(self, misconception_id: str) -> Misconception:
        for misconception in self.misconceptions:
            if misconception.id == misconception_id:
                return misconception
        raise KeyError(misconception_id)


class Clarification(Value):
    """What a candidate may ask about the question, and the answer that gives nothing away."""

    asks: tuple[Line, ...] = Field(min_length=1)
    answer: Line


class Question(Value):
    """What is asked, with everything that belongs to it."""

    id: Identifier
    prompt: Line
    variants: tuple[Line, ...] = ()
    topic: Identifier
    stage: Stage
    seniority: Seniority
    roles: tuple[Role, ...] = Field(min_length=1)
    format: Format
    minutes: int = Field(ge=1, le=60)
    sources: tuple[SourceRef, ...] = Field(min_length=1)
    approach: Line
    clarifications: tuple[Clarification, ...] = ()
    rubric: Rubric
    sample_answer: Line
    study: tuple[Line, ...] = Field(min_length=1)

    @cached_property
    def hash(self) -> str:
        """The content hash of the whole record; an interview keeps the records it was planned with."""
        return content_hash(self.model_dump(mode="json"))
