"""Questions and what to look for in their answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from interviewer.domain.words import CriterionKind, Format, Role, Seniority, Stage

COMPANY = "{company}"
"""Where the company's name goes in the wordings of a question about a company."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=64)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Value(BaseModel):
    """A plain value: frozen, compared by content, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As Pydantic's, but what was computed from the old content (a hash) is not taken along."""
        made = super().model_copy(update=update, deep=deep)
        for name in [name for name in made.__dict__ if name not in type(self).model_fields]:
            del made.__dict__[name]
        return made


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
    ``hints`` rise from a nudge to nearly there. With ``about_company`` it asks for something particular to
    the company: sentences of a text about the company that the user gives count as reference statements too.
    """

    id: Identifier
    text: Line
    kind: CriterionKind = CriterionKind.CORE
    weight: float = Field(default=1.0, gt=0, le=5)
    statements: tuple[Line, ...] = Field(min_length=1)
    contradictions: tuple[Line, ...] = ()
    hints: tuple[Line, ...] = ()
    probe: Line | None = None
    about_company: bool = False


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
    """The criteria of one question, with the misconceptions that take away from an answer.

    ``counts_questions``: what the candidate asks counts like what they state, as where they are to ask something.
    """

    criteria: tuple[Criterion, ...] = Field(min_length=1)
    misconceptions: tuple[Misconception, ...] = ()
    counts_questions: bool = False

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
        return content_hash(self.model_dump(mode="json", exclude_defaults=True))

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


class Example(Value):
    """One input of a coding task with what should come out, and why if that is not plain."""

    given: Line
    expected: Line
    why: Line | None = None


class Task(Value):
    """What a coding question hands over in writing, beside the spoken prompt."""

    brief: Line
    constraints: tuple[Line, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = Field(min_length=1)


class CompanyWording(Value):
    """How a question about a company is asked once the company is known; ``{company}`` stands for its name."""

    prompt: Line
    variants: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _names_the_company(self) -> Self:
        for wording in (self.prompt, *self.variants):
            if COMPANY not in wording:
                raise ValueError(f"{wording!r} does not name {COMPANY}")
        return self


class Question(Value):
    """What is asked, with everything that belongs to it.

    ``task`` is there for coding questions and only for them. ``company`` is there for questions about a
    company; the ``prompt`` then asks about one of the candidate's choice. ``searches`` are what somebody may
    type who looks for this question without knowing its name; they are never asked. ``sources`` and ``study`` are
    never empty in a bank's records; an employer's own question has neither.
    """

    id: Identifier
    prompt: Line
    variants: tuple[Line, ...] = ()
    searches: tuple[Line, ...] = ()
    topic: Identifier
    stage: Stage
    seniority: Seniority
    roles: tuple[Role, ...] = Field(min_length=1)
    format: Format
    minutes: int = Field(ge=1, le=60)
    competencies: tuple[Identifier, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    approach: Line
    clarifications: tuple[Clarification, ...] = ()
    rubric: Rubric
    sample_answer: Line
    study: tuple[Line, ...] = ()
    task: Task | None = None
    company: CompanyWording | None = None

    @model_validator(mode="after")
    def _fits_its_format(self) -> Self:
        if (self.task is not None) != (self.format is Format.CODING):
            raise ValueError("coding questions have a task, and others have none")
        return self

    @cached_property
    def hash(self) -> str:
        """The content hash of the whole record; an interview keeps the records it was planned with."""
        return content_hash(self.model_dump(mode="json", exclude_defaults=True))
