"""A deleted interview leaves no trace of what was said: in the database, its WAL, or any other file."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from interviewer.domain.speech import Transcript
from interviewer.errors import UnknownInterview
from interviewer.store import Store, Work
from interviewer.store.recordings import LEAD
from tests.interview.made_up import begin, close_exchange, count, reply, store_grade
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


# --- sound ------------------------------------------------------------------------------------------------------

LENGTHS = {"a word": 90, "a page": 4_050, "a second": 32_000, "a minute": 2_000_000}
"""In bytes."""


def sound(word: str, length: int) -> bytes:
    return (f"{word.split('-')[0]}-".encode() * (length // 8 + 1))[:length]


def record(store: Store, interview_id: str, key: str, audio: bytes, said: str = "umbrellas") -> int:
    """A recording that was understood; gives its number."""
    recording = store.record(interview_id, store.get(interview_id).next_seq, key, audio, "audio/wav")
    token = store.claim(interview_id, Work.HEAR, recording.number, 60)
    assert token is not None
    store.commit_heard(interview_id, recording.number, token, Transcript(text=said, by="whisper-made-up"))
    return recording.number


def accept(store: Store, interview_id: str, number: int, *, keep_audio: bool = False) -> None:
    seq = store.get(interview_id).next_seq
    store.accept(interview_id, seq, f"key-{seq}", "Umbrellas.", number, keep_audio=keep_audio)
    token = store.claim(interview_id, Work.REPLY, seq, 60)
    assert token is not None
    store.commit_reply(interview_id, seq, token, reply(seq))


@pytest.fixture(params=LENGTHS.values(), ids=list(LENGTHS))
def length(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def test_nothing_is_heard_of_a_deleted_interview(store: Store, path: Path, length: int) -> None:
    doomed, kept = begin(store), begin(store)
    accept(store, doomed, record(store, doomed, "kept", sound(SECRET, length), said(SECRET, 40)), keep_audio=True)
    record(store, doomed, "open", sound(SECRET, length), said(SECRET, 40))
    accept(store, kept, record(store, kept, "kept", sound(KEPT, length)), keep_audio=True)
    assert traces(path.parent)
    assert store.delete(doomed)
    assert traces(path.parent) == []
    assert store.audio(kept, 1) == sound(KEPT, length)
    assert count(store, "recording") == count(store, "sound") == 1


def test_nothing_is_heard_of_a_discarded_recording(store: Store, path: Path, length: int) -> None:
    interview_id = begin(store)
    number = record(store, interview_id, "doomed", sound(SECRET, length), said(SECRET, 40))
    assert traces(path.parent)
    assert store.discard_recording(interview_id, number)
    assert traces(path.parent) == []


def test_sound_that_was_not_to_be_kept_leaves_nothing_among_what_was(store: Store, path: Path, length: int) -> None:
    """And without rewriting the file, which may hold hours of what was to be kept."""
    interview_id = begin(store)
    for number in range(1, 9):  # rows come, go and move about on their pages
        other = record(store, interview_id, f"kept {number}", sound(KEPT, length))
        doomed = record(store, interview_id, f"doomed {number}", sound(SECRET, length))
        accept(store, interview_id, other, keep_audio=True)
        accept(store, interview_id, doomed)
    size = path.stat().st_size
    assert store.database.rinse_is_owed()
    assert store.database.rinse()
    assert not store.database.scrub_is_owed()
    assert traces(path.parent) == []
    assert path.stat().st_size >= size
    assert [store.audio(interview_id, n) for n in range(1, 17, 2)] == [sound(KEPT, length)] * 8


@pytest.mark.parametrize("seed", [5, 6, 15, 19])
def test_sound_leaves_nothing_however_its_rows_move_about_on_their_pages(store: Store, path: Path, seed: int) -> None:
    """Short sounds of many, come and gone in any order: SQLite moves rows between pages and leaves copies of them.

    With nothing before the sound each of these orders leaves pieces of it in the file."""
    interview_id, dice = begin(store), random.Random(seed)
    doomed: list[int] = []
    with store.database.write() as connection:
        for number in range(1, 401):
            connection.exec_driver_sql(
                "INSERT INTO recording (interview_id, number, key, seq, at, media_type, size, discarded, tries)"
                " VALUES (?, ?, ?, 2, '2026-03-01 09:00:00', 'audio/wav', 1, 0, 0)",
                (interview_id, number, str(number)),
            )
            word = dice.choice((SECRET, KEPT))
            audio = LEAD + sound(word, dice.randrange(20, 200))
            connection.exec_driver_sql("INSERT INTO sound VALUES (?, ?, ?)", (interview_id, number, audio))
            doomed += [number] * (word == SECRET)
            if doomed and dice.random() < 0.4:
                gone = doomed.pop(dice.randrange(len(doomed)))
                connection.exec_driver_sql("DELETE FROM sound WHERE number = ?", (gone,))
        for gone in doomed:
            connection.exec_driver_sql("DELETE FROM sound WHERE number = ?", (gone,))
    assert store.database.rinse()
    assert traces(path.parent) == []
    assert traces(path.parent, KEPT)


def test_sound_that_was_kept_and_is_forgotten_leaves_nothing(store: Store, path: Path, length: int) -> None:
    interview_id = begin(store)
    for number in range(3):
        accept(store, interview_id, record(store, interview_id, f"{number}", sound(SECRET, length)), keep_audio=True)
    assert store.forget_audio(interview_id, 2)
    assert traces(path.parent)
    assert store.forget_audio(interview_id)
    assert traces(path.parent) == []


def test_a_rinse_that_a_reader_delays_stays_owed_in_the_file(store: Store, opened: Opener, path: Path) -> None:
    interview_id = begin(store)
    number = record(store, interview_id, "doomed", sound(SECRET, 9_000))
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM sound").fetchone() == (1,)
    accept(store, interview_id, number)
    assert store.database.rinse() is False
    reader.execute("ROLLBACK")
    reader.close()
    again = opened()
    assert again.database.rinse_is_owed()
    assert again.database.clean()
    assert not again.database.scrub_is_owed()
    assert traces(path.parent) == []


def test_a_rinse_pays_for_no_scrub(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    doomed, other = whole(store, SECRET, 500), begin(store)
    with monkeypatch.context() as patched:
        patched.setattr(store.database, "scrub", lambda: False)
        store.delete(doomed)
    accept(store, other, record(store, other, "mic", sound(SECRET, 9_000)))
    assert store.database.rinse()
    assert not store.database.rinse_is_owed()
    assert store.database.scrub_is_owed()
    assert store.database.clean()
    assert not store.database.scrub_is_owed()
    assert traces(path.parent) == []
    assert store.database.clean()  # nothing is owed, nothing is to be done
