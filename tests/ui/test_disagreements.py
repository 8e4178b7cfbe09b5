"""The disagreements page: the queue, both sides, comments, settling, taking back, and keeping an answer to practise."""

from __future__ import annotations

import html
from collections.abc import Mapping

import pytest
from streamlit.testing.v1 import AppTest

from interviewer.domain.kit import KitContent
from interviewer.domain.knowledge import AnswerKind
from interviewer.domain.rating import DecisionKind
from interviewer.domain.words import Verdict
from interviewer.runtime import Runtime
from interviewer.store.ratings import Ratings
from tests.ui.rated_kit import answered, asked, opened_kit, rate, ready
from tests.ui.tab import Pages, text

WORDS = "An overfitted model learns the noise in its training data and does badly on data that it has not seen."
MET, MISSING = Verdict.MET, Verdict.MISSING


@pytest.fixture
def kit(runtime: Runtime) -> str:
    return opened_kit(runtime, ("overfitting",))


@pytest.fixture
def parted(runtime: Runtime, kit: str) -> str:
    """One answer, ungraded, to which Ada gives a 5 and Ben a 2; they part on the first criterion only."""
    interview = answered(runtime, kit, "Grace <i>Name</i>", {1: WORDS}, graded=False)
    first = asked(runtime, kit, 1).rubric.criteria[0].id
    rate(runtime, ready(runtime, kit, "Ada"), interview, 1, 5, comment="It is *all* <b>there</b>.")
    rate(runtime, ready(runtime, kit, "Ben"), interview, 1, 2, {first: MISSING})
    return interview


def address(interview: str, number: int = 1) -> str:
    return f"{interview}-{number}"


def opened(pages: Pages, kit: str, interview: str, number: int = 1) -> AppTest:
    return pages.at("disagreements", id=kit, answer=address(interview, number))


def settle(
    test: AppTest,
    interview: str,
    *,
    band: int | None = 4,
    why: str = "Read again.",
    by: str = "Dana",
    verdicts: Mapping[str, Verdict] | None = None,
) -> AppTest:
    key = address(interview)
    if band is not None:
        test.radio(key=f"settle-band-{key}").set_value(band)
    for criterion, verdict in (verdicts or {}).items():
        test.radio(key=f"verdict-{criterion}-{key}").set_value(verdict)
    test.text_area(key=f"settle-why-{key}").set_value(why)
    test.text_input(key=f"settle-by-{key}").set_value(by)
    return test.button(key=f"settle-go-{key}").click().run()


# --- the queue ---------------------------------------------------------------------------------------------------


def test_without_ratings_it_says_what_will_be_here_and_how_to_begin(pages: Pages, runtime: Runtime, kit: str) -> None:
    assert "Here will be the answers on which people part" in text(pages.at("disagreements", id=kit))
    draft = runtime.store.kits.create(KitContent(title="A draft"))
    assert "It begins when somebody" in text(pages.at("disagreements", id=draft))


def test_where_everybody_agrees_it_says_so(pages: Pages, runtime: Runtime, kit: str) -> None:
    interview = answered(runtime, kit, "One", {1: WORDS}, graded=False)
    for name in ("Ada", "Ben"):
        rate(runtime, ready(runtime, kit, name), interview, 1, 4)
    assert "Everybody agrees: people and machine, on 1 answer" in text(pages.at("disagreements", id=kit))


def test_the_largest_comes_first_under_codes_and_names_are_shown_when_asked_for(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    other = answered(runtime, kit, "Alan", {1: WORDS}, graded=False)
    for name, band in (("Ada", 1), ("Ben", 5)):
        rate(runtime, runtime.store.ratings.rater(kit, name), other, 1, band)
    test = pages.at("disagreements", id=kit)
    shown = text(test)
    assert shown.index("Candidate 02, question 1") < shown.index("Candidate 01, question 1")
    assert "People 4 bands apart" in shown
    assert "People 3 bands apart · 1 criterion at odds" in shown
    assert "Grace" not in shown
    named = text(test.toggle(key=f"names-{kit}").set_value(True).run())
    assert "Grace &lt;i&gt;Name&lt;/i&gt;, question 1" in named
    assert "<i>Name</i>" not in named


def test_the_groups_say_how_many_they_have_and_show_what_they_say(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    test = pages.at("disagreements", id=kit)
    groups = test.get("button_group")[0]
    labels = [option.content for option in groups.proto.options]
    assert labels == ["To look at (1)", "People with people (1)", "People with machine (0)", "Settled (0)"]
    test.session_state[f"show-{kit}"] = "People with machine"
    assert "There is none of this kind." in text(test.run())


def test_one_is_opened_at_a_time_and_closed_again(pages: Pages, runtime: Runtime, kit: str, parted: str) -> None:
    test = pages.at("disagreements", id=kit)
    assert "What was rated" not in text(test)
    test.button(key=f"open-{address(parted)}").click().run()
    assert test.query_params["answer"] in (address(parted), [address(parted)])
    assert "What was rated" in text(test)
    test.button(key=f"close-{address(parted)}").click().run()
    assert "What was rated" not in text(test)


def test_a_rating_whose_practice_is_not_finished_is_no_disagreement(pages: Pages, runtime: Runtime, kit: str) -> None:
    interview = answered(runtime, kit, "One", {1: WORDS}, graded=False)
    rate(runtime, ready(runtime, kit, "Ada"), interview, 1, 5)
    ben = runtime.store.ratings.rater(kit, "Ben")
    runtime.store.ratings.save(ben.id, interview, 1, asked(runtime, kit, 1).rubric.hash, {}, 1, "")
    assert "Everybody agrees" in text(pages.at("disagreements", id=kit))


# --- both sides --------------------------------------------------------------------------------------------------


def test_both_sides_stand_side_by_side_with_words_for_where_they_part(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    shown = text(opened(pages, kit, parted))
    assert html.escape(WORDS) in shown
    whole, first, second = shown.split("<tbody>")[1].split("</tr>")[:3]
    assert '<td data-name="Ada"><span><b>5</b> strong</span></td>' in whole
    assert '<td data-name="Ben"><span><b>2</b> fragments</span></td>' in whole
    assert "people differ" in whole
    assert "check_circle</span>met" in first
    assert "radio_button_unchecked</span>missing" in first
    assert "people differ" in first
    assert "alike" in second
    assert "It is *all* &lt;b&gt;there&lt;/b&gt;." in shown


def test_the_machines_side_has_its_reasons_and_the_words_that_they_rest_on(
    pages: Pages, runtime: Runtime, kit: str
) -> None:
    interview = answered(runtime, kit, "One", {1: WORDS})
    grade = runtime.store.grades(interview)[1]
    assert grade.status == "graded"
    theirs = {verdict.criterion: verdict.verdict for verdict in grade.verdicts}
    differing = next(name for name, verdict in theirs.items() if verdict is not MISSING)
    rate(runtime, ready(runtime, kit, "Ada"), interview, 1, grade.band, {**theirs, differing: MISSING})
    shown = text(opened(pages, kit, interview))
    assert "machine differs" in shown
    assert "The offline model" in shown
    evidence = next(verdict for verdict in grade.verdicts if verdict.criterion == differing).evidence
    assert evidence
    assert f'">{html.escape(evidence[0].text)}</q>' in shown
    assert "<mark class=" in shown.split("What was rated")[0]


# --- comments ----------------------------------------------------------------------------------------------------


def test_a_comment_is_stored_shown_as_typed_and_its_place_is_free_again(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    test = opened(pages, kit, parted)
    key = address(parted)
    test.text_input(key=f"comment-by-{key}").set_value("Dana")
    test.text_area(key=f"comment-text-{key}").set_value("The *second* half\n<b>matters</b>.")
    test.button(key=f"comment-add-{key}").click().run()
    (comment,) = runtime.store.ratings.comments(kit)[parted, 1]
    assert (comment.by, comment.text) == ("Dana", "The *second* half\n<b>matters</b>.")
    assert "The *second* half&#10;&lt;b&gt;matters&lt;/b&gt;." in text(test)
    assert test.text_area(key=f"comment-text-{key}").value == ""
    assert test.text_input(key=f"settle-by-{key}").value == "Dana"  # asked for once


def test_a_comment_without_a_name_is_not_lost(pages: Pages, runtime: Runtime, kit: str, parted: str) -> None:
    test = opened(pages, kit, parted)
    key = address(parted)
    test.text_area(key=f"comment-text-{key}").set_value("It matters.")
    test.button(key=f"comment-add-{key}").click().run()
    assert runtime.store.ratings.comments(kit) == {}
    assert 'role="alert"' in text(test)
    assert test.text_area(key=f"comment-text-{key}").value == "It matters."


# --- settling ----------------------------------------------------------------------------------------------------


def test_what_people_gave_alike_is_filled_in_and_nothing_else(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    test = opened(pages, kit, parted)
    first, *others = asked(runtime, kit, 1).rubric.criteria
    assert test.radio(key=f"settle-band-{address(parted)}").value is None
    assert test.radio(key=f"verdict-{first.id}-{address(parted)}").value is None
    assert {test.radio(key=f"verdict-{one.id}-{address(parted)}").value for one in others} == {MET}


def test_settling_stores_a_decision_and_moves_it_to_the_settled(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    question = asked(runtime, kit, 1)
    first = question.rubric.criteria[0].id
    test = settle(opened(pages, kit, parted), parted, verdicts={first: MISSING})
    (decision,) = runtime.store.ratings.decisions(kit)[parted, 1]
    assert (decision.kind, decision.by, decision.band, decision.reason) == (
        DecisionKind.SETTLED,
        "Dana",
        4,
        "Read again.",
    )
    assert decision.verdicts == {one.id: MISSING if one.id == first else MET for one in question.rubric.criteria}
    assert decision.rubric_hash == question.rubric.hash
    assert "Band 4, solid" in text(test)  # it stays open
    labels = [option.content for option in test.get("button_group")[0].proto.options]
    assert labels == ["To look at (0)", "People with people (0)", "People with machine (0)", "Settled (1)"]
    assert "All of them are settled." in text(pages.at("disagreements", id=kit))


@pytest.mark.parametrize(
    ("entered", "said"),
    [({"band": None}, "There is no band yet."), ({"why": "  "}, "reason"), ({"by": ""}, "name")],
)
def test_a_decision_needs_a_band_a_reason_and_a_name_and_nothing_entered_is_lost(
    pages: Pages, runtime: Runtime, kit: str, parted: str, entered: dict[str, object], said: str
) -> None:
    chosen: dict[str, object] = {"band": 4, "why": "Read again.", "by": "Dana", **entered}
    test = settle(opened(pages, kit, parted), parted, **chosen)  # type: ignore[arg-type]
    alert = text(test).split('role="alert"')[1].split("</div>")[0]
    assert said in alert
    assert runtime.store.ratings.decisions(kit) == {}
    assert test.radio(key=f"settle-band-{address(parted)}").value == chosen["band"]
    assert test.text_area(key=f"settle-why-{address(parted)}").value == chosen["why"]


def test_a_decision_can_be_taken_back_with_a_reason_and_is_kept(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    test = settle(opened(pages, kit, parted), parted)
    key = address(parted)
    test.button(key=f"withdraw-go-{key}").click().run()
    assert 'role="alert"' in text(test)  # no reason
    test.text_area(key=f"withdraw-why-{key}").set_value("Too quick.")
    test.button(key=f"withdraw-go-{key}").click().run()
    made, back = runtime.store.ratings.decisions(kit)[parted, 1]
    assert (made.withdrawn, back.withdrawn, back.reason, back.by) == (False, True, "Too quick.", "Dana")
    assert "Settle it" in text(test)
    assert 'role="alert"' not in text(test)


def test_a_store_that_breaks_is_told_without_a_trace_and_loses_no_words(
    pages: Pages, runtime: Runtime, kit: str, parted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    test = opened(pages, kit, parted)
    with monkeypatch.context() as patched:
        patched.setattr(Ratings, "decide", breaks)
        settle(test, parted)
    assert "Something went wrong on this page." in text(test)
    assert "RuntimeError" not in text(test)
    assert test.text_area(key=f"settle-why-{address(parted)}").value == "Read again."


# --- a calibration answer ----------------------------------------------------------------------------------------


def test_a_settled_answer_becomes_a_calibration_answer_and_can_be_dropped(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    question = asked(runtime, kit, 1)
    first = question.rubric.criteria[0].id
    test = settle(opened(pages, kit, parted), parted, verdicts={first: MISSING})
    key = address(parted)
    assert test.selectbox(key=f"keep-kind-{key}").value == AnswerKind.GOOD
    assert "for as long as the interview is" in text(test)
    test.selectbox(key=f"keep-kind-{key}").set_value(AnswerKind.TEXTBOOK)
    test.button(key=f"keep-go-{key}").click().run()
    (kept,) = runtime.store.ratings.kept_answers(kit)
    assert (kept.question, kept.interview_id, kept.exchange) == (question.id, parted, 1)
    assert (kept.answer.text, kept.answer.band, kept.answer.kind) == (WORDS, 4, AnswerKind.TEXTBOOK)
    assert kept.answer.verdicts[first] is MISSING
    assert parted not in kept.answer.id
    assert "It is kept as a calibration answer, band 4, solid" in text(test)
    test.button(key=f"drop-{key}").click().run()
    assert runtime.store.ratings.kept_answers(kit) == []
    assert test.button(key=f"keep-go-{key}").label == "Keep it as a calibration answer"


def test_without_a_verdict_on_every_criterion_it_says_which_are_open(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    test = settle(opened(pages, kit, parted), parted)
    first = asked(runtime, kit, 1).rubric.criteria[0]
    assert f"Open: “{html.escape(first.text)}”." in text(test)
    assert not [button for button in test.button if str(button.key).startswith("keep-go-")]


def test_an_answer_that_was_kept_under_an_earlier_decision_says_so(
    pages: Pages, runtime: Runtime, kit: str, parted: str
) -> None:
    question = asked(runtime, kit, 1)
    test = settle(opened(pages, kit, parted), parted, verdicts={question.rubric.criteria[0].id: MET})
    test.button(key=f"keep-go-{address(parted)}").click().run()
    assert "what was settled before" not in text(test)
    runtime.store.ratings.decide(
        *(parted, 1, DecisionKind.SETTLED, "Dana", 2),
        {one.id: MET for one in question.rubric.criteria},
        *("Once more.", question.rubric.hash),
    )
    assert "It has what was settled before" in text(opened(pages, kit, parted))
