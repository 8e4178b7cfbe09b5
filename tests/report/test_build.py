"""What counts, what is said about it, and what a report must not give away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import ExchangeStatus, InterviewStatus
from interviewer.domain.words import Intent, Mode, Verdict
from interviewer.grading.scoring import overall
from interviewer.models.base import ModelInfo
from interviewer.report import build_report, letter, wording
from interviewer.report.study import MAX_STUDY
from interviewer.report.wording import points
from tests.report.sample import (
    DESCENT,
    MODEL,
    NOW,
    OVERFITTING,
    bank,
    everything_met,
    graded,
    interview,
    report,
    sample,
    sample_report,
)

CLOSED, SKIPPED = ExchangeStatus.CLOSED, ExchangeStatus.SKIPPED
UNFINISHED, OPEN = ExchangeStatus.UNFINISHED, ExchangeStatus.OPEN
SOME = ("overfitting", "gradient-descent")


class TestWhatCounts:
    def test_the_overall_result_is_the_mean_of_the_questions_that_count(self) -> None:
        made = sample_report()
        grades = [q.grade for q in made.questions[:2] if isinstance(q.grade, Grade)]
        assert (made.overall.score, made.overall.low, made.overall.high) == overall(grades)
        assert made.overall.counted == 2

    def test_questions_that_were_never_opened_do_not_appear(self) -> None:
        assert [q.question_id for q in sample_report().questions] == [
            "overfitting",
            "gradient-descent",
            "ensemble-learning",
        ]

    def test_a_skipped_question_is_left_out_in_practice_and_the_report_says_so(self) -> None:
        made = sample_report(Mode.PRACTICE)
        assert not made.questions[2].counted
        assert "skipped" in made.questions[2].note
        assert made.overall.left_out == 1
        assert "one question that you skipped" in made.overall.certainty

    def test_a_skipped_question_counts_in_real_mode(self) -> None:
        made = sample_report(Mode.REAL)
        assert made.questions[2].counted
        assert made.overall.counted == 3
        assert made.overall.left_out == 0

    def test_a_skipped_question_is_called_skipped_in_real_mode_too(self) -> None:
        skipped = sample_report(Mode.REAL).questions[2]
        assert skipped.note == "Skipped; in a real interview that counts as not answered (0 of 5)."
        assert wording.result(skipped) == "Skipped, 0 of 5"
        assert wording.missed_title(skipped) == "What the question looks for"

    def test_a_skipped_question_is_not_called_the_largest_gap(self) -> None:
        gist = sample_report(Mode.REAL).overall.gist
        assert "The largest gap is in question 2" in gist
        assert "Question 3 was skipped; in a real interview that counts as not answered." in gist

    def test_a_real_interview_of_skipped_questions_speaks_of_no_gap(self) -> None:
        held = interview(*((name, [("Skip.", Intent.SKIP)], SKIPPED) for name in SOME), mode=Mode.REAL)
        gist = report(held, {1: graded(held, 1), 2: graded(held, 2)}).overall.gist
        assert gist.startswith("Questions 1 and 2 were skipped; in a real interview they count as not answered.")
        assert "gap" not in gist

    def test_what_was_said_before_a_skip_counts_in_real_mode(self) -> None:
        held = interview(("overfitting", OVERFITTING, SKIPPED), mode=Mode.REAL)
        made = report(held, {1: everything_met(held, 1)}).questions[0]
        assert made.note == "Skipped; in a real interview that counts with what you had said until then."
        assert wording.result(made).startswith("5 of 5")

    @pytest.mark.parametrize("intent", [Intent.ANSWER, Intent.DONT_KNOW])
    def test_an_unfinished_question_counts_when_something_was_said_to_it(self, intent: Intent) -> None:
        held = interview(("overfitting", [(OVERFITTING[0][0], intent)], UNFINISHED))
        assert report(held, {1: everything_met(held, 1)}).overall.counted == 1

    @pytest.mark.parametrize("intent", [Intent.STOP, Intent.CLARIFICATION, Intent.HINT, Intent.OFF_TOPIC, Intent.META])
    def test_an_unfinished_question_without_an_answer_does_not_count(self, intent: Intent) -> None:
        held = interview(("overfitting", [("Let's stop here.", intent)], UNFINISHED))
        made = report(held, {1: graded(held, 1)})
        assert made.overall.counted == 0
        assert made.overall.left_out == 1
        assert made.overall.score is None
        assert "before you answered" in made.questions[0].note

    def test_an_ungraded_question_never_counts_and_its_reason_is_told(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED), ("gradient-descent", DESCENT, CLOSED))
        made = report(held, {1: everything_met(held, 1), 2: Ungraded(reason="The reply was cut off.")})
        assert made.overall.counted == 1
        assert made.pending == 0
        assert "The reply was cut off." in made.questions[1].note
        assert "could not be graded" in made.overall.certainty

    def test_a_question_without_a_grade_is_pending_not_zero(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED), ("gradient-descent", DESCENT, CLOSED))
        made = report(held, {1: everything_met(held, 1)})
        assert made.pending == 1
        assert made.overall.score == 5.0
        assert "still being graded" in made.overall.certainty

    def test_nothing_graded_gives_no_score_and_no_judgement(self) -> None:
        made = report(interview(("overfitting", OVERFITTING, CLOSED)))
        assert (made.overall.score, made.overall.low, made.overall.high, made.overall.band) == (None, None, None, None)
        assert made.overall.headline == "The grades are still being made."
        assert made.topics == ()

    def test_when_grading_failed_altogether_the_headline_says_that_and_nothing_else(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        made = report(held, {1: Ungraded(reason="The reply was cut off.", retryable=True)})
        assert made.overall.headline == "Your answers could not be graded."
        assert made.overall.score is None

    def test_an_interview_of_skipped_questions_judges_nothing(self) -> None:
        held = interview(("overfitting", [("Skip.", Intent.SKIP)], SKIPPED))
        made = report(held, {1: graded(held, 1)})
        assert made.overall.headline == "There is nothing to grade yet."
        assert "judges nothing" in made.overall.gist
        assert "No answer has a grade so far" in made.graded_by

    def test_an_open_question_is_shown_without_a_grade_and_is_not_pending(self) -> None:
        held = interview(("overfitting", OVERFITTING, OPEN), status=InterviewStatus.RUNNING)
        made = report(held)
        assert not made.finished
        assert made.pending == 0
        assert made.questions[0].note == "This question is still open."


class TestWhatIsGivenAway:
    def test_practice_shows_sample_answer_and_approach(self) -> None:
        assert all(q.sample_answer and q.approach for q in sample_report(Mode.PRACTICE).questions)

    def test_real_mode_shows_neither(self) -> None:
        assert not any(q.sample_answer or q.approach for q in sample_report(Mode.REAL).questions)

    def test_a_question_still_open_shows_no_sample_answer_even_in_practice(self) -> None:
        made = report(interview(("overfitting", OVERFITTING, OPEN), status=InterviewStatus.RUNNING))
        assert made.questions[0].sample_answer is None
        assert made.questions[0].approach is None


class TestQuestions:
    def test_missed_are_the_texts_of_missing_partial_and_contradicted_criteria(self) -> None:
        question = sample_report().questions[1]
        assert isinstance(question.grade, Grade)
        met = {v.text for v in question.grade.verdicts if v.verdict is Verdict.MET}
        assert set(question.missed) == {v.text for v in question.grade.verdicts} - met

    def test_a_dispute_stands_with_its_question_and_changes_no_score(self) -> None:
        held, grades, disputes = sample()
        disputed, plain = report(held, grades, disputes), report(held, grades)
        assert disputed.questions[1].disputes == tuple(disputes)
        assert disputed.questions[0].disputes == ()
        assert disputed.overall == plain.overall

    def test_seconds_are_those_of_the_question_without_pauses(self) -> None:
        assert [q.seconds for q in sample_report().questions] == [240, 240, 120]

    def test_a_coding_question_comes_with_what_it_handed_over_in_writing(self) -> None:
        held = interview(("palindrome", OVERFITTING, CLOSED), ("overfitting", OVERFITTING, CLOSED))
        coding, theory = report(held).questions
        assert coding.task == bank().question("palindrome").task
        assert coding.task is not None
        assert theory.task is None

    def test_the_report_is_pure(self) -> None:
        held, grades, disputes = sample()
        assert report(held, grades, disputes) == report(held, grades, disputes)

    def test_later_reading_changes_nothing_once_the_interview_has_ended(self) -> None:
        held, grades, disputes = sample()
        later = build_report(held, grades, disputes, {}, bank=bank(), model=MODEL, now=NOW + timedelta(days=9))
        assert later == report(held, grades, disputes)


class TestTopics:
    def test_each_topic_has_the_mean_of_its_counted_questions_best_first(self) -> None:
        made = sample_report()
        assert [t.topic for t in made.topics] == ["generalisation", "optimisation"]
        assert made.topics[0].title == "Overfitting and generalisation"

    def test_questions_of_one_topic_are_joined(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED), ("overfitting", OVERFITTING, CLOSED))
        made = report(held, {1: everything_met(held, 1), 2: graded(held, 2)})
        assert [(t.score, t.questions) for t in made.topics] == [(2.5, 2)]


class TestWhatEmployersLookFor:
    def test_each_competency_has_the_mean_of_the_questions_that_speak_to_it(self) -> None:
        held = interview(
            ("overfitting", OVERFITTING, CLOSED),
            ("decision-tree", OVERFITTING, CLOSED),
            ("gradient-descent", DESCENT, CLOSED),
        )
        made = report(held, {1: everything_met(held, 1), 2: everything_met(held, 2), 3: graded(held, 3)})
        assert [(c.id, c.score, c.questions, c.numbers) for c in made.competencies] == [
            ("algorithms", 2.5, 2, (2, 3)),
            ("modelling", 5.0, 1, (1,)),
        ]

    def test_they_come_with_the_banks_words_and_in_its_order_however_the_answers_were(self) -> None:
        names = ("ethics-considerations", "ensemble-learning", "overfitting", "business-project")
        held = interview(*((name, OVERFITTING, CLOSED) for name in names))
        made = report(held, {number: everything_met(held, number) for number in range(1, 5)}).competencies
        order = [name for name in bank().competencies if name in {one.id for one in made}]
        assert [one.id for one in made] == order
        assert len(made) >= 3
        for one in made:
            assert (one.title, one.looks_for) == (
                bank().competencies[one.id].title,
                bank().competencies[one.id].looks_for,
            )

    @pytest.mark.parametrize("mode", list(Mode))
    def test_a_skipped_question_says_nothing_of_them(self, mode: Mode) -> None:
        made = sample_report(mode)
        assert made.questions[2].status is SKIPPED
        assert all(3 not in one.numbers for one in made.competencies)

    def test_neither_does_one_that_was_broken_off_before_an_answer(self) -> None:
        held = interview(("overfitting", [("Let's stop.", Intent.STOP)], UNFINISHED))
        assert report(held, {1: graded(held, 1)}).competencies == ()

    def test_without_grades_there_are_none_and_no_sentence_about_them(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED), ("gradient-descent", DESCENT, CLOSED))
        for grades in ({}, {1: Ungraded(reason="The reply was cut off.")}):
            made = report(held, grades)
            assert (made.competencies, made.basis) == ((), "")

    def test_a_bank_without_them_has_none(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        made = report(held, {1: everything_met(held, 1)}, known=replace(bank(), competencies={}))
        assert (made.competencies, made.basis) == ((), "")

    def test_it_is_said_that_one_question_is_a_thin_basis_and_that_no_person_is_ranked(self) -> None:
        twice = interview(("overfitting", OVERFITTING, CLOSED), ("overfitting", OVERFITTING, CLOSED))
        assert "thin" not in report(twice, {1: graded(twice, 1), 2: graded(twice, 2)}).basis
        once = report(twice, {1: graded(twice, 1)}).basis
        assert "It rests on one question only, which is a thin basis" in once
        apart = interview(("overfitting", OVERFITTING, CLOSED), ("gradient-descent", DESCENT, CLOSED))
        both = report(apart, {1: graded(apart, 1), 2: graded(apart, 2)}).basis
        assert "Each of them rests on one question only, which is a thin basis" in both
        mixed = interview(*((name, OVERFITTING, CLOSED) for name in ("overfitting", "overfitting", "gradient-descent")))
        basis = report(mixed, {number: graded(mixed, number) for number in range(1, 4)}).basis
        assert "Where it is one question only, that is a thin basis" in basis
        assert all("it tells about these answers, not about you" in words for words in (once, both, basis))


class TestLookingBack:
    def test_afterwards_the_bank_asks_and_ones_own_notes_stand_by_its_questions(self) -> None:
        made = report(*sample(), {"what-was-hard": "The learning rate."}).reflections
        assert [(one.id, one.prompt, one.help) for one in made] == [
            (r.id, r.prompt, r.help) for r in bank().reflections
        ]
        assert {one.id: one.note for one in made if one.note} == {"what-was-hard": "The learning rate."}

    def test_notes_change_nothing_else_in_the_report(self) -> None:
        held, grades, disputes = sample()
        noted = report(held, grades, disputes, {"what-was-hard": "Everything."})
        plain = report(held, grades, disputes)
        assert noted != plain
        assert noted.model_copy(update={"reflections": plain.reflections}) == plain

    def test_what_is_still_going_on_is_not_looked_back_on(self) -> None:
        held = interview(("overfitting", OVERFITTING, OPEN), status=InterviewStatus.RUNNING)
        assert report(held).reflections == ()

    def test_a_note_that_is_there_is_shown_whenever_one_looks(self) -> None:
        held = interview(("overfitting", OVERFITTING, OPEN), status=InterviewStatus.RUNNING)
        made = report(held, notes={"what-went-well": "The start."}).reflections
        assert [(one.id, one.note) for one in made] == [("what-went-well", "The start.")]

    def test_a_bank_that_asks_nothing_has_no_such_part(self) -> None:
        assert report(*sample(), known=replace(bank(), reflections=())).reflections == ()


class TestTheLetter:
    def test_there_is_a_headline_for_every_band_and_none_is_unkind(self) -> None:
        assert sorted(letter.HEADLINES) == [1, 2, 3, 4, 5]
        assert not any(word in text.lower() for text in letter.HEADLINES.values() for word in ("fail", "bad", "poor"))

    def test_the_gist_names_what_carried_the_largest_gap_the_mistake_and_what_is_next(self) -> None:
        gist = sample_report().overall.gist
        assert "question 1 (“Overfitting and generalisation”), where you said that an overfitted model" in gist
        assert "The largest gap is in question 2 (“Optimisation”): it would have helped to say that a learning" in gist
        assert "One statement of yours is mistaken" in gist
        assert "begin with “Optimisation”;" in gist

    def test_a_mistake_about_a_contradicted_criterion_is_one_mistake(self) -> None:
        question = sample_report().questions[1]
        assert isinstance(question.grade, Grade)
        assert question.grade.misconceptions
        assert any(v.verdict is Verdict.CONTRADICTED for v in question.grade.verdicts)
        assert "One statement" in sample_report().overall.gist

    def test_when_nothing_was_missed_the_gist_says_so_and_looks_ahead(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        gist = report(held, {1: everything_met(held, 1)}).overall.gist
        assert "Nothing that the questions look for was missed." in gist
        assert "harder questions" in gist

    def test_when_nothing_was_found_the_gist_stays_with_the_answers_not_the_person(self) -> None:
        held = interview(("overfitting", [("I like trains.", Intent.ANSWER)], CLOSED))
        made = report(held, {1: graded(held, 1)})
        assert made.overall.band == 1
        assert "could not be found in your answers" in made.overall.gist

    def test_one_question_is_called_a_first_impression(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        certainty = report(held, {1: everything_met(held, 1)}).overall.certainty
        assert "one question only" in certainty
        assert "first impression" in certainty

    def test_the_interval_and_the_number_of_questions_are_stated(self) -> None:
        made = sample_report().overall
        assert made.low is not None
        assert made.high is not None
        assert f"between {points(made.low)} and {points(made.high)}" in made.certainty
        assert "the mean of two questions" in made.certainty

    def test_an_interval_over_most_of_the_scale_is_admitted_to_tell_little(self) -> None:
        held = interview(*((name, OVERFITTING, CLOSED) for name in SOME))
        made = report(held, {1: everything_met(held, 1), 2: graded(held, 2)}).overall
        assert made.low is not None
        assert made.high is not None
        assert made.high - made.low > letter.TOO_WIDE
        assert "Your usual result probably (four chances in five) lies between" in made.certainty
        assert "So few questions cannot tell more than that" in made.certainty

    def test_every_criterion_of_the_bank_can_be_told_to_the_candidate(self) -> None:
        for question in bank().questions.values():
            for criterion in question.rubric.criteria:
                assert letter.you_did(criterion.text).startswith("you ")
                assert letter.to_do(criterion.text).startswith("to ")

    def test_the_offline_model_says_what_it_is_what_it_cannot_do_and_how_much_is_doubtful(self) -> None:
        by = sample_report().graded_by
        assert "The offline model graded this interview (offline, version 1-test)" in by
        assert "it may overlook a right point in unusual words" in by
        assert "Of the 7 verdicts that rest on your words, one is doubtful and marked so." in by

    def test_many_sure_verdicts_on_what_is_missing_do_not_make_a_doubtful_credit_look_sure(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        words = "more data probably helps, I guess"
        by = report(held, {1: graded(held, 1, {"more_data": (Verdict.PARTIAL, words, 0.4)})}).graded_by
        assert "The only verdict that rests on your words is doubtful and marked so." in by
        assert "sure (" not in by

    def test_the_mean_confidence_stands_with_the_details(self) -> None:
        assert wording.facts(sample_report())[-1] == "All graded questions: mean confidence 0.84 of 1"

    def test_the_lexical_fallback_is_admitted(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        info = MODEL.model_copy(update={"settings": {"embedder": "lexical-1"}})
        assert "without its sentence encoder" in report(held, {1: graded(held, 1, info=info)}).graded_by

    def test_two_graders_are_never_mixed_unmarked(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED), ("gradient-descent", DESCENT, CLOSED))
        other = ModelInfo(name="some-model", version="7", offline=False)
        by = report(held, {1: graded(held, 1), 2: graded(held, 2, info=other)}).graded_by
        assert "More than one grader was at work" in by
        assert "offline, version 1-test (question 1)" in by
        assert "some-model (question 2)" in by

    @pytest.mark.parametrize("score", [1.46, 1.4999, 2.46, 3.4999, 4.45, 4.4999])
    def test_a_shown_score_never_looks_like_a_higher_band(self, score: float) -> None:
        assert points(score).endswith(".4")


class TestWhatToDoNext:
    def test_the_weakest_question_comes_first_and_the_skipped_one_after_it(self) -> None:
        study = sample_report().study
        assert [item.why.split(":")[0] for item in study] == ["Question 2, Optimisation"] * 3 + [
            "Question 3, Ensembles"
        ] * 3

    def test_every_suggestion_names_its_article_by_title(self) -> None:
        named = {title for item in sample_report().study for title in item.source.split("; ")}
        assert named <= {source.title for source in bank().sources.values()}

    def test_solid_answers_get_no_homework(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED))
        assert report(held, {1: everything_met(held, 1)}).study == ()

    def test_with_many_weak_questions_each_gets_a_suggestion_before_any_gets_a_second(self) -> None:
        names = ["overfitting", "gradient-descent", "ensemble-learning", "decision-tree", "nlp-applications"]
        held = interview(*((name, OVERFITTING, CLOSED) for name in names))
        study = report(held, {number: graded(held, number) for number in range(1, 6)}).study
        assert len(study) == MAX_STUDY
        assert len({item.why for item in study}) == 5

    def test_a_question_that_was_cut_off_is_no_weakness(self) -> None:
        held = interview(("overfitting", [("Let's stop.", Intent.STOP)], UNFINISHED))
        assert report(held, {1: graded(held, 1)}).study == ()

    def test_several_dont_knows_bring_the_guide_on_not_knowing(self) -> None:
        dont_know = [("I don't know.", Intent.DONT_KNOW)]
        held = interview(("overfitting", dont_know, CLOSED), ("gradient-descent", dont_know, CLOSED))
        assert "not-knowing" in [a.guide for a in report(held).advice]

    def test_very_short_answers_bring_the_guide_on_thinking_aloud(self) -> None:
        held = interview(("overfitting", [("It memorises.", Intent.ANSWER)], CLOSED))
        made = report(held)
        assert "thinking-aloud" in [a.guide for a in made.advice]
        assert all(a.source for a in made.advice)

    def test_there_are_at_most_three_pieces_of_advice_and_one_for_afterwards(self) -> None:
        short = [("No idea.", Intent.DONT_KNOW), ("Noise.", Intent.ANSWER)]
        held = interview(("overfitting", short, CLOSED), ("gradient-descent", short, CLOSED))
        guides = [a.guide for a in report(held, {1: graded(held, 1), 2: graded(held, 2)}).advice]
        assert 1 <= len(guides) <= 3
        assert guides[-1] == "reflecting-afterwards"
        assert "thank-you-note" not in guides

    def test_a_good_real_interview_ends_with_the_thank_you_note(self) -> None:
        held = interview(("overfitting", OVERFITTING, CLOSED), mode=Mode.REAL)
        assert [a.guide for a in report(held, {1: everything_met(held, 1)}).advice] == ["thank-you-note"]

    def test_a_running_interview_gets_no_advice_for_afterwards(self) -> None:
        held = interview(("overfitting", OVERFITTING, OPEN), status=InterviewStatus.RUNNING)
        assert report(held).advice == ()

    def test_a_bank_without_guides_gives_no_advice(self) -> None:
        held, grades, disputes = sample()
        assert report(held, grades, disputes, known=replace(bank(), guides={})).advice == ()
