"""A turn is stored before anything else happens: once, in order, word for word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from interviewer.domain.interview import MAX_TURN_CHARACTERS, ExchangeStatus, InterviewStatus
from interviewer.domain.words import Intent, Speaker
from interviewer.errors import StaleState, UnknownInterview, UsageError
from interviewer.store import Store, Work
from tests.interview.made_up import HandClock, answer, begin, close_exchange, count, reply, store_grade
from tests.store.conftest import Opener


@pytest.fixture
def interview_id(store: Store) -> str:
    return begin(store)


def texts(store: Store, interview_id: str) -> list[str]:
    return [turn.text for turn in store.get(interview_id).turns]


def test_an_interview_begins_with_the_opening_turn(store: Store, interview_id: str) -> None:
    interview = store.get(interview_id)
    assert [(turn.seq, turn.exchange, turn.speaker) for turn in interview.turns] == [(1, 1, Speaker.INTERVIEWER)]
    assert [question.id for question in interview.plan] == ["umbrellas", "kettles"]
    assert (interview.status, interview.next_seq, interview.awaits_reply) == (InterviewStatus.RUNNING, 2, False)


def test_an_id_can_be_typed_behind_a_command(store: Store) -> None:
    ids = [begin(store, questions=1) for _ in range(20)]
    assert len(set(ids)) == 20
    assert all(i.isalnum() and len(i) >= 20 for i in ids)


def test_an_unknown_interview_is_told_by_its_id(store: Store) -> None:
    for call in (
        lambda: store.get("nope"),
        lambda: store.submit("nope", 2, "key", "text"),
        lambda: store.pause("nope"),
        lambda: store.resume("nope"),
        lambda: store.claim("nope", Work.REPLY, 2, 6),
        lambda: store.dispute("nope", 1, "use", "no"),
        lambda: store.delete("nope"),
    ):
        with pytest.raises(UnknownInterview, match="nope"):
            call()


@pytest.mark.parametrize(
    "text",
    [
        "No",
        "🙂🙂",
        "  spaces and\r\n\tlines are kept  ",
        "<script>alert('x')</script> **bold** $x^2$ {braces}",
        "e\u0301 \u202e right to left \U0001f9d1\u200d\U0001f680",
        "x" * MAX_TURN_CHARACTERS,
        "🙂" * MAX_TURN_CHARACTERS,
        "'; DROP TABLE turn; --",
    ],
    ids=["one word", "emoji", "white space", "markup", "unicode", "100,000 characters", "100,000 emoji", "sql"],
)
def test_a_turn_is_stored_as_typed(store: Store, opened: Opener, interview_id: str, text: str) -> None:
    turn = store.submit(interview_id, 2, "key", text)
    assert turn.text == text
    assert opened().get(interview_id).turns[1] == turn


@pytest.mark.parametrize(
    ("text", "stored"),
    [("a\x00b", "a\ufffdb"), ("cut \ud83d off", "cut ? off"), ("\udc00", "?")],
    ids=["NUL", "lone surrogate", "nothing but a surrogate"],
)
def test_what_cannot_be_stored_as_typed_leaves_a_mark_and_no_shift(
    store: Store, opened: Opener, interview_id: str, text: str, stored: str
) -> None:
    assert store.submit(interview_id, 2, "key", text).text == stored
    assert texts(opened(), interview_id)[1] == stored
    assert len(stored) == len(text)


def test_what_a_model_says_is_stored_whatever_it_is_made_of(store: Store, interview_id: str) -> None:
    answer(store, interview_id, "yes", says="cut \ud83d off\x00")
    assert texts(store, interview_id)[-1] == "cut ? off\ufffd"


@pytest.mark.parametrize("text", ["", " ", "\n\t \u00a0\u2003"], ids=["nothing", "a space", "all sorts of space"])
def test_an_empty_answer_is_refused_kindly(store: Store, interview_id: str, text: str) -> None:
    with pytest.raises(UsageError, match="nothing in that answer") as refused:
        store.submit(interview_id, 2, "key", text)
    assert "I don't know" in refused.value.remedy
    assert store.get(interview_id).next_seq == 2


def test_an_over_long_answer_is_refused_and_never_cut(store: Store, interview_id: str) -> None:
    with pytest.raises(UsageError, match="100,001 characters") as refused:
        store.submit(interview_id, 2, "key", "x" * (MAX_TURN_CHARACTERS + 1))
    assert "shorten" in refused.value.remedy
    assert store.get(interview_id).next_seq == 2


def test_the_same_key_twice_is_one_turn(store: Store, opened: Opener, interview_id: str) -> None:
    first = store.submit(interview_id, 2, "key", "my answer")
    assert store.submit(interview_id, 2, "key", "my answer") == first
    assert opened().submit(interview_id, 2, "key", "my answer") == first
    assert texts(store, interview_id)[1:] == ["my answer"]


def test_the_same_key_is_the_same_turn_also_after_the_reply_and_after_the_end(store: Store, interview_id: str) -> None:
    seq = answer(store, interview_id, "my answer", ends=True)
    assert store.submit(interview_id, seq, f"key-{seq}", "my answer") == store.get(interview_id).turns[seq - 1]


def test_the_same_key_belongs_to_its_own_interview(store: Store, interview_id: str) -> None:
    other = begin(store)
    store.submit(interview_id, 2, "key", "here")
    store.submit(other, 2, "key", "there")
    assert (texts(store, interview_id)[1], texts(store, other)[1]) == ("here", "there")


@pytest.mark.parametrize("expected", [0, 1, 3, 4, 99])
def test_a_number_that_is_not_the_next_is_refused_with_the_one_that_is(
    store: Store, interview_id: str, expected: int
) -> None:
    with pytest.raises(StaleState, match="another tab") as refused:
        store.submit(interview_id, expected, "key", "my answer")
    assert (refused.value.expected, refused.value.actual) == (expected, 2)
    assert store.get(interview_id).next_seq == 2


@pytest.mark.parametrize("expected", [2, 3])
def test_nothing_is_taken_while_a_reply_is_pending(store: Store, interview_id: str, expected: int) -> None:
    store.submit(interview_id, 2, "key", "my answer")
    with pytest.raises(StaleState) as refused:
        store.submit(interview_id, expected, "another key", "and one more thing")
    assert refused.value.actual == 3
    assert texts(store, interview_id)[1:] == ["my answer"]


def test_of_twenty_submissions_at_once_exactly_one_wins(store: Store, interview_id: str) -> None:
    together = Barrier(20)

    def submits(number: int) -> str | int:
        together.wait()
        try:
            return store.submit(interview_id, 2, f"key-{number}", f"answer {number}").text
        except StaleState as refused:
            return refused.actual

    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(submits, range(20)))
    assert found.count(3) == 19
    assert texts(store, interview_id)[1:] == [text for text in found if text != 3]


def test_twenty_submissions_at_once_with_one_key_are_one_turn(store: Store, interview_id: str) -> None:
    together = Barrier(20)

    def submits(_: int) -> int:
        together.wait()
        return store.submit(interview_id, 2, "key", "a double click").seq

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(submits, range(20))) == {2}
    assert texts(store, interview_id)[1:] == ["a double click"]


def test_an_ended_interview_takes_no_more_answers(store: Store, interview_id: str) -> None:
    close_exchange(store, interview_id, "the first")
    close_exchange(store, interview_id, "the second")
    ended = store.get(interview_id)
    assert ended.status is InterviewStatus.ENDED
    assert [exchange.status for exchange in ended.exchanges] == [ExchangeStatus.CLOSED] * 2
    with pytest.raises(UsageError, match="has ended") as refused:
        store.submit(interview_id, ended.next_seq, "late", "one more thing")
    assert refused.value.remedy
    assert store.get(interview_id) == ended


def test_a_button_is_stored_with_its_intent(store: Store, opened: Opener, interview_id: str) -> None:
    store.submit(interview_id, 2, "key", "I don't know", Intent.DONT_KNOW)
    assert opened().get(interview_id).turns[1].intent is Intent.DONT_KNOW


# --- the clock --------------------------------------------------------------------------------------------------


def test_the_clock_stands_still_while_the_interview_is_paused(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    clock.move(60)
    store.pause(interview_id)
    clock.move(3600)
    paused = store.get(interview_id)
    assert (paused.status, paused.elapsed_seconds(clock.now)) == (InterviewStatus.PAUSED, 60)
    store.resume(interview_id)
    clock.move(5)
    running = store.get(interview_id)
    assert (running.status, running.elapsed_seconds(clock.now)) == (InterviewStatus.RUNNING, 65)
    assert running.question_seconds(running.current, clock.now) == 65


def test_pausing_or_resuming_twice_is_doing_it_once(store: Store, clock: HandClock, interview_id: str) -> None:
    clock.move(10)
    store.pause(interview_id)
    clock.move(10)
    store.pause(interview_id)
    clock.move(10)
    store.resume(interview_id)
    store.resume(interview_id)
    assert store.get(interview_id).elapsed_seconds(clock.now) == 10


def test_an_answer_resumes_a_paused_interview_and_the_pause_does_not_count(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    clock.move(30)
    store.pause(interview_id)
    clock.move(600)
    store.submit(interview_id, 2, "key", "I am back")
    interview = store.get(interview_id)
    assert interview.status is InterviewStatus.RUNNING
    assert interview.paused_at is None
    assert interview.elapsed_seconds(clock.now) == 30


def test_a_refused_answer_leaves_a_paused_interview_paused(store: Store, interview_id: str) -> None:
    store.pause(interview_id)
    with pytest.raises(StaleState):
        store.submit(interview_id, 7, "key", "from a stale tab")
    assert store.get(interview_id).status is InterviewStatus.PAUSED


def test_a_pause_counts_for_the_question_in_which_it_was_made(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    clock.move(100)
    store.pause(interview_id)
    clock.move(1000)
    close_exchange(store, interview_id, "the first")
    clock.move(7)
    interview = store.get(interview_id)
    first, second = interview.exchanges
    assert interview.question_seconds(first, clock.now) == 100
    assert interview.question_seconds(second, clock.now) == 7


def test_a_pause_that_the_end_overtakes_does_not_count_either(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    clock.move(40)
    store.submit(interview_id, 2, "key", "let's stop")
    store.pause(interview_id)
    clock.move(500)
    token = store.claim(interview_id, Work.REPLY, 2, 6)
    assert token is not None
    store.commit_reply(interview_id, 2, token, reply(2, ends=True, closes=ExchangeStatus.UNFINISHED))
    interview = store.get(interview_id)
    assert (interview.status, interview.paused_at) == (InterviewStatus.ENDED, None)
    assert interview.elapsed_seconds(clock.now + timedelta(days=1)) == 40


def test_a_spoken_pause_stops_the_clock_when_its_reply_is_stored(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    clock.move(20)
    answer(store, interview_id, "a moment please", pauses=True)
    clock.move(300)
    interview = store.get(interview_id)
    assert (interview.status, interview.elapsed_seconds(clock.now)) == (InterviewStatus.PAUSED, 20)


# --- the list of past interviews --------------------------------------------------------------------------------


def test_past_interviews_are_listed_newest_first_with_what_came_of_them(store: Store, clock: HandClock) -> None:
    older = begin(store)
    store_grade(store, older, close_exchange(store, older, "umbrellas keep the rain off"))
    clock.move(60)
    newer = begin(store, questions=3)
    assert [(s.id, s.answered, s.planned, s.score) for s in store.summaries()] == [
        (newer, 0, 3, None),
        (older, 1, 2, 5.0),
    ]
    assert store.summaries(owner="somebody else") == []


def test_the_questions_of_the_latest_interview_are_remembered(store: Store, clock: HandClock) -> None:
    assert store.recent_questions() == set()
    begin(store, questions=3)
    clock.move(1)
    latest = begin(store, questions=2)
    assert store.recent_questions() == {"umbrellas"}
    close_exchange(store, latest, "useful")
    assert store.recent_questions() == {"umbrellas", "kettles"}


def test_what_was_asked_stays_as_it_was_when_the_interview_was_planned(store: Store, interview_id: str) -> None:
    begin(store)
    assert count(store, "question_version") == 2  # one record for both interviews
    assert store.get(interview_id).plan[0].hash
