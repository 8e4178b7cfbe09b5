"""The rubric workshop: a draft, what it changes, publishing, rolling back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.calibration.held_out import split
from interviewer.calibration.rescoring import compare
from interviewer.contracts import Figure
from interviewer.domain.grade import Grade
from interviewer.domain.rating import Rating, RubricDraft
from interviewer.domain.words import Verdict
from interviewer.grading.exchange import answered
from interviewer.models.fake import ScriptedModel
from interviewer.runtime import Runtime
from interviewer.store import Work
from interviewer.ui.workshop_parts import nearer
from interviewer.ui.workshop_scores import comparable_ratings
from tests.calibration.stored import graded, rating
from tests.interview.toys import make_question
from tests.ui.kit_with_answers import MANY, content, grade_all, opened, rate, shorter, with_answers
from tests.ui.tab import Pages, text
from tests.ui.test_with_a_model import REAL, read

RUBRIC = make_question().rubric


@pytest.fixture
def kit(runtime: Runtime) -> str:
    return with_answers(runtime)[0]


def drafted(runtime: Runtime, kit_id: str, number: int = 1) -> RubricDraft:
    """A draft that leaves a criterion out."""
    question = runtime.store.kits.get(kit_id).content.questions[number - 1].question
    draft = runtime.store.rubrics.begin(kit_id, number, question)
    runtime.store.rubrics.save(draft.id, shorter(question), question.hash)
    kept = runtime.store.rubrics.draft(kit_id, number)
    assert kept is not None
    return kept


def scored(pages: Pages, kit_id: str) -> AppTest:
    """The page after all answers were scored under the draft."""
    return pages.at("workshop", id=kit_id).button(key="score").click().run(timeout=120)


def has(test: AppTest, key: str) -> bool:
    return any(button.key == key for button in test.button)


def test_a_kit_that_is_a_draft_is_changed_on_its_own_page(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("workshop", id=runtime.store.kits.create(content(runtime)))
    assert "its rubrics are written on the kit’s own page" in text(test)
    assert not has(test, "begin-draft")


def test_the_rubric_that_counts_is_shown_and_a_draft_is_begun_from_it(pages: Pages, runtime: Runtime) -> None:
    kit_id = opened(runtime)
    question = runtime.store.kits.get(kit_id).content.questions[0].question
    test = pages.at("workshop", id=kit_id)
    assert all(criterion.text in text(test) for criterion in question.rubric.criteria)
    test.button(key="begin-draft").click().run()
    draft = runtime.store.rubrics.draft(kit_id, 1)
    assert draft is not None
    assert draft.question == question
    assert "So far the draft says what the published rubric says." in text(test)
    assert not has(test, "publish")


def test_without_answers_it_says_what_will_be_here(pages: Pages, runtime: Runtime) -> None:
    kit_id = opened(runtime)
    drafted(runtime, kit_id)
    assert "Nobody has answered this question yet." in text(pages.at("workshop", id=kit_id))


def test_what_a_draft_changes_is_said_in_words(pages: Pages, runtime: Runtime) -> None:
    kit_id = opened(runtime)
    last = runtime.store.kits.get(kit_id).content.questions[0].question.rubric.criteria[-1]
    drafted(runtime, kit_id)
    assert f"<li>Removed: {last.text}</li>" in text(pages.at("workshop", id=kit_id))


def test_scoring_under_the_draft_shows_who_moves_and_changes_no_grade(pages: Pages, runtime: Runtime, kit: str) -> None:
    drafted(runtime, kit)
    before = {one: runtime.store.grades(one) for one in runtime.store.kits.interviews(kit)}
    shown = text(scored(pages, kit))
    assert f"All {MANY} answers are scored under the draft, by the offline model." in shown
    assert "Answer by answer" in shown
    assert "not in the draft" in shown
    assert {one: runtime.store.grades(one) for one in before} == before


def test_only_the_answers_that_one_works_with_can_be_read(pages: Pages, runtime: Runtime, kit: str) -> None:
    drafted(runtime, kit)
    halves = split(kit, runtime.store.kits.interviews(kit))
    assert halves.working
    assert halves.held_out
    test = scored(pages, kit)
    shown = text(test)
    assert shown.count('<details class="fold moved') == len(halves.working)
    assert f"{len(halves.held_out)} answers, of which you see totals only." in shown


def test_each_look_at_the_held_out_answers_is_counted_and_the_second_one_warned_of(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    draft = drafted(runtime, kit)
    test = scored(pages, kit)
    assert "Nobody has looked at them for this draft yet." in text(test)
    test.button(key="look").click().run()
    assert not has(test, "look")
    assert "no longer independent" not in text(test)
    test.run()  # looking on at the same figures is no further look
    kept = runtime.store.rubrics.draft(kit, 1)
    assert kept is not None
    assert kept.looks == 1

    less = shorter(draft.question)
    runtime.store.rubrics.save(draft.id, less, draft.question.hash)
    test.run()
    test.button(key="score").click().run(timeout=120)
    assert "They were looked at once for this draft." in text(test)
    test.button(key="look").click().run()
    assert "This is look number 2" in text(test)
    assert "no longer independent" in text(test)


def test_with_peoples_ratings_it_is_said_whether_the_draft_is_nearer_to_them(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    rate(runtime, kit, [(one, 1 + place % 5) for place, one in enumerate(runtime.store.kits.interviews(kit))])
    drafted(runtime, kit)
    shown = text(scored(pages, kit))
    assert "rated by one person" in shown
    assert "people’s ratings" in shown


def test_without_ratings_nothing_is_claimed_of_people(pages: Pages, runtime: Runtime, kit: str) -> None:
    drafted(runtime, kit)
    assert "Nobody has rated these answers yet" in text(scored(pages, kit))


def test_a_statement_copied_from_an_answer_is_warned_of_and_a_held_out_answer_not_named(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    interviews = [runtime.store.get(one) for one in runtime.store.kits.interviews(kit)]
    halves = split(kit, [one.id for one in interviews if answered(one, 1)])
    longest = max((one for one in interviews if one.id in halves.held_out), key=lambda one: len(one.turns[1].text))
    question = runtime.store.kits.get(kit).content.questions[0].question
    first, *rest = question.rubric.criteria
    copied = " ".join(longest.turns[1].text.split()[:14])
    changed = first.model_copy(update={"statements": (*first.statements, copied)})
    rubric = question.rubric.model_copy(update={"criteria": (changed, *rest)})
    draft = runtime.store.rubrics.begin(kit, 1, question)
    runtime.store.rubrics.save(draft.id, question.model_copy(update={"rubric": rubric}), question.hash)
    shown = text(pages.at("workshop", id=kit))
    assert "The draft repeats answers that it is judged by" in shown
    assert "held out" in shown


def published(pages: Pages, runtime: Runtime, kit_id: str) -> AppTest:
    test = pages.at("workshop", id=kit_id)
    test.button(key="publish").click().run(timeout=120)
    test.text_area(key="publish-note").set_value("The raters asked for it.")
    return test.button(key="publish-now").click().run()


def test_publishing_scores_what_is_missing_and_grades_all_answers_by_the_new_rubric(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    draft = drafted(runtime, kit)
    old = runtime.store.kits.get(kit).content.questions[0].question.rubric.hash
    test = published(pages, runtime, kit)
    assert "Published: the kit is at version 2 now." in text(test)
    assert runtime.store.rubrics.draft(kit, 1) is None
    newest = runtime.store.kits.versions(kit)[-1]
    assert (newest.number, newest.note) == (2, "The raters asked for it.")
    assert newest.content.questions[0].question.rubric == draft.question.rubric
    for interview_id in runtime.store.kits.interviews(kit):
        now = runtime.store.grades(interview_id)[1]
        assert isinstance(now, Grade)
        assert now.provenance.rubric_hash == draft.question.rubric.hash
        history = [grade for _, grade in runtime.store.grade_history(interview_id, 1)]
        assert [grade.provenance.rubric_hash for grade in history if grade.provenance] == [old, newest_hash(draft)]


def newest_hash(draft: RubricDraft) -> str:
    return draft.question.rubric.hash


def test_an_answer_that_comes_while_the_note_is_written_is_graded_by_the_new_rubric_too(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    draft = drafted(runtime, kit)
    test = pages.at("workshop", id=kit)
    test.button(key="publish").click().run(timeout=120)
    late = runtime.store.kits.bring_in(kit, "Late", {1: "It learns the noise.", 2: "It splits the data."})
    grade_all(runtime, late)
    test.text_area(key="publish-note").set_value("The raters asked for it.")
    test.button(key="publish-now").click().run()
    assert runtime.workers.wait(late, 60, Work.GRADE)
    now = runtime.store.grades(late)[1]
    assert isinstance(now, Grade)
    assert now.provenance.rubric_hash == draft.question.rubric.hash


def test_nothing_is_published_without_a_note(pages: Pages, runtime: Runtime, kit: str) -> None:
    drafted(runtime, kit)
    test = pages.at("workshop", id=kit)
    test.button(key="publish").click().run(timeout=120)
    test.text_area(key="publish-note").set_value("  ")
    test.button(key="publish-now").click().run()
    assert runtime.store.kits.get(kit).version == 1


def test_a_draft_that_changes_what_candidates_hear_cannot_be_published(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    draft = drafted(runtime, kit)
    other = draft.question.model_copy(update={"prompt": "Another question altogether?"})
    runtime.store.rubrics.save(draft.id, other, draft.question.hash)
    test = pages.at("workshop", id=kit)
    assert "it changes what candidates hear" in text(test)
    assert not has(test, "publish")


def test_rolling_back_gives_answers_their_old_grades_again_and_loses_none(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    drafted(runtime, kit)
    one = runtime.store.kits.interviews(kit)[0]
    old = runtime.store.grades(one)[1]
    test = published(pages, runtime, kit)
    new = runtime.store.grades(one)[1]
    assert new != old
    test.button(key="roll-back-1").click().run()
    test.text_area(key="roll-back-note").set_value("It was worse.")
    test.button(key="roll-back-now").click().run()
    assert "Version 1 counts again, as version 3." in text(test)
    assert runtime.store.grades(one)[1] == old
    assert new in [grade for _, grade in runtime.store.grade_history(one, 1)]


def take_out(test: AppTest, number: int) -> AppTest:
    """Takes out a criterion in the editor."""
    return next(b for b in test.button if b.label == f"Take out criterion {number}").click().run()


def test_a_change_is_stored_at_once(pages: Pages, runtime: Runtime) -> None:
    kit_id = opened(runtime)
    question = runtime.store.kits.get(kit_id).content.questions[0].question
    runtime.store.rubrics.begin(kit_id, 1, question)
    test = take_out(pages.at("workshop", id=kit_id), 2)
    kept = runtime.store.rubrics.draft(kit_id, 1)
    assert kept is not None
    left = [c.id for c in question.rubric.criteria]
    del left[1]
    assert [c.id for c in kept.question.rubric.criteria] == left
    assert ">Saved<" in text(test)


@pytest.mark.parametrize("mine", [True, False])
def test_of_two_tabs_neither_overwrites_the_other_unasked(pages: Pages, runtime: Runtime, mine: bool) -> None:
    kit_id = opened(runtime)
    question = runtime.store.kits.get(kit_id).content.questions[0].question
    draft = runtime.store.rubrics.begin(kit_id, 1, question)
    test = pages.at("workshop", id=kit_id)
    runtime.store.rubrics.save(draft.id, shorter(question), question.hash)  # the other tab

    take_out(test, 1)
    kept = runtime.store.rubrics.draft(kit_id, 1)
    assert kept is not None
    assert kept.question == shorter(question)
    assert "choose which of the two is to stay" in text(test)

    test.button(key="keep-mine" if mine else "take-theirs").click().run()
    chosen = runtime.store.rubrics.draft(kit_id, 1)
    assert chosen is not None
    everything = [c.id for c in question.rubric.criteria]
    assert [c.id for c in chosen.question.rubric.criteria] == (everything[1:] if mine else everything[:-1])
    assert "choose which of the two is to stay" not in text(test)


def test_a_draft_is_discarded_only_after_a_question(pages: Pages, runtime: Runtime, kit: str) -> None:
    drafted(runtime, kit)
    test = pages.at("workshop", id=kit)
    test.button(key="discard").click().run()
    assert runtime.store.rubrics.draft(kit, 1) is not None
    test.button(key="delete-for-good").click().run()
    assert runtime.store.rubrics.draft(kit, 1) is None


def test_what_people_typed_is_shown_as_they_typed_it(pages: Pages, runtime: Runtime) -> None:
    kit_id = opened(runtime)
    runtime.store.kits.bring_in(kit_id, "Eve", {1: "It is <b>overfitting</b> & *noise*."})
    drafted(runtime, kit_id)
    interview_id = runtime.store.kits.interviews(kit_id)[0]
    test = pages.at("workshop", id=kit_id)
    test.button(key="score").click().run(timeout=120)
    shown = text(test)
    working = interview_id in split(kit_id, [interview_id]).working
    assert ("&lt;b&gt;overfitting&lt;/b&gt; &amp; *noise*" in shown) is working
    assert "<b>overfitting</b>" not in shown


def test_a_list_to_choose_from_shows_a_question_as_it_is_asked(pages: Pages, runtime: Runtime) -> None:
    """Streamlit reads no Markdown in the options of a select box: marks against it would be seen."""
    asked = content(runtime)
    first = asked.questions[0].question.model_copy(update={"prompt": "What does f(*x) do?"})
    place = asked.questions[0].model_copy(update={"question": first})
    kit_id = runtime.store.kits.create(asked.model_copy(update={"questions": (place, *asked.questions[1:])}))
    runtime.store.kits.open(kit_id)
    assert pages.at("workshop", id=kit_id).selectbox[0].options[0] == "1. What does f(*x) do?"


# --- with a real model --------------------------------------------------------------------------------------


@pytest.fixture
def real(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> ScriptedModel:
    """A model behind an endpoint, connected; it finds nothing in any answer."""
    model = ScriptedModel(grade=read, info=REAL)
    monkeypatch.setattr(runtime, "_model", model)
    return model


def test_a_real_model_is_asked_only_when_chosen_and_the_calls_are_said_first(
    pages: Pages, runtime: Runtime, real: ScriptedModel
) -> None:
    kit_id, interviews = with_answers(runtime, 4)
    drafted(runtime, kit_id)
    test = pages.at("workshop", id=kit_id)
    assert "it costs nothing" in text(test)
    test.radio(key="workshop-scorer").set_value(1).run()
    calls = 2 * len(interviews)  # under both rubrics: the stored grades are the offline model's
    assert f"up to {calls} calls of gpt-sample at model.example" in text(test)
    assert real.requests("grade") == []
    test.button(key="score").click().run(timeout=60)
    assert len(real.requests("grade")) == calls
    assert "also scored under the published rubric" not in text(test)  # nothing is left to score


def test_grades_of_another_model_are_never_replaced_unmarked(pages: Pages, runtime: Runtime) -> None:
    kit_id, interviews = with_answers(runtime, 2)
    rubric = runtime.store.kits.get(kit_id).content.questions[0].question.rubric.hash
    for interview_id in interviews:
        mine = runtime.store.grades(interview_id)[1]
        assert isinstance(mine, Grade)
        made = mine.provenance.model_copy(update={"model": "gpt-sample", "version": "7"})
        token = runtime.store.claim(interview_id, Work.GRADE, 1, 60)
        assert token is not None
        runtime.store.commit_grade(interview_id, 1, token, rubric, mine.model_copy(update={"provenance": made}))
    drafted(runtime, kit_id)
    test = pages.at("workshop", id=kit_id)
    assert "the difference must be due to the rubric alone" in text(test)
    test.button(key="publish").click().run(timeout=60)
    assert "2 answers had a grade by gpt-sample; the newest grade will be by the offline model." in text(test)
    test.text_area(key="publish-note").set_value("It is better.")
    test.button(key="publish-now").click().run()
    for interview_id in interviews:
        now = runtime.store.grades(interview_id)[1]
        assert isinstance(now, Grade)
        assert now.provenance.model == "offline"
        assert "stood_in" in now.flags


def test_verdicts_that_people_gave_on_a_criterion_in_other_words_are_not_compared(runtime: Runtime, kit: str) -> None:
    first = runtime.store.kits.versions(kit)[0].content.questions[0].question
    criterion = first.rubric.criteria[0]
    interview_id = runtime.store.kits.interviews(kit)[0]
    given = Rating(
        interview_id=interview_id,
        exchange=1,
        rater="Ada",
        rubric_hash=first.rubric.hash,
        band=3,
        verdicts={one.id: Verdict.MET for one in first.rubric.criteria},
        submitted_at=runtime.store.get(interview_id).created_at,
    )
    runtime.store.ratings.bring_in(kit, [given])
    reworded = criterion.model_copy(update={"text": "Says it in a wholly different way."})
    rubric = first.rubric.model_copy(update={"criteria": (reworded, *first.rubric.criteria[1:])})
    draft = runtime.store.rubrics.begin(kit, 1, first)
    runtime.store.rubrics.save(draft.id, first.model_copy(update={"rubric": rubric}), first.hash)
    runtime.store.rubrics.publish(draft.id, "Reworded.", [])
    (found,) = comparable_ratings(runtime, runtime.store.kits.versions(kit), kit, 1)
    assert found.band == 3
    assert set(found.verdicts) == {one.id for one in first.rubric.criteria[1:]}


def test_a_look_at_other_held_out_answers_is_a_further_look(pages: Pages, runtime: Runtime, kit: str) -> None:
    drafted(runtime, kit)
    test = scored(pages, kit)
    test.button(key="look").click().run()
    test.slider(key=f"workshop-share:{kit}").set_value(80).run()
    assert "They were looked at once for this draft." in text(test)
    assert has(test, "look")


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "as far from people’s ratings"), (-0.2, "nearer to"), (0.2, "further from")]
)
def test_below_the_floor_no_change_is_not_called_nearer(value: float, said: str) -> None:
    few = Figure(value=value, low=None, high=None, items=3, why="answers of 3 candidates")
    grades = {("a", 1): graded(RUBRIC, {})}
    whole = compare(grades, grades, [rating("a", "ada", 3)], RUBRIC, RUBRIC, resamples=20).overall
    assert whole is not None
    assert said in nearer(replace(whole, nearer=few))
    assert "answers of 3 candidates" in nearer(replace(whole, nearer=few))
