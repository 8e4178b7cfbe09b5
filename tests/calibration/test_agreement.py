"""The statistics of agreement: known values, the laws they keep, and intervals that cover."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.calibration.agreement import (
    Array,
    Estimate,
    estimate,
    exact,
    macro_error,
    quadratic_kappa,
    share,
    spearman,
    within_one,
)

columns = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=60)


def arrays(*columns: list[int]) -> tuple[Array, ...]:
    return tuple(np.array(column, dtype=float) for column in columns)


def by_the_formula(meant: Array, given: Array) -> float:
    """1 - sum(w o) / sum(w e) with w = (i - j)^2, o the observed and e the expected table (Cohen 1968)."""
    observed = sum((a - b) ** 2 for a, b in zip(meant, given, strict=True)) / len(meant)
    expected = sum((a - b) ** 2 for a in meant for b in given) / len(meant) ** 2
    return float(1 - observed / expected)


@settings(deadline=None)  # the first call imports scikit-learn
@given(columns)
def test_kappa_is_what_the_formula_says(pairs: list[tuple[int, int]]) -> None:
    meant, given_ = arrays(*map(list, zip(*pairs, strict=True)))
    if len(set(meant) | set(given_)) > 1:
        assert quadratic_kappa(meant, given_) == pytest.approx(by_the_formula(meant, given_), abs=1e-9)


@settings(deadline=None)  # the first call imports scikit-learn
@given(columns)
def test_who_agrees_with_himself_agrees_fully(pairs: list[tuple[int, int]]) -> None:
    (meant,) = arrays([a for a, _ in pairs])
    assert quadratic_kappa(meant, meant) == pytest.approx(1)
    assert (macro_error(meant, meant), exact(meant, meant), within_one(meant, meant)) == (0, 1, 1)


def test_the_error_counts_every_band_alike() -> None:
    meant, given_ = arrays([1, 1, 1, 1, 5], [1, 1, 1, 1, 3])
    assert macro_error(meant, given_) == 1.0  # none in band 1, two in band 5
    assert (exact(meant, given_), within_one(meant, given_)) == (0.8, 0.8)


def test_ranks_are_compared_and_a_constant_column_says_nothing() -> None:
    assert spearman(*arrays([1, 2, 3, 4], [1, 2, 4, 5])) == pytest.approx(1)
    assert spearman(*arrays([1, 2, 3, 4], [5, 4, 2, 1])) == pytest.approx(-1)
    assert spearman(*arrays([1, 2, 3, 4], [3, 3, 3, 3])) == 0


def test_an_interval_resamples_questions_whole() -> None:
    meant = [1, 2, 3, 4, 5, 3] * 20
    given_ = [1, 2, 3, 4, 5, 1] * 20
    within = estimate(exact, meant, given_, [str(place // 6) for place in range(120)])
    assert within.value == pytest.approx(5 / 6)
    assert within.low is None  # every question is alike: nothing varies
    across = estimate(exact, meant, given_, [str(place % 40) for place in range(120)], resamples=300)
    assert across.low is not None
    assert across.high is not None
    assert across.low < across.value < across.high
    assert estimate(exact, meant, given_, [str(p % 40) for p in range(120)], resamples=300) == across  # repeatable


def test_two_questions_give_no_interval_and_no_rows_no_estimate() -> None:
    assert estimate(exact, [1, 2], [1, 3], ["a", "b"]) == Estimate(0.5)
    with pytest.raises(ValueError, match="at least one row"):
        estimate(exact, [], [], [])
    with pytest.raises(ValueError, match="same length"):
        estimate(exact, [1], [1, 2], ["a"])


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(5)
    covered = 0
    for _ in range(100):
        meant = random.integers(1, 6, 120).astype(float)
        given_ = np.where(random.random(120) < 0.7, meant, 6 - meant)
        truth = 0.7 + 0.3 * 0.2  # the middle band is its own opposite
        found = estimate(exact, meant, given_, [str(place // 3) for place in range(120)], resamples=200)
        covered += found.low is not None and found.high is not None and found.low <= truth <= found.high
    assert 85 <= covered <= 100


def test_a_share_is_printed_with_its_interval() -> None:
    assert str(share(3, 100)) == "0.03 (0.01–0.08)"  # Wilson: 0.0103 to 0.0845
    assert math.isnan(share(0, 0).value)
