"""Kits: an employer's fixed interviews, the links to them, and what a candidate agreed to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field, StringConstraints

from interviewer.domain.question import Identifier, Line, Question, Value, content_hash
from interviewer.domain.words import Role, Seniority

MAX_QUESTIONS = 20
MAX_KIT_TEXT = 8_000
"""Characters of a welcome, a consent or a reason; longer is refused with a sentence."""

MOST_EXTRA = 300
"""Per cent of extra time that a link may give."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_KIT_TEXT)]


class Part(StrEnum):
    """Who somebody is in the work on a kit; kept beside the owner on everything that is stored."""

    EMPLOYER = "employer"
    RATER = "rater"
    CANDIDATE = "candidate"


class Probing(StrEnum):
    """Which follow-ups a kit asks: none, or the ones fixed beforehand, the same for everyone whatever they answer."""

    NONE = "none"
    FIXED = "fixed"


class Pausing(StrEnum):
    """Whether a candidate may stop the clock: not at all, or with every pause counted and shown in the results."""

    NONE = "none"
    COUNTED = "counted"


class KitQuestion(Value):
    """One question of a kit, with its rubric as it was frozen.

    ``why`` says how it belongs to the job, ``probes`` name the criteria whose probe is asked after the answer, in this
    order. ``from_bank`` is False for one that the employer wrote.
    """

    question: Question
    why: Text = ""
    probes: tuple[Identifier, ...] = ()
    from_bank: bool = True


class KitContent(Value):
    """What one version of a kit says and asks. Everything in it is the same for all who get it.

    ``asks`` is who asks, as the candidate sees it; ``another_way`` how to ask for an interview in another form.
    ``minutes`` limit the interview as a whole (a link may give extra time), ``keep_days`` are the days after its end
    for which it is kept.
    """

    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    asks: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    role: Role = Role.ML_ENGINEER
    seniority: Seniority = Seniority.MID
    welcome: Text = ""
    consent: Text = ""
    another_way: Text = ""
    keep_days: int = Field(default=180, ge=1, le=3650)
    minutes: int = Field(default=30, ge=5, le=240)
    probing: Probing = Probing.FIXED
    pausing: Pausing = Pausing.COUNTED
    questions: tuple[KitQuestion, ...] = Field(default=(), max_length=MAX_QUESTIONS)

    @cached_property
    def hash(self) -> str:
        """The content hash that a link, a consent and an interview name."""
        return content_hash(self.model_dump(mode="json", exclude_defaults=True))

    @property
    def own_questions(self) -> int:
        """How many of the questions the employer wrote; with none, every question and rubric is public."""
        return sum(not one.from_bank for one in self.questions)


class KitStatus(StrEnum):
    """A draft can be changed and has no links; an open one is frozen and can be taken; a closed one begins no more."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class KitVersion(Value):
    """What a kit was from ``at`` on. ``number`` counts from 1; ``note`` says what was changed and why."""

    number: int = Field(ge=1)
    content: KitContent
    at: datetime
    note: str = ""


class Kit(Value):
    """A kit as it is now: its draft, or the newest version (``version`` is its number, None for a draft)."""

    id: str
    owner: str
    status: KitStatus
    created_at: datetime
    content: KitContent
    version: int | None = None


class KitSummary(Value):
    """A line in the list of kits. ``links`` are all that were given out, ``begun`` and ``ended`` interviews."""

    id: str
    status: KitStatus
    created_at: datetime
    title: str
    questions: int
    links: int
    begun: int
    ended: int


class KitTerms(Value):
    """The terms that an interview from a kit runs on; they travel in its set-up.

    ``probes`` has, for each question of the plan, the criteria whose probe is asked, in order. ``content`` is the
    kit version's content hash.
    """

    kit: str
    version: int = Field(ge=1)
    content: str
    title: str
    asks: str
    pausing: Pausing
    probes: tuple[tuple[Identifier, ...], ...]
    extra_percent: int = Field(default=0, ge=0, le=MOST_EXTRA)


class Refusal(StrEnum):
    """Why a link does not lead to an interview (any more)."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    CLOSED = "closed"


class Invitation(Value):
    """One candidate's link to a kit. The token in it is nowhere stored, only its hash.

    ``label`` is the employer's name or code for the candidate, never shown to raters. ``consented_at`` is when the
    candidate agreed, ``consent`` the content hash of the version whose text they agreed to; ``version`` its number.
    ``imported`` marks answers that came from a file: nobody was asked anything by this program.
    """

    id: str
    kit_id: str
    owner: str
    label: Line
    extra_percent: int = Field(default=0, ge=0, le=MOST_EXTRA)
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    consented_at: datetime | None = None
    consent: str = ""
    version: int | None = None
    interview_id: str | None = None
    imported: bool = False

    def refused(self, now: datetime, kit: KitStatus = KitStatus.OPEN) -> Refusal | None:
        """Why this link leads nowhere at ``now``; None where it leads on. An interview that was begun in time may be
        finished after the link has expired or the kit was closed, not after the link was revoked."""
        if self.revoked_at is not None:
            return Refusal.REVOKED
        if self.interview_id is not None:
            return None
        if now >= self.expires_at:
            return Refusal.EXPIRED
        return Refusal.CLOSED if kit is not KitStatus.OPEN else None
