"""How far two columns of bands agree: pure statistics over arrays.

``meant`` and ``given`` are bands 1..5 of the same answers, ``groups`` the question of each: answers to one question are
not independent, so intervals resample questions with all their answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Statistic: TypeAlias = Callable[[Array, Array], float]

BANDS = (1, 2, 3, 4, 5)
RESAMPLES = 1000


def quadratic_kappa(meant: Array, given: Array) -> float:
    """Cohen's kappa with quadratic weights over the five bands (Cohen 1968); -1..1, 0 is chance.

    Two columns that hold one and the same band throughout agree fully: 1, where the formula divides by zero.
    """
    from sklearn.metrics import cohen_kappa_score

    if len(set(meant) | set(given)) == 1:
        return 1.0
    return float(cohen_kappa_score(meant.astype(int), given.astype(int), labels=BANDS, weights="quadratic"))


def macro_error(meant: Array, given: Array) -> float:
    """The mean absolute error of each band that occurs in ``meant``, averaged over these bands; 0..4, in bands."""
    return float(np.mean([np.abs(given[meant == band] - band).mean() for band in np.unique(meant)]))


def spearman(meant: Array, given: Array) -> float:
    """Spearman's rank correlation, ties at their mean rank; -1..1, and 0 where one column is constant."""
    from scipy.stats import spearmanr

    if np.ptp(meant) == 0 or np.ptp(given) == 0:
        return 0.0
    return float(spearmanr(meant, given).statistic)


def exact(meant: Array, given: Array) -> float:
    """The share of equal bands, 0..1."""
    return float(np.mean(meant == given))


def within_one(meant: Array, given: Array) -> float:
    """The share of bands that differ by at most one, 0..1."""
    return float(np.mean(np.abs(meant - given) <= 1))


@dataclass(frozen=True)
class Estimate:
    """A statistic with its 95 % interval; None where it cannot be told."""

    value: float
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.2f}"
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def estimate(
    statistic: Statistic,
    meant: Sequence[float] | Array,
    given: Sequence[float] | Array,
    groups: Sequence[str],
    *,
    resamples: int = RESAMPLES,
) -> Estimate:
    """The statistic with its BCa bootstrap interval (Efron 1987), resampling ``groups`` whole; the seed is fixed.

    No interval for fewer than three groups, or where every resample gives the same. Raises ValueError for columns of
    different lengths or without any row.
    """
    from scipy.stats import bootstrap

    if not len(meant) == len(given) == len(groups) or not len(meant):
        raise ValueError("an estimate needs columns of the same length, with at least one row")
    first, second = np.asarray(meant, dtype=float), np.asarray(given, dtype=float)
    value = statistic(first, second)
    names = sorted(set(groups))
    if len(names) < 3:
        return Estimate(value)
    of_group = np.asarray(groups)
    rows = [np.flatnonzero(of_group == name) for name in names]

    def resampled(chosen: NDArray[np.int_]) -> float:
        places = np.concatenate([rows[group] for group in chosen])
        return statistic(first[places], second[places])

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a degenerate distribution gives NaN, which is said as “no interval”
        interval = bootstrap(
            (np.arange(len(names)),), resampled, n_resamples=resamples, vectorized=False, method="BCa", rng=0
        ).confidence_interval
    if not (np.isfinite(interval.low) and np.isfinite(interval.high)):
        return Estimate(value)
    return Estimate(value, float(interval.low), float(interval.high))


def share(hits: int, of: int) -> Estimate:
    """A share with its 95 % interval (Wilson 1927); no interval of nothing."""
    from scipy.stats import binomtest

    if not of:
        return Estimate(float("nan"))
    interval = binomtest(hits, of).proportion_ci(method="wilson")
    return Estimate(hits / of, float(interval.low), float(interval.high))
