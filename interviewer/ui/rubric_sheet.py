"""A rubric while it is being written: texts as they were typed, whether they make a rubric yet or not. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interviewer.domain.question import Criterion, Misconception, Question, Rubric
from interviewer.domain.words import CriterionKind
from interviewer.kits.building import criterion_id, with_rubric

CHALLENGE = "Is that always so?"
"""The challenge of a misconception that was given none; an interview from a kit says none anyway."""

MAX_CRITERIA = 12
MAX_MISCONCEPTIONS = 20


@dataclass
class CriterionRow:
    """A criterion as typed; statements and contradictions are one a line.

    ``uid`` stays while anything else changes, ``id`` is empty until there is a text to make it from. ``was`` is the
    criterion that it began as, ``open`` whether its fields are shown.
    """

    uid: int
    id: str = ""
    text: str = ""
    kind: CriterionKind = CriterionKind.CORE
    weight: float = 1.0
    statements: str = ""
    contradictions: str = ""
    probe: str = ""
    was: Criterion | None = None
    open: bool = False


@dataclass
class MisconceptionRow:
    """A misconception as typed; beliefs are one a line. ``criterion`` is the ID of the one it is about, ``was`` the
    misconception that it began as."""

    uid: int
    id: str = ""
    beliefs: str = ""
    challenge: str = ""
    correction: str = ""
    criterion: str | None = None
    was: Misconception | None = None
    open: bool = False


@dataclass
class Sheet:
    """All of it. ``stored`` is the hash of the rubric that whoever keeps it had last, ``given`` the hash of the last
    one that was made from here, empty while there is none. ``gone`` is what was taken out last, with its place."""

    stored: str
    given: str
    criteria: list[CriterionRow]
    misconceptions: list[MisconceptionRow]
    counts_questions: bool = False
    uids: int = 0
    gone: tuple[int, CriterionRow | MisconceptionRow] | None = None

    def fresh_uid(self) -> int:
        self.uids += 1
        return self.uids

    @property
    def settled(self) -> bool:
        """Whether everything in it is stored."""
        return self.given == self.stored


def sheet_of(question: Question, first_uid: int = 0) -> Sheet:
    """A sheet with the rubric of ``question``."""
    rubric = question.rubric
    sheet = Sheet(rubric.hash, rubric.hash, [], [], rubric.counts_questions, uids=first_uid)
    sheet.criteria = [
        CriterionRow(sheet.fresh_uid(), id=one.id, kind=one.kind, weight=one.weight, was=one, **_typed(one))
        for one in rubric.criteria
    ]
    sheet.misconceptions = [
        MisconceptionRow(sheet.fresh_uid(), id=one.id, criterion=one.criterion, was=one, **_believed(one))
        for one in rubric.misconceptions
    ]
    return sheet


def lines(text: str) -> tuple[str, ...]:
    """What stands in a field of one thing a line; blank lines and repetitions are nothing.

    >>> lines(" a\\n\\nb \\na")
    ('a', 'b')
    """
    return tuple(dict.fromkeys(line for line in map(_one_line, text.splitlines()) if line))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def problems(sheet: Sheet) -> list[str]:
    """What keeps the sheet from being a rubric, each in a sentence."""
    found = []
    if not sheet.criteria:
        found.append("A rubric needs a criterion: one thing to look for in an answer.")
    for number, row in enumerate(sheet.criteria, start=1):
        if not row.text.strip():
            found.append(f"Criterion {number} does not say yet what to look for.")
        if not lines(row.statements):
            found.append(f"Criterion {number} needs a statement: how an answer may say it.")
    for number, wrong in enumerate(sheet.misconceptions, start=1):
        if not lines(wrong.beliefs):
            found.append(f"Misconception {number} needs a belief: how somebody says it who is mistaken.")
        if not wrong.correction.strip():
            found.append(f"Misconception {number} needs a correction: what is right instead.")
    return found


def question_of(sheet: Sheet, question: Question) -> Question | None:
    """``question`` with the sheet's rubric; None while that is no rubric. Rows get their IDs here, and keep them."""
    if problems(sheet):
        return None
    taken = {row.id for row in sheet.criteria if row.id}
    for row in sheet.criteria:
        if not row.id:
            row.id = criterion_id(row.text, taken)
            taken.add(row.id)
    wrong_taken = {row.id for row in sheet.misconceptions if row.id}
    for wrong in sheet.misconceptions:
        if not wrong.id:
            wrong.id = criterion_id(lines(wrong.beliefs)[0], wrong_taken)
            wrong_taken.add(wrong.id)
    rubric = Rubric(
        criteria=tuple(map(_criterion, sheet.criteria)),
        misconceptions=tuple(_misconception(wrong, taken) for wrong in sheet.misconceptions),
        counts_questions=sheet.counts_questions,
    )
    return question if rubric == question.rubric else with_rubric(question, rubric)


def _criterion(row: CriterionRow) -> Criterion:
    made = {
        "text": _one_line(row.text),
        "statements": lines(row.statements),
        "contradictions": lines(row.contradictions),
        "probe": _one_line(row.probe) or None,
    }
    if row.was is not None:
        before = _typed(row.was)
        made = {name: value for name, value in made.items() if getattr(row, name) != before[name]}
    fixed = {"id": row.id, "kind": row.kind, "weight": row.weight}
    if row.was is None:
        return Criterion.model_validate(made | fixed)
    return row.was.model_copy(update=made | fixed)


def _misconception(row: MisconceptionRow, criteria: set[str]) -> Misconception:
    made = {
        "beliefs": lines(row.beliefs),
        "challenge": _one_line(row.challenge) or CHALLENGE,
        "correction": _one_line(row.correction),
    }
    fixed = {"id": row.id, "criterion": row.criterion if row.criterion in criteria else None}
    if row.was is None:
        return Misconception.model_validate(made | fixed)
    before = _believed(row.was)
    kept = {name: value for name, value in made.items() if getattr(row, name) != before[name]}
    return row.was.model_copy(update=kept | fixed)


def _typed(one: Criterion) -> dict[str, Any]:
    """A criterion's texts as they stand in the fields. What nobody touches there stays as it was, to the letter."""
    return {
        "text": one.text,
        "statements": "\n".join(one.statements),
        "contradictions": "\n".join(one.contradictions),
        "probe": one.probe or "",
    }


def _believed(one: Misconception) -> dict[str, Any]:
    return {"beliefs": "\n".join(one.beliefs), "challenge": one.challenge, "correction": one.correction}
