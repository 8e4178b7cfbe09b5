"""The rubric editor: nothing that is typed is lost, and nothing that is no rubric is handed on."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.bank import load_bank
from interviewer.domain.question import Question
from interviewer.domain.words import CriterionKind
from interviewer.kits.building import looked_for, own_question
from interviewer.resources import knowledge_dir
from interviewer.ui.rubric_sheet import lines, problems, question_of, sheet_of
from tests.ui.tab import text

BANK = load_bank(knowledge_dir())


def own() -> Question:
    return own_question("own-sky", "Why is the sky blue?", looked_for(["Says that light scatters", "Names Rayleigh"]))


# --- the sheet ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("question", BANK.questions.values(), ids=lambda question: question.id)
def test_what_nobody_touches_stays_as_it_was_to_the_letter(question: Question) -> None:
    assert question_of(sheet_of(question), question) == question


def test_a_change_of_one_field_changes_that_and_nothing_else() -> None:
    question = BANK.question("overfitting")
    sheet = sheet_of(question)
    sheet.criteria[1].weight = 2.5
    made = question_of(sheet, question)
    assert made is not None
    before, after = question.rubric.criteria, made.rubric.criteria
    assert after[1] == before[1].model_copy(update={"weight": 2.5})
    assert (after[0], *after[2:]) == (before[0], *before[2:])
    assert made.rubric.misconceptions == question.rubric.misconceptions
    assert made.sample_answer == question.sample_answer


def test_typed_text_is_tidied_and_lines_are_told_apart() -> None:
    sheet = sheet_of(own())
    sheet.criteria[0].text = "  Says that\n light scatters more "
    sheet.criteria[0].statements = "Blue  scatters.\n\n  It is scattered. \nBlue scatters."
    made = question_of(sheet, own())
    assert made is not None
    assert made.rubric.criteria[0].text == "Says that light scatters more"
    assert made.rubric.criteria[0].statements == ("Blue scatters.", "It is scattered.")


def test_an_id_stays_when_the_text_changes_and_no_two_are_the_same() -> None:
    question = own()
    sheet = sheet_of(question)
    sheet.criteria[0].text = "Names Rayleigh"
    again = sheet_of(question).criteria[1]
    again.uid, again.id, again.was = 99, "", None
    sheet.criteria.append(again)
    made = question_of(sheet, question)
    assert made is not None
    ids = [one.id for one in made.rubric.criteria]
    assert ids[:2] == [one.id for one in question.rubric.criteria]
    assert len(set(ids)) == 3


def test_a_misconception_about_a_criterion_that_is_gone_is_about_none() -> None:
    question = BANK.question("overfitting")
    sheet = sheet_of(question)
    gone = next(one.criterion for one in question.rubric.misconceptions if one.criterion)
    sheet.criteria = [row for row in sheet.criteria if row.id != gone]
    made = question_of(sheet, question)
    assert made is not None
    kept = {one.id for one in made.rubric.criteria}
    assert all(one.criterion in kept for one in made.rubric.misconceptions if one.criterion)
    assert len(made.rubric.misconceptions) == len(question.rubric.misconceptions)


@pytest.mark.parametrize(
    ("field", "said"), [("text", "what to look for"), ("statements", "needs a statement")]
)  # fmt: skip
def test_what_a_criterion_lacks_is_said_with_its_number(field: str, said: str) -> None:
    sheet = sheet_of(own())
    setattr(sheet.criteria[1], field, "  \n ")
    (problem,) = problems(sheet)
    assert said in problem
    assert "2" in problem
    assert question_of(sheet, own()) is None


def test_a_rubric_without_criteria_is_none() -> None:
    sheet = sheet_of(own())
    sheet.criteria = []
    assert question_of(sheet, own()) is None
    assert len(problems(sheet)) == 1


def test_blank_lines_and_repetitions_are_nothing() -> None:
    assert lines("") == ()
    assert lines("\n one \n\nTwo\none\n") == ("one", "Two")


# --- on a page ------------------------------------------------------------------------------------------------


def page() -> None:
    """A page that keeps the question in the session, as a page of a kit does in the store."""
    import streamlit as st

    from interviewer.bank.lint import Linter
    from interviewer.embedding.lexical import LexicalEmbedder
    from interviewer.ui import rubric_editor

    def nobody(question: object, rubric: object, text: str) -> dict[str, object]:
        return {}

    linter = Linter(LexicalEmbedder(), nobody)  # type: ignore[arg-type]
    question = st.session_state["question"]
    fixed = st.session_state.get("fixed", ())
    if not st.session_state.get("elsewhere"):
        made, wanting = rubric_editor.edit("k", question, linter, fixed_probes=fixed)
        st.session_state["wanting"] = wanting
        if made is not None:
            st.session_state["question"] = made


@pytest.fixture
def editor() -> AppTest:
    test = AppTest.from_function(page, default_timeout=30)
    test.session_state["question"] = own()
    return test.run()


def now(test: AppTest) -> Question:
    question: Question = test.session_state["question"]
    return question


def uids(test: AppTest) -> list[str]:
    """The rows, by what their buttons are called with, criteria first."""
    return [str(one.key).removeprefix("open:k:") for one in test.button if str(one.key).startswith("open:")]


def opened(test: AppTest, place: int = 0) -> str:
    uid = uids(test)[place]
    test.button(key=f"open:k:{uid}").click().run()
    return uid


def test_the_question_comes_back_as_it_is_while_nothing_is_changed(editor: AppTest) -> None:
    assert now(editor) == own()
    assert not editor.text_area, "fields are shown when they are asked for"


def test_what_is_typed_is_handed_on(editor: AppTest) -> None:
    uid = opened(editor)
    editor.text_area(key=f"text:k:{uid}").set_value("Says that blue scatters most").run()
    editor.segmented_control(key=f"kind:k:{uid}").set_value(CriterionKind.STRONG).run()
    editor.number_input(key=f"weight:k:{uid}").set_value(2.0).run()
    editor.text_input(key=f"probe:k:{uid}").set_value("And red?").run()
    criterion = now(editor).rubric.criteria[0]
    assert (criterion.text, criterion.kind, criterion.weight, criterion.probe) == (
        "Says that blue scatters most",
        CriterionKind.STRONG,
        2.0,
        "And red?",
    )
    assert criterion.id == own().rubric.criteria[0].id


def test_an_unfinished_rubric_is_not_handed_on_and_nothing_of_it_is_lost(editor: AppTest) -> None:
    before = now(editor)
    uid = opened(editor)
    editor.text_area(key=f"text:k:{uid}").set_value("Typed").run()
    typed = now(editor)
    assert typed != before
    editor.text_area(key=f"statements:k:{uid}").set_value("").run()
    assert now(editor) == typed
    assert "needs a statement" in text(editor)
    assert editor.session_state["wanting"]
    editor.session_state["elsewhere"] = True
    editor.run()
    editor.session_state["elsewhere"] = False
    editor.run()
    assert editor.text_area(key=f"text:k:{uid}").value == "Typed"
    assert editor.text_area(key=f"statements:k:{uid}").value == ""
    editor.text_area(key=f"statements:k:{uid}").set_value("It scatters.").run()
    assert now(editor).rubric.criteria[0].statements == ("It scatters.",)


def test_criteria_are_added_moved_taken_out_and_put_back(editor: AppTest) -> None:
    first, second = (one.id for one in own().rubric.criteria)
    editor.button(key="add-criterion:k").click().run()
    assert len(now(editor).rubric.criteria) == 2, "an empty one is not handed on"
    new = uids(editor)[2]
    editor.text_area(key=f"text:k:{new}").set_value("Says why it is not violet").run()
    editor.text_area(key=f"statements:k:{new}").set_value("Our eyes see blue better.").run()
    assert len(now(editor).rubric.criteria) == 3
    editor.button(key=f"up:k:{new}").click().run()
    assert [one.id for one in now(editor).rubric.criteria] == [first, "says_why_it_is", second]
    editor.button(key=f"out:k:{uids(editor)[0]}").click().run()
    assert [one.id for one in now(editor).rubric.criteria] == ["says_why_it_is", second]
    editor.button(key="back:k").click().run()
    assert [one.id for one in now(editor).rubric.criteria] == [first, "says_why_it_is", second]
    assert now(editor).rubric.criteria[0] == own().rubric.criteria[0]
    assert not editor.exception


def test_a_misconception_is_written_about_a_criterion(editor: AppTest) -> None:
    editor.button(key="add-misconception:k").click().run()
    uid = uids(editor)[2]
    editor.text_area(key=f"beliefs:k:{uid}").set_value("The sea is mirrored in it.\nIt mirrors the sea.").run()
    assert "needs a correction" in text(editor)
    editor.text_area(key=f"correction:k:{uid}").set_value("It is blue far from any sea.").run()
    editor.selectbox(key=f"criterion:k:{uid}").set_value(own().rubric.criteria[0].id).run()
    (wrong,) = now(editor).rubric.misconceptions
    assert wrong.beliefs == ("The sea is mirrored in it.", "It mirrors the sea.")
    assert wrong.criterion == own().rubric.criteria[0].id
    assert wrong.challenge


def test_the_linters_remarks_stand_beside_what_they_are_about_at_once(editor: AppTest) -> None:
    uid = opened(editor)
    assert "cannot be heard" not in text(editor)
    editor.text_area(key=f"text:k:{uid}").set_value("Understands scattering").run()
    assert "cannot be heard" in text(editor)


def test_reading_is_asked_for_and_outdated_by_a_change(editor: AppTest) -> None:
    editor.button(key="read:k").click().run()
    assert "Read: " in text(editor)
    uid = opened(editor)
    editor.text_area(key=f"text:k:{uid}").set_value("Says otherwise").run()
    assert "changed since it was read" in text(editor)
    assert not editor.exception


def test_what_people_type_is_never_markup(editor: AppTest) -> None:
    uid = opened(editor)
    editor.text_area(key=f"text:k:{uid}").set_value("<img src=x onerror=alert(1)>").run()
    assert "<img" not in text(editor)
    assert "&lt;img" in text(editor)


def test_a_rubric_from_elsewhere_replaces_only_what_is_stored(editor: AppTest) -> None:
    other = own_question("own-sky", "Why is the sky blue?", looked_for(["Says dust"]))
    editor.session_state["question"] = other
    editor.run()
    assert now(editor) == other
    uid = opened(editor)
    editor.text_area(key=f"text:k:{uid}").set_value("Typed").run()
    editor.text_area(key=f"statements:k:{uid}").set_value("").run()
    editor.session_state["question"] = own()
    editor.run()
    assert editor.text_area(key=f"text:k:{uid}").value == "Typed", "unfinished work is not thrown away"


def test_a_follow_up_that_candidates_have_heard_cannot_be_changed() -> None:
    test = AppTest.from_function(page, default_timeout=30)
    test.session_state["question"] = own()
    test.session_state["fixed"] = (own().rubric.criteria[0].id,)
    test.run()
    uid = opened(test)
    assert test.text_input(key=f"probe:k:{uid}").disabled
    assert "its words stay" in text(test)
