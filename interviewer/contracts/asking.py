"""The events of an interview in a terminal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from interviewer.contracts.base import Contract, Unit
from interviewer.contracts.grading import GradeFields
from interviewer.domain.interview import Setup, Substance
from interviewer.domain.report import Report
from interviewer.domain.words import Intent, MoveKind, Speaker, Verdict


class Event(Contract):
    seq: int = Field(ge=1, description="counts the lines")


class PlannedQuestion(Contract):
    exchange: int = Field(ge=1)
    id: str
    prompt: str


class InterviewEvent(Event):
    """The first line: what was planned."""

    type: Literal["interview"] = "interview"
    id: str
    model: str
    setup: Setup
    questions: list[PlannedQuestion]


class TurnEvent(Event):
    """One utterance of either side. `turn` numbers them from 1 within the interview."""

    type: Literal["turn"] = "turn"
    turn: int = Field(ge=1)
    exchange: int = Field(ge=1)
    question_id: str
    speaker: Speaker
    text: str
    intent: Intent | None = Field(description="what a button or a command said; null for what was typed")


class EventMark(Contract):
    criterion: str
    verdict: Verdict
    quote: str
    confidence: Unit


class EventMisconception(Contract):
    misconception: str
    quote: str


class AssessmentEvent(Event):
    """The quick judgement of the candidate's turn number `turn`."""

    type: Literal["assessment"] = "assessment"
    turn: int = Field(ge=1)
    exchange: int = Field(ge=1)
    intent: Intent
    marks: list[EventMark]
    misconceptions: list[EventMisconception]
    clarification: int | None


class MoveEvent(Event):
    """What the interviewer decided to do; `turn` is the number of the turn that says it."""

    type: Literal["move"] = "move"
    turn: int = Field(ge=1)
    exchange: int = Field(ge=1, description="the exchange that the move leads to")
    kind: MoveKind
    manner: str
    substance: Substance | None


class _OfExchange(Event):
    type: Literal["grade"] = "grade"
    exchange: int = Field(ge=1)


class GradeEvent(GradeFields, _OfExchange):
    """The grade of an exchange, once it is over."""


class ReportEvent(Event):
    """The last line: the whole report."""

    type: Literal["report"] = "report"
    report: Report


AskEvent = Annotated[
    InterviewEvent | TurnEvent | AssessmentEvent | MoveEvent | GradeEvent | ReportEvent,
    Field(discriminator="type"),
]
