"""The questions of the bank: found, studied, and put together into an interview."""

from __future__ import annotations

import html

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.interview import Setup
from interviewer.domain.question import Example, Task
from interviewer.domain.words import Mode, Role, Seniority, Stage
from interviewer.runtime import Runtime
from interviewer.ui import listing, study, task, topics
from interviewer.ui.listing import Wanted
from tests.ui.tab import Pages, text


def rows(test: AppTest) -> list[str]:
    """The IDs of the questions in the list, from top to bottom."""
    return [str(box.key).removeprefix("add-") for box in test.checkbox]


def bar(test: AppTest) -> str:
    """What the bar at the bottom says about the selection."""
    return next((str(block.proto.popover.label) for block in test.get("popover")), "")


def test_without_a_query_all_questions_are_there_once_by_stage_and_topic(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("questions")
    bank = runtime.bank
    shown = [bank.question(one) for one in rows(test)]
    assert len(shown) == len({question.id for question in shown}) == len(bank.questions)
    assert f"{len(shown)} questions" in text(test)
    assert [question.stage.rank for question in shown] == sorted(question.stage.rank for question in shown)
    assert [header.value for header in test.header] == [
        stage.label for stage in Stage if any(question.stage is stage for question in shown)
    ]


def test_a_query_finds_what_it_is_about_first_and_the_advice_beside_it(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("questions")
    test.text_input(key="q").set_value("overfitting").run()
    assert "overfitting" in rows(test)[:3]
    assert not test.header
    test.text_input(key="q").set_value("writing a thank-you note after the interview").run()
    assert "Advice" in text(test)
    assert html.escape(runtime.bank.guides["thank-you-note"].title) in text(test)


def test_when_nothing_fits_the_nearest_are_shown_and_said_to_be_no_more(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interviewer.index.index.NEAR_IN_WORDS", 9.0)
    test = pages.at("questions", q="xylophone")
    assert "Nothing fits well; these are the nearest." in text(test)
    assert len(rows(test)) == listing.NEAREST
    assert "Advice" not in text(test)


def test_blank_space_is_no_query(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("questions")
    test.text_input(key="q").set_value("   ").run()
    assert len(rows(test)) == len(runtime.bank.questions)


def test_filters_narrow_the_list_and_a_topic_takes_in_all_below_it(pages: Pages, runtime: Runtime) -> None:
    bank = runtime.bank
    test = pages.at("questions")
    test.selectbox(key="topic").set_value("models").run()
    below = {topic for topic, path in bank.ancestors.items() if "models" in path}
    assert {bank.question(one).topic for one in rows(test)} <= below
    assert len(rows(test)) == sum(question.topic in below for question in bank.questions.values()) > 5
    test.selectbox(key="role").set_value(Role.DATA_SCIENTIST)
    test.selectbox(key="seniority").set_value(Seniority.JUNIOR)
    test.selectbox(key="stage").set_value(Stage.THEORY).run()
    kept = [bank.question(one) for one in rows(test)]
    assert kept
    assert all(Role.DATA_SCIENTIST in question.roles for question in kept)
    assert {(question.seniority, question.stage) for question in kept} == {(Seniority.JUNIOR, Stage.THEORY)}


def test_the_address_alone_brings_back_query_and_filters(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("questions", q="trees", stage="Theory", seniority="Mid")
    assert test.text_input(key="q").value == "trees"
    assert test.selectbox(key="stage").value == Stage.THEORY
    found = [runtime.bank.question(one) for one in rows(test)]
    assert found
    assert {(question.stage, question.seniority) for question in found} == {(Stage.THEORY, Seniority.MID)}


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(topic="models"), Wanted(role=Role.AI_RESEARCHER)], ids=str)
def test_looking_through_and_searching_narrow_alike(runtime: Runtime, wanted: Wanted) -> None:
    taken = {question.id for question in runtime.bank.questions.values() if wanted.takes(question, runtime.bank)}
    hits = runtime.index.search("model", len(runtime.bank.questions), wanted.filters(runtime.bank))
    assert {hit.id for hit in hits} == taken


def test_a_question_is_studied_with_all_that_belongs_to_it(pages: Pages, runtime: Runtime) -> None:
    question = runtime.bank.question("palindrome")
    test = pages.at("questions", id="palindrome")
    shown = text(test)
    assert question.task is not None
    texts = [
        question.prompt,
        question.approach,
        question.task.brief,
        *question.task.constraints,
        *(example.given for example in question.task.examples),
        *(criterion.text for criterion in question.rubric.criteria),
        *(one.correction for one in question.rubric.misconceptions),
        *question.study,
        *(runtime.bank.sources[ref.source].title for ref in question.sources),
        *(ref.item for ref in question.sources),
    ]
    for one in texts:
        assert html.escape(one) in shown
    assert f'<p class="sample">{html.escape(question.sample_answer)}</p></details>' in shown, "folded until asked for"
    assert not test.exception


def test_hints_come_one_at_a_time_and_the_nudges_first(pages: Pages, runtime: Runtime) -> None:
    question = runtime.bank.question("overfitting")
    hints = study.hints(question)
    core = [criterion for criterion in question.rubric.criteria if criterion.kind == "core"]
    assert hints[: len(core)] == [criterion.hints[0] for criterion in core]
    test = pages.at("questions", id=question.id)
    for given in range(3):
        shown = html.unescape(text(test))
        assert [hint in shown for hint in hints] == [number < given for number in range(len(hints))]
        test.button(key="another-hint").click().run()


def test_an_unknown_question_gets_a_sentence(pages: Pages) -> None:
    test = pages.at("questions", id="nobody<script>")
    assert "There is no question at this address." in text(test)
    assert "<script>" not in text(test)
    assert not test.exception


def test_one_question_is_practised_by_one_click(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("questions", id="gradient-descent")
    test.button(key="practise-this").click().run()
    interview = runtime.store.get(test.query_params["id"])
    assert [question.id for question in interview.plan] == ["gradient-descent"]
    assert interview.setup.mode is Mode.PRACTICE


def test_selected_questions_are_asked_in_the_order_of_an_interview_and_no_others(
    pages: Pages, runtime: Runtime
) -> None:
    runtime.interviewer.start(Setup(questions=1, role=Role.AI_RESEARCHER, seniority=Seniority.SENIOR))
    test = pages.at("questions")
    assert "clear" not in [button.key for button in test.button], "an empty selection shows no bar"
    for one in ("questions-for-us", "palindrome", "overfitting", "gradient-descent"):
        test.checkbox(key=f"add-{one}").check().run()
    test.text_input(key="q").set_value("decision tree").run()
    test.checkbox(key="add-decision-tree").check().run()
    test.button(key="out-gradient-descent").click().run()
    test.segmented_control(key="selected-mode").set_value(Mode.REAL)
    test.button(key="start-selected").click().run()
    interview = runtime.store.get(test.query_params["id"])
    assert [question.id for question in interview.plan] == [
        "decision-tree",
        "overfitting",
        "palindrome",
        "questions-for-us",
    ]
    assert (interview.setup.role, interview.setup.seniority) == (Role.AI_RESEARCHER, Seniority.SENIOR)
    assert interview.setup.mode is Mode.REAL


def test_the_selection_says_how_much_it_is_and_can_be_cleared(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("questions")
    test.checkbox(key="add-overfitting").check().run()
    test.checkbox(key="add-palindrome").check().run()
    minutes = sum(runtime.bank.question(one).minutes for one in ("overfitting", "palindrome"))
    assert bar(test) == f"2 questions, about {minutes} minutes"
    test.button(key="clear").click().run()
    assert bar(test) == ""
    assert not any(box.value for box in test.checkbox)


def test_every_topic_stands_behind_the_one_that_it_belongs_to(runtime: Runtime) -> None:
    bank = runtime.bank
    tree = topics.tree(bank, {question.topic for question in bank.questions.values()})
    for topic in tree:
        for above in bank.ancestors[topic][1:]:
            assert tree.index(above) < tree.index(topic)
    assert topics.titled(bank, "linear-models") == "Models: Linear models"
    assert len({topics.titled(bank, topic) for topic in tree}) == len(tree)


def test_a_task_is_shown_line_by_line_and_exactly_as_it_was_written() -> None:
    made = Task(
        brief="id | name\n 1 | <b>Ada</b>\n 2 | $x$",
        constraints=("No **loop**.",),
        examples=(Example(given="f('<i>')", expected="a\nb", why="Because 1 < 2."),),
    )
    sheet = task.sheet(made)
    assert "id | name&#10; 1 | &lt;b&gt;Ada&lt;/b&gt;&#10; 2 | $x$" in sheet
    assert "f(&#x27;&lt;i&gt;&#x27;)" in sheet
    assert "a&#10;b" in sheet
    assert "Because 1 &lt; 2." in sheet


def test_only_paragraphs_that_were_wrapped_to_be_stored_flow() -> None:
    wrapped = "w" * 100 + "\n" + "and the end."
    assert task.brief(wrapped) == f'<p class="brief">{"w" * 100} and the end.</p>'
    assert "&#10;" in task.brief("def f(x):\n    return x")
