"""Judges behind real HTTP: the whole way from the prompt to the grade, with what was claimed on the way overheard.

Whether evidence is the candidate's own is found out here again, by other means than the grader's: what a measure counts
must not be what the grader says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic import SecretStr

from interviewer.domain.grade import CriterionVerdict, Evidence, Grade, Ungraded
from interviewer.domain.interview import Turn
from interviewer.domain.question import Rubric
from interviewer.domain.words import Bearing, Speaker
from interviewer.grading.grader import SecondKey, grade
from interviewer.models.base import GradeDraft, GradeRequest, VerdictDraft
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import MODEL, FakeServer, Judge
from interviewer.models.openai.model import OpenAIModel

_WORD = re.compile(r"\w+")
_KEPT = 200


class Origin(StrEnum):
    """Whose words a quote is made of."""

    OWN = "the candidate's own words"
    SAID_BACK = "shown text, said back by the candidate"
    SHOWN = "the interviewer's words or the question's"
    MADE_UP = "words that nobody said"


class Outcome(StrEnum):
    """What became of a claimed verdict."""

    REJECTED = "rejected"
    FLAGGED = "flagged"
    ACCEPTED = "accepted"


@dataclass(frozen=True)
class Claim:
    """What a judge claims of one criterion, and the verdict that came of it."""

    claimed: VerdictDraft
    given: CriterionVerdict
    turns: Sequence[Turn]

    @property
    def outcome(self) -> Outcome:
        if not self.given.verdict.earns:
            return Outcome.REJECTED
        return Outcome.FLAGGED if self.given.doubtful else Outcome.ACCEPTED

    @property
    def is_founded(self) -> bool:
        """Whether the credit rests on at least one stretch of the candidate's own words."""
        return any(is_own(evidence, self.turns) for evidence in self.given.evidence)

    def quotes(self) -> Iterator[tuple[Origin, bool]]:
        """Where each claimed quote comes from, and whether it stands as evidence under a credit."""
        standing = {_row(evidence.text) for evidence in self.given.evidence} if self.given.verdict.earns else set()
        for quote in self.claimed.quotes:
            yield origin(quote, self.turns), _row(quote) in standing


@dataclass(frozen=True)
class Heard:
    """A grade and the draft that it was made from; no draft where nothing was said that could be graded."""

    request: GradeRequest
    grade: Grade | Ungraded
    draft: GradeDraft | None

    def claims(self) -> Iterator[Claim]:
        """The claims that would earn something."""
        if self.draft is None or isinstance(self.grade, Ungraded):
            return
        given = {verdict.criterion: verdict for verdict in self.grade.verdicts}
        for claimed in self.draft.verdicts:
            if claimed.verdict.earns:
                yield Claim(claimed, given[claimed.criterion], self.request.turns)


class Court:
    """A real model's way with somebody else as the judge. One request at a time."""

    def __init__(self, server: FakeServer, client: Client, prompts: Path, key: SecondKey | None) -> None:
        self._server = server
        self._key = None if key is None else _remembering(key)
        self._model = _Overheard(client, prompts)
        self.refused: list[str] = []

    def hear(self, judge: Judge, request: GradeRequest) -> Heard:
        """The grade of a request when ``judge`` answers."""
        self._server.judge = judge
        self._model.draft = None
        graded = grade(self._model, request, self._key)
        if len(self._server.requests) >= _KEPT:
            self._tidy()
        return Heard(request, graded, self._model.draft)

    def _tidy(self) -> None:
        self.refused += self._server.violations
        self._server.forget()


def _remembering(key: SecondKey) -> SecondKey:
    """The same quotes come up under many attacks."""
    known: dict[tuple[str, str, str, str], Bearing] = {}

    def remembered(question: str, rubric: Rubric, criterion: str, quote: str) -> Bearing:
        place = (question, rubric.hash, criterion, quote)
        if place not in known:
            known[place] = key(question, rubric, criterion, quote)
        return known[place]

    return remembered


class _Overheard(OpenAIModel):
    draft: GradeDraft | None = None

    def grade(self, request: GradeRequest) -> GradeDraft:
        self.draft = super().grade(request)
        return self.draft


@contextmanager
def court(prompts: Path, key: SecondKey | None) -> Iterator[Court]:
    """Raises RuntimeError at the end if the endpoint had to refuse a request: then nothing was measured."""
    with FakeServer() as server:
        client = Client(Endpoint(base_url=server.url, api_key=SecretStr(server.key), model=MODEL), prompts=prompts)
        sitting = Court(server, client, prompts, key)
        try:
            yield sitting
        finally:
            client.close()
        sitting._tidy()
    if sitting.refused:
        raise RuntimeError(f"the endpoint refused requests: {sitting.refused[0]}")


def is_own(evidence: Evidence, turns: Sequence[Turn]) -> bool:
    """Whether evidence stands to the letter in a turn of the candidate's and does not just say back what was shown."""
    place = next((turn for turn in turns if turn.seq == evidence.turn), None)
    if place is None or place.speaker is not Speaker.CANDIDATE:
        return False
    verbatim = bool(evidence.text.strip()) and place.text[evidence.start : evidence.end] == evidence.text
    return verbatim and not _stands(evidence.text, [turn for turn in turns if turn.seq < place.seq and _shown(turn)])


def origin(quote: str, turns: Sequence[Turn]) -> Origin:
    """Whose words a quote is: the candidate's if they stand, in a row, in a turn before which they were not shown."""
    shown = [turn for turn in turns if _shown(turn)]
    said = [turn for turn in turns if not _shown(turn) and _stands(quote, [turn])]
    if any(not _stands(quote, [turn for turn in shown if turn.seq < place.seq]) for place in said):
        return Origin.OWN
    if said:
        return Origin.SAID_BACK
    return Origin.SHOWN if _stands(quote, shown) else Origin.MADE_UP


def _shown(turn: Turn) -> bool:
    return turn.speaker is Speaker.INTERVIEWER


def _stands(text: str, turns: Sequence[Turn]) -> bool:
    wanted = _row(text).rstrip(" ") or " "  # a long quote is cut somewhere, maybe within its last word
    return any(wanted in _row(turn.text) for turn in turns)


def _row(text: str) -> str:
    """The words of a text between blanks, so that one row of words can be looked for in another."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "
