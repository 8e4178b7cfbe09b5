"""Interviews: the plan, the exchanges, the turns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from interviewer.domain.company import Company
from interviewer.domain.kit import KitTerms
from interviewer.domain.question import Identifier, Question, Value
from interviewer.domain.speech import Spoken
from interviewer.domain.usage import Call
from interviewer.domain.words import Intent, Mode, MoveKind, Role, Seniority, Speaker, Stage, Verdict

MAX_TURN_CHARACTERS = 100_000
"""A longer turn is refused with a sentence, never cut."""

MAX_REQUEST_CHARACTERS = 300

MAX_MINUTES = 960
"""A kit asks for at most 240 minutes, and a link may give three times as many on top of them."""

SCRIPT = "script"
"""Who spoke where nothing but templates and the bank's own wording was said."""


class Setup(Value):
    """What the candidate chose. An empty tuple of stages or topics means "all of them".

    ``questions`` limits the number of questions, ``minutes`` the time; at least one of the two is set.
    ``question_ids`` fixes the questions and their order instead. ``request`` is a wish in the candidate's own
    words ("more on transformers"), ``company`` the one that they prepare for. ``seed`` makes planning and
    wording reproducible. ``kit`` has the terms of an employer's kit, where the interview is from one.
    """

    role: Role = Role.ML_ENGINEER
    seniority: Seniority = Seniority.MID
    stages: tuple[Stage, ...] = ()
    topics: tuple[Identifier, ...] = ()
    mode: Mode = Mode.PRACTICE
    questions: int | None = Field(default=None, ge=1, le=30)
    minutes: int | None = Field(default=None, ge=5, le=MAX_MINUTES)
    question_ids: tuple[Identifier, ...] = ()
    request: str = Field(default="", max_length=MAX_REQUEST_CHARACTERS)
    company: Company | None = None
    seed: int = Field(default=0, ge=0, lt=2**31)
    max_probes: int = Field(default=2, ge=0, le=5)
    max_hints: int = Field(default=3, ge=0, le=5)
    kit: KitTerms | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.questions is None and self.minutes is None and not self.question_ids:
            raise ValueError("an interview needs a number of questions, a number of minutes, or fixed questions")
        return self

    @property
    def adapts(self) -> bool:
        """Whether the questions may still change while the interview runs."""
        return self.mode is Mode.PRACTICE and not self.question_ids and self.kit is None


class InterviewStatus(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class ExchangeStatus(StrEnum):
    """``skipped``: closed at the candidate's wish; ``unfinished``: open when the interview was ended."""

    OPEN = "open"
    CLOSED = "closed"
    SKIPPED = "skipped"
    UNFINISHED = "unfinished"


class Substance(Value):
    """What a move says, by reference into the question's record, so that it is never said twice.

    ``kind`` is what was used (prompt, variant, probe, hint, challenge, clarification), ``target`` the
    criterion, misconception or index it belongs to, ``text`` the bank's own wording.
    """

    kind: str
    target: str = ""
    index: int = 0
    text: str = ""


class Move(Value):
    """What the interviewer decided to do, and with which words of the bank."""

    kind: MoveKind
    substance: Substance | None = None
    manner: str = ""
    """The template family that frames the substance (``advance_kind``, ``skip`` ...); empty means ``kind``."""


class Turn(Value):
    """One utterance. ``seq`` counts from 1 within the interview; ``exchange`` is the question's place in the plan.

    ``intent`` is set when the candidate pressed a button instead of typing; the rest belongs to the interviewer's
    turns. ``by`` says who found the words: a model's name, SCRIPT, or "name, script" where a model broke off and the
    script went on; empty where nobody wrote it down. ``notice`` is a calm line that the candidate sees with the turn.
    """

    seq: int = Field(ge=1)
    exchange: int = Field(ge=1)
    speaker: Speaker
    text: str
    at: datetime
    intent: Intent | None = None
    move: Move | None = None
    by: str = ""
    notice: str = ""


class Mark(Value):
    """The quick judgement of one criterion over the exchange so far, with the words that it rests on."""

    criterion: str
    verdict: Verdict
    quote: str = ""
    confidence: float = Field(default=1.0, ge=0, le=1)


class MisconceptionMark(Value):
    misconception: str
    quote: str = ""


class Assessment(Value):
    """What a candidate's turn was, judged quickly while the exchange runs. ``turn`` is its seq.

    ``marks`` and ``misconceptions`` take in the whole exchange up to this turn: who corrects a mistake has
    corrected it. ``clarification`` is the index of the bank's clarification that answers what was asked, if any does;
    ``request`` is what the candidate wants to be asked about, in their own words. ``by`` is the model that judged;
    empty when nobody did: a button needs no judging, and what no model could read is taken to be an answer.
    """

    turn: int
    intent: Intent
    marks: tuple[Mark, ...] = ()
    misconceptions: tuple[MisconceptionMark, ...] = ()
    clarification: int | None = None
    request: str = ""
    by: str = ""


class Reply(Value):
    """What the interviewer answers to a candidate's turn, and what that does to the interview.

    ``closes`` is the status that the current exchange gets, ``opens`` the number of the exchange that
    the reply's question belongs to; ``instead`` is that question's record where it is not the planned one.
    ``by`` and ``notice`` are the turn's, ``calls`` what a real model was asked for on the way.
    All of it is stored in one transaction or not at all.
    """

    text: str
    move: Move
    assessment: Assessment
    closes: ExchangeStatus | None = None
    opens: int | None = None
    instead: Question | None = None
    pauses: bool = False
    ends: bool = False
    by: str = ""
    notice: str = ""
    calls: tuple[Call, ...] = ()


class Exchange(Value):
    """All turns about one question. ``number`` is its place in the plan, from 1.

    ``paused_before`` are the interview's paused seconds when the exchange opened, so that a pause within it
    can be told from one before.
    """

    number: int = Field(ge=1)
    question: Question
    status: ExchangeStatus
    opened_at: datetime
    closed_at: datetime | None = None
    paused_before: float = 0.0


class Interview(Value):
    """One run with one candidate, as the store holds it now.

    ``plan`` holds the question records as they were when they were planned, put to the company of the set-up;
    ``paused_seconds`` are taken out of the clock. ``spoken`` says how turns were spoken, those that were: it stands
    beside them, so that nothing of it goes along when turns are assessed or graded.
    """

    id: str
    owner: str
    setup: Setup
    bank_hash: str
    model: str
    status: InterviewStatus
    created_at: datetime
    ended_at: datetime | None = None
    paused_at: datetime | None = None
    paused_seconds: float = 0.0
    plan: tuple[Question, ...]
    exchanges: tuple[Exchange, ...] = ()
    turns: tuple[Turn, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    spoken: tuple[Spoken, ...] = ()

    @property
    def next_seq(self) -> int:
        """The number that the next turn, of either side, will have."""
        return len(self.turns) + 1

    @property
    def awaits_reply(self) -> bool:
        """The candidate has spoken and the interviewer has not answered yet."""
        return (
            self.status is not InterviewStatus.ENDED
            and bool(self.turns)
            and self.turns[-1].speaker is Speaker.CANDIDATE
        )

    @property
    def current(self) -> Exchange:
        """The exchange that the conversation is in (the last one opened)."""
        return self.exchanges[-1]

    def turns_of(self, number: int) -> tuple[Turn, ...]:
        return tuple(turn for turn in self.turns if turn.exchange == number)

    def elapsed_seconds(self, now: datetime) -> float:
        """Seconds on the interview's clock at ``now``; pauses do not count."""
        end = self.ended_at or self.paused_at or now
        return max(0.0, (end - self.created_at).total_seconds() - self.paused_seconds)

    def question_seconds(self, exchange: Exchange, now: datetime) -> float:
        """Seconds that an exchange has taken at ``now``, without the pauses within it."""
        end = exchange.closed_at or self.ended_at or self.paused_at or now
        later = [e.paused_before for e in self.exchanges if e.number > exchange.number]
        paused = (later[0] if later else self.paused_seconds) - exchange.paused_before
        return max(0.0, (end - exchange.opened_at).total_seconds() - paused)


class InterviewSummary(Value):
    """A line in the list of past interviews."""

    id: str
    status: InterviewStatus
    created_at: datetime
    setup: Setup
    answered: int
    planned: int
    score: float | None = None
