"""The rating room on the page: who rates, the practice round, blindness, drafts, submission."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.bank.bank import load_calibration
from interviewer.calibration import training
from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.knowledge import AnswerKind, CalibrationAnswer
from interviewer.domain.rating import Practice, Rater
from interviewer.domain.words import Verdict
from interviewer.kits.room import Item, items
from interviewer.runtime import Runtime
from tests.ui.tab import Pages, text

MET, PARTIAL, MISSING = Verdict.MET, Verdict.PARTIAL, Verdict.MISSING

NAMES = ("Grace <Hopper>", "Barbara Liskov", "Karen Jones")


def answer_of(name: str, question: int) -> str:
    """What the candidate of this name says, which names nobody."""
    return f"<i>{NAMES.index(name)}</i> of *{question}*: it learns $noise$."


@pytest.fixture
def kit(runtime: Runtime) -> str:
    """An open kit of two questions, with the answers of three candidates."""
    questions = tuple(
        KitQuestion(question=runtime.bank.question(name), why="They meet it daily.")
        for name in ("overfitting", "bias-variance")
    )
    content = KitContent(
        title="First round", asks="Analytical Engines", consent="I agree.", another_way="Ask us.", questions=questions
    )
    kit_id = runtime.store.kits.create(content)
    runtime.store.kits.open(kit_id)
    for name in NAMES:
        runtime.store.kits.bring_in(kit_id, name, {number: answer_of(name, number) for number in (1, 2)})
    return kit_id


def ready(runtime: Runtime, kit: str, name: str = "Ada") -> Rater:
    """A rater who has met the practice rule."""
    rater = runtime.store.ratings.rater(kit, name)
    one = {"question": "overfitting", "band": 3, "given": 3, "verdicts": {}, "given_verdicts": {}}
    practice = [Practice.model_validate({**one, "answer": f"a-{number}"}) for number in range(training.ROUND)]
    return runtime.store.ratings.practised(rater.id, practice, ready=True)


def verdicts(test: AppTest) -> list[str]:
    """The keys of the places for verdicts, in the rubric's order."""
    return [str(radio.key) for radio in test.radio if str(radio.key).startswith("verdict-")]


def band(test: AppTest) -> str:
    return next(str(radio.key) for radio in test.radio if str(radio.key).startswith("band-"))


def enter(test: AppTest, verdict: Verdict = MET, of: int = 3) -> None:
    for key in verdicts(test):
        test.radio(key=key).set_value(verdict).run()
    test.radio(key=band(test)).set_value(of).run()


def press(test: AppTest, label: str) -> None:
    next(button for button in test.button if button.label == label).click().run()


def room_of(runtime: Runtime, kit: str, rater: Rater) -> list[Item]:
    store = runtime.store
    return items(kit, store.kits.get(kit).content, map(store.get, store.kits.interviews(kit)), rater.id)


def in_view(runtime: Runtime, kit: str, rater: Rater, test: AppTest) -> tuple[str, int]:
    """The interview and exchange whose answer is on the page."""
    shown = html.unescape(text(test))
    (found,) = [item.key for item in room_of(runtime, kit, rater) if item.answer in shown]
    return found


# --- who


def test_a_kit_that_is_a_draft_says_what_will_be_here(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("rate", id=runtime.store.kits.create(KitContent(title="New")))
    assert "still a draft" in " ".join(text(test).split())
    assert not test.text_input


def test_without_a_name_nobody_begins(pages: Pages, kit: str, runtime: Runtime) -> None:
    test = pages.at("rate", id=kit)
    assert "no sign-in yet" in text(test)
    press(test, "Begin")
    assert "A name is needed" in text(test)
    assert runtime.store.ratings.raters(kit) == []


def test_a_new_rater_begins_with_practice_and_the_address_remembers_them(
    pages: Pages, kit: str, runtime: Runtime
) -> None:
    test = pages.at("rate", id=kit)
    test.text_input(key="rater-name").set_value("Ada *L*")
    press(test, "Begin")
    (rater,) = runtime.store.ratings.raters(kit)
    assert (rater.name, rater.ready_at) == ("Ada *L*", None)
    assert "Practice round" in [header.value for header in test.header]
    assert rater.id in test.query_params["rater"]
    again = Pages().at("rate", id=kit, rater=rater.id)
    assert "Practice round" in [header.value for header in again.header]


def test_who_was_here_before_is_offered_and_names_are_shown_as_typed(pages: Pages, kit: str, runtime: Runtime) -> None:
    runtime.store.ratings.rater(kit, "Ada <b>*L*</b>")
    test = pages.at("rate", id=kit)
    next(button for button in test.button if "Ada" in button.label).click().run()
    assert "Ada &lt;b&gt;*L*&lt;/b&gt;" in text(test)


def test_somebody_else_can_take_over(pages: Pages, kit: str, runtime: Runtime) -> None:
    test = pages.at("rate", id=kit, rater=ready(runtime, kit).id)
    press(test, "Somebody else")
    assert "Who rates?" in [header.value for header in test.header]
    assert "rater" not in test.query_params


# --- practice


def test_an_answer_is_compared_with_what_is_known_of_it_right_after(pages: Pages, kit: str, runtime: Runtime) -> None:
    rater = runtime.store.ratings.rater(kit, "Ada")
    test = pages.at("rate", id=kit, rater=rater.id)
    assert "Five answers whose band is known" in text(test)
    assert "ours" in text(test), "whose rule it is"
    assert next(button for button in test.button if button.label == "See what it is").disabled
    enter(test, PARTIAL, 3)
    press(test, "See what it is")
    (practice,) = runtime.store.ratings.raters(kit)[0].practice
    assert set(practice.given_verdicts.values()) == {PARTIAL}
    assert practice.given == 3
    assert f"<b>{practice.band}</b><span>known:" in text(test)
    assert "you: partial" in text(test)
    assert "4 more answers until the rule can be met" in text(test)
    assert "Begin rating" not in [button.label for button in test.button]


def test_who_rates_as_is_known_begins_after_five(pages: Pages, kit: str, runtime: Runtime) -> None:
    rater = runtime.store.ratings.rater(kit, "Ada")
    test = pages.at("rate", id=kit, rater=rater.id)
    store = runtime.store
    known = {
        html.escape(one.answer.text): one
        for one in training.offers(
            [one.question for one in store.kits.get(kit).content.questions],
            runtime.bank.questions,
            load_calibration(runtime.bank),
        )
    }
    for number in range(1, 6):
        shown = text(test)
        one = next(offered for words, offered in known.items() if words in shown)
        enter(test, MET, one.answer.band)
        press(test, "See what it is")
        assert "The same band as it is known to have" in text(test)
        if number < 5:
            press(test, "Next answer")
    press(test, "Begin rating")
    (found,) = store.ratings.raters(kit)
    assert found.ready_at is not None
    assert training.note_of(found) == ""
    assert "<b>0 of 6</b> rated" in text(test)


def far_off(number: int) -> list[Practice]:
    one = {"question": "overfitting", "band": 1, "given": 5, "verdicts": {}, "given_verdicts": {}}
    return [Practice.model_validate({**one, "answer": f"a-{n}"}) for n in range(number)]


def test_who_does_not_get_there_may_begin_after_ten_and_it_is_kept_and_said(
    pages: Pages, kit: str, runtime: Runtime
) -> None:
    rater = runtime.store.ratings.rater(kit, "Ada")
    runtime.store.ratings.practised(rater.id, far_off(9), ready=False)
    test = pages.at("rate", id=kit, rater=rater.id)
    assert "Begin all the same" not in [button.label for button in test.button]
    enter(test)
    press(test, "See what it is")
    press(test, "Begin all the same")
    (found,) = runtime.store.ratings.raters(kit)
    assert found.ready_at is not None
    assert len(found.practice) == 10
    assert "after 10 practice answers without meeting" in text(test)


def test_who_practised_on_an_answer_of_the_kits_does_not_rate_it(pages: Pages, kit: str, runtime: Runtime) -> None:
    store = runtime.store
    interview_id = store.kits.interviews(kit)[0]
    question = store.kits.get(kit).content.questions[0].question
    answer = CalibrationAnswer(
        id="kept-answer",
        band=2,
        kind=AnswerKind.FRAGMENT,
        text=answer_of(NAMES[0], 1),
        verdicts={criterion.id: MISSING for criterion in question.rubric.criteria},
    )
    store.ratings.keep_answer(kit, question.id, interview_id, 1, answer)
    others = ready(runtime, kit, "Barbara")
    assert "<b>0 of 6</b> rated" in text(pages.at("rate", id=kit, rater=others.id))
    rater = ready(runtime, kit)
    practice = [
        *rater.practice[1:],
        rater.practice[0].model_copy(update={"question": question.id, "answer": answer.id}),
    ]
    store.ratings.practised(rater.id, practice, ready=True)
    test = Pages().at("rate", id=kit, rater=rater.id)
    assert "<b>0 of 5</b> rated" in text(test)


# --- rating


def test_nothing_that_could_sway_a_rater_is_on_the_page(pages: Pages, kit: str, runtime: Runtime) -> None:
    store = runtime.store
    other = ready(runtime, kit, "Barbara")
    rater = ready(runtime, kit)
    for interview_id in store.kits.interviews(kit):
        rubric = store.get(interview_id).plan[0].rubric
        given = {criterion.id: PARTIAL for criterion in rubric.criteria}
        store.ratings.submit(other.id, interview_id, 1, rubric.hash, given, 2, "Clearly weak", 9.0)
    test = pages.at("rate", id=kit, rater=rater.id)
    shown = html.unescape(text(test))
    keys = " ".join(str(element.key) for kind in ("radio", "button", "text_area") for element in test.get(kind))
    for hidden in (*NAMES, *store.kits.interviews(kit), "Barbara", "Clearly weak"):
        assert hidden not in shown
        assert hidden not in keys
    assert all(test.radio(key=key).value is None for key in [*verdicts(test), band(test)])


def test_the_page_never_asks_for_a_grade_a_decision_or_anothers_rating(
    pages: Pages, kit: str, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("a rater's page looked at what others made of an answer")

    for place, name in (
        *((runtime.store, name) for name in ("grades", "grade_history")),
        *((runtime.store.ratings, name) for name in ("of", "decisions", "comments")),
    ):
        monkeypatch.setattr(place, name, asked)
    test = pages.at("rate", id=kit, rater=ready(runtime, kit).id)
    enter(test)
    press(test, "Submit")
    assert "<b>1 of 6</b> rated" in text(test)


def test_what_was_said_is_shown_as_it_was_typed(pages: Pages, kit: str, runtime: Runtime) -> None:
    test = pages.at("rate", id=kit, rater=ready(runtime, kit).id)
    assert "&lt;i&gt;" in text(test)
    assert "of *1*: it learns $noise$." in text(test)
    assert "<i>0</i> of" not in text(test)


def test_what_is_entered_is_a_draft_at_once_and_there_after_a_reload(pages: Pages, kit: str, runtime: Runtime) -> None:
    rater = ready(runtime, kit)
    test = pages.at("rate", id=kit, rater=rater.id)
    key = in_view(runtime, kit, rater, test)
    test.radio(key=verdicts(test)[1]).set_value(PARTIAL).run()
    next(iter(test.text_area)).set_value("In doubt <b>.").run()
    draft = runtime.store.ratings.draft(rater.id, *key)
    assert draft is not None
    assert list(draft.verdicts.values()) == [PARTIAL]
    assert "Kept as a draft" in text(test)
    again = Pages().at("rate", id=kit, rater=rater.id)
    assert in_view(runtime, kit, rater, again) == key
    assert [again.radio(key=name).value for name in verdicts(again)][:2] == [None, PARTIAL]
    assert next(iter(again.text_area)).value == "In doubt <b>."
    assert runtime.store.ratings.of(kit) == []


def test_only_what_is_complete_can_be_submitted(pages: Pages, kit: str, runtime: Runtime) -> None:
    test = pages.at("rate", id=kit, rater=ready(runtime, kit).id)
    places = verdicts(test)
    for key in places[1:]:
        test.radio(key=key).set_value(MET).run()
    submit = next(button for button in test.button if button.label == "Submit")
    assert submit.disabled
    assert "Still open: one verdict and the band." in text(test)
    test.radio(key=places[0]).set_value(MET).run()
    assert "Still open: the band." in text(test)


def test_after_a_submission_the_next_answer_is_there_and_the_time_is_kept(
    pages: Pages, kit: str, runtime: Runtime
) -> None:
    rater = ready(runtime, kit)
    test = pages.at("rate", id=kit, rater=rater.id)
    key = in_view(runtime, kit, rater, test)
    enter(test, PARTIAL, 2)
    press(test, "Submit")
    (rating,) = runtime.store.ratings.by(rater.id)
    assert (rating.interview_id, rating.exchange) == key
    assert (rating.band, set(rating.verdicts.values())) == (2, {PARTIAL})
    assert rating.rubric_hash == runtime.bank.question("overfitting").rubric.hash
    assert rating.seconds is not None
    assert 0 < rating.seconds < 120
    assert in_view(runtime, kit, rater, test) != key
    assert "<b>1 of 6</b> rated" in text(test)
    assert all(test.radio(key=name).value is None for name in verdicts(test))


def test_what_was_skipped_can_be_gone_back_to_and_comes_again(pages: Pages, kit: str, runtime: Runtime) -> None:
    rater = ready(runtime, kit)
    test = pages.at("rate", id=kit, rater=rater.id)
    first = in_view(runtime, kit, rater, test)
    press(test, "Skip for now")
    assert in_view(runtime, kit, rater, test) != first
    place = test.selectbox(key="go-to")
    assert place.options[0] == "Answer 1 · question 1 · skipped"
    place.set_value(room_of(runtime, kit, rater)[0].token).run()
    assert in_view(runtime, kit, rater, test) == first


def test_when_all_are_rated_one_is_thanked_and_shown_the_way_to_the_agreement(
    pages: Pages, kit: str, runtime: Runtime
) -> None:
    rater = ready(runtime, kit)
    for item in room_of(runtime, kit, rater)[:5]:
        rubric = item.question.rubric
        given = {criterion.id: MET for criterion in rubric.criteria}
        runtime.store.ratings.submit(rater.id, *item.key, rubric.hash, given, 4, "", 9.0)
    test = pages.at("rate", id=kit, rater=rater.id)
    assert "<b>5 of 6</b> rated" in text(test)
    enter(test)
    press(test, "Submit")
    assert "All rated. Thank you." in [header.value for header in test.header]
    assert text(test).count("<b>3 of 3</b>") == 2
    assert len(runtime.store.ratings.by(rater.id)) == 6


def test_a_draft_that_was_begun_with_another_rubric_keeps_what_still_fits_and_says_so(
    pages: Pages, kit: str, runtime: Runtime
) -> None:
    rater = ready(runtime, kit)
    test = pages.at("rate", id=kit, rater=rater.id)
    key = in_view(runtime, kit, rater, test)
    enter(test, PARTIAL, 4)
    content = runtime.store.kits.get(kit).content
    asked = content.questions[0]
    rubric = asked.question.rubric
    fewer = rubric.model_copy(update={"criteria": rubric.criteria[1:], "misconceptions": ()})
    changed = asked.model_copy(update={"question": asked.question.model_copy(update={"rubric": fewer})})
    runtime.store.kits.publish(kit, content.model_copy(update={"questions": (changed, content.questions[1])}), "Less.")
    again = Pages().at("rate", id=kit, rater=rater.id)
    assert in_view(runtime, kit, rater, again) == key
    assert "The rubric was changed since you began this one" in text(again)
    assert [again.radio(key=name).value for name in verdicts(again)] == [PARTIAL] * len(fewer.criteria)
    press(again, "Submit")
    assert runtime.store.ratings.by(rater.id)[0].rubric_hash == fewer.hash


def test_an_interview_that_was_deleted_meanwhile_is_told_and_left_behind(
    pages: Pages, kit: str, runtime: Runtime
) -> None:
    rater = ready(runtime, kit)
    test = pages.at("rate", id=kit, rater=rater.id)
    gone, _ = in_view(runtime, kit, rater, test)
    enter(test)
    runtime.store.delete(gone)
    press(test, "Submit")
    assert "There is no interview with the ID" in text(test) or "not there" in text(test)
    press(test, "Skip for now")
    assert "<b>0 of 4</b> rated" in text(test)
    assert not test.exception


def test_a_kit_without_answers_says_when_they_come(pages: Pages, kit: str, runtime: Runtime) -> None:
    rater = ready(runtime, kit)
    for interview_id in runtime.store.kits.interviews(kit):
        runtime.store.delete(interview_id)
    assert "nobody has answered yet" in text(pages.at("rate", id=kit, rater=rater.id))
