"""The page of results: side by side, in full, decisions with their reasons, files in."""

from __future__ import annotations

import html
import re

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.rating import DecisionKind, Rating
from interviewer.domain.words import Verdict
from interviewer.errors import UnknownInterview
from interviewer.kits import collecting
from interviewer.kits.results import coded
from interviewer.runtime import Runtime
from interviewer.store import utc_now
from interviewer.store.leases import Work
from interviewer.ui import results_view
from tests.ui.kit_with_answers import ASKED, content, grade_all, opened
from tests.ui.tab import Pages, text

TYPED = "<b>bold</b> *not* $x$ <script>1</script>"
ANSWER = "It memorises the training data, so a validation set shows the gap. </div><script>2</script>"


@pytest.fixture
def kit_id(runtime: Runtime) -> str:
    return opened(runtime)


def brought(runtime: Runtime, kit_id: str, label: str, *answers: str) -> str:
    interview_id = runtime.store.kits.bring_in(kit_id, label, dict(enumerate(answers, 1)))
    grade_all(runtime, interview_id)
    return interview_id


def rated(runtime: Runtime, kit_id: str, interview_id: str, who: str, band: int, comment: str = "") -> None:
    rubric = runtime.bank.questions[ASKED[0]].rubric
    rating = Rating(
        interview_id=interview_id,
        exchange=1,
        rater=who,
        rubric_hash=rubric.hash,
        band=band,
        verdicts={rubric.criteria[0].id: Verdict.PARTIAL},
        comment=comment,
    )
    runtime.store.ratings.bring_in(kit_id, [rating])


def table(test: AppTest) -> str:
    shown = [str(getattr(element, "value", "")) for element in test.get("html")]
    return next(one for one in shown if "results-scroll" in one)


def test_a_draft_says_what_will_be_here_and_how_to_begin(pages: Pages, runtime: Runtime) -> None:
    test = pages.at("results", id=runtime.store.kits.create(content(runtime)))
    assert not test.exception
    assert "still a draft" in text(test)
    assert not test.get("file_uploader"), "a draft takes no answers"


def test_a_kit_without_answers_says_how_they_come(pages: Pages, kit_id: str) -> None:
    test = pages.at("results", id=kit_id)
    assert not test.exception
    assert "Nobody has a link yet" in text(test)


def test_an_unknown_kit_gets_a_sentence_and_the_way_to_the_others(pages: Pages) -> None:
    test = pages.at("results", id="nobody")
    assert "There is no kit with the ID" in text(test)
    assert "Kits" in [link.proto.label for link in test.get("page_link")]


def test_candidates_stand_side_by_side_in_the_order_of_their_links(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    brought(runtime, kit_id, "Zoë", "I do not know.", "No idea.")
    brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    test = pages.at("results", id=kit_id)
    assert not test.exception
    shown = table(test)
    assert shown.index("Zoë") < shown.index("Ada")
    for question in runtime.store.kits.get(kit_id).content.questions:
        assert html.escape(question.question.prompt) in shown
    assert shown.count('class="who machine"') == 4
    order = next(box for box in test.selectbox if box.label == "Order")
    assert order.options == ["Order of the links", "Name", "Date"], "nobody is ordered by how they did"
    assert table(order.select("Name").run()).index("Ada") < table(test).index("Zoë")


def test_the_criteria_of_a_question_stand_side_by_side(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    test = pages.at("results", id=kit_id)
    side = next(box for box in test.selectbox if box.label == "Side by side")
    shown = table(side.select_index(1).run())
    for criterion in runtime.bank.questions[ASKED[0]].rubric.criteria:
        assert html.escape(criterion.text) in shown


def test_what_people_typed_is_shown_as_it_was_typed(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    interview_id = brought(runtime, kit_id, TYPED, ANSWER, TYPED)
    rated(runtime, kit_id, interview_id, TYPED, 3, TYPED)
    test = pages.at("results", id=kit_id)
    assert not test.exception
    shown = text(test)
    assert "<script>" not in shown
    assert "<b>bold</b>" not in shown
    assert TYPED in html.unescape(shown)
    # Words of it are marked; without the marks it is there to the letter.
    assert ANSWER in html.unescape(re.sub(r"</?mark[^>]*>", "", shown))


def test_a_person_s_rating_stands_above_the_machine_s_grade_which_stays(
    pages: Pages, runtime: Runtime, kit_id: str
) -> None:
    interview_id = brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    rated(runtime, kit_id, interview_id, "Anna", 5, "Knows it.")
    shown = text(pages.at("results", id=kit_id))
    assert '<b>5 strong</b> <span class="who people">' in shown
    assert "Anna: 5 strong" in shown
    assert "Knows it." in shown
    grade = runtime.store.grades(interview_id)[1]
    assert isinstance(grade, Grade)
    assert f"{results_view.band_words(grade.band)} (" in shown


def test_a_band_is_put_above_with_its_reason_and_taken_back_with_another(
    pages: Pages, runtime: Runtime, kit_id: str
) -> None:
    interview_id = brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    test = pages.at("results", id=kit_id)
    test.button(key="decide-1").click().run()
    test.radio[0].set_value(4)
    test.button(key="decide-now").click().run()
    assert "needs a band, a reason and your name" in text(test)
    assert runtime.store.ratings.decisions(kit_id) == {}, "nothing without a reason"
    test.button(key="decide-1").click().run()
    test.radio[0].set_value(4)
    test.text_area[0].set_value("The second half <b>answers</b> it.")
    next(one for one in test.text_input if one.label == "Your name").set_value("Dana")
    test.button(key="decide-now").click().run()
    (decided,) = runtime.store.ratings.decisions(kit_id)[(interview_id, 1)]
    assert (decided.band, decided.by, decided.kind) == (4, "Dana", DecisionKind.OVERRIDE)
    test = Pages().at("results", id=kit_id)
    assert '<b>4 solid</b> <span class="who decision">' in text(test)
    assert "The second half &lt;b&gt;answers&lt;/b&gt; it." in text(test)
    test.button(key="withdraw-1").click().run()
    test.text_area[0].set_value("Wrong candidate.")
    next(one for one in test.text_input if one.label == "Your name").set_value("Dana")
    test.button(key="withdraw-now").click().run()
    assert [one.withdrawn for one in runtime.store.ratings.decisions(kit_id)[(interview_id, 1)]] == [False, True]
    shown = text(Pages().at("results", id=kit_id))
    assert '<b>4 solid</b> <span class="who decision">' not in shown
    assert "Dana decided: 4 solid" in shown, "what was decided stays on record"
    assert "Wrong candidate." in shown


def test_codes_hide_the_names_on_the_whole_page(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    brought(runtime, kit_id, "Ada Lovelace", ANSWER, "Weights.")
    test = pages.at("results", id=kit_id)
    assert "Lovelace" in text(test)
    test.toggle[0].set_value(True).run()
    everything = text(test) + "".join(str(box.options) for box in test.selectbox)
    assert "Lovelace" not in everything
    assert "Candidate 01" in everything


def test_an_interview_is_deleted_after_asking(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    interview_id = brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    test = pages.at("results", id=kit_id)
    test.button(key="delete-interview").click().run()
    assert runtime.store.get(interview_id).id == interview_id, "asked first"
    test.button(key="delete-for-good").click().run()
    with pytest.raises(UnknownInterview):
        runtime.store.get(interview_id)
    assert "The interview is deleted." in text(test)


def test_grades_that_are_being_made_are_told(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    runtime.store.kits.bring_in(kit_id, "Ada", {1: ANSWER})
    interview_id = runtime.store.kits.interviews(kit_id)[0]
    from interviewer.store import Work

    tokens = [runtime.store.claim(interview_id, Work.GRADE, number, 60) for number in (1, 2)]
    assert all(tokens)
    assert "Grading 1 of 2" in text(pages.at("results", id=kit_id))


def test_what_is_kept_for_longer_than_promised_goes_before_anything_is_shown(
    pages: Pages, runtime: Runtime, kit_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview_id = brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    monkeypatch.setattr(runtime.store.kits, "overdue", lambda now: [interview_id])
    assert "Ada" not in text(pages.at("results", id=kit_id))


# --- files --------------------------------------------------------------------------------------------------


def test_answers_are_looked_at_before_they_are_stored(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    test = pages.at("results", id=kit_id)
    lines = f'candidate,question,answer\nAda,1,"It memorises."\nAda,9,x\n{TYPED},imbalanced-data,Weights.\n'
    test.file_uploader[0].upload("answers.csv", lines.encode(), "text/csv").run()
    assert not test.exception
    assert "the kit has no question “9”" in text(test)
    assert "<script>" not in text(test)
    bring = test.button(key="import-Answers-now")
    assert bring.label == "Bring in 2 answers of 2 candidates"
    assert bring.disabled, "with a line that cannot be used, one has to say so"
    assert runtime.store.kits.interviews(kit_id) == []
    test.checkbox(key="import-Answers-rest").check().run()
    test.button(key="import-Answers-now").click().run()
    assert [one.label for one in runtime.store.kits.invitations(kit_id)] == ["Ada", TYPED]
    assert "2 answers of 2 candidates brought in" in text(test)


def test_ratings_from_a_file_stand_above_the_grades(pages: Pages, runtime: Runtime, kit_id: str) -> None:
    brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    test = pages.at("results", id=kit_id)
    test.segmented_control(key="import-kind").set_value("Ratings").run()
    test.file_uploader[0].upload("r.csv", b"item,rater,score\nAda/1,Anna,5\nAda/2,Anna,1\n", "text/csv").run()
    assert not test.exception
    test.button(key="import-Ratings-now").click().run()
    assert [(one.exchange, one.band) for one in runtime.store.ratings.of(kit_id)] == [(1, 5), (2, 1)]
    assert '<b>5 strong</b> <span class="who people">' in text(test)


# --- html ---------------------------------------------------------------------------------------------------


def test_whose_word_stands_is_said_by_word_symbol_and_colour() -> None:
    for by, word in results_view.WHO.items():
        shown = results_view.who(by)
        assert word in shown
        assert results_view.WHO_SIGNS[by] in shown
        assert f'class="who {by}"' in shown


def test_what_page_and_files_show_is_collected_from_the_store(runtime: Runtime, kit_id: str) -> None:
    interview_id = brought(runtime, kit_id, "Ada", ANSWER, "Weights.")
    rated(runtime, kit_id, interview_id, "Anna", 2)
    found = collecting.results_of(runtime.store, kit_id, utc_now())
    (ada,) = found.candidates
    assert ada.imported
    assert ada.version == 1
    assert [one.stands.by for one in ada.answers] == ["people", "machine"]
    assert ada.answers[0].ratings[0].imported
    assert coded(found).candidates[0].candidate == "Candidate 01"


def test_an_answer_that_was_left_ungraded_is_graded_again_by_a_click(
    pages: Pages, runtime: Runtime, kit_id: str
) -> None:
    interview_id = runtime.store.kits.bring_in(kit_id, "Ada", {1: ANSWER, 2: ANSWER})
    token = runtime.store.claim(interview_id, Work.GRADE, 1, 60)
    assert token is not None
    rubric = runtime.bank.questions[ASKED[0]].rubric.hash
    runtime.store.commit_grade(interview_id, 1, token, rubric, Ungraded(reason="The endpoint was away."))
    test = pages.at("results", id=kit_id)
    assert "The endpoint was away" in text(test)
    next(button for button in test.button if button.label == "Grade again").click()
    test.run()
    assert runtime.workers.wait(interview_id)
    assert isinstance(runtime.store.grades(interview_id)[1], Grade)
    shown = pages.at("results", id=kit_id)
    assert "Grade again" not in [button.label for button in shown.button]
