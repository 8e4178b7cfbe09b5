"""The report: everything a candidate is told at the end, as one value that every format is made from."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from interviewer.domain.delivery import Delivery, Figures, InterviewDelivery
from interviewer.domain.grade import Dispute, GradeResult
from interviewer.domain.interview import ExchangeStatus, Turn
from interviewer.domain.question import Line, SourceRef, Task, Value
from interviewer.domain.usage import Usage
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


class SpokenAnswer(Value):
    """How one turn of the candidate came across. ``understood`` is what was understood of it, None where just that was
    sent; ``recording`` is the number of the recording whose sound was kept, None where none was."""

    delivery: Delivery
    understood: str | None = None
    recording: int | None = None


class QuestionReport(Value):
    """One exchange, told to the candidate.

    ``counted`` says whether it enters the overall result; ``note`` says in a sentence why not, or how (a skip).
    ``task`` is what a coding question handed over in writing. ``graded_by`` names the grader where that is not the
    offline model for the whole interview; ``retrying`` says that a grade which failed will be tried again by itself.
    """

    number: int
    question_id: str
    prompt: str
    topic: str
    topic_title: str
    stage: Stage
    seniority: Seniority
    task: Task | None = None
    status: ExchangeStatus
    seconds: float
    turns: tuple[Turn, ...]
    grade: GradeResult | None = None
    graded_by: str = ""
    retrying: bool = False
    counted: bool = False
    note: str = ""
    missed: tuple[Line, ...] = ()
    sample_answer: str | None = None
    approach: str | None = None
    study: tuple[Line, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    spoken: tuple[SpokenAnswer, ...] = ()


class TopicScore(Value):
    topic: str
    title: str
    score: float
    questions: int


class CompetencyScore(Value):
    """One of the things that employers look for, and how the answers did that speak to it; never a rank of a person.

    ``score`` is the mean over the ``questions`` with these ``numbers``, all weighing the same.
    """

    id: str
    title: str
    looks_for: str
    score: float = Field(ge=0, le=5)
    questions: int
    numbers: tuple[int, ...]


class LookingBack(Value):
    """A question that candidates ask themselves afterwards, and what they noted on it; nobody grades it."""

    id: str
    prompt: str
    help: str
    note: str = ""


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


class EarlierDelivery(Figures):
    """The figures of all spoken answers of an earlier interview, which began ``at``."""

    at: datetime


class ReportDelivery(InterviewDelivery):
    """How the spoken answers came across, beside the candidate's own earlier interviews, the earliest first; nobody
    else's. ``given`` is how many answers the candidate gave, spoken and typed."""

    past: tuple[EarlierDelivery, ...] = ()
    given: int = Field(ge=1)


class Report(Value):
    """The whole report.

    ``graded_by`` says in a sentence who graded and how far to trust it, ``basis`` what the competencies rest on.
    ``interviewed_by`` says who interviewed and ``usage`` what that took; empty and None where it was the offline model.
    ``delivery`` is None where nothing was spoken; no grade rests on it.
    """

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
    interviewed_by: str = ""
    graded_by: str
    usage: Usage | None = None
    pending: int = 0
    questions: tuple[QuestionReport, ...] = ()
    delivery: ReportDelivery | None = None
    topics: tuple[TopicScore, ...] = ()
    competencies: tuple[CompetencyScore, ...] = ()
    basis: str = ""
    reflections: tuple[LookingBack, ...] = ()
    study: tuple[StudyNext, ...] = ()
    advice: tuple[Advice, ...] = ()
