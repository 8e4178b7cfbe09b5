"""How much grades depend on what must not matter: on grading once more, and on how the same answer is put.

Repeat grading asks the same judge for the same answer several times. Invariance changes each answer in ways that leave
its meaning alone (``perturb.CHANGES``), and grades it again. Neither says whether a grade is right.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, variance
from typing import Any, TypeAlias

from interviewer.calibration.means import mean_figure
from interviewer.calibration.perturb import CHANGES, Change, changed
from interviewer.calibration.resampling import RESAMPLES
from interviewer.contracts import Figure
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.words import Speaker
from interviewer.models.base import GradeRequest, ModelInfo

Judge: TypeAlias = Callable[[GradeRequest], Grade | Ungraded]

REPEATS = 3
ONCE = frozenset({"name and gender"})
"""Changes that are made to the first turn of an answer only: nobody gives their name twice."""

NOTHING = 1e-9
"""A score that moves by less has not moved."""


@dataclass(frozen=True)
class Item:
    """An answer as it is graded."""

    interview_id: str
    exchange: int
    request: GradeRequest

    @property
    def text(self) -> str:
        """What the candidate said, turn after turn."""
        return "\n\n".join(turn.text for turn in self.request.turns if turn.speaker is Speaker.CANDIDATE)


def drawn(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many of the items, drawn evenly over the questions by a hash of each, in the order of ``items``."""

    def place(item: Item) -> str:
        return hashlib.sha256(f"{item.exchange}\n{item.interview_id}".encode()).hexdigest()

    queues: dict[int, list[Item]] = {}
    for item in sorted(items, key=place):
        queues.setdefault(item.exchange, []).append(item)
    chosen: set[tuple[str, int]] = set()
    while len(chosen) < most and any(queues.values()):
        for number in sorted(queues):
            if queues[number] and len(chosen) < most:
                one = queues[number].pop(0)
                chosen.add((one.interview_id, one.exchange))
    return [item for item in items if (item.interview_id, item.exchange) in chosen]


def calls(items: int, times: int = REPEATS, changes: Mapping[str, Change] = CHANGES) -> int:
    """How many grades ``repeat`` and ``vary`` together ask for."""
    return items * (times + len(changes))


# --- grading once more --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Repeated:
    """An answer, graded several times."""

    item: Item
    grades: tuple[Grade | Ungraded, ...]

    @property
    def graded(self) -> list[Grade]:
        return [grade for grade in self.grades if isinstance(grade, Grade)]

    @property
    def range(self) -> float:
        """From the lowest score to the highest, 0..5; 0 where there are not two."""
        scores = [grade.score for grade in self.graded]
        return max(scores) - min(scores) if len(scores) > 1 else 0.0


@dataclass(frozen=True)
class Flips:
    """Of how many ``answers`` the verdict on a criterion was not the same each time. ``exchange`` is its question."""

    exchange: int
    criterion: str
    text: str
    answers: int
    flipped: int


@dataclass(frozen=True)
class Spread:
    """What grading again changed. ``sd`` is the standard deviation of the scores of one answer, pooled over answers;
    ``moved`` the share of answers whose band was not the same each time, ``pairs`` how often two grades of one answer
    differ in band, its pairs averaged: what grading once more moves, however many ``times`` there were. ``ungraded``
    answers got fewer than two grades and are in none of these."""

    answers: int
    ungraded: int
    times: int
    sd: Figure
    moved: Figure
    pairs: Figure
    flips: tuple[Flips, ...]


def repeat(item: Item, judge: Judge, times: int = REPEATS) -> Repeated:
    """Grades an answer ``times`` times, as it is."""
    return Repeated(item, tuple(judge(item.request) for _ in range(times)))


def spread(repeated: Sequence[Repeated], *, resamples: int = RESAMPLES) -> Spread:
    """The figures of repeat grading. The pooled standard deviation is the root of the mean of the answers' variances
    (with n − 1), its interval the root of that mean's: a root changes no order."""
    usable = [one for one in repeated if len(one.graded) > 1]
    whose = [one.item.interview_id for one in usable]
    squares = mean_figure([variance(g.score for g in one.graded) for one in usable], whose, resamples=resamples)
    moved = [float(len({grade.band for grade in one.graded}) > 1) for one in usable]
    return Spread(
        answers=len(usable),
        ungraded=len(repeated) - len(usable),
        times=max((len(one.grades) for one in repeated), default=0),
        sd=squares.model_copy(update={name: _root(getattr(squares, name)) for name in ("value", "low", "high")}),
        moved=mean_figure(moved, whose, share=True, resamples=resamples),
        pairs=mean_figure([_parted(one.graded) for one in usable], whose, share=True, resamples=resamples),
        flips=tuple(_flips(usable)),
    )


def _parted(grades: Sequence[Grade]) -> float:
    """The share of pairs of an answer's grades whose bands differ."""
    return fmean(float(one.band != other.band) for one, other in combinations(grades, 2))


def _root(value: float | None) -> float | None:
    return None if value is None else math.sqrt(max(0.0, value))


def _flips(repeated: Iterable[Repeated]) -> Iterator[Flips]:
    found: dict[tuple[int, str], list[bool]] = {}
    texts: dict[tuple[int, str], str] = {}
    for one in repeated:
        for criterion in one.item.request.rubric.criteria:
            key = (one.item.exchange, criterion.id)
            texts[key] = criterion.text
            given = {v.verdict for grade in one.graded for v in grade.verdicts if v.criterion == criterion.id}
            found.setdefault(key, []).append(len(given) > 1)
    for key in sorted(found, key=lambda key: key[0]):
        yield Flips(*key, texts[key], len(found[key]), sum(found[key]))


# --- the same answer, put differently -----------------------------------------------------------------------


@dataclass(frozen=True)
class Tried:
    """An answer, changed in a way that leaves its meaning alone, and graded again."""

    item: Item
    change: str
    varied: Item
    before: Grade | Ungraded
    after: Grade | Ungraded

    @property
    def both(self) -> tuple[Grade, Grade] | None:
        return (self.before, self.after) if isinstance(self.before, Grade) and isinstance(self.after, Grade) else None

    @property
    def shift(self) -> float:
        """How far the score moved, -5..5; 0 where there are not two."""
        return round(self.both[1].score - self.both[0].score, 4) if self.both else 0.0

    @property
    def moved(self) -> bool:
        """Whether the band moved."""
        return self.both is not None and self.both[0].band != self.both[1].band


@dataclass(frozen=True)
class Invariance:
    """What one change did: the share of answers whose band stayed, the mean shift of the score and of its size, and
    the largest shift either way. ``ungraded`` answers lack one of the two grades."""

    change: str
    answers: int
    ungraded: int
    same: Figure
    shift: Figure
    size: Figure
    worst: float


def varied(item: Item, change: str, changes: Mapping[str, Change] = CHANGES) -> Item:
    """The answer with its turns changed; those of ``ONCE`` in the first only."""
    turns, first = [], True
    for turn in item.request.turns:
        if turn.speaker is Speaker.CANDIDATE and turn.text.strip():
            if first or change not in ONCE:
                turn = turn.model_copy(update={"text": changed(turn.text, changes[change])})
            first = False
        turns.append(turn)
    return Item(item.interview_id, item.exchange, item.request.model_copy(update={"turns": tuple(turns)}))


def vary(item: Item, before: Grade | Ungraded, judge: Judge, change: str) -> Tried:
    """Grades the answer after a change; ``before`` is its grade as it is, by the same judge."""
    other = varied(item, change)
    return Tried(item, change, other, before, judge(other.request))


def invariance(tried: Sequence[Tried], *, resamples: int = RESAMPLES) -> list[Invariance]:
    """The figures of every change that was tried, in the order in which changes first occur."""
    by_change: dict[str, list[Tried]] = {}
    for one in tried:
        by_change.setdefault(one.change, []).append(one)
    found = []
    for change, some in by_change.items():
        usable = [one for one in some if one.both]
        whose = [one.item.interview_id for one in usable]
        shifts = [one.shift for one in usable]
        found.append(
            Invariance(
                change=change,
                answers=len(usable),
                ungraded=len(some) - len(usable),
                same=mean_figure([float(not one.moved) for one in usable], whose, share=True, resamples=resamples),
                shift=mean_figure(shifts, whose, resamples=resamples),
                size=mean_figure([abs(shift) for shift in shifts], whose, resamples=resamples),
                worst=max(shifts, key=abs, default=0.0),
            )
        )
    return found


def worst(tried: Sequence[Tried], most: int = 10) -> list[Tried]:
    """The answers that moved furthest, largest first; those whose score did not move are not among them."""
    moved = [one for one in tried if abs(one.shift) > NOTHING]
    return sorted(moved, key=lambda one: -abs(one.shift))[:most]


# --- to take along ------------------------------------------------------------------------------------------


def as_json(
    model: ModelInfo, repeated: Sequence[Repeated], tried: Sequence[Tried], *, resamples: int = RESAMPLES
) -> dict[str, Any]:
    """All figures, and the score and band of each answer; no word that a candidate said is in it."""
    found = spread(repeated, resamples=resamples)
    return {
        "model": {"name": model.name, "version": model.version},
        "rubrics": {str(one.item.exchange): one.item.request.rubric.hash for one in repeated},
        "repeat_grading": {
            "times": found.times,
            "answers": found.answers,
            "ungraded": found.ungraded,
            "standard_deviation": found.sd.model_dump(mode="json"),
            "bands_moved": found.moved.model_dump(mode="json"),
            "pairs_of_bands_apart": found.pairs.model_dump(mode="json"),
            "criteria": [
                {"question": f.exchange, "criterion": f.criterion, "answers": f.answers, "flipped": f.flipped}
                for f in found.flips
            ],
            "each": [
                {
                    "interview": one.item.interview_id,
                    "question": one.item.exchange,
                    "scores": [grade.score if isinstance(grade, Grade) else None for grade in one.grades],
                    "bands": [grade.band if isinstance(grade, Grade) else None for grade in one.grades],
                }
                for one in repeated
            ],
        },
        "invariance": {
            "changes": [
                {
                    "change": one.change,
                    "answers": one.answers,
                    "ungraded": one.ungraded,
                    "bands_unchanged": one.same.model_dump(mode="json"),
                    "mean_shift": one.shift.model_dump(mode="json"),
                    "mean_absolute_shift": one.size.model_dump(mode="json"),
                    "largest_shift": one.worst,
                }
                for one in invariance(tried, resamples=resamples)
            ],
            "each": [
                {
                    "interview": one.item.interview_id,
                    "question": one.item.exchange,
                    "change": one.change,
                    "shift": one.shift if one.both else None,
                    "bands": [grade.band if isinstance(grade, Grade) else None for grade in (one.before, one.after)],
                }
                for one in tried
            ],
        },
    }
