"""How far several raters agree: the statistics, pure, over a matrix of scores (items × raters, NaN where not rated).

Every statistic here is a function of sums over items, and is written as such (``Part``): resampling items then means
adding up other sums, thousands at a time, and leaving an item out means subtracting its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from interviewer.calibration.agreement import Array

Places: TypeAlias = NDArray[np.intp]

NEAR = 1e-9
"""Scores closer than this are the same score: 0.1 + 0.2 is 0.3."""

_NOTHING = 1e-12
"""A share of the sums below which a variance is rounding, and none."""


@dataclass(frozen=True)
class Part:
    """A statistic of some items: ``finish`` makes it from sums, (…, k) → (…), NaN where it is not defined.

    ``rows`` are the items' places (n,), ``sums`` what each adds to the sums (n, k).
    """

    rows: Places
    sums: Array
    finish: Callable[[Array], Array]

    @property
    def value(self) -> float:
        return float(self.finish(self.sums.sum(axis=0, keepdims=True))[0]) if len(self.rows) else float("nan")


def _ratio(above: Array, below: Array, scale: Array | float = 1.0) -> Array:
    """``above / below``, NaN where ``below`` is nothing beside ``scale``."""
    defined = below > _NOTHING * np.abs(scale)
    return np.asarray(np.where(defined, above / np.where(defined, below, 1.0), np.nan))


def mean_part(rows: Places, total: Array, count: Array) -> Part:
    """Σ total / Σ count: a mean of ratings where items may have different numbers of them."""
    return Part(rows, np.column_stack([total, count]), lambda sums: _ratio(sums[..., 0], sums[..., 1]))


@dataclass(frozen=True)
class Couple:
    """Two raters (columns) on the items that both rated: the items' places, and the scores of each, (n,)."""

    first: int
    second: int
    rows: Places
    a: Array
    b: Array

    def within(self, rows: Places) -> Couple:
        """The same two on some items only."""
        kept = np.isin(self.rows, rows)
        return Couple(self.first, self.second, self.rows[kept], self.a[kept], self.b[kept])


def couples(matrix: Array, columns: Iterable[tuple[int, int]]) -> list[Couple]:
    """The pairs of raters that have any item in common."""
    there = ~np.isnan(matrix)
    found = []
    for first, second in columns:
        rows = np.flatnonzero(there[:, first] & there[:, second])
        if len(rows):
            found.append(Couple(first, second, rows, matrix[rows, first], matrix[rows, second]))
    return found


# --- kappa --------------------------------------------------------------------------------------------------


def kappa_part(couple: Couple) -> Part:
    """Cohen's kappa with quadratic weights (Cohen 1968) of two raters' scores, the weights being squared differences.

    -1..1, 0 is what chance gives with these marginals; NaN where both gave one and the same score throughout.
    """
    middle = np.median(np.concatenate([couple.a, couple.b])) if len(couple.rows) else 0.0
    a, b = couple.a - middle, couple.b - middle
    return Part(couple.rows, np.column_stack([np.ones(len(a)), a, b, a * a, b * b, a * b]), _kappa)


def _kappa(sums: Array) -> Array:
    n, a, b, aa, bb, ab = np.moveaxis(sums, -1, 0)
    n = np.where(n > 0, n, np.nan)
    observed = (aa + bb - 2 * ab) / n
    expected = (aa + bb) / n - 2 * a * b / n**2
    with np.errstate(invalid="ignore"):
        return 1 - _ratio(observed, expected, (aa + bb) / n)


# --- Krippendorff's alpha -----------------------------------------------------------------------------------


def alpha_part(matrix: Array) -> Part:
    """Krippendorff's alpha with the ordinal difference (Krippendorff 2004, chapter 11); cells may be missing.

    At most 1, 0 is chance, NaN where the pairable scores do not vary. Items with fewer than two scores do not count.
    """
    rows = np.flatnonzero((~np.isnan(matrix)).sum(axis=1) >= 2)
    scores, codes = _coded(matrix[rows])
    of_score = np.zeros((len(rows), len(scores)))
    for column in codes.T:
        rated = np.flatnonzero(column >= 0)
        of_score[rated, column[rated]] += 1  # one rater gives an item one score, so no place comes twice
    low, high = np.triu_indices(len(scores), 1)
    others = of_score.sum(axis=1, keepdims=True) - 1
    coincidences = of_score[:, low] * of_score[:, high] / np.where(others > 0, others, 1)
    sums = np.hstack([of_score, coincidences])

    def finish(sums: Array) -> Array:
        counts, observed = sums[..., : len(scores)], sums[..., len(scores) :]
        ranks = np.cumsum(counts, axis=-1) - counts / 2  # the ordinal difference is the distance of mean ranks
        apart = (ranks[..., high] - ranks[..., low]) ** 2
        expected = (counts[..., low] * counts[..., high] * apart).sum(axis=-1)
        n = counts.sum(axis=-1)
        return 1 - _ratio((n - 1) * (observed * apart).sum(axis=-1), expected)

    return Part(rows, sums, finish)


def _coded(matrix: Array) -> tuple[Array, NDArray[np.intp]]:
    """The different scores in order, and the place of each cell's score among them; -1 where there is none."""
    scores = distinct(matrix)
    codes = np.searchsorted(scores, matrix - NEAR)
    return scores, np.where(np.isnan(matrix), -1, codes)


def distinct(matrix: Array) -> Array:
    """The different scores, in order."""
    scores = np.unique(matrix[~np.isnan(matrix)])
    return scores[np.concatenate([[True], np.diff(scores) > NEAR])] if len(scores) else scores


# --- intraclass correlation ---------------------------------------------------------------------------------


def icc_part(matrix: Array, *, of_mean: bool = False) -> Part:
    """ICC(2,1), or ICC(2,k) with ``of_mean`` (Shrout and Fleiss 1979): absolute agreement, raters drawn at random.

    How far one rater's score, or the mean of all k, tells items apart: at most 1, NaN without variance or with fewer
    than two items or raters. Complete items only: rows with a missing cell do not count.
    """
    rows = np.flatnonzero(~np.isnan(matrix).any(axis=1)) if matrix.shape[1] >= 2 else np.arange(0)
    x = matrix[rows]
    x = x - (np.median(x) if len(rows) else 0.0)
    k = matrix.shape[1]
    totals = x.sum(axis=1)
    sums = np.column_stack([np.ones(len(rows)), totals, totals**2, (x**2).sum(axis=1), x])

    def finish(sums: Array) -> Array:
        n, total, total_squared, squares = np.moveaxis(sums[..., :4], -1, 0)
        several = n > 1
        n = np.where(several, n, 2.0)
        grand = total**2 / (n * k)
        of_items = total_squared / k - grand
        of_raters = (sums[..., 4:] ** 2).sum(axis=-1) / n - grand
        of_rest = squares - grand - of_items - of_raters
        between, raters, rest = of_items / (n - 1), of_raters / (k - 1), of_rest / ((n - 1) * (k - 1))
        of_one = between + (k - 1) * rest + k * (raters - rest) / n
        below = between + (raters - rest) / n if of_mean else of_one
        return np.asarray(np.where(several, _ratio(between - rest, below, squares / n), np.nan))

    return Part(rows, sums, finish)


# --- pairs of ratings ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pairs:
    """All pairs of ratings of the same item by two raters out of ``columns``, added up by item.

    ``count``, ``exact`` and ``within_one`` count pairs (n,). By the distinct ``scores`` there are, for each item, the
    absolute differences from each score and how many pairs are in it (n, scores); and over all items the ``confusion``:
    rows the first rater's score, columns the second's.
    """

    count: Array
    exact: Array
    within_one: Array
    scores: Array
    missed: Array
    met: Array
    confusion: NDArray[np.int64]


def pair_up(matrix: Array, pairs: Sequence[Couple], *, both_ways: bool) -> Pairs:
    """Adds up the pairs. With ``both_ways`` either rater's score is what the other missed; else the first's alone."""
    items = len(matrix)
    scores, codes = _coded(matrix)
    wide = len(scores) if len(scores) <= MOST_SCORES else 0
    count, exact, within = np.zeros(items), np.zeros(items), np.zeros(items)
    missed, met = np.zeros((items, wide)), np.zeros((items, wide))
    confusion = np.zeros(wide * wide, dtype=np.int64)
    for pair in pairs:
        rows, apart = pair.rows, np.abs(pair.a - pair.b)
        count[rows] += 1
        exact[rows] += apart <= NEAR
        within[rows] += apart <= 1 + NEAR
        if wide:
            of_a, of_b = codes[rows, pair.first], codes[rows, pair.second]
            confusion += np.bincount(of_a * wide + of_b, minlength=wide * wide)
            for code in (of_a, of_b) if both_ways else (of_a,):
                missed[rows, code] += apart
                met[rows, code] += 1
    return Pairs(count, exact, within, scores[:wide], missed, met, confusion.reshape(wide, wide))


MOST_SCORES = 21
"""Different scores that are still categories (0 to 5 in quarters). More of them are measurements, and a table of them,
an error by band or an ordinal alpha would be of single ratings."""


def macro_part(pairs: Pairs) -> Part:
    """The mean absolute error of each score that occurs, averaged over these: rare ones count like common ones."""
    rows = np.flatnonzero(pairs.count)
    wide = len(pairs.scores)

    def finish(sums: Array) -> Array:
        by_score = _ratio(sums[..., :wide], sums[..., wide:])
        there = ~np.isnan(by_score)
        return _ratio(np.where(there, by_score, 0.0).sum(axis=-1), there.sum(axis=-1).astype(float))

    return Part(rows, np.hstack([pairs.missed[rows], pairs.met[rows]]), finish)


# --- differences of level -----------------------------------------------------------------------------------


def difference(matrix: Array, column: int, others: Sequence[int]) -> tuple[Places, Array]:
    """A rater's score less the mean of the others' on each item that he and at least one of them rated."""
    rest = matrix[:, list(others)]
    counts = (~np.isnan(rest)).sum(axis=1)
    rows = np.flatnonzero((counts > 0) & ~np.isnan(matrix[:, column]))
    means = np.nansum(rest[rows], axis=1) / counts[rows]
    return rows, matrix[rows, column] - means


def standardised_part(matrix: Array, column: int, others: Sequence[int]) -> Part:
    """The mean difference in standard deviations of the others' single scores on these items; NaN if they are alike."""
    rows, apart = difference(matrix, column, others)
    rest = matrix[rows][:, list(others)]
    there = ~np.isnan(rest)
    centred = np.where(there, rest - (np.nanmedian(rest) if len(rows) else 0.0), 0.0)
    sums = np.column_stack(
        [np.ones(len(rows)), apart, there.sum(axis=1), centred.sum(axis=1), (centred**2).sum(axis=1)]
    )

    def finish(sums: Array) -> Array:
        n, apart, count, total, squares = np.moveaxis(sums, -1, 0)
        several = count > 1
        count = np.where(several, count, 2.0)
        variance = (squares - total**2 / count) / (count - 1)
        variance = np.where(several & (variance > _NOTHING * squares), variance, 0.0)
        return _ratio(_ratio(apart, n), np.sqrt(variance))

    return Part(rows, sums, finish)


def clustered_p(values: Array, groups: NDArray[np.intp]) -> float:
    """Two-sided p of “the mean is zero”: a t test on groups taken whole (with one value each, Student's own).

    The variance is the cluster-robust one with G/(G − 1), t has G − 1 degrees of freedom (Cameron and Miller 2015).
    Where the groups do not vary, the share of sign patterns as one-sided as this, 2^(1 − G); 1 if all are zero.
    """
    from scipy.special import stdtr

    number = np.bincount(groups)
    there = number > 0
    number = number[there]
    size, mean = len(number), values.mean()
    apart = np.bincount(groups, weights=values)[there] - number * mean
    error = np.sqrt(size / (size - 1) * (apart**2).sum()) / number.sum()
    if error <= NEAR:
        return 1.0 if abs(mean) <= NEAR else float(2.0 ** (1 - size))
    return float(2 * stdtr(size - 1, -abs(mean) / error))


def holm(p: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979): p values that hold for the family, in the same order."""
    adjusted = [0.0] * len(p)
    highest = 0.0
    for step, place in enumerate(sorted(range(len(p)), key=lambda place: p[place])):
        highest = max(highest, min(1.0, (len(p) - step) * p[place]))
        adjusted[place] = highest
    return adjusted


def corrected(p: Sequence[float], raters: int) -> list[float]:
    """The p values of raters each beside the others, corrected for there being several; of two raters, both are the
    same one comparison, and nothing is to correct."""
    return list(p) if raters == 2 else holm(p)


# --- by their own names -------------------------------------------------------------------------------------


def quadratic_kappa(first: Array, second: Array) -> float:
    """Cohen's quadratically weighted kappa of two columns, items with a missing score left out; see ``kappa_part``."""
    pairs = couples(np.column_stack([first, second]), [(0, 1)])
    return kappa_part(pairs[0]).value if pairs else float("nan")


def krippendorff_alpha(matrix: Array) -> float:
    """Krippendorff's ordinal alpha of a matrix (items × raters); see ``alpha_part``."""
    return alpha_part(matrix).value


def icc(matrix: Array, *, of_mean: bool = False) -> float:
    """ICC(2,1), or ICC(2,k) with ``of_mean``, of the complete rows of a matrix (items × raters); see ``icc_part``."""
    return icc_part(matrix, of_mean=of_mean).value
