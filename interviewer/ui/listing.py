"""The list of the bank's questions: which of them are shown, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviewer.bank import Bank
from interviewer.domain.knowledge import Guide
from interviewer.domain.question import Question
from interviewer.domain.words import Role, Seniority, Stage
from interviewer.index import Filters
from interviewer.runtime import Runtime

GUIDES = 3
"""Guides shown at most beside the questions that were found."""

NEAREST = 5
"""Questions shown when nothing fits well."""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; None means all. A topic takes in all below it."""

    role: Role | None = None
    seniority: Seniority | None = None
    stage: Stage | None = None
    topic: str | None = None

    def filters(self, bank: Bank) -> Filters:
        return Filters(
            role=self.role and self.role.value,
            seniority=self.seniority and self.seniority.value,
            stage=self.stage and self.stage.value,
            topic=None if self.topic is None else tuple(t for t, path in bank.ancestors.items() if self.topic in path),
        )

    def takes(self, question: Question, bank: Bank) -> bool:
        return (
            (self.role is None or self.role in question.roles)
            and self.seniority in (None, question.seniority)
            and self.stage in (None, question.stage)
            and (self.topic is None or self.topic in bank.ancestors.get(question.topic, (question.topic,)))
        )


@dataclass(frozen=True)
class Found:
    """What a search found, best first. ``fits`` is false when these are only the nearest there are."""

    questions: Sequence[Question]
    guides: Sequence[Guide] = ()
    fits: bool = True


def search(runtime: Runtime, query: str, wanted: Wanted) -> Found:
    """The questions and guides that have something to do with ``query``. Raises IndexUnavailable."""
    bank = runtime.bank
    hits = runtime.index.search(query, len(bank.questions), wanted.filters(bank))
    near_ones = [bank.question(hit.id) for hit in hits if hit.near]
    guides = runtime.index.search(query, GUIDES, kind="guide")
    advice = [bank.guides[hit.id] for hit in guides if hit.near]
    if near_ones or not hits:
        return Found(near_ones, advice)
    return Found([bank.question(hit.id) for hit in hits[:NEAREST]], advice, fits=False)


def grouped(bank: Bank, questions: Iterable[Question]) -> list[tuple[Stage, list[tuple[str, list[Question]]]]]:
    """Questions by stage and topic, the stages in the order of an interview, the topics in the bank's."""
    place = {topic: number for number, topic in enumerate(bank.topics)}
    groups: dict[Stage, dict[str, list[Question]]] = {}
    for question in sorted(
        questions, key=lambda q: (q.stage.rank, place.get(q.topic, len(place)), q.seniority.rank, q.minutes, q.id)
    ):
        groups.setdefault(question.stage, {}).setdefault(question.topic, []).append(question)
    return [(stage, list(topics.items())) for stage, topics in groups.items()]


def near_to(bank: Bank, question: Question, most: int = 6) -> list[Question]:
    """The questions that are close to one: akin to it, then of its topic, then of the topics beside it."""
    above = bank.ancestors.get(question.topic, ())[1:2]
    others = [q for q in bank.questions.values() if q.id != question.id]
    akin = bank.relations.get(question.id, frozenset())
    ranked = (
        [q for q in others if q.id in akin],
        [q for q in others if q.topic == question.topic],
        [q for q in others if above and above[0] in bank.ancestors.get(q.topic, ())],
    )
    return list({q.id: q for group in ranked[: 2 if any(ranked[:2]) else 3] for q in group}.values())[:most]
