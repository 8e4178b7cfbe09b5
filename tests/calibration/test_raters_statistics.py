"""The statistics of several raters: published examples, the formulas in plain loops, and the bootstrap of scipy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

import numpy as np
import pytest

from interviewer.calibration.agreement import Array, macro_error
from interviewer.calibration.panel import (
    Part,
    clustered_p,
    couples,
    difference,
    holm,
    icc,
    icc_part,
    kappa_part,
    krippendorff_alpha,
    macro_part,
    pair_up,
    quadratic_kappa,
    standardised_part,
)
from interviewer.calibration.resampling import Resampler

MATRICES = 1500
NONE = math.nan

KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NONE, NONE, NONE],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NONE, 3],
        [NONE, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NONE],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NONE],
    ]
).T
"""The reliability data of four observers and twelve units in Krippendorff's “Computing Krippendorff's alpha”."""

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
"""Table 2 of Shrout and Fleiss 1979: six targets, four judges."""


def matrices(*, missing: float = 0.0) -> Iterator[Array]:
    """Random ones of every small shape and scale; some of few scores, some shifted far, some of quarters."""
    random = np.random.default_rng(7)
    for _ in range(MATRICES):
        items, raters = int(random.integers(2, 13)), int(random.integers(2, 6))
        worth = random.normal(size=(items, 1)) * random.choice([0.0, 1.0, 2.0])
        scores = np.clip(np.round(worth + random.normal(size=(items, raters)) + 2), 0, random.integers(1, 11))
        matrix = scores * random.choice([1.0, 0.25, 7.0]) + random.choice([0.0, 1000.0])
        matrix[random.random(matrix.shape) < missing] = NONE
        yield matrix


# --- published examples -------------------------------------------------------------------------------------


def test_alpha_of_krippendorffs_own_data() -> None:
    assert round(krippendorff_alpha(KRIPPENDORFF), 3) == 0.815


def test_icc_of_shrout_and_fleiss_own_table() -> None:
    assert round(icc(SHROUT_FLEISS), 2) == 0.29
    assert round(icc(SHROUT_FLEISS, of_mean=True), 2) == 0.62


def test_holm_steps_down_and_never_turns_back() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


# --- formulas, in loops -------------------------------------------------------------------------------------


def kappa_in_loops(a: list[float], b: list[float]) -> float:
    """Cohen 1968: one less the weighted share observed over the one expected, weights squared distances."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x == x and y == y]
    if not pairs:
        return NONE
    observed = sum((x - y) ** 2 for x, y in pairs) / len(pairs)
    expected = sum((x - y) ** 2 for x, _ in pairs for _, y in pairs) / len(pairs) ** 2
    return 1 - observed / expected if expected else NONE


def alpha_in_loops(matrix: list[list[float]]) -> float:
    """Krippendorff 2004, by the matrix of coincidences and the ordinal metric, as he writes them."""
    units = [[x for x in row if x == x] for row in matrix]
    units = [unit for unit in units if len(unit) > 1]
    values = sorted({x for unit in units for x in unit})
    coincidences = {pair: 0.0 for pair in product(values, values)}
    for unit in units:
        for i, x in enumerate(unit):
            for j, y in enumerate(unit):
                if i != j:
                    coincidences[x, y] += 1 / (len(unit) - 1)
    total = {x: sum(coincidences[x, y] for y in values) for x in values}
    n = sum(total.values())

    def apart(x: float, y: float) -> float:
        low, high = min(x, y), max(x, y)
        return (sum(total[g] for g in values if low <= g <= high) - (total[x] + total[y]) / 2) ** 2

    observed = sum(coincidences[x, y] * apart(x, y) for x in values for y in values)
    expected = sum(total[x] * total[y] * apart(x, y) for x in values for y in values)
    return 1 - (n - 1) * observed / expected if expected else NONE


def icc_in_loops(matrix: list[list[float]], *, of_mean: bool) -> float:
    """Shrout and Fleiss 1979, by the mean squares of the two-way table."""
    rows = [row for row in matrix if all(x == x for x in row)]
    n, k = len(rows), len(matrix[0])
    if n < 2 or k < 2:
        return NONE
    grand = sum(map(sum, rows)) / (n * k)
    of_row = [sum(row) / k for row in rows]
    of_column = [sum(row[j] for row in rows) / n for j in range(k)]
    bms = k * sum((mean - grand) ** 2 for mean in of_row) / (n - 1)
    jms = n * sum((mean - grand) ** 2 for mean in of_column) / (k - 1)
    rest = sum((rows[i][j] - of_row[i] - of_column[j] + grand) ** 2 for i in range(n) for j in range(k))
    ems = rest / ((n - 1) * (k - 1))
    below = bms + (jms - ems) / n if of_mean else bms + (k - 1) * ems + k * (jms - ems) / n
    return (bms - ems) / below if below > 1e-9 else NONE


def same(one: float, other: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_kappa_is_what_the_formula_says(missing: float) -> None:
    for matrix in matrices(missing=missing):
        a, b = matrix[:, 0], matrix[:, 1]
        assert same(quadratic_kappa(a, b), kappa_in_loops(a.tolist(), b.tolist())), matrix


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_alpha_is_what_the_formula_says(missing: float) -> None:
    for matrix in matrices(missing=missing):
        assert same(krippendorff_alpha(matrix), alpha_in_loops(matrix.tolist())), matrix


@pytest.mark.parametrize("of_mean", [False, True])
@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_icc_is_what_the_formula_says(missing: float, of_mean: bool) -> None:
    for matrix in matrices(missing=missing):
        assert same(icc(matrix, of_mean=of_mean), icc_in_loops(matrix.tolist(), of_mean=of_mean)), matrix


def test_kappa_is_the_intraclass_correlation_that_fleiss_and_cohen_found_it_to_be() -> None:
    """Fleiss and Cohen 1973: with quadratic weights, kappa is (SSR − SSE) / (SSR + SSE + 2 SSC) of two raters."""
    for matrix in matrices():
        two = matrix[:, :2]
        items = 2 * ((two.mean(axis=1) - two.mean()) ** 2).sum()
        raters = len(two) * ((two.mean(axis=0) - two.mean()) ** 2).sum()
        rest = ((two - two.mean()) ** 2).sum() - items - raters
        if np.ptp(two) > 0:
            assert quadratic_kappa(two[:, 0], two[:, 1]) == pytest.approx(
                (items - rest) / (items + rest + 2 * raters), abs=1e-9
            )


def test_what_pairs_add_up_to() -> None:
    for matrix in matrices(missing=0.2):
        columns = [(i, j) for i in range(matrix.shape[1]) for j in range(i + 1, matrix.shape[1])]
        pairs = pair_up(matrix, couples(matrix, columns), both_ways=False)
        met = [
            (row[i], row[j])
            for row in matrix.tolist()
            for i, j in columns
            if not math.isnan(row[i]) and not math.isnan(row[j])
        ]
        assert pairs.count.sum() == len(met)
        assert pairs.exact.sum() == sum(x == y for x, y in met)
        assert pairs.within_one.sum() == sum(abs(x - y) <= 1 for x, y in met)
        for (i, x), (j, y) in product(enumerate(pairs.scores), enumerate(pairs.scores)):
            assert pairs.confusion[i, j] == met.count((x, y))
        if met:
            firsts, seconds = (np.array(column) for column in zip(*met, strict=True))
            assert macro_part(pairs).value == pytest.approx(macro_error(firsts, seconds), abs=1e-9)


def test_differences_are_from_the_mean_of_the_others_who_rated_the_same() -> None:
    for matrix in matrices(missing=0.3):
        others = list(range(1, matrix.shape[1]))
        expected, rest = [], []
        for row in matrix.tolist():
            there = [row[other] for other in others if not math.isnan(row[other])]
            if there and not math.isnan(row[0]):
                expected.append(row[0] - sum(there) / len(there))
                rest += there
        assert difference(matrix, 0, others)[1].tolist() == pytest.approx(expected, abs=1e-9)
        spread = float(np.std(rest, ddof=1)) if len(rest) > 1 else 0.0
        found = standardised_part(matrix, 0, others).value
        assert same(found, sum(expected) / len(expected) / spread if spread > 1e-9 else NONE)


def test_the_test_of_a_difference_is_students_where_every_group_has_one_value() -> None:
    from scipy.stats import ttest_1samp

    random = np.random.default_rng(3)
    for size in (3, 10, 50):
        values = random.normal(0.3, 1, size)
        assert clustered_p(values, np.arange(size)) == pytest.approx(ttest_1samp(values, 0).pvalue, abs=1e-9)
    # A group said three times is a group said once.
    assert clustered_p(np.repeat(values, 3), np.repeat(np.arange(50), 3)) == pytest.approx(
        clustered_p(values, np.arange(50)), abs=1e-9
    )


def test_differences_that_do_not_vary_are_as_sure_as_their_signs() -> None:
    assert clustered_p(np.ones(10), np.arange(10)) == 2.0**-9
    assert clustered_p(np.zeros(10), np.arange(10)) == 1.0


def test_huge_scores_lose_no_digits() -> None:
    far = SHROUT_FLEISS + 1_000_000
    assert icc(far) == pytest.approx(icc(SHROUT_FLEISS), abs=1e-9)
    assert krippendorff_alpha(far) == pytest.approx(krippendorff_alpha(SHROUT_FLEISS), abs=1e-9)
    assert quadratic_kappa(far[:, 0], far[:, 1]) == pytest.approx(
        quadratic_kappa(SHROUT_FLEISS[:, 0], SHROUT_FLEISS[:, 1]), abs=1e-9
    )


@pytest.mark.parametrize(
    "matrix",
    [
        np.full((12, 3), 3.0),
        np.full((12, 3), NONE),
        np.array([[1.0, 2.0]]),
        np.empty((0, 2)),
        np.array([[1, NONE], [NONE, 2], [3, NONE]]),
    ],
    ids=["all equal", "nothing rated", "one item", "no item", "nothing in common"],
)
def test_what_cannot_be_told_is_not_a_number(matrix: Array) -> None:
    assert math.isnan(icc(matrix))
    assert math.isnan(icc(matrix, of_mean=True))
    if len(matrix) == 1:  # of one item with two scores these are defined: what chance gives, by the formula
        assert (quadratic_kappa(matrix[:, 0], matrix[:, 1]), krippendorff_alpha(matrix)) == (0, 0)
    else:
        assert math.isnan(quadratic_kappa(matrix[:, 0], matrix[:, 1]))
        assert math.isnan(krippendorff_alpha(matrix))


# --- intervals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statistic", ["kappa", "icc"])
def test_an_interval_is_scipys_bca_of_the_same_resamples(statistic: str) -> None:
    from scipy.stats import bootstrap

    random = np.random.default_rng(11)
    a = random.normal(size=30)
    b = a + random.normal(size=30) * 0.7 + 0.3
    matrix = np.column_stack([a, b])
    part = kappa_part(couples(matrix, [(0, 1)])[0]) if statistic == "kappa" else icc_part(matrix)

    def of(x: Array, y: Array) -> float:
        return quadratic_kappa(x, y) if statistic == "kappa" else icc(np.column_stack([x, y]))

    ours = Resampler(np.arange(30), seed=5, resamples=500).replicates(part).interval()
    theirs = bootstrap(
        (a, b), of, paired=True, vectorized=False, n_resamples=500, method="BCa", rng=np.random.default_rng(5)
    ).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_groups_are_drawn_whole_and_left_out_whole() -> None:
    groups = np.array([0, 0, 1, 2, 2, 2])
    part = Part(np.arange(6), np.column_stack([np.ones(6), [1.0, 2, 4, 8, 16, 32]]), lambda s: s[..., 1])
    resampler = Resampler(groups, seed=1, resamples=200)
    one = resampler.replicates(part)
    assert one.value == 63
    assert one.left_out.tolist() == [60, 59, 7]
    possible = {3 * a + 4 * b + 56 * c for a, b, c in product(range(4), repeat=3) if a + b + c == 3}
    assert set(one.resampled.tolist()) <= possible
    assert len(set(one.resampled.tolist())) > 5


def test_many_statistics_at_once_are_those_one_by_one() -> None:
    random = np.random.default_rng(2)
    matrix = random.integers(1, 6, (60, 8)).astype(float)
    matrix[random.random(matrix.shape) < 0.6] = NONE
    parts = [kappa_part(pair) for pair in couples(matrix, product(range(4), range(4, 8)))]
    parts += [icc_part(matrix[:, :2]), Part(np.arange(0), np.empty((0, 2)), lambda s: s[..., 0])]
    resampler = Resampler(np.arange(60), seed=3, resamples=50)
    for together, part in zip(resampler.all_replicates(parts), parts, strict=True):
        alone = resampler.replicates(part)
        np.testing.assert_allclose(together.resampled, alone.resampled, atol=1e-9)
        np.testing.assert_allclose(together.left_out, alone.left_out, atol=1e-9)
