"""From verdicts and weights to a score, a range and a band: pure, and the same for every grader.

With C the share of the core weight that was earned and S the share of the strong weight (``met`` earns all
of a criterion, ``partial`` half), and m the number of mistakes:

    score = 1.5 + 2.5 C + C S - 0.5 m      when anything was earned, never below 0
    score = 0                              when nothing was

So any credit lifts an answer out of band 1, the core alone reaches 4 (solid), and strong criteria take it
beyond in proportion to the core that they stand on. A rubric without strong criteria uses S = C.
A mistake is a stated misconception or a contradicted criterion; a criterion that is contradicted by a stated
misconception is no further mistake.

Worked example: three core criteria of weight 1 (met, partial, missing), two strong ones of weight 1 (met,
missing), one stated misconception: C = 1.5 / 3 = 0.5, S = 0.5, score = 1.5 + 1.25 + 0.25 - 0.5 = 2.5, which
rounds half up to band 3, "developing".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from interviewer.domain.grade import CriterionVerdict, Grade, MisconceptionFound
from interviewer.domain.question import Criterion
from interviewer.domain.words import CriterionKind, Verdict

CREDIT = {Verdict.MET: 1.0, Verdict.PARTIAL: 0.5}
MISTAKE = 0.5

_AT_WORST = {
    Verdict.MET: Verdict.MISSING,
    Verdict.PARTIAL: Verdict.MISSING,
    Verdict.MISSING: Verdict.MISSING,
    Verdict.CONTRADICTED: Verdict.CONTRADICTED,
    Verdict.NOT_ASSESSED: Verdict.MISSING,
}
_AT_BEST = {
    Verdict.MET: Verdict.MET,
    Verdict.PARTIAL: Verdict.MET,
    Verdict.MISSING: Verdict.PARTIAL,
    Verdict.CONTRADICTED: Verdict.MISSING,
    Verdict.NOT_ASSESSED: Verdict.MET,
}


@dataclass(frozen=True)
class Score:
    """``score`` with the ``low`` and ``high`` that the doubtful verdicts leave open, all in 0..5; band 1..5."""

    score: float
    low: float
    high: float
    band: int


def band(score: float) -> int:
    """The band of a score: rounded half up, at least 1.

    >>> [band(s) for s in (0, 1.49, 1.5, 2.5, 3.49, 4.5, 5)]
    [1, 1, 2, 3, 3, 5, 5]
    """
    return max(1, math.floor(score + 0.5))


def score(verdicts: Sequence[CriterionVerdict], misconceptions: Sequence[MisconceptionFound] = ()) -> Score:
    """The score of one exchange. Raises ValueError without any criterion."""
    if not verdicts:
        raise ValueError("a score needs at least one criterion")

    def with_doubts(settled: Mapping[Verdict, Verdict]) -> float:
        rows = [(v.criterion, v.kind, v.weight, settled[v.verdict] if v.doubtful else v.verdict) for v in verdicts]
        return _score(rows, misconceptions)

    value = with_doubts({verdict: verdict for verdict in Verdict})
    low, high = with_doubts(_AT_WORST), with_doubts(_AT_BEST)
    return Score(score=value, low=min(low, value), high=max(high, value), band=band(value))


def score_of(
    criteria: Sequence[Criterion], verdicts: Mapping[str, Verdict], misconceptions: Sequence[MisconceptionFound] = ()
) -> float:
    """The score of bare verdicts by criterion, as a person gives them; a criterion without one counts as missing."""
    return _score([(c.id, c.kind, c.weight, verdicts.get(c.id, Verdict.MISSING)) for c in criteria], misconceptions)


def _score(
    verdicts: Sequence[tuple[str, CriterionKind, float, Verdict]], misconceptions: Sequence[MisconceptionFound]
) -> float:
    earned = {kind: 0.0 for kind in CriterionKind}
    total = {kind: 0.0 for kind in CriterionKind}
    contradicted: set[str] = set()
    for criterion, kind, weight, verdict in verdicts:
        total[kind] += weight
        earned[kind] += weight * CREDIT.get(verdict, 0.0)
        if verdict is Verdict.CONTRADICTED:
            contradicted.add(criterion)
    if not any(earned.values()):
        return 0.0
    strong = total[CriterionKind.STRONG] and earned[CriterionKind.STRONG] / total[CriterionKind.STRONG]
    # A rubric of strong criteria only is read as if they were its core.
    core = earned[CriterionKind.CORE] / total[CriterionKind.CORE] if total[CriterionKind.CORE] else strong
    beyond = strong if total[CriterionKind.STRONG] else core
    mistakes = len(misconceptions) + len(contradicted - {m.criterion for m in misconceptions})
    return round(min(5.0, max(0.0, 1.5 + 2.5 * core + core * beyond - MISTAKE * mistakes)), 4)


# One-sided 90 % points of Student's t, so that ± t s / sqrt(n) is an 80 % interval; by degrees of freedom.
_T90 = (3.078, 1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372)


def overall(grades: Sequence[Grade]) -> tuple[float, float, float]:
    """The mean score of an interview with its 80 % interval, each in 0..5 (``mean_and_range``). Raises ValueError
    without any grade."""
    if not grades:
        raise ValueError("an overall result needs at least one grade")
    return mean_and_range([(grade.score, grade.low, grade.high) for grade in grades])


def mean_and_range(
    results: Sequence[tuple[float, float, float]], least: float = 0.0, seen: float = 0.0
) -> tuple[float, float, float]:
    """The mean of several results, each a value with the low and high that it leaves open, and its 80 % interval;
    all from ``least`` to 5.

    The interval joins what is known to be uncertain: the spread between questions (Student's t on their mean)
    and the doubt within them (the mean of their ranges), added in quadrature. With one question the spread is
    unknown and taken as one band. ``seen`` is the standard deviation that the results could show at all: a smaller one
    is taken for that. Raises ValueError without any result.
    """
    middle = mean(value for value, _, _ in results)
    n = len(results)
    spread = 1.0
    if n > 1:
        apart = max(seen, stdev(value for value, _, _ in results))
        spread = _T90[min(n - 2, len(_T90) - 1)] * apart / math.sqrt(n)
    down = middle - mean(low for _, low, _ in results)
    up = mean(high for _, _, high in results) - middle
    low = max(least, middle - math.hypot(spread, down))
    high = min(5.0, middle + math.hypot(spread, up))
    return round(middle, 2), round(low, 2), round(high, 2)
