"""Ratings: a draft counts nowhere, a submitted one stays; decisions stand above both, with their reasons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from interviewer.domain.kit import Part
from interviewer.domain.rating import DecisionKind, Practice, Rating
from interviewer.domain.words import Verdict
from interviewer.errors import UnknownInterview, UsageError
from interviewer.store import Store
from tests.interview.made_up import HandClock, begin, close_exchange, count, question
from tests.store.conftest import Opener
from tests.store.kitting import (
    MET,
    RUBRIC,
    content,
    example,
    link,
    opened_kit,
    ready,
    reworded,
    sat,
    start,
)

PRACTICE = Practice(question="umbrellas", answer="u-1", band=4, given=3, verdicts=MET, given_verdicts=MET)


@pytest.fixture
def kit_id(store: Store) -> str:
    return opened_kit(store)


@pytest.fixture
def interview_id(store: Store, kit_id: str) -> str:
    return sat(store, kit_id)


def imported(interview_id: str, rater: str = "Grace", **changes: Any) -> Rating:
    made = {"interview_id": interview_id, "exchange": 1, "rater": rater, "rubric_hash": RUBRIC, "band": 3}
    return Rating(**{**made, **changes})


# --- raters -------------------------------------------------------------------------------------------------------


def test_a_name_is_one_rater_however_it_is_typed(store: Store, kit_id: str, opened: Opener) -> None:
    ada = store.ratings.rater(kit_id, "Ada Straße")
    assert (ada.name, ada.practice, ada.ready_at, ada.imported) == ("Ada Straße", (), None, False)
    for typed in (" ada  STRASSE ", "ADA\tstraße", "Ada Straße"):
        assert opened().ratings.rater(kit_id, typed) == ada
    composed, apart = "Ren\u00e9", "Rene\u0301"
    assert store.ratings.rater(kit_id, composed).id == store.ratings.rater(kit_id, apart).id
    assert store.ratings.rater(kit_id, "Bob").id != ada.id
    other = opened_kit(store)
    assert store.ratings.rater(other, "Ada Straße").id != ada.id
    assert [rater.name for rater in store.ratings.raters(other)] == ["Ada Straße"]


@pytest.mark.parametrize(("name", "told"), [(" \n", "empty"), ("x" * 121, "121")])
def test_a_rater_has_a_name_of_a_bearable_length(store: Store, kit_id: str, name: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        store.ratings.rater(kit_id, name)


def test_two_windows_that_say_the_same_name_are_one_rater(store: Store, kit_id: str) -> None:
    together = Barrier(4)

    def arrives(_: int) -> str:
        together.wait()
        return store.ratings.rater(kit_id, "Ada").id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(arrives, range(4)))) == 1


def test_a_practice_round_takes_the_place_of_the_one_before(store: Store, kit_id: str, clock: HandClock) -> None:
    ada = store.ratings.rater(kit_id, "Ada")
    assert store.ratings.practised(ada.id, [PRACTICE], ready=False).practice == (PRACTICE,)
    assert store.ratings.rater(kit_id, "Ada").ready_at is None
    done = store.ratings.practised(ada.id, [PRACTICE] * 5, ready=True)
    assert (len(done.practice), done.ready_at) == (5, clock.now)
    clock.move(60)
    again = store.ratings.practised(ada.id, [PRACTICE], ready=False)
    assert (again.practice, again.ready_at) == ((PRACTICE,), done.ready_at)
    assert store.ratings.raters(kit_id) == [again]
    with pytest.raises(UsageError):
        store.ratings.practised("nobody", [], ready=True)


# --- drafts -------------------------------------------------------------------------------------------------------


def test_a_draft_is_there_after_a_reload_and_counts_nowhere(
    store: Store, kit_id: str, interview_id: str, opened: Opener
) -> None:
    ada = store.ratings.rater(kit_id, "Ada")  # drafts need no practice round
    assert store.ratings.draft(ada.id, interview_id, 1) is None
    store.ratings.save(ada.id, interview_id, 1, RUBRIC, {"use": Verdict.PARTIAL}, None, " So\x00so ")
    draft = opened().ratings.draft(ada.id, interview_id, 1)
    assert draft is not None
    assert (draft.verdicts, draft.band, draft.comment) == ({"use": Verdict.PARTIAL}, None, "So\ufffdso")
    assert (draft.submitted_at, draft.rubric_hash) == (None, RUBRIC)
    store.ratings.save(ada.id, interview_id, 1, RUBRIC, {}, 2, "")
    changed = store.ratings.draft(ada.id, interview_id, 1)
    assert changed is not None
    assert (changed.verdicts, changed.band, changed.comment) == ({}, 2, "")
    assert store.ratings.of(kit_id) == store.ratings.by(ada.id) == []
    assert store.ratings.draft(ada.id, interview_id, 2) is None
    assert count(store, "rating") == 1


# --- submitting ---------------------------------------------------------------------------------------------------


def test_a_submitted_rating_counts_and_stays(
    store: Store, kit_id: str, interview_id: str, opened: Opener, clock: HandClock
) -> None:
    ada = ready(store, kit_id)
    store.ratings.save(ada.id, interview_id, 1, RUBRIC, {}, 1, "Hm.")
    made = store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "Good.", 31.5)
    assert (made.band, made.verdicts, made.comment, made.seconds) == (4, MET, "Good.", 31.5)
    assert made.submitted_at == clock.now
    assert opened().ratings.of(kit_id) == opened().ratings.by(ada.id) == [made]
    assert store.ratings.draft(ada.id, interview_id, 1) is None
    with pytest.raises(UsageError, match="stays"):
        store.ratings.save(ada.id, interview_id, 1, RUBRIC, {}, 1, "")
    assert store.ratings.of(kit_id) == [made]


def test_submitting_twice_is_one_rating_and_another_is_refused(
    store: Store, kit_id: str, interview_id: str, clock: HandClock
) -> None:
    ada = ready(store, kit_id)
    made = store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "Good.", 31.5)
    clock.move(5)
    assert store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, " Good. ", 36.5) == made
    for verdicts, band, comment in (
        (MET, 5, "Good."),
        ({**MET, "use": Verdict.PARTIAL}, 4, "Good."),
        (MET, 4, "Better."),
    ):
        with pytest.raises(UsageError, match="stays"):
            store.ratings.submit(ada.id, interview_id, 1, RUBRIC, verdicts, band, comment, 1)
    assert store.ratings.of(kit_id) == [made]


def test_a_double_click_in_the_same_moment_is_one_rating(store: Store, kit_id: str, interview_id: str) -> None:
    ada, together = ready(store, kit_id), Barrier(4)

    def clicks(seconds: int) -> Rating:
        together.wait()
        return store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "", seconds)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(clicks, range(4)))
    assert made == [made[0]] * 4
    assert store.ratings.of(kit_id) == made[:1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"verdicts": {"use": Verdict.MET}}, "no verdict yet on “Says what umbrellas cost”"),
        ({"verdicts": {}}, "no verdict yet"),
        ({"verdicts": {**MET, "use": Verdict.NOT_ASSESSED}}, "not assessed"),
        ({"verdicts": {**MET, "style": Verdict.MET}}, "no criterion “style”"),
        ({"band": None}, "no band"),
        ({"rubric_hash": "0" * 16}, "never had that rubric"),
        ({"comment": "x" * 4_001}, "4,001"),
        ({"exchange": 3}, "not answered"),
        ({"rater_id": "nobody"}, "no such rater"),
    ],
    ids=str,
)
def test_what_is_not_complete_is_not_submitted(
    store: Store, kit_id: str, interview_id: str, changes: dict[str, Any], told: str
) -> None:
    ada = ready(store, kit_id)
    whole = {
        "rater_id": ada.id,
        "interview_id": interview_id,
        "exchange": 1,
        "rubric_hash": RUBRIC,
        "verdicts": MET,
        "band": 4,
        "comment": "",
        "seconds": 1.0,
    }
    with pytest.raises(UsageError, match=told):
        store.ratings.submit(**{**whole, **changes})
    assert store.ratings.of(kit_id) == []


def test_ratings_count_after_the_practice_round(store: Store, kit_id: str, interview_id: str) -> None:
    ada = store.ratings.rater(kit_id, "Ada")
    store.ratings.practised(ada.id, [PRACTICE], ready=False)
    with pytest.raises(UsageError, match="practice round"):
        store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "", 1)
    store.ratings.practised(ada.id, [PRACTICE], ready=True)
    assert store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "", 1).band == 4


def test_only_answers_of_the_raters_own_kit_are_rated(store: Store, kit_id: str, clock: HandClock) -> None:
    ada, other = ready(store, kit_id), opened_kit(store)
    theirs, local = sat(store, other), begin(store)
    close_exchange(store, local, "Umbrellas.")
    running = start(store, link(store, kit_id)[0])
    for interview_id, told in ((theirs, "another kit"), (local, "not from a kit"), (running, "not answered yet")):
        with pytest.raises(UsageError, match=told):
            store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "", 1)
        with pytest.raises(UsageError, match=told):
            store.ratings.save(ada.id, interview_id, 1, RUBRIC, MET, 4, "")
    with pytest.raises(UnknownInterview):
        store.ratings.submit(ada.id, "nowhere", 1, RUBRIC, MET, 4, "", 1)


@pytest.mark.parametrize("seconds", [None, float("nan"), float("inf"), -1.0])
def test_a_time_that_makes_no_sense_is_not_kept(
    store: Store, kit_id: str, interview_id: str, seconds: float | None
) -> None:
    ada = ready(store, kit_id)
    assert store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "", seconds).seconds is None
    assert store.ratings.by(ada.id)[0].seconds is None


def test_a_rating_names_the_rubric_that_was_in_view(store: Store, kit_id: str, interview_id: str) -> None:
    shorter = reworded(question("umbrellas"))
    first = content().questions[0].model_copy(update={"question": shorter})
    mended = content().model_copy(update={"questions": (first, *content().questions[1:])})
    store.kits.publish(kit_id, mended, "Shorter.")
    ada, bob = ready(store, kit_id), ready(store, kit_id, "Bob")
    assert store.ratings.submit(ada.id, interview_id, 1, RUBRIC, MET, 4, "", 1).rubric_hash == RUBRIC
    under_the_new = {"use": Verdict.MET}
    rating = store.ratings.submit(bob.id, interview_id, 1, shorter.rubric.hash, under_the_new, 4, "", 1)
    assert rating.verdicts == under_the_new
    with pytest.raises(UsageError, match="no criterion “cost”"):
        store.ratings.submit(ready(store, kit_id, "C").id, interview_id, 1, shorter.rubric.hash, MET, 4, "", 1)


# --- from files ---------------------------------------------------------------------------------------------------


def test_ratings_from_a_file_may_be_partial_and_their_raters_are_marked(
    store: Store, kit_id: str, interview_id: str, clock: HandClock
) -> None:
    long_ago = clock.now - timedelta(days=99)
    given = [
        imported(interview_id, " Grace  H ", submitted_at=long_ago, seconds=9),
        imported(interview_id, "grace h", exchange=2, band=None, verdicts={"use": Verdict.MISSING}).model_copy(
            update={"rubric_hash": question("kettles").rubric.hash}
        ),
        imported(interview_id, "Alan", comment="So\x00so"),
    ]
    assert store.ratings.bring_in(kit_id, given) == 3
    grace, alan = sorted(store.ratings.raters(kit_id), key=lambda rater: rater.name, reverse=True)
    assert (grace.name, grace.imported, grace.ready_at) == ("Grace H", True, None)
    first, second = store.ratings.by(grace.id)
    assert (first.band, first.verdicts, first.submitted_at, first.seconds) == (3, {}, long_ago, 9)
    assert (second.band, second.verdicts, second.submitted_at) == (None, {"use": Verdict.MISSING}, clock.now)
    assert [rating.comment for rating in store.ratings.by(alan.id)] == ["So\ufffdso"]
    assert len(store.ratings.of(kit_id)) == 3


def test_a_second_file_takes_the_place_of_the_first(store: Store, kit_id: str, interview_id: str) -> None:
    store.ratings.bring_in(kit_id, [imported(interview_id, verdicts=MET), imported(interview_id, "Alan")])
    store.ratings.bring_in(kit_id, [imported(interview_id, "GRACE", band=5), imported(interview_id, "Grace", band=2)])
    names = {rater.id: rater.name for rater in store.ratings.raters(kit_id)}
    found = {(names[one.rater], one.band, len(one.verdicts)) for one in store.ratings.of(kit_id)}
    assert found == {("Grace", 2, 0), ("Alan", 3, 0)}


def test_whoever_rates_here_is_not_mixed_with_a_file(store: Store, kit_id: str, interview_id: str) -> None:
    ready(store, kit_id, "Ada")
    with pytest.raises(UsageError, match="Ada rates here") as told:
        store.ratings.bring_in(kit_id, [imported(interview_id, "Alan"), imported(interview_id, "ADA")])
    assert "another name" in told.value.remedy
    assert [rater.name for rater in store.ratings.raters(kit_id)] == ["Ada"]  # all or nothing
    store.ratings.bring_in(kit_id, [imported(interview_id, "Alan")])
    alan = store.ratings.rater(kit_id, "alan")
    assert alan.imported
    for tried in (
        lambda: store.ratings.practised(alan.id, [PRACTICE], ready=True),
        lambda: store.ratings.save(alan.id, interview_id, 1, RUBRIC, {}, 1, ""),
        lambda: store.ratings.submit(alan.id, interview_id, 1, RUBRIC, MET, 4, "", 1),
    ):
        with pytest.raises(UsageError, match="from a file"):
            tried()
    assert [rating.band for rating in store.ratings.of(kit_id)] == [3]


def test_ratings_from_a_file_that_make_no_sense_are_refused_whole(store: Store, kit_id: str, interview_id: str) -> None:
    theirs = sat(store, opened_kit(store))
    good = imported(interview_id, "Alan")
    for bad, told in (
        (imported(interview_id, band=None), "neither band nor verdicts"),
        (imported(interview_id, " "), "empty"),
        (imported(interview_id, verdicts={"style": Verdict.MET}), "no criterion “style”"),
        (imported(interview_id, verdicts={"use": Verdict.NOT_ASSESSED}), "not assessed"),
        (imported(interview_id, rubric_hash="0" * 16), "never had that rubric"),
        (imported(interview_id, exchange=9), "not answered"),
        (imported(theirs), "another kit"),
    ):
        with pytest.raises(UsageError, match=told):
            store.ratings.bring_in(kit_id, [good, bad])
    assert store.ratings.of(kit_id) == []
    assert store.ratings.raters(kit_id) == []
    assert store.ratings.bring_in(kit_id, []) == 0


# --- decisions ----------------------------------------------------------------------------------------------------


def test_decisions_are_kept_with_their_reasons_and_none_is_overwritten(
    store: Store, kit_id: str, interview_id: str, opened: Opener, clock: HandClock
) -> None:
    first = store.ratings.decide(interview_id, 1, DecisionKind.OVERRIDE, " Ada ", 4, {}, " Said it. ", RUBRIC)
    assert (first.by, first.reason, first.role, first.at) == ("Ada", "Said it.", Part.EMPLOYER, clock.now)
    clock.move(60)
    second = store.ratings.decide(
        interview_id, 1, DecisionKind.SETTLED, "Bob", 3, MET, "We agreed.", RUBRIC, role=Part.RATER
    )
    other = store.ratings.decide(
        interview_id, 2, DecisionKind.OVERRIDE, "Ada", 1, {}, "Off topic.", question("kettles").rubric.hash
    )
    assert opened().ratings.decisions(kit_id) == {(interview_id, 1): [first, second], (interview_id, 2): [other]}
    assert second.verdicts == MET
    assert second.role is Part.RATER
    assert store.ratings.decisions(opened_kit(store)) == {}


def test_a_decision_is_taken_back_with_a_reason_and_both_stay(
    store: Store, kit_id: str, interview_id: str, clock: HandClock
) -> None:
    made = store.ratings.decide(interview_id, 1, DecisionKind.OVERRIDE, "Ada", 4, MET, "Said it.", RUBRIC)
    clock.move(60)
    store.ratings.withdraw(interview_id, 1, "Bob", " A mistake. ")
    kept, taken_back = store.ratings.decisions(kit_id)[interview_id, 1]
    assert kept == made
    assert (taken_back.withdrawn, taken_back.by, taken_back.reason) == (True, "Bob", "A mistake.")
    assert (taken_back.band, taken_back.at) == (4, clock.now)
    for exchange in (1, 2):
        with pytest.raises(UsageError, match="no decision"):
            store.ratings.withdraw(interview_id, exchange, "Bob", "Once more.")
    again = store.ratings.decide(interview_id, 1, DecisionKind.OVERRIDE, "Ada", 4, MET, "Said it.", RUBRIC)
    assert store.ratings.decisions(kit_id)[interview_id, 1][-1] == again
    assert not again.withdrawn


def test_the_standing_decision_again_is_one_decision(
    store: Store, kit_id: str, interview_id: str, clock: HandClock
) -> None:
    made = store.ratings.decide(interview_id, 1, DecisionKind.OVERRIDE, "Ada", 4, {}, "Said it.", RUBRIC)
    clock.move(1)
    assert store.ratings.decide(interview_id, 1, DecisionKind.OVERRIDE, "Ada", 4, {}, "Said it.", RUBRIC) == made
    assert store.ratings.decisions(kit_id) == {(interview_id, 1): [made]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": " \n"}, "empty"),
        ({"reason": "x" * 4_001}, "4,001"),
        ({"by": ""}, "empty"),
        ({"band": 0}, "1 to 5"),
        ({"band": 6}, "1 to 5"),
        ({"rubric_hash": "0" * 16}, "never had"),
        ({"verdicts": {"style": Verdict.MET}}, "does not fit"),
        ({"verdicts": {"use": Verdict.NOT_ASSESSED}}, "does not fit"),
        ({"exchange": 3}, "not answered"),
    ],
    ids=str,
)
def test_a_decision_that_makes_no_sense_is_refused(
    store: Store, kit_id: str, interview_id: str, changes: dict[str, Any], told: str
) -> None:
    whole = {
        "interview_id": interview_id,
        "exchange": 1,
        "kind": DecisionKind.OVERRIDE,
        "by": "Ada",
        "band": 4,
        "verdicts": {},
        "reason": "Said it.",
        "rubric_hash": RUBRIC,
    }
    with pytest.raises(UsageError, match=told):
        store.ratings.decide(**{**whole, **changes})
    assert store.ratings.decisions(kit_id) == {}


def test_a_decision_is_not_taken_back_without_a_reason(store: Store, kit_id: str, interview_id: str) -> None:
    store.ratings.decide(interview_id, 1, DecisionKind.OVERRIDE, "Ada", 4, {}, "Said it.", RUBRIC)
    for by, reason in (("", "Why."), ("Ada", " ")):
        with pytest.raises(UsageError, match="empty"):
            store.ratings.withdraw(interview_id, 1, by, reason)
    assert len(store.ratings.decisions(kit_id)[interview_id, 1]) == 1


# --- comments and kept answers ------------------------------------------------------------------------------------


def test_a_discussion_is_read_in_its_order(store: Store, kit_id: str, interview_id: str, opened: Opener) -> None:
    said = [
        store.ratings.comment(interview_id, 1, "Ada", " What about the price? "),
        store.ratings.comment(interview_id, 1, "Bob", "It is there.", role=Part.RATER),
        store.ratings.comment(interview_id, 1, "Ada", "It is there."),
    ]
    other = store.ratings.comment(interview_id, 2, "Ada", "Fine.")
    assert store.ratings.comment(interview_id, 2, "Ada", "Fine.") == other  # a double click
    assert opened().ratings.comments(kit_id) == {(interview_id, 1): said, (interview_id, 2): [other]}
    assert said[0].text == "What about the price?"
    for by, text in (("", "x"), ("Ada", " "), ("Ada", "x" * 4_001)):
        with pytest.raises(UsageError):
            store.ratings.comment(interview_id, 1, by, text)
    with pytest.raises(UsageError, match="not from a kit"):
        store.ratings.comment(begin(store), 1, "Ada", "Hm.")


def test_an_answer_is_kept_as_an_example(store: Store, kit_id: str, interview_id: str, opened: Opener) -> None:
    store.ratings.keep_answer(kit_id, "umbrellas", interview_id, 1, example())
    store.ratings.keep_answer(kit_id, "umbrellas", interview_id, 1, example())
    (kept,) = opened().ratings.kept_answers(kit_id)
    assert (kept.question, kept.interview_id, kept.exchange) == ("umbrellas", interview_id, 1)
    assert kept.answer == example()
    store.ratings.keep_answer(kit_id, "umbrellas", interview_id, 1, example(band=3))
    store.ratings.keep_answer(kit_id, "kettles", interview_id, 2, example(id="kept-2"))
    assert [(one.answer.id, one.answer.band) for one in store.ratings.kept_answers(kit_id)] == [
        ("kept-1", 3),
        ("kept-2", 4),
    ]
    with pytest.raises(UsageError, match="kept as “kept-1”"):
        store.ratings.keep_answer(kit_id, "kettles", interview_id, 2, example())
    other = opened_kit(store)
    with pytest.raises(UsageError, match="another kit"):
        store.ratings.keep_answer(other, "umbrellas", interview_id, 1, example())
    assert store.ratings.drop_answer(other, "kept-1")
    assert len(store.ratings.kept_answers(kit_id)) == 2
