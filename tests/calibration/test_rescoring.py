"""Stored answers under a changed rubric: who moves, on which criteria, nearer to people or further off."""

from __future__ import annotations

import pytest

from interviewer.calibration.agreement import quadratic_kappa
from interviewer.calibration.raters import FEWEST
from interviewer.calibration.rescoring import comparable, compare, rescore
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.question import Criterion, Question, Rubric
from interviewer.domain.words import CriterionKind, Intent, Speaker, Verdict
from interviewer.models.base import GradeRequest, ModelInfo
from tests.calibration.stored import by_words, graded, interview, rating
from tests.interview.toys import make_question

QUESTION = make_question()
OLD = QUESTION.rubric
MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING


def reworked(*criteria: Criterion) -> Question:
    rubric = OLD.model_copy(update={"criteria": criteria, "misconceptions": ()})
    return QUESTION.model_copy(update={"rubric": rubric})


BONUS, CAUSE, CURE = OLD.criteria
COST = Criterion(id="cost", text="Says what it costs.", kind=CriterionKind.CORE, statements=("It costs time.",))
DRAFT = reworked(CAUSE, COST)  # without the bonus and the cure, with the cost
FEW = 50
"""Resamples where no interval is looked at."""


def test_each_finished_exchange_is_graded_by_the_new_rubric_and_the_old_question() -> None:
    asked: list[GradeRequest] = []

    def judge(request: GradeRequest) -> Grade:
        asked.append(request)
        return by_words(request)

    some = [interview("a", "cause"), interview("b", "cost", "cause"), interview("c", "it", status=ExchangeStatus.OPEN)]
    found = dict(rescore(DRAFT, some, 1, judge))
    assert list(found) == [("a", 1), ("b", 1)]
    assert {request.rubric.hash for request in asked} == {DRAFT.rubric.hash}
    assert [one.band for one in found.values() if isinstance(one, Grade)] == [3, 5]
    assert [turn.text for turn in asked[1].turns] == [QUESTION.prompt, "cost", "And what else, 1?", "cause"]


def test_a_button_is_no_answer() -> None:
    seen: list[list[str]] = []

    def judge(request: GradeRequest) -> Grade:
        seen.append([turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE])
        return by_words(request)

    list(rescore(DRAFT, [interview("a", "cause", pressed=Intent.SKIP)], 1, judge))
    assert seen == [["cause"]]


def test_answers_are_scored_only_as_they_are_asked_for_so_that_one_can_stop() -> None:
    asked: list[GradeRequest] = []

    def judge(request: GradeRequest) -> Grade:
        asked.append(request)
        return by_words(request)

    scoring = rescore(DRAFT, [interview(str(number), "cause") for number in range(9)], 1, judge)
    next(scoring)
    assert len(asked) == 1


INFO = ModelInfo(name="toy", version="1", offline=True)


@pytest.mark.parametrize(
    ("stored", "same"),
    [
        (graded(OLD, {}), True),
        (graded(OLD, {}, version="2"), False),
        (graded(OLD, {}, model="other"), False),
        (graded(DRAFT.rubric, {}), False),
        (Ungraded(reason="no"), False),
        (None, False),
    ],
)
def test_a_stored_grade_stands_for_the_old_rubric_only_where_the_same_judge_made_it(
    stored: Grade | Ungraded | None, same: bool
) -> None:
    assert comparable(stored, OLD.hash, INFO) is same


def test_a_stored_grade_with_other_settings_is_made_anew() -> None:
    assert not comparable(graded(OLD, {}), OLD.hash, INFO.model_copy(update={"settings": {"embedder": "other"}}))


def before_and_after() -> tuple[dict[tuple[str, int], Grade], dict[tuple[str, int], Grade]]:
    """Of three answers one rises, one falls, one stays."""
    new = DRAFT.rubric
    before = {
        ("a", 1): graded(OLD, {"cause": MET}),  # 1.5 + 2.5 × 1/2 = 2.75: band 3
        ("b", 1): graded(OLD, {"cause": MET, "cure": MET, "bonus": MET}),  # 5
        ("c", 1): graded(OLD, {}),  # 0: band 1
    }
    after = {
        ("a", 1): graded(new, {"cause": MET, "cost": MET}),  # no strong criteria: 1.5 + 2.5 + 1 = 5
        ("b", 1): graded(new, {"cause": PARTIAL}),  # C = 1/4: 1.5 + 0.625 + 0.0625 = 2.1875: band 2
        ("c", 1): graded(new, {}),
    }
    return before, after


def test_who_moves_and_how_far() -> None:
    found = compare(*before_and_after(), [], OLD, DRAFT.rubric, resamples=FEW)
    assert [(move.interview_id, move.bands, move.shift) for move in found.moves] == [
        ("a", 2, 2.25),
        ("b", -3, -2.8125),
        ("c", 0, 0.0),
    ]
    assert (found.answers, found.up, found.down) == (3, 1, 1)
    assert found.moved.value == pytest.approx(2 / 3)
    assert found.shift.value == pytest.approx((2.25 - 2.8125) / 3)
    assert found.moved.low is None
    assert "3 candidates" in str(found.moved.why)


def test_which_criteria_change_in_the_drafts_order_with_those_that_go_at_the_end() -> None:
    found = compare(*before_and_after(), [], OLD, DRAFT.rubric, resamples=FEW)
    assert [(c.criterion, c.stands) for c in found.criteria] == [
        ("cause", "in both"),
        ("cost", "only after"),
        ("bonus", "only before"),
        ("cure", "only before"),
    ]
    cause, cost, bonus, _ = found.criteria
    assert (cause.assessed, cause.better, cause.worse) == (3, 0, 1)
    assert (cause.before[MET], cause.after[MET], cause.after[PARTIAL]) == (2, 1, 1)
    assert (dict(cost.before), cost.after[MET], cost.assessed) == ({}, 1, 0)
    assert (bonus.before[MET], dict(bonus.after)) == (1, {})


def test_a_verdict_that_was_not_given_is_neither_better_nor_worse() -> None:
    before = {("a", 1): graded(OLD, {"cause": MET, "cure": MET})}
    after = {("a", 1): graded(OLD, {"cause": Verdict.NOT_ASSESSED, "cure": MET})}
    cause = compare(before, after, [], OLD, OLD, resamples=FEW).criteria[1]
    assert (cause.assessed, cause.better, cause.worse) == (0, 0, 0)


def test_an_answer_without_a_grade_on_one_side_is_in_no_figure_and_is_named() -> None:
    before, after = before_and_after()
    found = compare(before, after | {("b", 1): Ungraded(reason="Timed out.")}, [], OLD, DRAFT.rubric, resamples=FEW)
    assert found.answers == 2
    assert found.ungraded == {("b", 1): "Timed out."}


def test_answers_that_are_not_scored_yet_are_not_compared() -> None:
    before, after = before_and_after()
    del after["a", 1]
    found = compare(before, after, [], OLD, DRAFT.rubric, resamples=FEW)
    assert [move.interview_id for move in found.moves] == ["b", "c"]


def test_without_ratings_nothing_is_said_of_people() -> None:
    found = compare(*before_and_after(), [], OLD, DRAFT.rubric, resamples=FEW)
    assert (found.overall, found.by_criterion, found.rated) == (None, (), 0)


def rated_alike(
    count: int,
) -> tuple[dict[tuple[str, int], Grade], dict[tuple[str, int], Grade], list[int]]:
    """``count`` answers whose bands under the draft are the people's, and under the old rubric often are not."""
    kinds = [({}, 1), ({"cause": MET}, 3), ({"cause": MET, "cost": MET}, 5), ({"cause": PARTIAL}, 2)]
    before, after, bands = {}, {}, []
    for number in range(count):
        verdicts, band = kinds[number % len(kinds)]
        key = (f"i{number}", 1)
        before[key] = graded(OLD, {"cause": verdicts.get("cause", MISSING)})
        after[key] = graded(DRAFT.rubric, verdicts)
        bands.append(band)
    return before, after, bands


def test_agreement_before_and_after_is_of_the_same_answers_and_raters() -> None:
    before, after, bands = rated_alike(24)
    assert [grade.band for grade in after.values()] == bands
    ratings = [rating(key[0], "ada", band) for key, band in zip(before, bands, strict=True)]
    ratings += [rating(key[0], "ben", min(5, band + 1)) for key, band in zip(before, bands, strict=True)]
    found = compare(before, after, ratings, OLD, DRAFT.rubric)
    assert found.rated == 24
    assert found.overall is not None
    assert found.overall.after.exact.value == pytest.approx((24 + 6) / 48)  # with ada always, with ben where both are 5
    assert found.overall.people.items == found.overall.before.items == found.overall.after.items == 24

    given, people = [float(grade.band) for grade in before.values()], [float(band) for band in bands]
    others = [min(5.0, band + 1) for band in people]
    kappas = [quadratic_kappa(_array(whose), _array(given)) for whose in (people, others)]
    assert found.overall.before.kappa.value == pytest.approx(sum(kappas) / 2, abs=1e-9)
    distance = [
        (abs(a.band - p) + abs(a.band - o)) / 2 - (abs(b.band - p) + abs(b.band - o)) / 2
        for a, b, p, o in zip(after.values(), before.values(), people, others, strict=True)
    ]
    assert found.overall.nearer.value == pytest.approx(sum(distance) / 24)
    assert found.overall.nearer.low is not None
    assert found.overall.nearer.high is not None
    assert found.overall.nearer.low <= sum(distance) / 24 <= found.overall.nearer.high < 0


def _array(values: list[float]):  # type: ignore[no-untyped-def]
    import numpy as np

    return np.array(values)


def test_below_the_floor_there_is_no_coefficient_and_the_reason_is_said() -> None:
    before, after, bands = rated_alike(FEWEST - 1)
    ratings = [rating(key[0], "ada", band) for key, band in zip(before, bands, strict=True)]
    found = compare(before, after, ratings, OLD, DRAFT.rubric, resamples=FEW)
    assert found.overall is not None
    assert found.overall.after.kappa.value is None
    assert found.overall.after.exact.value == 1.0
    assert found.overall.nearer.low is None
    assert "10 candidates" in str(found.overall.nearer.why)


def test_single_criteria_are_compared_where_both_rubrics_have_them() -> None:
    before, after, _ = rated_alike(12)
    people = {"cause": MET, "cure": MET, "cost": MET}
    ratings = [rating(key[0], "ada", None, people) for key in before]
    found = compare(before, after, ratings, OLD, DRAFT.rubric, resamples=FEW)
    assert found.overall is None
    assert [one.criterion for one in found.by_criterion] == ["cause"]
    assert found.by_criterion[0].before.exact.value == pytest.approx(0.5)  # met in two kinds of four


def test_drafts_of_ratings_and_ratings_of_other_answers_count_nowhere() -> None:
    before, after, _ = rated_alike(4)
    unsubmitted = rating("i0", "ada", 5).model_copy(update={"submitted_at": None})
    found = compare(before, after, [unsubmitted, rating("elsewhere", "ada", 5)], OLD, DRAFT.rubric, resamples=FEW)
    assert (found.overall, found.rated) == (None, 0)


def test_the_same_rubric_changes_nothing() -> None:
    before, _, bands = rated_alike(12)
    ratings = [rating(key[0], "ada", band) for key, band in zip(before, bands, strict=True)]
    found = compare(before, before, ratings, OLD, Rubric.model_validate(OLD.model_dump()))
    assert found.overall is not None
    assert (found.up, found.down, found.shift.value, found.overall.nearer.value) == (0, 0, 0.0, 0.0)
    assert found.overall.before.kappa == found.overall.after.kappa


def test_a_criterion_is_compared_on_the_answers_that_both_rubrics_assessed_it_on() -> None:
    before, after, _ = rated_alike(12)
    for number in range(6):  # under the draft, half of the answers are not assessed on it
        key = (f"i{number}", 1)
        verdicts = tuple(v.model_copy(update={"verdict": Verdict.NOT_ASSESSED}) for v in after[key].verdicts)
        after[key] = after[key].model_copy(update={"verdicts": verdicts})
    ratings = [rating(key[0], "ada", None, {"cause": MET}) for key in before]
    (one,) = compare(before, after, ratings, OLD, DRAFT.rubric, resamples=FEW).by_criterion
    assert one.before.items == one.after.items == 6
    kept = [grade for key, grade in before.items() if key[0] in {f"i{n}" for n in range(6, 12)}]
    met = sum(v.verdict is MET for grade in kept for v in grade.verdicts if v.criterion == "cause")
    assert one.before.exact.value == pytest.approx(met / 6)
