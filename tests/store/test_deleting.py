"""A deleted interview leaves no trace of what was said: in the database, its WAL, or any other file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from interviewer.errors import UnknownInterview
from interviewer.store import Store, Work
from tests.interview.made_up import begin, close_exchange, count, store_grade
from tests.store.conftest import Opener

SECRET = "zanzibar-4711"
"""Stands in everything that the candidate of a doomed interview says, and nowhere else."""

KEPT = "quagmire-0815"

SIZES = {"one word": 1, "a page": 300, "100 kB": 7_000}


def said(word: str, times: int) -> str:
    return " ".join(f"{word}-{number}" for number in range(times))[:100_000]


def whole(store: Store, word: str, times: int) -> str:
    """An interview that was answered, graded with quotes, and disputed."""
    interview_id = begin(store)
    for text in (said(word, times), said(word, 3)):
        number = close_exchange(store, interview_id, text)
        store_grade(store, interview_id, number)
        store.dispute(interview_id, number, "use", f"I said {word}")
    return interview_id


def traces(folder: Path, word: str = SECRET) -> list[str]:
    """The files below a folder in which a word stands, however it is cut by pages."""
    pieces = [word.encode(), word.split("-")[0].encode(), word.encode("utf-16-le")]
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(piece in path.read_bytes() for piece in pieces)
    ]


@pytest.mark.parametrize("times", SIZES.values(), ids=SIZES)
def test_nothing_of_a_deleted_interview_is_left_in_any_file(store: Store, path: Path, times: int) -> None:
    doomed = whole(store, SECRET, times)
    assert traces(path.parent)
    assert store.delete(doomed) is True
    assert traces(path.parent) == []
    assert count(store, "turn") == count(store, "grade") == count(store, "dispute") == count(store, "exchange") == 0
    with pytest.raises(UnknownInterview):
        store.get(doomed)


def test_several_are_deleted_from_among_others_that_stay_whole(store: Store, opened: Opener, path: Path) -> None:
    doomed, kept = [], []
    for times in SIZES.values():
        doomed.append(whole(store, SECRET, times))
        kept.append(whole(store, KEPT, times))
    before = [(store.get(i), store.grades(i), store.disputes(i)) for i in kept]
    again = opened()
    for interview_id in doomed:
        assert again.delete(interview_id)
    assert traces(path.parent) == []
    assert [(store.get(i), store.grades(i), store.disputes(i)) for i in kept] == before
    assert {summary.id for summary in store.summaries()} == set(kept)


def test_an_interview_in_mid_turn_is_deleted_with_its_leases(store: Store, path: Path) -> None:
    interview_id = begin(store)
    store.submit(interview_id, 2, SECRET, said(SECRET, 50))
    assert store.claim(interview_id, Work.REPLY, 2, 6)
    store.delete(interview_id)
    assert count(store, "lease") == 0
    assert traces(path.parent) == []


def test_a_reader_delays_the_scrub_and_nobody_waits_long_for_it(store: Store, path: Path) -> None:
    doomed = whole(store, SECRET, 500)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM turn").fetchone() == (5,)
    assert store.delete(doomed) is False  # told, not hidden
    with pytest.raises(UnknownInterview):
        store.get(doomed)
    assert store.database.scrub_is_owed()
    assert reader.execute("SELECT count(*) FROM turn").fetchone() == (5,)
    reader.execute("ROLLBACK")
    reader.close()
    assert store.database.scrub() is True
    assert not store.database.scrub_is_owed()
    assert traces(path.parent) == []


def test_a_scrub_that_is_owed_is_remembered_by_the_file(
    store: Store, opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doomed = whole(store, SECRET, 500)
    assert not store.database.scrub_is_owed()
    monkeypatch.setattr(store.database, "scrub", lambda: False)  # as if the process died here
    store.delete(doomed)
    again = opened()
    assert again.database.scrub_is_owed()
    assert again.database.scrub()
    assert traces(path.parent) == []


def test_a_scrub_that_cannot_be_done_now_stays_owed(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doomed, kept = whole(store, SECRET, 50), whole(store, KEPT, 50)
    with monkeypatch.context() as patched:
        patched.setattr(store.database, "scrub", lambda: False)
        store.delete(doomed)
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")  # a full disk keeps VACUUM from its work in the same way
    assert store.database.scrub() is False
    assert store.database.scrub_is_owed()
    writer.execute("ROLLBACK")
    writer.close()
    assert store.database.scrub() is True
    assert traces(path.parent) == []
    assert len(store.get(kept).turns) == 5


def test_deleting_twice_is_told(store: Store) -> None:
    doomed = whole(store, SECRET, 1)
    store.delete(doomed)
    with pytest.raises(UnknownInterview):
        store.delete(doomed)


def test_what_is_deleted_during_a_scrub_is_not_forgotten(
    store: Store, opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [whole(store, SECRET, 50), whole(store, SECRET, 50)]
    other = opened()
    monkeypatch.setattr(other.database, "scrub", lambda: False)
    other.delete(left.pop())

    def meanwhile(statement: str) -> None:
        if statement == "BEGIN IMMEDIATE" and left:
            other.delete(left.pop())

    pooled = store.database._engine.raw_connection()
    assert isinstance(pooled.driver_connection, sqlite3.Connection)
    pooled.driver_connection.set_trace_callback(meanwhile)
    pooled.close()
    store.database.scrub()
    assert left == []
    assert store.database.scrub_is_owed()
    assert store.database.scrub()
    assert not store.database.scrub_is_owed()
    assert traces(path.parent) == []
