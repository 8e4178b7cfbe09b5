"""Results: everything that anybody made of an answer, side by side, and nobody put in an order by it."""

from __future__ import annotations

import pytest

from interviewer.contracts import Results
from interviewer.domain.grade import Ungraded
from interviewer.domain.interview import InterviewStatus
from interviewer.domain.words import Verdict
from interviewer.kits.export import rating_rows
from interviewer.kits.results import NOT_IN_THE_FILE, coded
from tests.kits.resulting import (
    CHANGED,
    DRIFT,
    FIRST,
    LEAKAGE,
    SECOND,
    decision,
    grade,
    interview,
    invitation,
    made,
    rater,
    rating,
)

MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING


def test_candidates_are_in_the_order_of_their_links_however_they_did() -> None:
    found = made(
        [invitation(1, "Zoë", "z"), invitation(2, "Ada"), invitation(3, "Ben", "b")],
        [interview("z", ["x", "y"]), interview("b", ["x", "y"])],
        grades={"z": {1: grade(score=1, band=1)}, "b": {1: grade(score=5, band=5)}},
    )
    assert [one.candidate for one in found.candidates] == ["Zoë", "Ada", "Ben"]
    assert [one.status for one in found.candidates] == ["ended", "not begun", "ended"]
    assert [one.code for one in found.candidates] == ["Candidate 01", "Candidate 02", "Candidate 03"]


def test_nothing_that_was_said_of_an_answer_is_lost_when_a_person_stands_above() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["A cause.", "y"])],
        grades={"a": {1: grade(score=2, low=1, high=4, band=2, quote=(2, "A cause"), doubtful=True, cause=MET)}},
        raters=[rater("Anna"), rater("Bo", imported=True)],
        ratings=[rating("Anna", 4, cause=MET, remedy=PARTIAL), rating("Bo", 3, cause=MET, remedy=MET)],
        decisions={("a", 1): [decision(5), decision(5, withdrawn=True), decision(4, remedy=MISSING)]},
    )
    answer = found.candidates[0].answers[0]
    assert (answer.stands.by, answer.stands.band) == ("decision", 4)
    assert answer.machine is not None
    assert (answer.machine.band, answer.machine.low, answer.machine.high) == (2, 1, 4)
    assert [(one.rater, one.band, one.imported) for one in answer.ratings] == [("Anna", 4, False), ("Bo", 3, True)]
    assert [(one.band, one.withdrawn) for one in answer.decisions] == [(5, False), (5, True), (4, False)]
    cause, remedy = answer.criteria
    assert (cause.by, cause.verdict) == ("people", MET)
    assert cause.machine is not None
    assert [quote.text for quote in cause.machine.quotes] == ["A cause"]
    assert cause.machine.doubtful
    assert (remedy.by, remedy.verdict) == ("decision", MISSING)
    assert [(one.rater, one.verdict) for one in remedy.people] == [("Anna", PARTIAL), ("Bo", MET)]


def test_a_draft_rating_is_nowhere_in_the_results() -> None:
    draft = rating("Anna", 5, cause=MET).model_copy(update={"submitted_at": None})
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", "y"])],
        grades={"a": {1: grade()}},
        raters=[rater("Anna")],
        ratings=[draft],
    )
    assert found.candidates[0].answers[0].stands.by == "machine"
    assert "Anna" not in found.model_dump_json()


def test_grades_and_ratings_name_the_version_whose_rubric_they_were_made_with() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", "y"])],
        versions=[FIRST, SECOND],
        grades={"a": {1: grade(CHANGED, cause=MET), 2: grade(LEAKAGE)}},
        raters=[rater("Anna")],
        ratings=[rating("Anna", 4, cause=PARTIAL, remedy=MET)],
    )
    first, second = found.candidates[0].answers
    assert first.machine is not None
    assert second.machine is not None
    assert first.machine.versions == [2]
    assert second.machine.versions == [1, 2], "that question's rubric did not change"
    assert first.ratings[0].versions == [1]
    assert [(one.id, one.by) for one in first.criteria] == [
        ("cause", "machine"),
        ("remedy", "people"),
        ("cost", "machine"),
    ], "the person's verdict on the cause is of what it said before"
    assert first.criteria[0].text == "Names a cause of it.", "as it reads in the rubric that graded"


def test_a_verdict_on_a_criterion_in_other_words_is_shown_with_them_and_stands_for_nothing() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", "y"])],
        versions=[FIRST, SECOND],
        grades={"a": {1: grade(CHANGED, remedy=MET)}},
        raters=[rater("Anna"), rater("Bert")],
        ratings=[rating("Anna", 4, cause=PARTIAL), rating("Bert", 4, of=CHANGED, cause=MET)],
    )
    cause = found.candidates[0].answers[0].criteria[0]
    assert (cause.by, cause.verdict) == ("people", MET), "not “people differ”: only one of them rated this"
    assert [(one.rater, one.words) for one in cause.people] == [("Anna", "Names a cause."), ("Bert", None)]
    told = [row for row in rating_rows(found) if str(row[2]).endswith("/cause") and "machine" not in str(row[1])]
    assert [(row[1], row[3]) for row in told] == [("Bert", "met")]


def test_a_settled_verdict_on_a_criterion_in_other_words_does_not_stand_on_the_new_ones() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", "y"])],
        versions=[FIRST, SECOND],
        grades={"a": {1: grade(CHANGED)}},
        decisions={("a", 1): [decision(5, cause=MET, remedy=MET)]},
    )
    answer = found.candidates[0].answers[0]
    assert (answer.stands.by, answer.stands.band) == ("decision", 5)
    assert [(one.id, one.by) for one in answer.criteria[:2]] == [("cause", "machine"), ("remedy", "decision")]


def test_a_criterion_that_only_an_earlier_rubric_had_keeps_what_people_said_of_it() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", "y"])],
        versions=[SECOND, FIRST.model_copy(update={"number": 3})],
        grades={"a": {1: grade(DRIFT)}},
        raters=[rater("Anna")],
        ratings=[rating("Anna", 4, of=CHANGED, cost=MET)],
    )
    last = found.candidates[0].answers[0].criteria[-1]
    assert (last.id, last.text, last.verdict, last.machine) == ("cost", "Says what it costs.", MET, None)


def test_questions_are_the_newest_version_s_then_those_that_only_an_earlier_one_had() -> None:
    shorter = SECOND.model_copy(
        update={"content": SECOND.content.model_copy(update={"questions": SECOND.content.questions[:1]})}
    )
    found = made([], versions=[FIRST, shorter])
    assert [(one.id, one.number) for one in found.questions] == [("drift", 1), ("leakage", None)]
    assert found.questions[0].rubric == CHANGED.rubric.hash


def test_the_mean_says_over_how_many_questions_it_is() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", "y"])],
        grades={"a": {1: grade(band=4, score=4), 2: Ungraded(reason="It timed out.")}},
    )
    overall = found.candidates[0].overall
    assert (overall.mean, overall.counted, overall.questions) == (4, 1, 2)
    assert found.candidates[0].answers[1].stands.why == "It could not be graded: It timed out."


def test_a_question_that_was_not_reached_is_no_answer_and_counts_nowhere() -> None:
    found = made([invitation(1, "Ada", "a")], [interview("a", ["x"], manner="close_time")], grades={"a": {1: grade()}})
    candidate = found.candidates[0]
    assert candidate.ended == "time"
    assert [one.question for one in candidate.answers] == ["drift"]
    assert (candidate.overall.counted, candidate.overall.questions) == (1, 2)


@pytest.mark.parametrize(("manner", "ended"), [("close", "complete"), ("close_early", "early"), ("close_time", "time")])
def test_how_an_interview_ended_is_told(manner: str, ended: str) -> None:
    found = made([invitation(1, "Ada", "a")], [interview("a", ["x", "y"], manner=manner)])
    assert found.candidates[0].ended == ended


def test_grades_that_are_still_being_made_are_counted_as_pending() -> None:
    running = interview("a", ["x", "y"], status=InterviewStatus.RUNNING)
    found = made([invitation(1, "Ada", "a")], [running])
    candidate = found.candidates[0]
    assert candidate.pending == 1
    assert (candidate.status, candidate.ended) == ("running", None)
    assert candidate.answers[1].stands.why == "This question is still open."


def test_time_pauses_and_extra_time_are_told() -> None:
    found = made(
        [invitation(1, "Ada", "a", extra_percent=25)], [interview("a", ["x", "y"])], pauses={"a": 2}
    ).candidates[0]
    assert (found.extra_percent, found.pauses, found.seconds, found.minutes) == (25, 2, 600, 30)


def test_what_came_from_a_file_says_so_and_has_no_clock() -> None:
    brought = interview("a", ["x", None], assessed=False)
    found = made(
        [invitation(1, "Ada", "a", imported=True, consented_at=None)],
        [brought],
        grades={"a": {1: grade(band=4, score=4), 2: grade(LEAKAGE, score=0, band=1)}},
        pauses={"a": 0},
    ).candidates[0]
    assert found.imported
    assert (found.seconds, found.minutes, found.pauses, found.ended, found.consented_at) == (None,) * 5
    assert found.answers[1].stands.why == NOT_IN_THE_FILE
    assert (found.overall.mean, found.overall.counted) == (4, 1), "what is not in the file is not held against anybody"


def test_a_skipped_question_counts_as_not_answered() -> None:
    found = made(
        [invitation(1, "Ada", "a")],
        [interview("a", ["x", None])],
        grades={"a": {1: grade(band=5, score=5), 2: grade(LEAKAGE, score=0, band=1)}},
    )
    assert found.candidates[0].overall.mean == 3


def test_a_deleted_interview_leaves_its_line_and_nothing_else() -> None:
    gone = invitation(1, "Ada", None, consented_at="2026-03-02T12:00:00Z", version=1)
    found = made([gone]).candidates[0]
    assert (found.status, found.interview, found.answers) == ("deleted", None, [])


def test_codes_take_the_place_of_names_everywhere_but_in_what_was_said() -> None:
    found = coded(made([invitation(1, "Ada Lovelace", "a")], [interview("a", ["x", "y"])]))
    assert [one.candidate for one in found.candidates] == ["Candidate 01"]
    assert not found.names
    assert "Lovelace" not in found.model_dump_json()


def test_results_are_read_back_from_json_as_they_were() -> None:
    found = made(
        [invitation(1, "Ada", "a"), invitation(2, "Ben")],
        [interview("a", ["A cause.", "y"])],
        grades={"a": {1: grade(quote=(2, "A cause"), cause=MET), 2: Ungraded(reason="It timed out.")}},
        raters=[rater("Anna")],
        ratings=[rating("Anna", 4, cause=MET)],
        decisions={("a", 1): [decision(4)]},
    )
    assert Results.model_validate_json(found.model_dump_json()) == found
