"""Replies and grades are made by whoever holds the lease, and stored whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from interviewer.domain.grade import Grade, Ungraded
from interviewer.domain.interview import ExchangeStatus, InterviewStatus
from interviewer.errors import UnknownInterview, UsageError
from interviewer.store import LeaseLost, Store, Work
from interviewer.store import store as steps
from tests.interview.made_up import (
    HandClock,
    begin,
    close_exchange,
    count,
    grade_of,
    reply,
    store_grade,
)
from tests.store.conftest import Opener

LEASE = 6.0


@pytest.fixture
def interview_id(store: Store) -> str:
    """An interview whose second turn awaits a reply."""
    interview_id = begin(store)
    store.submit(interview_id, 2, "key", "umbrellas keep the rain off")
    return interview_id


def claim(store: Store, interview_id: str, work: Work = Work.REPLY, number: int = 2) -> str:
    token = store.claim(interview_id, work, number, LEASE)
    assert token is not None
    return token


# --- leases -----------------------------------------------------------------------------------------------------


def test_of_twenty_claims_at_once_exactly_one_succeeds(store: Store, interview_id: str) -> None:
    together = Barrier(20)

    def claims(_: int) -> bool:
        together.wait()
        return store.claim(interview_id, Work.REPLY, 2, LEASE) is not None

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(claims, range(20))) == 1


def test_nobody_waits_for_the_disk_to_have_a_lease_and_all_else_is_on_it(store: Store, interview_id: str) -> None:
    """A power failure that undoes a lease has ended its holder; one that undid an answer would have lost it."""
    found = []
    for lasting in (False, True, False, True):
        with store.database.write(lasting) as connection:
            found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
    claim(store, interview_id)
    with store.database.write() as connection:
        found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
    assert found == [1, 2, 1, 2, 2]  # NORMAL and FULL, as SQLite numbers them


def test_a_lease_is_held_until_it_runs_out_and_then_taken_over(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    claim(store, interview_id)
    clock.move(LEASE - 0.1)
    assert store.claim(interview_id, Work.REPLY, 2, LEASE) is None
    clock.move(0.1)
    assert store.claim(interview_id, Work.REPLY, 2, LEASE) is not None


def test_a_renewed_lease_lasts_longer(store: Store, clock: HandClock, interview_id: str) -> None:
    token = claim(store, interview_id)
    clock.move(4)
    store.renew(interview_id, Work.REPLY, 2, token, LEASE)
    clock.move(4)
    assert store.claim(interview_id, Work.REPLY, 2, LEASE) is None


def test_a_lease_that_was_given_back_can_be_claimed_at_once(store: Store, interview_id: str) -> None:
    store.release(interview_id, Work.REPLY, 2, claim(store, interview_id))
    assert store.claim(interview_id, Work.REPLY, 2, LEASE) is not None


def test_the_old_token_of_a_lease_that_was_taken_over_opens_nothing(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    old = claim(store, interview_id)
    clock.move(LEASE)
    new = claim(store, interview_id)
    store.renew(interview_id, Work.REPLY, 2, old, 1000)
    store.release(interview_id, Work.REPLY, 2, old)
    with pytest.raises(LeaseLost):
        store.commit_reply(interview_id, 2, old, reply(2, text="too late"))
    assert store.get(interview_id).awaits_reply
    assert store.commit_reply(interview_id, 2, new, reply(2, text="in time")).text == "in time"


def test_an_expired_lease_that_nobody_took_over_still_stores_its_reply(
    store: Store, clock: HandClock, interview_id: str
) -> None:
    token = claim(store, interview_id)
    clock.move(100 * LEASE)
    assert store.commit_reply(interview_id, 2, token, reply(2)).seq == 3


def test_replies_and_grades_of_the_same_number_do_not_get_in_each_others_way(store: Store, interview_id: str) -> None:
    claim(store, interview_id)
    claim(store, interview_id, Work.GRADE)
    claim(store, interview_id, Work.GRADE, 1)
    claim(store, begin(store))


# --- replies ----------------------------------------------------------------------------------------------------


def test_a_reply_is_stored_with_all_that_it_changes(store: Store, clock: HandClock, interview_id: str) -> None:
    clock.move(5)
    token = claim(store, interview_id)
    store.commit_reply(interview_id, 2, token, reply(2, closes=ExchangeStatus.SKIPPED, opens=2))
    interview = store.get(interview_id)
    assert [(turn.seq, turn.exchange) for turn in interview.turns] == [(1, 1), (2, 1), (3, 2)]
    assert [exchange.status for exchange in interview.exchanges] == [ExchangeStatus.SKIPPED, ExchangeStatus.OPEN]
    assert interview.exchanges[0].closed_at == interview.exchanges[1].opened_at == clock.now
    assert [assessment.turn for assessment in interview.assessments] == [2]
    assert count(store, "lease") == 0


@pytest.mark.parametrize(
    ("owner", "step"),
    [(Store, "_settle"), (steps, "load"), (steps, "open_exchange"), (steps, "add_turn"), (steps, "resume")],
    ids=["settle", "load", "open_exchange", "add_turn", "resume"],
)
def test_a_reply_that_cannot_be_stored_whole_is_not_stored_at_all(
    store: Store, interview_id: str, monkeypatch: pytest.MonkeyPatch, owner: object, step: str
) -> None:
    token = claim(store, interview_id)
    before = store.get(interview_id)
    whole = getattr(owner, step)

    def breaks_after(*arguments: object, **named: object) -> None:
        whole(*arguments, **named)
        raise ZeroDivisionError

    answered = reply(2, closes=ExchangeStatus.CLOSED, opens=2, ends=True)
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, breaks_after)
        with pytest.raises(ZeroDivisionError):
            store.commit_reply(interview_id, 2, token, answered)
    assert store.get(interview_id) == before
    store.commit_reply(interview_id, 2, token, answered)
    assert store.get(interview_id).status is InterviewStatus.ENDED


def test_a_second_reply_to_the_same_turn_is_refused(store: Store, interview_id: str) -> None:
    token = claim(store, interview_id)
    store.commit_reply(interview_id, 2, token, reply(2))
    for stale in (token, claim(store, interview_id)):
        with pytest.raises(LeaseLost):
            store.commit_reply(interview_id, 2, stale, reply(2, text="again"))
    assert len(store.get(interview_id).turns) == 3
    assert len(store.get(interview_id).assessments) == 1


def test_interviews_that_await_a_reply_are_found_whoever_owns_them(store: Store, interview_id: str) -> None:
    begin(store)
    paused = begin(store)
    store.submit(paused, 2, "key", "wait")
    store.pause(paused)
    theirs = begin(store)
    store.submit(theirs, 2, "key", "hello")
    with store.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO owner VALUES ('they', 'They')")
        connection.exec_driver_sql("UPDATE interview SET owner = 'they' WHERE id = ?", (theirs,))
    ended = begin(store, questions=1)
    close_exchange(store, ended, "done")
    assert set(store.awaiting_reply()) == {interview_id, paused, theirs}


# --- grades -----------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(store: Store) -> str:
    """An interview whose first exchange is over."""
    interview_id = begin(store)
    close_exchange(store, interview_id, "umbrellas keep the rain off")
    return interview_id


def test_only_exchanges_that_are_over_and_have_no_grade_are_to_be_graded(store: Store, closed: str) -> None:
    assert store.ungraded_exchanges() == [(closed, 1)]
    other = begin(store)
    assert store.ungraded_exchanges(other) == []
    store_grade(store, closed, 1)
    assert store.ungraded_exchanges() == []
    close_exchange(store, closed, "kettles boil")
    assert store.ungraded_exchanges(closed) == [(closed, 2)]


def test_a_grade_comes_back_as_it_was(store: Store, opened: Opener, closed: str) -> None:
    made = grade_of(store.get(closed), 1)
    store_grade(store, closed, 1, made)
    assert opened().grades(closed) == {1: made}


def test_grades_are_added_and_the_newest_counts(store: Store, closed: str) -> None:
    store_grade(store, closed, 1, Ungraded(reason="the line was cut", retryable=True))
    assert isinstance(store.grades(closed)[1], Ungraded)
    assert store.summaries()[0].score is None
    store_grade(store, closed, 1)
    newest = store.grades(closed)[1]
    assert isinstance(newest, Grade)
    assert store.summaries()[0].score == newest.score
    assert count(store, "grade") == 2


def test_an_ungraded_exchange_is_not_graded_again_by_itself(store: Store, closed: str) -> None:
    store_grade(store, closed, 1, Ungraded(reason="refused"))
    assert store.ungraded_exchanges() == []


def test_a_grade_without_the_lease_is_refused(store: Store, clock: HandClock, closed: str) -> None:
    old = claim(store, closed, Work.GRADE, 1)
    clock.move(LEASE)
    claim(store, closed, Work.GRADE, 1)
    with pytest.raises(LeaseLost):
        store.commit_grade(closed, 1, old, "0" * 16, Ungraded(reason="too late"))
    assert store.grades(closed) == {}


# --- disputes ---------------------------------------------------------------------------------------------------


def test_a_dispute_stands_beside_the_grade_and_changes_nothing(store: Store, clock: HandClock, closed: str) -> None:
    store_grade(store, closed, 1)
    graded = store.grades(closed)
    store.dispute(closed, 1, "use", "  I did say it  ")
    clock.move(1)
    store.dispute(closed, 1, "use", "twice")
    assert [(d.exchange, d.criterion, d.comment) for d in store.disputes(closed)] == [
        (1, "use", "I did say it"),
        (1, "use", "twice"),
    ]
    assert store.grades(closed) == graded
    assert count(store, "grade") == 1


@pytest.mark.parametrize(
    ("number", "criterion", "comment"),
    [(1, "use", "  "), (1, "nothing", "why"), (2, "nothing", "why"), (9, "use", "why")],
    ids=["no words", "no such criterion", "not of this question", "no such exchange"],
)
def test_a_dispute_of_nothing_is_refused(store: Store, closed: str, number: int, criterion: str, comment: str) -> None:
    with pytest.raises(UsageError):
        store.dispute(closed, number, criterion, comment)
    assert store.disputes(closed) == []


def test_a_dispute_may_be_made_of_anything(store: Store, closed: str) -> None:
    store.dispute(closed, 1, "use", "cut \ud83d off\x00 <b>")
    assert [d.comment for d in store.disputes(closed)] == ["cut ? off\ufffd <b>"]


def test_work_on_a_deleted_interview_ends_quietly(store: Store, interview_id: str) -> None:
    token = claim(store, interview_id)
    store.delete(interview_id)
    store.renew(interview_id, Work.REPLY, 2, token, LEASE)
    store.release(interview_id, Work.REPLY, 2, token)
    with pytest.raises(LeaseLost):
        store.commit_reply(interview_id, 2, token, reply(2))
    with pytest.raises(UnknownInterview):
        store.claim(interview_id, Work.REPLY, 2, LEASE)
    assert count(store, "turn") == 0


def test_a_comment_that_is_too_long_is_refused_and_never_cut(store: Store, closed: str) -> None:
    store.dispute(closed, 1, "use", "x" * 4_000)
    with pytest.raises(UsageError, match="4,001 characters"):
        store.dispute(closed, 1, "use", "x" * 4_001)
    assert [len(d.comment) for d in store.disputes(closed)] == [4_000]
