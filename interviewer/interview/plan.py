"""Which questions an interview asks, and in which order."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence

from interviewer.domain.interview import Setup
from interviewer.domain.question import Question
from interviewer.domain.words import Role, Seniority
from interviewer.errors import UsageError

DEFAULT_QUESTIONS = 5


def plan(
    setup: Setup,
    questions: Sequence[Question],
    *,
    emphasis: Mapping[Role, Mapping[str, float]],
    ancestors: Mapping[str, Collection[str]],
    recent: Collection[str] = (),
) -> list[Question]:
    """The questions of an interview, in the order in which they are asked.

    Questions fit role, stages and topics (``ancestors`` maps a topic to itself and all above it) and are
    drawn without replacement, weighted by the role's ``emphasis``, by closeness to the seniority, and away
    from ``recent`` ones and from topics already drawn; ``setup.seed`` fixes the draw. Stages come in their
    natural order, and within a stage the easier before the harder.

    Raises UsageError when nothing fits or a fixed question is unknown.
    """
    if setup.question_ids:
        return _fixed(setup, questions)
    pool = [
        question
        for question in questions
        if setup.role in question.roles
        and (not setup.stages or question.stage in setup.stages)
        and (not setup.topics or set(setup.topics) & set(ancestors.get(question.topic, {question.topic})))
        and question.seniority.rank <= setup.seniority.rank + 1
    ]
    if not pool:
        raise UsageError(
            "No question fits this choice of role, seniority, stages and topics.",
            "Take a stage or topic less narrow, or leave them all open.",
        )
    rng = random.Random(setup.seed)
    wanted = setup.questions or (DEFAULT_QUESTIONS if setup.minutes is None else len(pool))
    minutes = setup.minutes if setup.minutes is not None else float("inf")
    chosen: list[Question] = []
    while pool and len(chosen) < wanted:
        left = minutes - sum(c.minutes for c in chosen)
        affordable = [q for q in pool if q.minutes <= left]
        if not affordable and not chosen:  # one question is asked, however little time there is
            affordable = [q for q in pool if q.minutes == min(p.minutes for p in pool)]
        if not affordable:
            break
        topics = [q.topic for q in chosen]
        weights = [
            emphasis.get(setup.role, {}).get(q.topic, 1.0)
            * _closeness(q.seniority, setup.seniority)
            * (0.1 if q.id in recent else 1.0)
            * 0.25 ** topics.count(q.topic)
            for q in affordable
        ]
        pick = rng.choices(affordable, weights)[0]
        chosen.append(pick)
        pool.remove(pick)
    return sorted(chosen, key=lambda q: (q.stage.rank, q.seniority.rank, q.minutes, q.id))


def _fixed(setup: Setup, questions: Sequence[Question]) -> list[Question]:
    by_id = {question.id: question for question in questions}
    missing = [wanted for wanted in setup.question_ids if wanted not in by_id]
    if missing:
        raise UsageError(
            f"The bank has no question {', '.join(map(repr, missing))}.", "“interviewer bank” lists their IDs."
        )
    return [by_id[wanted] for wanted in dict.fromkeys(setup.question_ids)]


def _closeness(question: Seniority, wanted: Seniority) -> float:
    return {0: 1.0, 1: 0.5, 2: 0.05}[abs(question.rank - wanted.rank)]
