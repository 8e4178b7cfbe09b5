"""What stands for an answer: a person's word above the machine's, a decision above both, and nothing made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviewer.domain.grade import Ungraded
from interviewer.domain.rating import in_force
from interviewer.domain.words import Verdict
from interviewer.kits.standing import By, CriterionStanding, Standing, criterion_standing, overall, standing
from tests.kits.resulting import decision, grade, rating

MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING


def test_without_people_the_machine_stands_with_what_its_doubts_leave_open() -> None:
    stands = standing(None, [], grade(score=3.2, low=1.4, high=4.6, band=3))
    assert stands == Standing(By.MACHINE, 3, 1, 5)


def test_one_person_stands_above_the_machine() -> None:
    assert standing(None, [rating("Anna", 2)], grade(band=5, score=5)) == Standing(By.PEOPLE, 2, 2, 2)


def test_several_people_stand_with_their_mean_and_how_far_they_are_apart() -> None:
    ratings = [rating("Anna", 2), rating("Bo", 5), rating("Cleo", 3)]
    stands = standing(None, ratings, None)
    assert (stands.by, stands.low, stands.high) == (By.PEOPLE, 2, 5)
    assert stands.band == pytest.approx(10 / 3)


def test_a_draft_and_a_rating_without_a_band_do_not_stand() -> None:
    draft = rating("Anna", 5).model_copy(update={"submitted_at": None})
    assert standing(None, [draft, rating("Bo", None, cause=MET)], grade(band=2, score=2)).by is By.MACHINE


def test_a_decision_stands_above_people_and_machine() -> None:
    assert standing(decision(4), [rating("Anna", 2)], grade()) == Standing(By.DECISION, 4, 4, 4)


def test_the_newest_decision_counts_unless_it_was_taken_back() -> None:
    assert in_force([]) is None
    assert in_force([decision(4), decision(2)]) == decision(2)
    assert in_force([decision(4), decision(4, withdrawn=True)]) is None
    assert in_force([decision(4), decision(4, withdrawn=True), decision(3)]) == decision(3)


def test_an_ungraded_answer_has_its_reason_and_no_band() -> None:
    stands = standing(None, [], Ungraded(reason="The model timed out."))
    assert (stands.by, stands.band) == (By.NOTHING, None)
    assert stands.why == "It could not be graded: The model timed out."


def test_a_grade_of_what_does_not_count_does_not_stand_but_a_person_may_still_rate_it() -> None:
    assert standing(None, [], grade(), counts=False, why="Not reached.") == Standing(By.NOTHING, why="Not reached.")
    assert standing(None, [rating("Anna", 1)], grade(), counts=False).by is By.PEOPLE


@pytest.mark.parametrize(
    ("decided", "people", "machine", "expected"),
    [
        ({"cause": MET}, [MISSING], MISSING, CriterionStanding(By.DECISION, MET)),
        ({"remedy": MET}, [MISSING], MET, CriterionStanding(By.PEOPLE, MISSING)),
        (None, [MET, MET], MISSING, CriterionStanding(By.PEOPLE, MET)),
        (None, [MET, PARTIAL], MISSING, CriterionStanding(By.PEOPLE, None)),
        (None, [], PARTIAL, CriterionStanding(By.MACHINE, PARTIAL)),
        (None, [], Verdict.NOT_ASSESSED, CriterionStanding(By.NOTHING)),
        (None, [], None, CriterionStanding(By.NOTHING)),
    ],
)
def test_what_stands_on_a_criterion(
    decided: dict[str, Verdict] | None, people: list[Verdict], machine: Verdict | None, expected: CriterionStanding
) -> None:
    above = None if decided is None else decision(3).model_copy(update={"verdicts": decided})
    assert criterion_standing("cause", above, people, machine) == expected


def test_nothing_has_no_mean() -> None:
    assert overall([]) is None
    assert overall([Standing(By.NOTHING, why="Not reached.")]) is None


def test_the_mean_of_one_answer_is_as_unsure_as_a_band() -> None:
    assert overall([Standing(By.PEOPLE, 3, 3, 3)]) == (3, 2, 4)


def test_the_range_of_the_mean_joins_spread_and_doubt_in_quadrature() -> None:
    # Bands 2 and 4: mean 3, standard deviation √2, one-sided 90 % point of t with one degree of freedom 3.078, so the
    # spread is 3.078 · √2 / √2 = 3.078, and the range would go beyond the scale on both sides.
    assert overall([Standing(By.MACHINE, 2, 2, 2), Standing(By.MACHINE, 4, 4, 4)]) == (3, 1, 5)
    # Three equal bands: the spread is half a band's, 1.886 · 0.5 / √3 = 0.544; the doubt is the mean of the single
    # answers', 1/3 up and 2/3 down: √(0.544² + 0.667²) = 0.861 and √(0.544² + 0.333²) = 0.638.
    open_ = [Standing(By.MACHINE, 3, 1, 4), Standing(By.PEOPLE, 3, 3, 3), Standing(By.DECISION, 3, 3, 3)]
    assert overall(open_) == (3, 2.14, 3.64)


def test_equal_bands_do_not_make_a_mean_certain() -> None:
    # Two answers of one band: 3.078 · 0.5 / √2 = 1.088 either way, at most 5.
    assert overall([Standing(By.DECISION, 4, 4, 4), Standing(By.PEOPLE, 4, 4, 4)]) == (4, 2.91, 5)


BANDS = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)).map(sorted), min_size=1, max_size=12
)


@given(BANDS)
def test_a_mean_lies_in_its_range_and_both_on_the_scale(bands: list[list[int]]) -> None:
    found = overall([Standing(By.PEOPLE, middle, low, high) for low, middle, high in bands])
    assert found is not None
    middle, low, high = found
    assert 1 <= low <= middle <= high <= 5


@given(BANDS)
def test_leaving_more_open_never_narrows_the_range(bands: list[list[int]]) -> None:
    sure = overall([Standing(By.PEOPLE, middle, middle, middle) for _, middle, _ in bands])
    unsure = overall([Standing(By.PEOPLE, middle, low, high) for low, middle, high in bands])
    assert sure is not None
    assert unsure is not None
    assert unsure[1] <= sure[1]
    assert sure[2] <= unsure[2]
