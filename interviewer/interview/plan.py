"""Which questions an interview asks, and in which order."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from interviewer.domain.interview import Setup
from interviewer.domain.question import Question
from interviewer.domain.words import Seniority, Stage
from interviewer.errors import UsageError

T = TypeVar("T")

DEFAULT_QUESTIONS = 5

WARMED_UP_FROM = 4
CLOSED_FROM = 6
"""Questions from which an interview over all stages begins with one of the screening, and ends with a closing one."""

MINUTES_A_QUESTION = 6
"""What a question takes on average: tells a long interview from a short one where only minutes are given."""

STAGE_PULL = 3
"""How strictly the stages get their shares: 1 draws by them, a large number deals them out in turn."""


@dataclass(frozen=True)
class Pool:
    """What can be asked, and how much of which.

    ``emphasis`` weighs topics and ``shares`` stages (1 where nothing is named); ``ancestors`` maps a topic to
    itself and all above it, ``related`` a question to those that are too close to it for the same interview.
    """

    questions: Sequence[Question]
    emphasis: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[Stage, float] = field(default_factory=dict)
    ancestors: Mapping[str, Collection[str]] = field(default_factory=dict)
    related: Mapping[str, Collection[str]] = field(default_factory=dict)

    def fitting(self, setup: Setup) -> list[Question]:
        """The questions for this role, with these stages and topics, at most one step above the seniority."""
        return [
            question
            for question in self.questions
            if setup.role in question.roles
            and (not setup.stages or question.stage in setup.stages)
            and (not setup.topics or set(setup.topics) & set(self.ancestors.get(question.topic, {question.topic})))
            and question.seniority.rank <= setup.seniority.rank + 1
        ]


def plan(
    setup: Setup, pool: Pool, *, recent: Collection[str] = (), wished: Mapping[str, float] | None = None
) -> list[Question]:
    """The questions of an interview, in the order in which they are asked.

    They are drawn without replacement from those that fit: the stages by their shares (each the less likely the
    more time it has, as seats are dealt out by highest averages), within them by the role's emphasis, by closeness to
    the seniority and away from topics already drawn. No two are related. ``recent`` ones come only when no others
    are left. With ``wished`` only its questions are asked, those with the highest weights, whatever their stage.
    A longer interview over all stages begins with a warm-up and ends with a closing question,
    and who prepares for a company is asked about it.
    Stages come in their natural order, and within a stage the easier before the harder; ``setup.seed`` fixes the draw.

    Raises UsageError when nothing fits or a fixed question is unknown.
    """
    if setup.question_ids:
        return _fixed(setup, pool.questions)
    left = [q for q in pool.fitting(setup) if wished is None or wished.get(q.id, 0) > 0]
    if not left:
        raise UsageError(
            "No question fits this choice of role, seniority, stages and topics.",
            "Take a stage or topic less narrow, or leave them all open.",
        )
    draw = _Draw(setup, pool, recent, wished or {})
    wanted = setup.questions or (DEFAULT_QUESTIONS if setup.minutes is None else len(left))
    if setup.company is not None and wished is None:
        draw.one([q for q in left if q.company is not None])
    for stage in _set_places(setup, wished):
        if any(q.stage is stage for q in draw.chosen):
            continue
        there = [q for q in left if q.stage is stage]
        warm = min(setup.seniority.rank, Seniority.MID.rank)
        easy = [q for q in there if q.seniority.rank <= warm] if stage is Stage.SCREENING else there
        draw.one(easy or there)
    while len(draw.chosen) < wanted and draw.one(left):
        pass
    return sorted(draw.chosen[:wanted], key=lambda q: (q.stage.rank, q.seniority.rank, q.minutes, q.id))


def another(
    setup: Setup,
    pool: Pool,
    asked: Sequence[Question],
    planned: Question | None,
    *,
    seniority: Seniority,
    recent: Collection[str] = (),
    wished: Mapping[str, float] | None = None,
) -> Question | None:
    """A question to ask instead of ``planned``, of ``seniority`` and not related to those ``asked``; None if none fits.

    Without ``wished`` it keeps to the planned question's stage and to about its time, so that the mix stays.
    """
    if wished is None and planned is None:
        return None
    left = [
        q
        for q in (pool.fitting(setup) if wished is None else pool.questions)
        if q.id not in {a.id for a in asked} and q.id not in recent
    ]
    if wished is not None:
        left = [q for q in left if wished.get(q.id, 0) > 0 and setup.role in q.roles]
    elif planned is not None:
        left = [
            q
            for q in left
            if q.stage is planned.stage and q.seniority is seniority and q.minutes <= planned.minutes + 3
        ]
    draw = _Draw(setup.model_copy(update={"minutes": None, "seniority": seniority}), pool, recent, wished or {})
    draw.rng.seed(f"{setup.seed}-{len(asked)}")
    draw.chosen = list(asked)
    return draw.chosen[-1] if draw.one(left) else None


class _Draw:
    """A plan in the making."""

    def __init__(self, setup: Setup, pool: Pool, recent: Collection[str], wished: Mapping[str, float]) -> None:
        self.setup, self.pool, self.recent, self.wished = setup, pool, recent, wished
        self.rng = random.Random(setup.seed)
        self.chosen: list[Question] = []

    def one(self, candidates: Sequence[Question]) -> bool:
        """Draws one more of ``candidates``, if any can be asked; says whether it did."""
        taken = {q.id for q in self.chosen} | {r for q in self.chosen for r in self.pool.related.get(q.id, ())}
        free = [q for q in candidates if q.id not in taken]
        free = self._affordable(free)
        free = [q for q in free if q.id not in self.recent] or free  # again rather than too long
        if not free:
            return False
        if self.wished:
            best = max(self._weight(q) for q in free)
            free = [q for q in free if self._weight(q) == best]
        else:
            stages = sorted({q.stage for q in free}, key=lambda stage: stage.rank)
            stage = self._pick(stages, [self._due(stage) ** STAGE_PULL for stage in stages])
            free = [q for q in free if q.stage is stage]
        self.chosen.append(self._pick(free, [self._weight(q) for q in free]))
        return True

    def _affordable(self, candidates: Sequence[Question]) -> list[Question]:
        if self.setup.minutes is None:
            return list(candidates)
        left = self.setup.minutes - sum(q.minutes for q in self.chosen)
        if not self.chosen and candidates:  # one question is asked, however little time there is
            left = max(left, min(q.minutes for q in candidates))
        return [q for q in candidates if q.minutes <= left]

    def _due(self, stage: Stage) -> float:
        spent = sum(q.minutes for q in self.chosen if q.stage is stage)
        return self.pool.shares.get(stage, 1.0) / (1 + spent / MINUTES_A_QUESTION)

    def _weight(self, question: Question) -> float:
        same_topic = sum(q.topic == question.topic for q in self.chosen)
        if self.wished:
            # What was wished for comes first; the seniority decides between what fits about as well.
            return self.wished[question.id] * (0.8 + 0.2 * _closeness(question.seniority, self.setup.seniority))
        return (
            self.pool.emphasis.get(question.topic, 1.0)
            * _closeness(question.seniority, self.setup.seniority)
            * 0.25**same_topic
        )

    def _pick(self, options: Sequence[T], weights: Sequence[float]) -> T:
        return self.rng.choices(options, weights if any(weights) else None)[0]


def _set_places(setup: Setup, wished: Mapping[str, float] | None) -> list[Stage]:
    """The stages that a long interview has in any case: where it begins and where it ends."""
    if setup.stages or setup.topics or wished is not None:
        return []
    length = min(setup.questions or 30, setup.minutes // MINUTES_A_QUESTION if setup.minutes is not None else 30)
    return [
        *([Stage.SCREENING] if length >= WARMED_UP_FROM else []),
        *([Stage.CLOSING] if length >= CLOSED_FROM else []),
    ]


def _fixed(setup: Setup, questions: Sequence[Question]) -> list[Question]:
    by_id = {question.id: question for question in questions}
    missing = [wanted for wanted in setup.question_ids if wanted not in by_id]
    if missing:
        raise UsageError(
            f"The bank has no question {', '.join(map(repr, missing))}.", "“interviewer bank” lists their IDs."
        )
    return [by_id[wanted] for wanted in dict.fromkeys(setup.question_ids)]


def _closeness(question: Seniority, wanted: Seniority) -> float:
    return {0: 1.0, 1: 0.4, 2: 0.05}[abs(question.rank - wanted.rank)]
