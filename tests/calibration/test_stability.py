"""How much grades depend on grading once more, and on how the same answer is put."""

from __future__ import annotations

import json
from itertools import count
from math import sqrt
from random import Random
from statistics import variance

import pytest

from interviewer.calibration.perturb import CHANGES
from interviewer.calibration.raters import FEWEST
from interviewer.calibration.stability import (
    REPEATS,
    Item,
    Repeated,
    as_json,
    calls,
    drawn,
    invariance,
    repeat,
    spread,
    varied,
    vary,
    worst,
)
from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.words import Speaker, Verdict
from interviewer.grading.exchange import exchange_request
from interviewer.models.base import GradeRequest, ModelInfo
from tests.calibration.stored import by_words, graded, interview
from tests.interview.toys import make_question

RUBRIC = make_question().rubric
MET = Verdict.MET
FEW = 50


def item(name: str, *answers: str, exchange: int = 1) -> Item:
    return Item(name, exchange, exchange_request(interview(name, *answers), 1))


def test_a_judge_that_always_says_the_same_has_no_spread() -> None:
    found = spread([repeat(item(str(number), "the cause"), by_words) for number in range(12)], resamples=FEW)
    assert (found.answers, found.ungraded, found.times) == (12, 0, REPEATS)
    assert (found.sd.value, found.moved.value) == (0.0, 0.0)
    assert found.moved.high == pytest.approx(1 - 0.025 ** (1 / 12))  # none of 12, and still no proof of never
    assert not any(flip.flipped for flip in found.flips)


def moody(request: GradeRequest, turn: count[int]) -> Grade:
    """Finds the cause every other time."""
    return graded(request.rubric, {"cause": MET} if next(turn) % 2 else {})


def test_a_moody_judge_is_found_out() -> None:
    turn = count()
    repeated = [repeat(item(str(number), "hm"), lambda request: moody(request, turn), 2) for number in range(12)]
    found = spread(repeated, resamples=FEW)
    assert found.sd.value == pytest.approx(sqrt(variance([0.0, 2.75])))
    assert found.moved.value == 1.0
    assert {flip.criterion: flip.flipped for flip in found.flips} == {"bonus": 0, "cause": 12, "cure": 0}


def test_the_deviation_is_pooled_over_answers() -> None:
    def of(*bands: float) -> Repeated:
        grades = tuple(graded(RUBRIC, {}).model_copy(update={"score": score}) for score in bands)
        return Repeated(item("a", "hm"), grades)

    assert spread([of(1, 2, 3), of(2, 2, 2)], resamples=FEW).sd.value == pytest.approx(sqrt((1 + 0) / 2))


@pytest.mark.parametrize("times", [2, 3, 8])
def test_what_grading_once_more_moves_is_the_same_however_often_it_is_graded(times: int) -> None:
    drawn_bands = Random(7)

    def unsure(request: GradeRequest) -> Grade:
        return graded(request.rubric, {"cause": MET} if drawn_bands.random() < 0.5 else {})

    found = spread([repeat(item(str(number), "hm"), unsure, times) for number in range(600)], resamples=FEW)
    assert found.pairs.value == pytest.approx(0.5, abs=0.06)  # two grades of a tossed coin
    assert found.moved.value == pytest.approx(1 - 0.5 ** (times - 1), abs=0.06)  # the more tosses, the fewer all alike


def test_an_answer_that_was_graded_only_once_is_counted_as_ungraded() -> None:
    one = Repeated(item("a", "hm"), (graded(RUBRIC, {}), Ungraded(reason="no"), Ungraded(reason="no")))
    found = spread([one], resamples=FEW)
    assert (found.answers, found.ungraded, found.moved.value) == (0, 1, None)
    assert one.range == 0.0


def test_below_the_floor_there_is_no_interval() -> None:
    found = spread([repeat(item(str(number), "cause"), by_words) for number in range(FEWEST - 1)], resamples=FEW)
    assert found.moved.low is None
    assert f"{FEWEST} candidates" in str(found.moved.why)


def test_a_judge_that_listens_to_what_is_said_alone_is_not_moved() -> None:
    tried = [
        vary(one, by_words(one.request), _folded, change)
        for one in (item(str(number), "It is the cause of it, I would say.") for number in range(12))
        for change in CHANGES
    ]
    found = invariance(tried, resamples=FEW)
    assert [one.change for one in found] == list(CHANGES)
    assert all((one.same.value, one.shift.value, one.worst) == (1.0, 0.0, 0.0) for one in found)
    assert worst(tried) == []


def _folded(request: GradeRequest) -> Grade:
    text = " ".join(turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE).lower()
    return graded(request.rubric, {c.id: MET for c in request.rubric.criteria if c.id in text})


def biased(request: GradeRequest) -> Grade:
    """Thinks less of whoever gives a name."""
    text = " ".join(turn.text for turn in request.turns if turn.speaker is Speaker.CANDIDATE)
    named = "I speak as a" in text
    return graded(request.rubric, {"cause": Verdict.MISSING if named else MET, "cure": MET})


def test_a_judge_that_minds_who_speaks_is_found_out() -> None:
    items = [item(str(number), "It memorises.") for number in range(12)]
    tried = [vary(one, biased(one.request), biased, change) for one in items for change in CHANGES]
    found = {one.change: one for one in invariance(tried, resamples=FEW)}
    assert found["name and gender"].same.value == 0.0
    assert found["name and gender"].shift.value == pytest.approx(2.75 - 4)  # two of two core met; then one of them
    assert found["upper case"].same.value == 1.0
    assert {one.change for one in worst(tried)} == {"name and gender"}


def test_the_worst_come_first_and_no_more_than_asked_for() -> None:
    def as_long(request: GradeRequest) -> Grade:
        said = len(request.turns[-1].text)
        return graded(request.rubric, {}).model_copy(update={"score": min(5.0, said / 100)})

    tried = [
        vary(one, as_long(one.request), as_long, change)
        for one in (item(str(number), "a b c " * number) for number in range(1, 9))
        for change in CHANGES
    ]
    found = worst(tried, 5)
    assert len(found) == 5
    shifts = [abs(one.shift) for one in tried]
    assert [abs(one.shift) for one in found] == sorted(shifts, reverse=True)[:5]


def test_every_turn_is_changed_but_nobody_gives_a_name_twice() -> None:
    two = item("a", "It memorises.", "It fails.")
    shouted = [t.text for t in varied(two, "upper case").request.turns if t.speaker is Speaker.CANDIDATE]
    named = [t.text for t in varied(two, "name and gender").request.turns if t.speaker is Speaker.CANDIDATE]
    assert shouted == ["IT MEMORISES.", "IT FAILS."]
    assert named[0].endswith("It memorises.")
    assert named[0] != "It memorises."
    assert named[1] == "It fails."
    questions = [t.text for t in varied(two, "upper case").request.turns if t.speaker is Speaker.INTERVIEWER]
    assert questions == ["What is overfit?", "And what else, 1?"]


def test_an_answer_that_lost_its_grade_is_in_no_figure() -> None:
    one = item("a", "cause")
    tried = [vary(one, by_words(one.request), lambda _: Ungraded(reason="no"), "fillers")]
    (found,) = invariance(tried, resamples=FEW)
    assert (found.answers, found.ungraded, found.same.value, tried[0].shift) == (0, 1, None, 0.0)


def test_what_is_drawn_is_even_over_questions_and_always_the_same() -> None:
    items = [item(f"i{number}", "hm", exchange=exchange) for exchange in (1, 2, 3) for number in range(40)]
    chosen = drawn(items, 10)
    assert sorted(one.exchange for one in chosen) == [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert {(o.interview_id, o.exchange) for o in drawn(items[::-1], 10)} == {
        (o.interview_id, o.exchange) for o in chosen
    }
    assert drawn(items, 500) == items


def test_the_number_of_calls_is_said_before_they_are_made() -> None:
    asked = count()

    def judge(request: GradeRequest) -> Grade:
        next(asked)
        return by_words(request)

    items = [item(str(number), "cause") for number in range(3)]
    for one in items:
        first = repeat(one, judge).grades[0]
        for change in CHANGES:
            vary(one, first, judge, change)
    assert next(asked) == calls(3)


def test_the_file_to_take_along_has_figures_and_no_word_of_a_candidates() -> None:
    one = item("a", "memorises everything")
    repeated, tried = [repeat(one, by_words)], [vary(one, by_words(one.request), by_words, "fillers")]
    text = json.dumps(as_json(ModelInfo(name="toy", version="7", offline=True), repeated, tried, resamples=FEW))
    assert "memorises" not in text
    told = json.loads(text)
    assert told["model"] == {"name": "toy", "version": "7"}
    assert told["rubrics"] == {"1": RUBRIC.hash}
    assert told["repeat_grading"]["each"][0]["bands"] == [1, 1, 1]
    assert told["invariance"]["changes"][0]["change"] == "fillers"
