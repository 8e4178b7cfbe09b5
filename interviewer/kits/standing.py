"""What stands for an answer. Pure.

A decision that was not taken back stands above everything, people's ratings above the machine's grade, and the grade
above nothing. What does not stand is never lost: it is shown beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import mean

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.rating import Decision, Rating
from interviewer.domain.words import Verdict
from interviewer.grading import scoring

HALF_A_BAND = 0.5
"""What a band is rounded by. Of two or three answers the bands are often equal by chance; taken at their word, the 80 %
interval would be no wider than its mean, and hold 63 to 78 % (simulated with two and three questions, instead of 81 to
98 %)."""


class By(StrEnum):
    """Whose word stands, from the highest down."""

    DECISION = "decision"
    PEOPLE = "people"
    MACHINE = "machine"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Standing:
    """The band that stands for one exchange, 1 to 5, with the lowest and highest that are left open.

    ``band`` is the mean where several people rated. It is None, and ``why`` says why, where nothing stands.
    """

    by: By
    band: float | None = None
    low: float | None = None
    high: float | None = None
    why: str | None = None


@dataclass(frozen=True)
class CriterionStanding:
    """The verdict that stands on one criterion; None where nothing does, or where people gave differing ones."""

    by: By
    verdict: Verdict | None = None


def standing(
    decision: Decision | None,
    ratings: Sequence[Rating],
    grade: Grade | Ungraded | None,
    *,
    counts: bool = True,
    why: str = "",
) -> Standing:
    """What stands for one exchange.

    ``ratings`` are those of this exchange; drafts and ratings without a band count for nothing here. A grade stands
    only where the answer ``counts`` (an interview may have ended before anything was said); where nothing stands,
    ``why`` is given back as the reason, if there is no better one. A machine's band is left open by its doubtful
    verdicts, people's by each other.
    """
    if decision is not None:
        return Standing(By.DECISION, decision.band, decision.band, decision.band)
    bands = [rating.band for rating in ratings if rating.submitted_at is not None and rating.band is not None]
    if bands:
        return Standing(By.PEOPLE, mean(bands), min(bands), max(bands))
    if counts and isinstance(grade, Grade):
        return Standing(By.MACHINE, grade.band, scoring.band(grade.low), scoring.band(grade.high))
    if counts and isinstance(grade, Ungraded):
        return Standing(By.NOTHING, why=f"It could not be graded: {grade.reason.rstrip('.')}.")
    return Standing(By.NOTHING, why=why or "The grade is still being made.")


def criterion_standing(
    criterion: str, decision: Decision | None, verdicts: Sequence[Verdict], machine: Verdict | None
) -> CriterionStanding:
    """What stands on one criterion; ``verdicts`` are the people's, ``machine`` the grade's."""
    if decision is not None and criterion in decision.verdicts:
        return CriterionStanding(By.DECISION, decision.verdicts[criterion])
    if verdicts:
        return CriterionStanding(By.PEOPLE, verdicts[0] if len(set(verdicts)) == 1 else None)
    if machine is not None and machine is not Verdict.NOT_ASSESSED:
        return CriterionStanding(By.MACHINE, machine)
    return CriterionStanding(By.NOTHING)


def overall(standings: Sequence[Standing]) -> tuple[float, float, float] | None:
    """The mean of the bands that stand, with its 80 % interval (``scoring.mean_and_range``), each in 1..5; None where
    nothing stands. Every question counts the same, whoever's word stands for it. Equal bands do not make it certain: a
    standard deviation below HALF_A_BAND is taken for that."""
    known = [
        (one.band, one.low, one.high)
        for one in standings
        if one.band is not None and one.low is not None and one.high is not None
    ]
    return scoring.mean_and_range(known, least=1.0, seen=HALF_A_BAND) if known else None


def by_exchange(ratings: Sequence[Rating]) -> Mapping[tuple[str, int], list[Rating]]:
    """Submitted ratings by interview and exchange, in their order."""
    found: dict[tuple[str, int], list[Rating]] = {}
    for rating in ratings:
        if rating.submitted_at is not None:
            found.setdefault((rating.interview_id, rating.exchange), []).append(rating)
    return found
