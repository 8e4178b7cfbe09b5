"""The score: small, pure, explained; and fair in its order."""

from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviewer.domain.grade import CriterionVerdict, Evidence, Grade, MisconceptionFound, Provenance
from interviewer.domain.words import BAND_WORDS, CriterionKind, Verdict
from interviewer.grading import scoring
from interviewer.grading.scoring import band, overall, score

CORE, STRONG = CriterionKind.CORE, CriterionKind.STRONG
MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING
CONTRADICTED, NOT_ASSESSED = Verdict.CONTRADICTED, Verdict.NOT_ASSESSED

BETTER = {
    MISSING: (PARTIAL, MET),
    NOT_ASSESSED: (PARTIAL, MET),
    CONTRADICTED: (MISSING, NOT_ASSESSED, PARTIAL, MET),
    PARTIAL: (MET,),
    MET: (),
}


def verdict(
    name: str, what: Verdict, kind: CriterionKind = CORE, weight: float = 1.0, doubtful: bool = False
) -> CriterionVerdict:
    return CriterionVerdict(
        criterion=name,
        text=name,
        kind=kind,
        weight=weight,
        verdict=what,
        confidence=0.9,
        reason="",
        doubtful=doubtful,
    )


def mistake(criterion: str | None = None, name: str = "m") -> MisconceptionFound:
    said = Evidence(turn=2, start=0, end=1, text="x")
    return MisconceptionFound(misconception=name, criterion=criterion, correction="No.", evidence=(said,))


def of(*core: Verdict, strong: tuple[Verdict, ...] = ()) -> list[CriterionVerdict]:
    return [verdict(f"c{place}", what) for place, what in enumerate(core)] + [
        verdict(f"s{place}", what, STRONG) for place, what in enumerate(strong)
    ]


def test_the_worked_example_of_the_docstring() -> None:
    verdicts = of(MET, PARTIAL, MISSING, strong=(MET, MISSING))
    points = score(verdicts, [mistake()])
    assert points.score == 2.5
    assert points.band == 3


def test_the_docstrings_are_right() -> None:
    assert doctest.testmod(scoring).failed == 0


@pytest.mark.parametrize(
    ("verdicts", "mistakes", "expected"),
    [
        pytest.param(of(MET, MET, strong=(MET,)), 0, 5.0, id="everything is the most there is"),
        pytest.param(of(MET, MET, strong=(MISSING,)), 0, 4.0, id="the core alone is solid"),
        pytest.param(of(MISSING, MISSING, strong=(MISSING,)), 0, 0.0, id="nothing is nothing"),
        pytest.param(of(CONTRADICTED, CONTRADICTED), 2, 0.0, id="only mistakes is nothing, not less"),
        pytest.param(of(MISSING, MISSING, strong=(MET,)), 0, 1.5, id="strong without core is a fragment"),
        pytest.param(of(PARTIAL, MISSING, MISSING, MISSING), 0, 1.8281, id="the smallest credit leaves band 1"),
        pytest.param(of(MET, MET), 0, 5.0, id="a rubric without strong criteria can be strong"),
        pytest.param([verdict("s", MET, STRONG)], 0, 5.0, id="a rubric of strong criteria only"),
        pytest.param(of(MET, MET, strong=(MISSING,)), 1, 3.5, id="a mistake takes half a point"),
        pytest.param(of(PARTIAL, MISSING), 9, 0.0, id="mistakes never take it below zero"),
        pytest.param([verdict("a", MET, weight=3), verdict("b", MISSING), verdict("s", MISSING, STRONG)], 0, 3.375,
                     id="weights count within their kind"),
    ],
)  # fmt: skip
def test_scores(verdicts: list[CriterionVerdict], mistakes: int, expected: float) -> None:
    assert score(verdicts, [mistake(name=f"m{n}") for n in range(mistakes)]).score == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        pytest.param(of(MISSING, MISSING, MISSING), 1, id="no evidence"),
        pytest.param(of(MET, MISSING, MISSING, strong=(MISSING,)), 2, id="fragments"),
        pytest.param(of(MET, MET, MISSING, strong=(MISSING,)), 3, id="developing"),
        pytest.param(of(MET, MET, MET, strong=(MISSING,)), 4, id="solid"),
        pytest.param(of(MET, MET, MET, strong=(MET,)), 5, id="strong"),
    ],
)
def test_bands_mean_what_their_words_say(verdicts: list[CriterionVerdict], expected: int) -> None:
    assert score(verdicts).band == expected


def test_bands_round_half_up_and_are_all_named() -> None:
    assert {band(tenth / 10) for tenth in range(51)} == set(BAND_WORDS) == {1, 2, 3, 4, 5}
    assert [band(value) for value in (0.5, 1.5, 2.5, 3.5, 4.5)] == [1, 2, 3, 4, 5]


def test_a_misconception_about_a_contradicted_criterion_is_one_mistake() -> None:
    verdicts = [*of(MET, MET, strong=(MISSING,)), verdict("x", CONTRADICTED)]
    alone = score(verdicts).score
    assert score(verdicts, [mistake("x")]).score == alone
    assert score(verdicts, [mistake("c0")]).score == alone - 0.5
    assert score(verdicts, [mistake(None)]).score == alone - 0.5


def test_a_contradiction_is_never_cheaper_than_silence() -> None:
    """Two misconceptions about one criterion are two mistakes, whether it is contradicted besides or not."""
    wrong = [mistake("x", "m1"), mistake("x", "m2")]
    silent = [*of(MET, MET), verdict("x", MISSING)]
    denied = [*of(MET, MET), verdict("x", CONTRADICTED)]
    assert score(denied, wrong).score <= score(silent, wrong).score


def test_doubt_widens_the_range_in_both_directions() -> None:
    sure = of(MET, MET, MISSING, strong=(MISSING,))
    points = score(sure)
    assert points.low == points.score == points.high
    doubted = score([verdict("c0", MET, doubtful=True), *sure[1:]])
    assert doubted.low < doubted.score == doubted.high
    hoped = score([*sure[:2], verdict("c2", MISSING, doubtful=True), *sure[3:]])
    assert hoped.low == hoped.score < hoped.high


def test_a_criterion_that_was_not_assessed_leaves_everything_open() -> None:
    points = score([verdict("a", MET), verdict("b", NOT_ASSESSED, doubtful=True)])
    assert points.low == points.score
    assert points.high == 5.0


def test_without_criteria_there_is_no_score() -> None:
    with pytest.raises(ValueError, match="at least one criterion"):
        score([])


# --- laws ---------------------------------------------------------------------------------------------------

cells = st.tuples(
    st.sampled_from(list(Verdict)),
    st.sampled_from(list(CriterionKind)),
    st.sampled_from([0.5, 1.0, 2.0, 5.0]),
    st.booleans(),
)
rubrics = st.lists(cells, min_size=1, max_size=6).map(
    lambda row: [verdict(f"c{place}", *cell) for place, cell in enumerate(row)]
)
slips = st.lists(st.sampled_from([None, "c0", "c1", "c2"]), max_size=4).map(
    lambda about: [mistake(criterion, f"m{place}") for place, criterion in enumerate(about)]
)


@settings(max_examples=400, deadline=None)
@given(rubrics, slips)
def test_a_score_lies_in_its_range_and_between_nought_and_five(
    verdicts: list[CriterionVerdict], mistakes: list[MisconceptionFound]
) -> None:
    points = score(verdicts, mistakes)
    assert 0 <= points.low <= points.score <= points.high <= 5
    assert points.band == band(points.score)


@settings(max_examples=400, deadline=None)
@given(rubrics, slips, st.data())
def test_a_better_verdict_never_lowers_the_score(
    verdicts: list[CriterionVerdict], mistakes: list[MisconceptionFound], data: Any
) -> None:
    place = data.draw(st.integers(0, len(verdicts) - 1))
    better = data.draw(st.sampled_from([verdicts[place].verdict, *BETTER[verdicts[place].verdict]]))
    raised = [*verdicts]
    raised[place] = verdicts[place].model_copy(update={"verdict": better})
    assert score(raised, mistakes).score >= score(verdicts, mistakes).score


@settings(max_examples=400, deadline=None)
@given(rubrics, slips, st.sampled_from([None, "c0", "c1", "c2"]))
def test_another_mistake_never_raises_the_score(
    verdicts: list[CriterionVerdict], mistakes: list[MisconceptionFound], about: str | None
) -> None:
    assert score(verdicts, [*mistakes, mistake(about, "one-more")]).score <= score(verdicts, mistakes).score


@settings(max_examples=200, deadline=None)
@given(rubrics, slips)
def test_without_anything_met_there_is_no_point(
    verdicts: list[CriterionVerdict], mistakes: list[MisconceptionFound]
) -> None:
    if not any(given_verdict.verdict.earns for given_verdict in verdicts):
        assert score(verdicts, mistakes).score == 0


# --- the whole interview ------------------------------------------------------------------------------------


def grade_of(value: float, low: float | None = None, high: float | None = None) -> Grade:
    return Grade(
        score=value,
        low=value if low is None else low,
        high=value if high is None else high,
        band=band(value),
        confidence=0.9,
        verdicts=(),
        provenance=Provenance(model="toy", version="1", rubric_hash="0"),
    )


def test_the_overall_result_is_the_mean_with_students_interval() -> None:
    # Three scores of standard deviation 1: 1.886 / sqrt(3) on either side.
    assert overall([grade_of(2), grade_of(3), grade_of(4)]) == (3.0, 1.91, 4.09)


def test_one_question_says_little_about_an_interview() -> None:
    middle, low, high = overall([grade_of(3)])
    assert (middle, low, high) == (3.0, 2.0, 4.0)


def test_doubt_within_the_questions_widens_the_interval() -> None:
    _, low, high = overall([grade_of(3), grade_of(3)])
    assert (low, high) == (3.0, 3.0)
    _, low, high = overall([grade_of(3, 2, 3.5), grade_of(3, 2, 3.5)])
    assert (low, high) == (2.0, 3.5)


def test_without_grades_there_is_no_overall_result() -> None:
    with pytest.raises(ValueError, match="at least one grade"):
        overall([])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 5), min_size=1, max_size=30))
def test_the_interval_contains_the_mean_and_stays_within_the_scale(scores: list[float]) -> None:
    middle, low, high = overall([grade_of(value) for value in scores])
    assert 0 <= low <= middle <= high <= 5
