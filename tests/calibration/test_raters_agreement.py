"""From ratings to the one value that the command and the pages show: what is told, and what is not."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.calibration.agreement import Array
from interviewer.calibration.panel import icc, krippendorff_alpha, quadratic_kappa
from interviewer.calibration.power import coverage, power
from interviewer.calibration.raters import FEWEST, agreement, is_machine
from interviewer.calibration.rating_files import Rating
from interviewer.contracts import Agreement, AgreementPart, Figure
from interviewer.errors import UsageError

FEW = 200
"""Resamples that are enough for a test."""


def bands(items: int, raters: int, *, noise: float = 0.7, seed: int = 1, lenient: float = 0.0) -> Array:
    """Bands 1..5; the last rater is ``lenient`` by that many bands."""
    random = np.random.default_rng(seed)
    latent = 3 + random.normal(size=(items, 1)) + noise * random.normal(size=(items, raters))
    latent[:, -1] += lenient
    made: Array = np.clip(np.round(latent), 1, 5)
    return made


def ratings(matrix: Array, names: Sequence[str], criterion: str | None = None) -> list[Rating]:
    return [
        Rating(f"item {item:03}", names[rater], float(score), criterion)
        for (item, rater), score in np.ndenumerate(matrix)
        if not math.isnan(score)
    ]


def overall(found: Agreement) -> AgreementPart:
    assert found.overall is not None
    return found.overall


def told(figure: Figure) -> float:
    """The value of a figure that has an interval around it, as it should."""
    assert figure.value is not None
    assert figure.low is not None
    assert figure.high is not None
    assert figure.low <= figure.value <= figure.high
    assert figure.why is None
    return figure.value


# --- what is told -------------------------------------------------------------------------------------------


def test_people_and_machine_are_told_apart_and_each_figure_is_the_statistic_it_is_called() -> None:
    matrix = bands(40, 4)
    part = overall(agreement(ratings(matrix, ["ann", "bob", "cid", "machine:x"]), resamples=FEW))
    people, machine = part.people, part.machines[0]
    assert (people.raters, machine.machine) == (["ann", "bob", "cid"], "machine:x")

    def mean_kappa(pairs: Sequence[tuple[int, int]]) -> float:
        return float(np.mean([quadratic_kappa(matrix[:, i], matrix[:, j]) for i, j in pairs]))

    among, beside = mean_kappa([(0, 1), (0, 2), (1, 2)]), mean_kappa([(0, 3), (1, 3), (2, 3)])
    assert told(people.kappa) == pytest.approx(among)
    assert told(machine.kappa) == pytest.approx(beside)
    assert told(machine.kappa_gap) == pytest.approx(beside - among)
    assert told(people.alpha) == pytest.approx(krippendorff_alpha(matrix[:, :3]))
    assert told(people.icc_single) == pytest.approx(icc(matrix[:, :3]))
    assert told(people.icc_mean) == pytest.approx(icc(matrix[:, :3], of_mean=True))
    assert told(machine.icc_single) == pytest.approx(np.mean([icc(matrix[:, [i, 3]]) for i in range(3)]))
    assert told(machine.alpha) == pytest.approx(np.mean([krippendorff_alpha(matrix[:, [i, 3]]) for i in range(3)]))
    assert told(machine.bias) == pytest.approx(matrix[:, 3].mean() - matrix[:, :3].mean())
    assert told(machine.standardised_bias) == pytest.approx(
        (matrix[:, 3].mean() - matrix[:, :3].mean()) / matrix[:, :3].std(ddof=1)
    )
    apart = np.abs(matrix[:, :3] - matrix[:, 3:])
    assert told(machine.exact) == pytest.approx((apart == 0).mean())
    assert told(machine.within_one) == pytest.approx((apart <= 1).mean())
    assert machine.confusion is not None
    assert np.sum(machine.confusion.counts) == 120
    assert people.confusion is not None
    assert np.sum(people.confusion.counts) == 120
    assert np.tril(people.confusion.counts, -1).sum() == 0
    assert [(pair.first, pair.second) for pair in people.pairs] == [("ann", "bob"), ("ann", "cid"), ("bob", "cid")]


def test_a_machine_is_known_by_its_name_or_named() -> None:
    assert [is_machine(name) for name in ("machine", "Model", "machine:gpt", "machinist", "a model")] == [
        True, True, True, False, False,
    ]  # fmt: skip
    some = ratings(bands(20, 2), ["ann", "grader"])
    assert agreement(some, resamples=FEW).machines == []
    assert agreement(some, machines=["grader"], resamples=FEW).machines == ["grader"]
    with pytest.raises(UsageError, match="No rating is by “nobody”"):
        agreement(some, machines=["nobody"])


def test_complete_items_alone_count_for_the_intraclass_correlation() -> None:
    matrix = bands(30, 3)
    matrix[:12, 0] = math.nan
    people = overall(agreement(ratings(matrix, ["a", "b", "c"]), resamples=FEW)).people
    assert (people.icc_single.items, people.alpha.items, people.exact.items) == (18, 30, 30)
    assert told(people.icc_single) == pytest.approx(icc(matrix[12:]))


def test_the_same_seed_gives_the_same_and_another_gives_other_intervals() -> None:
    some = ratings(bands(30, 3), ["a", "b", "machine"])
    first = agreement(some, resamples=FEW)
    assert agreement(some, resamples=FEW) == first
    assert agreement(list(reversed(some)), resamples=FEW) == first  # whatever the order of the lines
    other = agreement(some, resamples=FEW, seed=1)
    assert overall(other).people.kappa.value == overall(first).people.kappa.value
    assert overall(other).people.kappa != overall(first).people.kappa


def test_candidates_are_drawn_whole() -> None:
    """Four answers that are alike tell no more than one: the interval is that of one answer a candidate."""
    once = bands(25, 2)
    four = np.repeat(once, 4, axis=0)
    alone = overall(agreement(ratings(once, ["a", "b"]), resamples=FEW)).people.exact
    grouped = [
        Rating(f"{row:03}", "ab"[rater], float(score), None, f"candidate {row // 4:03}")
        for (row, rater), score in np.ndenumerate(four)
    ]
    part = overall(agreement(grouped, resamples=FEW))
    assert (part.grouped_by, part.groups, part.items) == ("candidate", 25, 100)
    assert (part.people.exact.low, part.people.exact.high) == pytest.approx((alone.low, alone.high))
    apart = overall(agreement(ratings(four, ["a", "b"]), resamples=FEW)).people.exact
    assert told(apart) == alone.value
    assert (apart.high or 1) - (apart.low or 0) < 0.7 * ((alone.high or 1) - (alone.low or 0))


def test_criteria_have_parts_of_their_own_and_one_together() -> None:
    some = [rating for name in "xy" for rating in ratings(bands(15, 2, seed=ord(name)), ["a", "b"], criterion=name)]
    found = agreement(some, resamples=FEW)
    assert [part.criterion for part in found.criteria] == ["x", "y"]
    assert (overall(found).made_of, overall(found).items, overall(found).groups) == ("criteria together", 30, 15)
    whole = agreement([*some, *ratings(bands(12, 2), ["a", "b"])], resamples=FEW)
    assert (overall(whole).made_of, overall(whole).items) == ("whole answers", 12)
    assert whole.criteria == found.criteria


def test_words_and_numbers_are_not_put_together() -> None:
    numbers = ratings(bands(12, 2), ["a", "b"], criterion="x")
    words = [Rating(one.item, one.rater, min(one.score, 3.0), "y", None, True) for one in numbers]
    found = agreement([*numbers, *words], resamples=FEW)
    assert found.overall is None
    assert found.overall_why is not None
    assert found.words is not None
    assert len(found.criteria) == 2


# --- leniency -----------------------------------------------------------------------------------------------


def test_a_lenient_rater_is_found_and_it_is_said_that_the_others_look_severe() -> None:
    part = overall(agreement(ratings(bands(60, 4, lenient=1.2), ["a", "b", "c", "d"]), resamples=FEW))
    by_name = {one.rater: one for one in part.leniency}
    assert by_name["d"].clear is True
    assert told(by_name["d"].difference) > 0.7
    for one in part.leniency:
        assert one.p is not None
        assert one.p_corrected is not None
        assert one.p <= one.p_corrected
    said = [finding.text for finding in part.findings if finding.about == "leniency"]
    assert any(text.startswith("“d” is") and "more lenient" in text for text in said)
    assert any("look at “d” first" in text for text in said)


def test_of_two_raters_neither_is_called_the_lenient_one() -> None:
    part = overall(agreement(ratings(bands(60, 2, lenient=1.0), ["a", "b"]), resamples=FEW))
    (said,) = [finding.text for finding in part.findings if finding.about == "leniency"]
    assert said.startswith("“b” scores")
    assert "two raters cannot tell" in said
    assert all(one.p_corrected == one.p for one in part.leniency)  # one comparison, nothing to correct


def test_raters_without_a_common_item_are_not_compared() -> None:
    matrix = bands(40, 4)
    matrix[:20, :2] = math.nan
    matrix[20:, 2:] = math.nan
    part = overall(agreement(ratings(matrix, ["a", "b", "c", "d"]), resamples=FEW))
    assert [(pair.first, pair.second, pair.items) for pair in part.people.pairs] == [("a", "b", 20), ("c", "d", 20)]
    assert part.people.icc_single.value is None
    assert part.people.icc_single.why == "0 items rated by all 4 people; 10 are needed"
    assert all(one.clear is not None for one in part.leniency)  # each has one other to be compared with
    lonely = [*ratings(bands(20, 2), ["a", "b"]), *(Rating(f"other {item}", "c", 3.0) for item in range(20))]
    third = overall(agreement(lonely, resamples=FEW)).leniency[2]
    assert (third.clear, third.p, third.difference.why) == (None, None, "no item has two ratings to compare")


# --- what is not told ---------------------------------------------------------------------------------------


def test_below_the_floor_a_share_has_no_interval_and_a_coefficient_no_value() -> None:
    people = overall(agreement(ratings(bands(FEWEST - 1, 2), ["a", "b"]))).people
    assert people.exact.value is not None
    assert (people.exact.low, people.exact.why) == (None, "9 items; an interval needs 10")
    for figure in (people.kappa, people.alpha, people.icc_single, people.icc_mean):
        assert figure.value is None
        assert figure.why is not None
    assert people.macro_error.why == "9 items; an interval needs 20"
    at_the_floor = overall(agreement(ratings(bands(FEWEST, 2), ["a", "b"]))).people
    assert told(at_the_floor.kappa) == at_the_floor.kappa.value


def test_many_answers_of_few_candidates_are_below_the_floor() -> None:
    some = [Rating(one.item, one.rater, one.score, None, one.item[-1:]) for one in ratings(bands(90, 2), ["a", "b"])]
    few = [rating for rating in some if rating.candidate in ("1", "2", "3")]
    people = overall(agreement(few, resamples=FEW)).people
    assert people.kappa.value is None
    assert people.exact.why == "answers of 3 candidates; 10 candidates are needed"


def test_one_rater_alone_agrees_with_nobody() -> None:
    part = overall(agreement(ratings(bands(20, 1), ["a"])))
    assert part.people.items == 0
    assert part.people.pairs == []
    assert part.people.alpha.why == "fewer than two people rated anything"
    assert part.findings[0].text == "How far people agree cannot be told: fewer than two people rated anything."


def test_a_machine_alone_and_one_with_a_single_person() -> None:
    alone = overall(agreement(ratings(bands(20, 1), ["machine"])))
    assert alone.machines[0].items == 0
    assert alone.machines[0].kappa.value is None
    one = overall(agreement(ratings(bands(20, 2), ["ann", "machine"]), resamples=FEW)).machines[0]
    assert told(one.kappa) > 0
    assert one.kappa_gap.why == "there is no kappa of people to compare"


def test_scores_that_do_not_vary_tell_nothing_but_that_they_are_alike() -> None:
    people = overall(agreement(ratings(np.full((20, 3), 4.0), ["a", "b", "c"]), resamples=FEW)).people
    assert (people.exact.value, people.exact.high) == (1.0, 1.0)
    assert people.exact.low == pytest.approx(0.025 ** (1 / 20))  # Clopper and Pearson, twenty of twenty
    for figure in (people.kappa, people.alpha, people.icc_single):
        assert figure.value is None
        assert figure.why is not None
        assert "vary" in figure.why


def test_measurements_have_no_bands() -> None:
    random = np.random.default_rng(4)
    worth = random.normal(size=(40, 1))
    people = overall(agreement(ratings(worth + random.normal(size=(40, 2)), ["a", "b"]), resamples=FEW)).people
    assert told(people.kappa) > 0
    assert told(people.icc_single) > 0
    for figure in (people.alpha, people.macro_error):
        assert figure.value is None
        assert figure.why is not None
        assert "80 different scores are no categories" in figure.why
    assert (people.confusion, people.errors) == (None, [])


def test_no_rating_is_no_agreement() -> None:
    with pytest.raises(UsageError, match="no rating"):
        agreement([])


scores = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(["a", "b", "machine"]), st.sampled_from([0.0, 1.0, 2.5, 1e6])),
    min_size=1,
    max_size=45,
    unique_by=lambda row: row[:2],
)


@settings(deadline=None, max_examples=60)
@given(scores)
def test_whatever_is_rated_every_figure_is_a_number_or_says_why_not(rows: list[tuple[int, str, float]]) -> None:
    found = agreement([Rating(str(item), rater, score) for item, rater, score in rows], resamples=50)
    again = Agreement.model_validate_json(found.model_dump_json())
    assert again == found
    for side in (overall(found).people, *overall(found).machines):
        for name, figure in side:
            if isinstance(figure, Figure):
                assert (figure.value is None or figure.low is None) == (figure.why is not None), name
                assert figure.value is None or math.isfinite(figure.value)


# --- simulation ---------------------------------------------------------------------------------------------


def steps(numbers: Sequence[int], _what: str) -> Sequence[int]:
    return numbers


def test_a_lenient_rater_is_found_more_often_with_more_answers_and_hardly_anyone_by_mistake() -> None:
    alarms, half, whole, _ = power(60, lambda numbers, what: iter(steps(numbers, what)))
    for none, some, more in zip(alarms.rows, half.rows, whole.rows, strict=True):
        assert all(isinstance(share, float) and share <= 0.2 for share in none[2:])
        assert [*some[2:]] == sorted(some[2:], key=float)  # type: ignore[arg-type]
        assert float(more[4]) >= float(some[2])  # type: ignore[arg-type]


def test_intervals_hold_about_what_they_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.calibration.power.SIZES", (40,))
    monkeypatch.setattr("interviewer.calibration.power.POPULATION", 10_000)
    monkeypatch.setattr("interviewer.calibration.power.RESAMPLES", 300)
    covered, width, candidates = coverage(40, lambda numbers, what: iter(steps(numbers, what)))
    at = list(covered.columns).index("40 answers")
    shares = [row[at] for row in covered.rows]
    assert all(isinstance(share, float) and share >= 0.8 for share in shares)
    narrower = [float(row[at]) < float(row[at - 1]) for row in width.rows if row[0] != "error by score, people"]  # type: ignore[arg-type]
    assert narrower == [True] * 10
    assert len(candidates.rows) == 8
