"""Where ratings of the same answer part: the largest disagreement first, with both sides, and what is made of it.

Pure: ratings, grades and decisions in, values out. An item is one exchange: (interview ID, exchange number).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean
from typing import TypeAlias

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import Turn
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer
from interviewer.domain.question import Rubric, content_hash
from interviewer.domain.rating import RATED, Decision, Rating, in_force
from interviewer.domain.words import Intent, Speaker, Verdict

Item: TypeAlias = tuple[str, int]

KINDS = {
    5: AnswerKind.EXCELLENT,
    4: AnswerKind.GOOD,
    3: AnswerKind.DEVELOPING,
    2: AnswerKind.FRAGMENT,
    1: AnswerKind.OFF_TOPIC,
}
"""What an answer of a band most often is; whoever keeps one may say something else."""


class Between(StrEnum):
    """Who parts from whom. Where people do, the machine cannot be measured against them: that comes first."""

    PEOPLE = "people"
    MACHINE = "machine"


@dataclass(frozen=True)
class Odds:
    """A criterion on which verdicts part: those of people among themselves, or the one that all gave and the
    machine's."""

    criterion: str
    between: Between


@dataclass(frozen=True)
class Disagreement:
    """One answer on which raters part, with both sides.

    ``spread`` are the bands between the highest and the lowest that people gave (0 to 4), ``distance`` those between
    the people's mean and the machine's (0 to 4; None where either is missing). ``decision`` is the one that stands.
    """

    interview_id: str
    exchange: int
    ratings: tuple[Rating, ...]
    grade: Grade | None
    spread: int
    distance: float | None
    odds: tuple[Odds, ...]
    decision: Decision | None

    @property
    def item(self) -> Item:
        return (self.interview_id, self.exchange)

    @property
    def size(self) -> float:
        """How far apart the two sides are that are furthest apart, in bands."""
        return max(float(self.spread), self.distance or 0.0)

    @property
    def among_people(self) -> bool:
        return self.spread > 0 or any(one.between is Between.PEOPLE for one in self.odds)

    @property
    def with_machine(self) -> bool:
        return bool(self.distance) or any(one.between is Between.MACHINE for one in self.odds)

    @property
    def mean(self) -> float | None:
        """The mean band of the people who gave one."""
        return _mean(self.ratings)


def queue(
    ratings: Iterable[Rating],
    grades: Mapping[Item, Grade | Ungraded],
    decisions: Mapping[Item, Sequence[Decision]],
    words: Mapping[int, Mapping[str, str]] | None = None,
) -> list[Disagreement]:
    """The answers that were rated by people and on which anybody parts from anybody, the largest disagreement first.

    The size goes first (bands between people, or between their mean and the machine, whichever is more); at the same
    size what parts people; then the number of criteria at odds; then the order in which the answers first occur among
    ``ratings``. What was settled stays in, with its decision. Drafts (not submitted) do not count. ``words`` are the
    criteria that the ratings' verdicts are on, by exchange and ID: a verdict of the machine on one in other words is of
    something else, and no disagreement.
    """
    by_item: dict[Item, list[Rating]] = {}
    for rating in ratings:
        if rating.submitted_at is not None:
            by_item.setdefault((rating.interview_id, rating.exchange), []).append(rating)
    found = [
        _compared(item, tuple(of), grades.get(item), decisions.get(item, ()), (words or {}).get(item[1]))
        for item, of in by_item.items()
    ]
    parted = [one for one in found if one.among_people or one.with_machine]
    return sorted(parted, key=lambda one: (-one.size, -one.spread, -len(one.odds)))


def _compared(
    item: Item,
    ratings: tuple[Rating, ...],
    grade: Grade | Ungraded | None,
    decisions: Sequence[Decision],
    words: Mapping[str, str] | None,
) -> Disagreement:
    graded = grade if isinstance(grade, Grade) else None
    bands = [rating.band for rating in ratings if rating.band is not None]
    mean = _mean(ratings)
    return Disagreement(
        interview_id=item[0],
        exchange=item[1],
        ratings=ratings,
        grade=graded,
        spread=max(bands) - min(bands) if bands else 0,
        distance=abs(mean - graded.band) if mean is not None and graded is not None else None,
        odds=tuple(_odds(ratings, graded, words)),
        decision=in_force(decisions),
    )


def _mean(ratings: Iterable[Rating]) -> float | None:
    bands = [rating.band for rating in ratings if rating.band is not None]
    return fmean(bands) if bands else None


def _odds(ratings: Sequence[Rating], grade: Grade | None, words: Mapping[str, str] | None) -> list[Odds]:
    given: dict[str, set[Verdict]] = {}
    for rating in ratings:
        for criterion, verdict in rating.verdicts.items():
            if verdict in RATED:
                given.setdefault(criterion, set()).add(verdict)
    machine = {
        v.criterion: v.verdict
        for v in (grade.verdicts if grade is not None else ())
        if v.verdict in RATED and (words is None or words.get(v.criterion) == v.text)
    }
    odds = []
    for criterion, verdicts in given.items():
        if len(verdicts) > 1:
            odds.append(Odds(criterion, Between.PEOPLE))
        elif criterion in machine and machine[criterion] not in verdicts:
            odds.append(Odds(criterion, Between.MACHINE))
    return odds


def agreed(ratings: Iterable[Rating], criteria: Iterable[str]) -> dict[str, Verdict]:
    """The verdicts that everybody who gave one gave alike, for those of ``criteria`` that have one."""
    rated = list(ratings)
    alike = {}
    for criterion in criteria:
        given = {rating.verdicts[criterion] for rating in rated if criterion in rating.verdicts}
        if len(given) == 1 and (verdict := given.pop()) in RATED:
            alike[criterion] = verdict
    return alike


# --- a calibration answer from what was settled ------------------------------------------------------------------


def answered(turns: Iterable[Turn]) -> str:
    """What the candidate said in one exchange, a paragraph for each turn, without the buttons that were pressed."""
    return "\n\n".join(
        turn.text.strip()
        for turn in turns
        if turn.speaker is Speaker.CANDIDATE and turn.intent in (None, Intent.ANSWER) and turn.text.strip()
    )


def missing(decision: Decision, rubric: Rubric) -> list[str]:
    """The criteria without a verdict in the decision: a calibration answer needs every one."""
    return [criterion.id for criterion in rubric.criteria if decision.verdicts.get(criterion.id) not in RATED]


def calibration_answer(
    decision: Decision,
    rubric: Rubric,
    text: str,
    *,
    kind: AnswerKind | None = None,
    grade: Grade | None = None,
) -> CalibrationAnswer:
    """The settled answer as one to practise and to measure with: what was settled is what it should get.

    ``text`` is what the candidate said (not empty). With a ``grade``, the quotes come along with which the machine bore
    out the very verdict that was settled, as far as the text has them word for word; a missing point has none. Raises
    ValueError where a criterion of the rubric has no settled verdict (see ``missing``).
    """
    if without := missing(decision, rubric):
        raise ValueError(f"no verdict was settled for {', '.join(without)}")
    verdicts = {criterion.id: decision.verdicts[criterion.id] for criterion in rubric.criteria}
    quotes = {}
    for one in grade.verdicts if grade is not None else ():
        if one.verdict is not Verdict.MISSING and verdicts.get(one.criterion) is one.verdict:
            found = next((e.text.strip() for e in one.evidence if e.text.strip() and e.text.strip() in text), None)
            if found is not None:
                quotes[one.criterion] = found
    return CalibrationAnswer(
        id=f"kept-{content_hash([decision.interview_id, decision.exchange])}",
        band=decision.band,
        kind=kind or KINDS[decision.band],
        text=text,
        verdicts=verdicts,
        quotes=quotes,
    )
