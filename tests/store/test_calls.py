"""What a real model was asked for is kept with what it was asked for, to the token and the cent."""

from __future__ import annotations

from typing import Any

import pytest

from interviewer.domain.grade import Ungraded
from interviewer.domain.interview import SCRIPT
from interviewer.domain.usage import Call, Purpose, Usage
from interviewer.errors import UnknownInterview
from interviewer.store import LeaseLost, Store, Work
from interviewer.store.calls import keep_calls
from tests.interview.made_up import HandClock, answer, begin, call, close_exchange, count, reply
from tests.store.conftest import Opener

ASSESSED = call(first_token_seconds=0.25, cached_tokens=64, attempts=3)
SPOKEN = call(Purpose.SPEAK, outcome="stopped", estimated=True, cost=None)
FAILED = call(Purpose.SPEAK, tokens_in=0, tokens_out=0, cost=None, outcome="failed", problem="no answer in time")
GRADED = call(Purpose.GRADE, seconds=60.0, cost=0.25)


def grade(store: Store, interview_id: str, token: str | None, calls: tuple[Call, ...]) -> None:
    assert token is not None
    store.commit_grade(interview_id, 1, token, "0" * 16, Ungraded(reason="the line was cut", retryable=True), calls)


def test_calls_come_back_as_they_were_in_the_order_in_which_they_were_made(store: Store, opened: Opener) -> None:
    interview_id = begin(store)
    answer(store, interview_id, "they keep you dry", calls=(ASSESSED, SPOKEN))
    store.add_calls(interview_id, 1, [FAILED])
    close_exchange(store, interview_id, "nothing else")
    grade(store, interview_id, store.claim(interview_id, Work.GRADE, 1, 60), (GRADED,))
    again = opened()
    assert again.calls(interview_id) == [ASSESSED, SPOKEN, FAILED, GRADED]
    assert again.usage(interview_id) == Usage.of([ASSESSED, SPOKEN, FAILED, GRADED])
    assert again.usage(interview_id).tokens == 360
    assert again.usage(interview_id).cost is None  # what one call cost is not known


def test_a_call_is_kept_with_the_exchange_that_it_was_made_for(store: Store) -> None:
    interview_id = begin(store)
    seq = store.get(interview_id).next_seq
    store.submit(interview_id, seq, "key", "done")
    token = store.claim(interview_id, Work.REPLY, seq, 60)
    assert token is not None
    store.commit_reply(interview_id, seq, token, reply(seq, closes="closed", opens=2, calls=(ASSESSED,)))
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT exchange FROM model_call").scalars().all() == [1]


def test_interviews_have_accounts_of_their_own(store: Store) -> None:
    first, second = begin(store), begin(store)
    store.add_calls(first, 1, [ASSESSED])
    assert store.usage(second) == Usage()
    store.add_calls(second, 1, [])
    assert store.calls(second) == []


def test_a_reply_that_comes_too_late_is_not_stored_and_neither_are_its_calls(store: Store, clock: HandClock) -> None:
    interview_id = begin(store)
    store.submit(interview_id, 2, "key", "umbrellas keep the rain off")
    late = store.claim(interview_id, Work.REPLY, 2, 6)
    clock.move(6)
    assert store.claim(interview_id, Work.REPLY, 2, 6)
    assert late is not None
    with pytest.raises(LeaseLost):
        store.commit_reply(interview_id, 2, late, reply(2, calls=(ASSESSED,)))
    with pytest.raises(LeaseLost):
        grade(store, interview_id, "nobody's", (GRADED,))
    assert store.calls(interview_id) == []


def test_a_reply_and_its_calls_are_stored_together_or_not_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    interview_id = begin(store)
    store.submit(interview_id, 2, "key", "umbrellas keep the rain off")
    token = store.claim(interview_id, Work.REPLY, 2, 60)
    assert token is not None

    def breaks_after(*arguments: Any) -> None:
        keep_calls(*arguments)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("interviewer.store.store.keep_calls", breaks_after)
        with pytest.raises(ZeroDivisionError):
            store.commit_reply(interview_id, 2, token, reply(2, calls=(ASSESSED,)))
    assert store.calls(interview_id) == []
    assert store.get(interview_id).awaits_reply
    store.commit_reply(interview_id, 2, token, reply(2, calls=(ASSESSED,)))
    assert store.calls(interview_id) == [ASSESSED]


def test_calls_go_with_their_interview(store: Store) -> None:
    interview_id = begin(store)
    store.add_calls(interview_id, 1, [ASSESSED])
    store.delete(interview_id)
    assert count(store, "model_call") == 0
    with pytest.raises(UnknownInterview):
        store.add_calls(interview_id, 1, [ASSESSED])
    assert count(store, "model_call") == 0


def test_a_turn_remembers_who_spoke_and_what_was_noticed(store: Store, opened: Opener) -> None:
    interview_id = begin(store)
    answer(store, interview_id, "they keep you dry", by=f"gpt-made-up, {SCRIPT}", notice="The line was cut.")
    answer(store, interview_id, "and they are nice", by="gpt-made-up")
    turns = opened().get(interview_id).turns
    assert [(turn.by, turn.notice) for turn in turns] == [
        ("", ""),
        ("", ""),
        ("gpt-made-up, script", "The line was cut."),
        ("", ""),
        ("gpt-made-up", ""),
    ]
