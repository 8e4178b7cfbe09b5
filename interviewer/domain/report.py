"""The report: everything a candidate is told at the end, as one value that every format is made from."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from interviewer.domain.grade import Dispute, GradeResult
from interviewer.domain.interview import ExchangeStatus, Turn
from interviewer.domain.question import Line, SourceRef, Value
from interviewer.domain.words import Mode, Role, Seniority, Stage


class Overall(Value):
    """The interview as a whole.

    ``score`` is the mean over the counted questions, 0 to 5; ``low`` and ``high`` its 80 % interval, from
    the spread between questions and the doubt within them. All three are None when nothing was graded.
    """

    score: float | None = Field(default=None, ge=0, le=5)
    low: float | None = Field(default=None, ge=0, le=5)
    high: float | None = Field(default=None, ge=0, le=5)
    band: int | None = Field(default=None, ge=1, le=5)
    counted: int = 0
    left_out: int = 0
    headline: str = ""
    gist: str = ""
    certainty: str = ""


class QuestionReport(Value):
    """One exchange, told to the candidate.

    ``counted`` says whether it enters the overall result; ``note`` says in a sentence why not, or how (a skip).
    """

    number: int
    question_id: str
    prompt: str
    topic: str
    topic_title: str
    stage: Stage
    seniority: Seniority
    status: ExchangeStatus
    seconds: float
    turns: tuple[Turn, ...]
    grade: GradeResult | None = None
    counted: bool = False
    note: str = ""
    missed: tuple[Line, ...] = ()
    sample_answer: str | None = None
    approach: str | None = None
    study: tuple[Line, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    disputes: tuple[Dispute, ...] = ()


class TopicScore(Value):
    topic: str
    title: str
    score: float
    questions: int


class StudyNext(Value):
    """One thing to study, why, and where it comes from."""

    suggestion: str
    why: str
    source: str


class Advice(Value):
    """A guide's passage that fits how the interview went."""

    guide: str
    title: str
    text: str
    source: str


class Report(Value):
    """The whole report. ``graded_by`` says in a sentence who graded and how far to trust it."""

    version: int = 1
    interview_id: str
    role: Role
    seniority: Seniority
    mode: Mode
    created_at: datetime
    ended_at: datetime | None
    finished: bool
    seconds: float
    overall: Overall
    graded_by: str
    pending: int = 0
    questions: tuple[QuestionReport, ...] = ()
    topics: tuple[TopicScore, ...] = ()
    study: tuple[StudyNext, ...] = ()
    advice: tuple[Advice, ...] = ()
