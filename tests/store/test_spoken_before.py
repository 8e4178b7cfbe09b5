"""A candidate's own earlier interviews, for comparing how they sounded."""

from __future__ import annotations

import pytest

from interviewer.domain.speech import BROWSER, Transcript
from interviewer.errors import UnknownInterview
from interviewer.store import Store, Work
from tests.interview.made_up import HandClock, answer, begin, reply

HEARD = Transcript(text="useful every day", by=BROWSER, seconds=2.0)


def spoken(store: Store, clock: HandClock, answers: int = 1) -> str:
    """An interview with so many spoken answers, a day after whatever was before."""
    clock.move(86_400)
    interview_id = begin(store)
    for _ in range(answers):
        seq = store.get(interview_id).next_seq
        made = store.keep_heard(interview_id, seq, f"heard-{seq}", HEARD)
        store.accept(interview_id, seq, f"sent-{seq}", HEARD.text, made.number)
        _go_on(store, interview_id, seq)
    return interview_id


def _go_on(store: Store, interview_id: str, seq: int) -> None:
    token = store.claim(interview_id, Work.REPLY, seq, 60)
    assert token is not None
    store.commit_reply(interview_id, seq, token, reply(seq))


def test_the_latest_come_first_with_when_they_began_and_how_much_was_spoken(store: Store, clock: HandClock) -> None:
    first, second, third = (spoken(store, clock, answers) for answers in (1, 2, 1))
    this = spoken(store, clock)
    found = store.spoken_before(this, 10)
    assert [(one.interview_id, one.answers) for one in found] == [(third, 1), (second, 2), (first, 1)]
    assert [one.at for one in found] == [store.get(one.interview_id).created_at for one in found]
    assert [one.interview_id for one in store.spoken_before(this, 2)] == [third, second]


def test_only_what_began_before_counts(store: Store, clock: HandClock) -> None:
    first, second = spoken(store, clock), spoken(store, clock)
    assert [one.interview_id for one in store.spoken_before(second, 10)] == [first]
    assert store.spoken_before(first, 10) == []


def test_what_was_typed_or_never_sent_is_not_spoken(store: Store, clock: HandClock) -> None:
    typed = begin(store)
    answer(store, typed, "useful every day")
    unsent = begin(store)
    store.keep_heard(unsent, 2, "heard", HEARD)
    clock.move(86_400)
    assert store.spoken_before(begin(store), 10) == []


def test_somebody_elses_interviews_are_nobody_elses_business(store: Store, clock: HandClock) -> None:
    theirs, mine = spoken(store, clock), spoken(store, clock)
    this = spoken(store, clock)
    with store.database.write() as connection:
        connection.exec_driver_sql("INSERT INTO owner VALUES ('they', 'They')")
        connection.exec_driver_sql("UPDATE interview SET owner = 'they' WHERE id = ?", (theirs,))
    assert [one.interview_id for one in store.spoken_before(this, 10)] == [mine]


def test_what_was_deleted_is_gone_and_nobodys_interview_is_refused(store: Store, clock: HandClock) -> None:
    first, this = spoken(store, clock), spoken(store, clock)
    store.delete(first)
    assert store.spoken_before(this, 10) == []
    with pytest.raises(UnknownInterview):
        store.spoken_before(first, 10)
