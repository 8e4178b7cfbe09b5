"""What candidates note for themselves: kept as typed, changed and taken away at will, gone with its interview."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from interviewer.errors import UnknownInterview, UsageError
from interviewer.store import Store
from interviewer.store.store import MAX_NOTE_CHARACTERS
from tests.interview.made_up import HandClock, begin, close_exchange, count
from tests.store.conftest import Opener
from tests.store.test_deleting import KEPT, SECRET, said, traces

ASKED = "what-went-well"


def noted_at(store: Store) -> datetime:
    with store.database.read() as connection:
        return datetime.fromisoformat(str(connection.exec_driver_sql("SELECT at FROM note").scalar()))


def test_a_note_is_kept_and_read_again_by_another_process(store: Store, opened: Opener) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, "The first answer.")
    store.note(interview_id, "what-was-hard", "The second.")
    assert opened().notes(interview_id) == {ASKED: "The first answer.", "what-was-hard": "The second."}


def test_each_interview_has_its_own_notes_and_one_without_any_has_none(store: Store) -> None:
    one, other, third = begin(store), begin(store), begin(store)
    store.note(one, ASKED, "mine")
    store.note(other, ASKED, "other")
    assert (store.notes(one), store.notes(other), store.notes(third)) == ({ASKED: "mine"}, {ASKED: "other"}, {})


@pytest.mark.parametrize(
    "text", ["  indented\n\n\tand so on\n", "<b>{{ 7 }}</b> '; DROP TABLE note; --", "😀 é 漢字 שלום"]
)
def test_a_note_is_kept_exactly_as_it_was_typed(store: Store, text: str) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, text)
    assert store.notes(interview_id) == {ASKED: text}


def test_what_no_database_can_hold_is_replaced_and_the_rest_is_kept(store: Store) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, "one \x00 two \ud800 three")
    assert store.notes(interview_id) == {ASKED: "one \ufffd two ? three"}


def test_a_new_text_takes_the_place_of_the_old_one(store: Store) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, "the start")
    store.note(interview_id, ASKED, "the end")
    assert store.notes(interview_id) == {ASKED: "the end"}
    assert count(store, "note") == 1


def test_saving_the_same_again_does_nothing(store: Store, clock: HandClock) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, "the start")
    before = noted_at(store)
    clock.move(60)
    store.note(interview_id, ASKED, "the start")
    assert noted_at(store) == before
    store.note(interview_id, ASKED, "the end")
    assert noted_at(store) > before


@pytest.mark.parametrize("blank", ["", "   ", "\n\t\n"])
def test_a_note_without_words_is_taken_away_without_a_trace(store: Store, path: Path, blank: str) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, said(SECRET, 100))
    assert traces(path.parent)
    store.note(interview_id, ASKED, blank)
    assert store.notes(interview_id) == {}
    assert count(store, "note") == 0
    assert traces(path.parent) == []
    assert not store.database.scrub_is_owed()


def test_taking_away_what_is_not_there_does_nothing(store: Store) -> None:
    interview_id = begin(store)
    store.note(interview_id, ASKED, " ")
    assert store.notes(interview_id) == {}
    assert not store.database.scrub_is_owed()


def test_a_note_may_have_as_many_characters_as_is_said_and_not_one_more(store: Store) -> None:
    interview_id = begin(store)
    longest = "é" * MAX_NOTE_CHARACTERS
    store.note(interview_id, ASKED, longest)
    with pytest.raises(UsageError, match=r"has 4,001 characters; the most that fits is 4,000") as refused:
        store.note(interview_id, ASKED, longest + "!")
    assert "nothing of it was stored" in refused.value.remedy
    assert store.notes(interview_id) == {ASKED: longest}


def test_an_interview_that_is_not_there_takes_no_note(store: Store) -> None:
    for text in ("A thought.", ""):
        with pytest.raises(UnknownInterview):
            store.note("nobody", ASKED, text)
    assert count(store, "note") == 0


def test_a_note_changes_nothing_of_its_interview(store: Store) -> None:
    interview_id = begin(store)
    number = close_exchange(store, interview_id, "They are useful.")
    before = (store.get(interview_id), store.grades(interview_id), store.ungraded_exchanges())
    assert number == 1
    store.note(interview_id, ASKED, "The first answer.")
    assert (store.get(interview_id), store.grades(interview_id), store.ungraded_exchanges()) == before


def test_deleting_the_interview_deletes_its_notes_and_all_that_ever_stood_there(store: Store, path: Path) -> None:
    doomed, kept = begin(store), begin(store)
    store.note(kept, ASKED, said(KEPT, 200))
    for times in (300, 5, 100):
        store.note(doomed, ASKED, said(SECRET, times)[:MAX_NOTE_CHARACTERS])
        store.note(doomed, "what-was-hard", said(SECRET, times)[:MAX_NOTE_CHARACTERS])
    assert traces(path.parent)
    assert store.delete(doomed) is True
    assert traces(path.parent) == []
    assert store.notes(doomed) == {}
    assert store.notes(kept) == {ASKED: said(KEPT, 200)}


def test_two_who_note_at_once_leave_one_whole_note(store: Store, opened: Opener) -> None:
    interview_id = begin(store)
    tabs, together = [opened() for _ in range(4)], threading.Barrier(4)
    texts = [f"from tab {number} " * 100 for number in range(4)]

    def types(number: int) -> None:
        together.wait()
        for _ in range(10):
            tabs[number].note(interview_id, ASKED, texts[number])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(types, range(4)))
    assert store.notes(interview_id)[ASKED] in texts
    assert count(store, "note") == 1
