"""The practice round: a rater learns the yardstick on answers whose bands are known, before their ratings count.

This is frame-of-reference training: raters judge examples against the anchors of the scale and are told at once what
each is worth and why, so that all use the same yardstick. Of the ways to train raters it is the one that makes their
ratings more accurate: Woehr, D. J. and Huffcutt, A. I. (1994), Rater training for performance appraisal: a quantitative
review, Journal of Occupational and Organizational Psychology 67, 189–205; Roch, S. G., Woehr, D. J., Mishra, V. and
Kieszczynska, U. (2012), Rater training revisited: an updated meta-analytic review of frame-of-reference training, the
same journal 85, 370–395. Neither says when somebody has practised enough: the rule here (``Standing``) is our own.

Pure: what is drawn is drawn from the seed, which is the rater's ID.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer, CalibrationSet
from interviewer.domain.question import Criterion, Question, Rubric
from interviewer.domain.rating import KeptAnswer, Practice, Rater
from interviewer.domain.words import BAND_WORDS, Verdict

ROUND = 5
"""Answers of a round: one of band 1 and one of band 5 among them, the others spread between. Also how many of the last
ones the rule looks at."""

WITHIN = 1.0
"""Bands that these may be off on average."""

FAR = 2
"""Bands from which on a rating is far off; of the last ROUND, FAR_ALLOWED may be."""

FAR_ALLOWED = 1

ENOUGH = 10
"""Answers after which a rater may begin although the rule is not met; that is kept (``note_of``)."""

ALIKE = 6
"""Questions of the bank that stand in where the kit's own have no answers to practise on."""

_CREDIT = {Verdict.MET: 2, Verdict.PARTIAL: 1, Verdict.MISSING: 0, Verdict.CONTRADICTED: -1}


class Origin(StrEnum):
    """Where an answer to practise on is from: the kit's own settled answers, the bank's answers to a question of the
    kit, or its answers to a similar question that the kit does not ask."""

    KEPT = "kept"
    BANK = "bank"
    ALIKE = "alike"


@dataclass(frozen=True)
class Offered:
    """An answer to practise on, with the question and rubric that its band and verdicts are for. ``exchange`` is the
    interview and exchange that a kept one was taken from."""

    question: Question
    answer: CalibrationAnswer
    origin: Origin
    exchange: tuple[str, int] | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.question.id, self.answer.id


def folded(text: str) -> str:
    """By what two answers are the same answer: letters without regard to case and white space."""
    return " ".join(text.casefold().split())


def reads_the_same(one: Rubric, other: Rubric) -> bool:
    """Whether two rubrics are the same to a person who rates: criteria, wording, kinds, weights. Statements are the
    offline model's affair."""
    return [(c.id, c.text, c.kind, c.weight) for c in one.criteria] == [
        (c.id, c.text, c.kind, c.weight) for c in other.criteria
    ]


def offers(
    questions: Sequence[Question],
    bank: Mapping[str, Question],
    sets: Mapping[str, CalibrationSet],
    kept: Sequence[KeptAnswer] = (),
    to_rate: Collection[str] = (),
) -> list[Offered]:
    """All answers that one may practise on for a kit with these questions.

    The kit's kept answers whose verdicts name the rubric's criteria as it is now; the bank's to questions of the kit
    whose rubric reads as in the bank; the bank's to the ALIKE most similar other questions. ``to_rate`` are the texts
    of the answers that the rater will rate, or has: no answer is offered that is one of them or a part of one.
    """
    closed = [folded(text) for text in to_rate]
    found: list[Offered] = []
    for question in questions:
        criteria = {criterion.id for criterion in question.rubric.criteria}
        found += [
            Offered(question, one.answer, Origin.KEPT, (one.interview_id, one.exchange))
            for one in kept
            if one.question == question.id and set(one.answer.verdicts) == criteria
        ]
        original = bank.get(question.id)
        if original is not None and question.id in sets and reads_the_same(question.rubric, original.rubric):
            found += [Offered(question, answer, Origin.BANK) for answer in sets[question.id].answers]
    covered = {offered.question.id for offered in found}
    wanting = [question for question in questions if question.id not in covered] or questions
    asked = {question.id for question in questions}
    others = [question for name, question in bank.items() if name in sets and name not in asked]
    others.sort(key=lambda other: (-max((_likeness(other, one) for one in wanting), default=0), other.id))
    for other in others[:ALIKE]:
        found += [Offered(other, answer, Origin.ALIKE) for answer in sets[other.id].answers]
    return [one for one in found if not _within(folded(one.answer.text), closed)]


def _within(text: str, others: Sequence[str]) -> bool:
    return any(text in other for other in others)


def _likeness(one: Question, other: Question) -> int:
    return (
        3 * (one.topic == other.topic)
        + 2 * (one.format is other.format)
        + (one.stage is other.stage)
        + (one.seniority is other.seniority)
    )


def next_offered(offered: Sequence[Offered], practice: Sequence[Practice], seed: str) -> Offered | None:
    """The next answer of a practice round; None when all were had.

    Each round of ROUND has a worthless and an excellent answer, one of band 3, one of band 2 or 4, and one of any, so
    that the last band cannot be counted off. The kit's own questions come before similar ones, questions that
    were had less often before others.
    """
    had = {(one.question, one.answer) for one in practice}
    left = [one for one in offered if one.key not in had]
    if not left:
        return None
    place, number = len(practice) % ROUND, len(practice) // ROUND
    drawn = [1, 5, 3, 2 + 2 * (_draw(seed, number, "side") % 2), 1 + _draw(seed, number, "any") % 5]
    band = [drawn[i] for i in sorted(range(ROUND), key=lambda i: _draw(seed, number, "place", i))][place]
    times = [one.question for one in practice]
    return min(
        left,
        key=lambda one: (
            abs(one.answer.band - band),
            one.origin is Origin.ALIKE,
            times.count(one.question.id),
            _draw(seed, *one.key),
        ),
    )


def _draw(seed: str, *about: object) -> int:
    return int.from_bytes(hashlib.sha256("\0".join([seed, *map(str, about)]).encode()).digest()[:8], "big")


@dataclass(frozen=True)
class Standing:
    """How far a rater's practice has come.

    ``apart`` is the mean distance in bands over the last ROUND answers, ``far`` how many of these are FAR or more bands
    off. ``met``: at least ROUND answers, ``apart`` at most WITHIN and ``far`` at most FAR_ALLOWED. ``may_begin`` is
    also true after ENOUGH answers without that.
    """

    done: int
    apart: float | None
    far: int
    met: bool

    @property
    def may_begin(self) -> bool:
        return self.met or self.done >= ENOUGH

    @property
    def left(self) -> int:
        """Answers until the rule can be met at all."""
        return max(0, ROUND - self.done)


def standing(practice: Sequence[Practice]) -> Standing:
    """
    >>> from interviewer.domain.rating import Practice
    >>> one = Practice(question="q", answer="a", band=3, given=4, verdicts={}, given_verdicts={})
    >>> standing([one] * 4).met, standing([one] * 5).met
    (False, True)
    """
    distances = [abs(one.given - one.band) for one in practice[-ROUND:]]
    apart = sum(distances) / len(distances) if distances else None
    far = sum(distance >= FAR for distance in distances)
    met = len(distances) == ROUND and sum(distances) <= WITHIN * ROUND and far <= FAR_ALLOWED
    return Standing(done=len(practice), apart=apart, far=far, met=met)


def note_of(rater: Rater) -> str:
    """What has to be known of how somebody came to rate; empty for whoever met the rule.

    Who begins without having met it is ready like anybody else, and their ratings count alike: the practice that is
    kept with them says how it was, and this says so in a sentence.
    """
    if rater.imported:
        return "These ratings came from a file: nobody here knows how they were made."
    if rater.ready_at is None or standing(rater.practice).met:
        return ""
    if not rater.practice:
        return "Began without a practice round, since there were no answers to practise on."
    done = len(rater.practice)
    return f"Began after {done} practice {'answer' if done == 1 else 'answers'} without meeting the practice rule."


@dataclass(frozen=True)
class Compared:
    """One criterion of a practice answer: what is known of it, and what was given."""

    criterion: Criterion
    known: Verdict
    given: Verdict

    @property
    def same(self) -> bool:
        return self.known is self.given


@dataclass(frozen=True)
class Feedback:
    """What a rater is told right after a practice answer. ``why`` is empty where the kind of answer says nothing."""

    band: int
    given: int
    criteria: tuple[Compared, ...]
    about_band: str
    about_criteria: str
    why: str


WHY = {
    AnswerKind.FLUENT_WRONG: "It is fluent and sure of itself, and mistaken. How well something is said is not rated.",
    AnswerKind.NEGATED: "It has the right words and says the opposite with them.",
    AnswerKind.OFF_TOPIC: "It is about something else than the question, however sensible it may be.",
    AnswerKind.DONT_KNOW: "It owns up to not knowing. That is honest, and there is nothing to credit.",
    AnswerKind.KEYWORDS: "It names the right words without saying anything with them.",
    AnswerKind.RESTATED: "It says the question over again, at some length.",
    AnswerKind.INSTRUCTION: "It speaks to whoever grades instead of answering.",
    AnswerKind.EXCELLENT: "It need not be long or polished: what it says covers the core and goes beyond it.",
}
"""By the kind of answer, what one may learn from it about rating."""


def feedback(rubric: Rubric, answer: CalibrationAnswer, given: int, given_verdicts: Mapping[str, Verdict]) -> Feedback:
    """``given_verdicts`` has a verdict for every criterion of ``rubric``; KeyError otherwise."""
    criteria = tuple(Compared(c, answer.verdicts[c.id], given_verdicts[c.id]) for c in rubric.criteria)
    return Feedback(
        band=answer.band,
        given=given,
        criteria=criteria,
        about_band=_about_band(answer.band, given),
        about_criteria=_about_criteria(criteria),
        why=WHY.get(answer.kind, ""),
    )


def _about_band(band: int, given: int) -> str:
    known = f"{band} ({BAND_WORDS[band].lower()})"
    if band == given:
        return f"The same band as it is known to have: {known}."
    steps = abs(given - band)
    much = "One band" if steps == 1 else f"{_NUMBERS[steps]} bands"
    return f"{much} too {'high' if given > band else 'low'}: it is known as {known}, you gave {given}."


_NUMBERS = {2: "Two", 3: "Three", 4: "Four"}


def _about_criteria(criteria: Sequence[Compared]) -> str:
    differing = [one for one in criteria if not one.same]
    if not differing:
        return "Every criterion as it is known."
    generous = sum(_CREDIT[one.given] > _CREDIT[one.known] for one in differing)
    strict = len(differing) - generous
    parts = [f"more credit than the words earn on {generous}" if generous else ""]
    parts.append(f"less than {'they' if generous else 'the words'} earn on {strict}" if strict else "")
    seen = "criterion" if len(criteria) == 1 else "criteria"
    return f"{len(differing)} of {len(criteria)} {seen} seen differently: {', '.join(part for part in parts if part)}."
