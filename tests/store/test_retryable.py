"""What was left ungraded for a reason that may pass is known, with how often and when it was tried."""

from __future__ import annotations

import pytest

from interviewer.domain.grade import Ungraded
from interviewer.store import Retry, Store
from tests.interview.made_up import HandClock, begin, close_exchange, store_grade

CUT = Ungraded(reason="the line was cut", retryable=True)


@pytest.fixture
def closed(store: Store) -> str:
    """An interview of two exchanges, both over."""
    interview_id = begin(store)
    for text in ("umbrellas keep the rain off", "kettles boil"):
        close_exchange(store, interview_id, text)
    return interview_id


def test_tries_are_counted_and_the_last_says_when(store: Store, clock: HandClock, closed: str) -> None:
    assert store.retryable() == []
    store_grade(store, closed, 1, CUT)
    first = clock.now
    assert store.retryable() == [Retry(closed, 1, tries=1, at=first)]
    clock.move(15)
    store_grade(store, closed, 1, CUT)
    store_grade(store, closed, 2, CUT)
    assert store.retryable(closed) == [Retry(closed, 1, tries=2, at=clock.now), Retry(closed, 2, tries=1, at=clock.now)]


def test_a_grade_ends_it_and_a_failure_after_it_counts_anew(store: Store, closed: str) -> None:
    store_grade(store, closed, 1, CUT)
    store_grade(store, closed, 1, CUT)
    store_grade(store, closed, 1)
    assert store.retryable() == []
    store_grade(store, closed, 1, CUT)
    assert [(retry.number, retry.tries) for retry in store.retryable()] == [(1, 1)]


def test_what_cannot_be_graded_at_all_is_not_tried_again(store: Store, closed: str) -> None:
    store_grade(store, closed, 1, CUT)
    store_grade(store, closed, 1, Ungraded(reason="nobody can grade this"))
    assert store.retryable() == []


def test_one_interview_can_be_asked_for_alone(store: Store, closed: str) -> None:
    other = begin(store)
    close_exchange(store, other, "they keep you dry")
    store_grade(store, other, 1, CUT)
    store_grade(store, closed, 2, CUT)
    assert [retry.interview_id for retry in store.retryable(other)] == [other]
    assert {retry.interview_id for retry in store.retryable()} == {other, closed}
    store.delete(other)
    assert [retry.interview_id for retry in store.retryable()] == [closed]
