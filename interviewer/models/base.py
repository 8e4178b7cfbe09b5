"""The door to whatever thinks: one protocol, our own types, no provider's words beyond it.

What a model returns is a draft. Quotes in it are claims until the evidence check has found them in the
candidate's own turns, and no score passes through this door.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pydantic import Field

from interviewer.domain.interview import Assessment, Turn
from interviewer.domain.question import Question, Rubric, Value
from interviewer.domain.usage import Purpose
from interviewer.domain.words import Mode, MoveKind, Verdict


class ModelInfo(Value):
    """Who speaks and who grades, as pages and provenance name it."""

    name: str
    version: str
    offline: bool
    settings: dict[str, str | float | int | bool] = Field(default_factory=dict)

    def named(self, purpose: Purpose) -> str:
        """The name of the one that does such work: an endpoint may have a model for each, named in ``settings``."""
        work = Purpose.SPEAK if purpose is Purpose.ACKNOWLEDGE else purpose
        return str(self.settings.get(f"{work.value}_model", self.name))


class AssessRequest(Value):
    """One candidate's turn in its exchange. ``turns`` are this exchange's only; the last is the one to assess.

    ``confirming`` says that the candidate was just asked whether they want to end.
    """

    question: Question
    turns: tuple[Turn, ...]
    mode: Mode
    confirming: bool = False


class SpeakRequest(Value):
    """What is to be said. By its type it cannot carry rubric, reference statements or a sample answer.

    ``substance`` is the bank's own wording; ``manner`` names how it is framed; ``quotes`` are stretches of
    the candidate's own words that may be referred to; ``seed`` varies the wording reproducibly.
    """

    kind: MoveKind
    manner: str
    substance: str = ""
    mode: Mode
    quotes: tuple[str, ...] = ()
    earned: bool = False
    last_turns: tuple[str, ...] = ()
    note: str = ""
    seed: int = 0


class AcknowledgeRequest(Value):
    """What the candidate just said, to be acknowledged in one sentence that gives nothing away. By its type it cannot
    carry anything else than what was said aloud."""

    answer: str
    last_turns: tuple[str, ...] = ()


class GradeRequest(Value):
    """A closed exchange to be graded in a fresh context: the locked rubric, the question, the turns."""

    question: str
    rubric: Rubric
    turns: tuple[Turn, ...]


class VerdictDraft(Value):
    """A claimed verdict; the reason comes first so that it is made before the verdict is."""

    criterion: str
    reason: str
    verdict: Verdict
    quotes: tuple[str, ...] = ()
    confidence: float = Field(default=1.0, ge=0, le=1)


class MisconceptionDraft(Value):
    misconception: str
    quote: str


class GradeDraft(Value):
    """Everything a model claims about an exchange."""

    verdicts: tuple[VerdictDraft, ...]
    misconceptions: tuple[MisconceptionDraft, ...] = ()
    flags: tuple[str, ...] = ()
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None


class InterviewModel(Protocol):
    """What an interviewer needs of a model, offline or real.

    Each call may raise ``ModelError``; the engine then goes on with the scripted path.
    """

    @property
    def info(self) -> ModelInfo: ...

    def prepare(self, questions: Sequence[Question]) -> None:
        """Called in the background when an interview is planned: whatever makes its first turns quick, or nothing."""
        ...

    def assess(self, request: AssessRequest) -> Assessment:
        """What the last turn was meant to do and what it said about each criterion."""
        ...

    def acknowledge(self, request: AcknowledgeRequest) -> str:
        """One sentence that shows that the answer was heard, or nothing. It is checked before anybody sees it."""
        ...

    def speak(self, request: SpeakRequest) -> Iterator[str]:
        """The interviewer's turn, in pieces as they come. What can be closed is closed when nobody listens any more,
        perhaps from another thread."""
        ...

    def grade(self, request: GradeRequest) -> GradeDraft:
        """A verdict with quotes for every criterion of the rubric."""
        ...
