"""Opening a store: alone, together, and where something is wrong with the place."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command, op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine

from interviewer.domain.interview import InterviewStatus
from interviewer.domain.usage import Purpose, Usage
from interviewer.domain.words import Speaker
from interviewer.errors import NewerStore, StoreError
from interviewer.store import Database
from interviewer.store import database as database_module
from interviewer.store.database import HEAD
from interviewer.store.examine import examine
from interviewer.store.schema import Base
from tests.interview.made_up import begin, call, close_exchange, count, store_grade
from tests.store.conftest import Opener
from tests.store.others import SPAWN, opens_as_nobody, opens_at_once, writes_until_no_more_fits

TABLES = len(Base.metadata.tables)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# --- the schema -------------------------------------------------------------------------------------------------


def test_the_migrations_make_exactly_the_schema(opened: Opener) -> None:
    with opened().database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_newest_migration() -> None:
    folder = Path(database_module.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [HEAD]


def test_a_store_is_opened_again_with_what_it_held(opened: Opener) -> None:
    interview_id = begin(opened())
    assert opened().get(interview_id).id == interview_id


def test_a_migration_that_fails_leaves_nothing_half_done(
    opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = op.create_table

    def fails_in_the_middle(name: str, *columns: Any, **options: Any) -> Any:
        if name == "turn":
            raise sqlite3.OperationalError("disk I/O error")
        return made(name, *columns, **options)

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_table", fails_in_the_middle)
        with pytest.raises(StoreError):
            Database(path)
    found = sqlite3.connect(path)
    assert found.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
    found.close()
    assert begin(opened())


# --- a store from before ----------------------------------------------------------------------------------------

OLD = (Path(__file__).parent / "store-0001.sql").read_text(encoding="utf-8")
"""A store as the first release wrote it: an interview that is over, graded and disputed, and one that is paused."""


def made_before(path: Path, *, with_rows: bool) -> None:
    """Makes the old store anew; an empty one has its owner and its revision, as every store has."""
    path.parent.mkdir()
    old = sqlite3.connect(path)
    old.executescript(OLD)
    if not with_rows:
        old.execute("DELETE FROM interview")
        for table in ("planned_question", "exchange", "turn", "assessment", "grade", "dispute", "question_version"):
            old.execute(f"DELETE FROM {table}")
        old.commit()
    old.close()


def rows(path: Path) -> dict[str, list[Any]]:
    """Everything in a file, by table."""
    found = sqlite3.connect(path)
    tables = [name for (name,) in found.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    content = {name: sorted(found.execute(f"SELECT * FROM {name}"), key=repr) for name in tables}
    found.close()
    return content


@pytest.mark.parametrize("with_rows", [False, True], ids=["empty", "with rows"])
def test_a_store_from_before_is_brought_up_to_date_and_loses_nothing(
    opened: Opener, path: Path, with_rows: bool
) -> None:
    made_before(path, with_rows=with_rows)
    before = rows(path)
    assert before["alembic_version"] == [("0001",)]
    assert len(before["interview"]) == (2 if with_rows else 0)
    with opened().database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    turns = [(*turn, "", "") for turn in before["turn"]]  # nobody wrote down who spoke, and there were no notices
    interviews = [(*interview, "candidate", 0) for interview in before["interview"]]
    added = (
        "note model_call recording sound kit kit_version invitation rater rating decision rating_comment kept_answer"
    )
    fresh: dict[str, list[Any]] = {name: [] for name in (*added.split(), "rubric_draft")}
    assert rows(path) == {
        **before,
        **fresh,
        "alembic_version": [(HEAD,)],
        "turn": turns,
        "interview": interviews,
    }


@contextmanager
def brought_to(path: Path, revision: str) -> Iterator[Connection]:
    """The old store with its rows as a later release left it; what is written to it is kept."""
    made_before(path, with_rows=True)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(database_module.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection
        connection.commit()
    engine.dispose()


def test_calls_from_before_anybody_spoke_are_still_counted(opened: Opener, path: Path) -> None:
    with brought_to(path, "0003") as connection:
        connection.exec_driver_sql(
            "INSERT INTO model_call (interview_id, exchange, purpose, model, prompt, at, seconds, tokens_in,"
            " tokens_out, cached_tokens, estimated, cost, attempts, outcome, problem) SELECT id, 1, 'grade',"
            " 'gpt-made-up', 'grade@1', '2026-03-01 09:30:00', 1.5, 100, 20, 0, 0, 0.01, 1, 'ok', '' FROM interview"
        )
    store = opened()
    for summary in store.summaries():
        assert store.calls(summary.id) == [call(Purpose.GRADE)]
    with store.database.read() as connection:
        added = connection.exec_driver_sql("SELECT DISTINCT audio_seconds, characters FROM model_call").all()
    assert [tuple(row) for row in added] == [(0, 0)]


def test_a_store_from_before_there_were_kits_keeps_every_row(opened: Opener, path: Path) -> None:
    with brought_to(path, "0004") as connection:
        spoken = "SELECT id, {}, 'mic', {}, '2026-03-01 09:30:00', 'audio/wav', 6, {}, 1.5, {}, 0, 0 FROM interview"
        into = "INSERT INTO recording (interview_id, number, key, seq, at, media_type, size, heard, first_word, turn,"
        heard = """'{"text": "Kettles boil water.", "by": "ears"}'"""
        connection.exec_driver_sql(f"{into} discarded, tries) {spoken.format(1, 2, heard, 2)}")
        connection.exec_driver_sql("INSERT INTO sound SELECT id, 1, x'00ff' FROM interview")
    before = rows(path)
    assert before["alembic_version"] == [("0004",)]
    assert len(before["recording"]) == len(before["sound"]) == 2
    store = opened()
    after = rows(path)
    assert after["interview"] == [(*interview, "candidate", 0) for interview in before["interview"]]
    changed = {"interview", "alembic_version"}
    assert {name: after[name] for name in before if name not in changed} == {
        name: kept for name, kept in before.items() if name not in changed
    }
    for summary in store.summaries():
        assert [spoken.transcript.text for spoken in store.get(summary.id).spoken] == ["Kettles boil water."]
        assert store.pauses(summary.id) == 0
        assert store.kits.invitation_of(summary.id) is None
    assert store.kits.all() == []
    assert store.kits.overdue(datetime.max.replace(tzinfo=UTC)) == []  # nobody promised anything about these


def test_interviews_from_before_are_read_gone_on_with_noted_on_and_deleted(opened: Opener, path: Path) -> None:
    made_before(path, with_rows=True)
    store = opened()
    paused, over = (store.get(summary.id) for summary in store.summaries())
    assert (over.status, paused.status) == (InterviewStatus.ENDED, InterviewStatus.PAUSED)
    assert [turn.text for turn in over.turns if turn.speaker is Speaker.CANDIDATE] == [
        "They keep you dry, umbrellas are useful every day.",
        "Kettles boil water.",
    ]
    assert sorted(store.grades(over.id)) == [1, 2]
    assert [dispute.comment for dispute in store.disputes(over.id)] == ["I said that they keep you dry."]
    assert {(turn.by, turn.notice) for turn in over.turns} == {("", "")}
    assert {assessment.by for assessment in over.assessments} == {""}
    assert store.usage(over.id) == Usage()
    assert store.retryable() == []
    assert store.notes(over.id) == {}
    assert over.spoken == ()
    assert store.recordings(over.id) == ()
    store.note(over.id, "what-went-well", "The umbrellas.")
    assert opened().notes(over.id) == {"what-went-well": "The umbrellas."}
    close_exchange(store, paused.id, "And against the sun.")
    store_grade(store, paused.id, 1)
    assert store.get(paused.id).current.number == 2
    store.record(paused.id, store.get(paused.id).next_seq, "mic", b"and this aloud", "audio/wav")
    assert store.audio(paused.id, 1) == b"and this aloud"
    store.add_calls(over.id, 2, [call()])
    assert opened().usage(over.id).calls == 1
    assert store.delete(over.id)
    assert count(store, "note") == count(store, "model_call") == 0


def test_a_store_from_before_is_looked_at_without_being_touched(path: Path) -> None:
    made_before(path, with_rows=True)
    before = files(path.parent)
    found = examine(path)
    assert (found.revision, found.current, found.fault, found.interviews) == ("0001", False, None, 2)
    assert files(path.parent) == before


def test_an_upgrade_that_fails_leaves_the_old_store_as_it_was(
    opened: Opener, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_before(path, with_rows=True)
    before, made = rows(path), op.create_table

    def fails_after(*anything: Any, **options: Any) -> Any:
        made(*anything, **options)
        raise sqlite3.OperationalError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_table", fails_after)
        with pytest.raises(StoreError):
            Database(path)
    assert rows(path) == before
    assert len(opened().summaries()) == 2


# --- several at once --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("processes", "rounds"), [(2, 1), (8, 4)])
def test_processes_that_open_an_empty_folder_at_once_all_succeed(tmp_path: Path, processes: int, rounds: int) -> None:
    barrier, outcomes = SPAWN.Barrier(processes), SPAWN.Queue()
    running = [
        SPAWN.Process(target=opens_at_once, args=(tmp_path, rounds, barrier, outcomes)) for _ in range(processes)
    ]
    for process in running:
        process.start()
    found = [outcomes.get(timeout=60) for _ in range(processes * rounds)]
    for process in running:
        process.join()
    assert found == [0] * (processes * rounds)


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_opening_waits_for_whoever_is_just_making_the_file(opened: Opener, path: Path, lock: str) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute(f"BEGIN {lock}")
    release = threading.Timer(0.3, other.rollback)
    release.start()
    assert begin(opened())
    release.join()
    other.close()


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%20b", "a b", "ä", "a'b"])
def test_the_folder_may_have_any_name(opened: Opener, tmp_path: Path, name: str) -> None:
    opened(tmp_path / name / "interviewer.db")
    assert [path.name for path in tmp_path.iterdir() if path.name != "home"] == [name]
    assert (tmp_path / name / "interviewer.db").is_file()


# --- what is wrong with the place -------------------------------------------------------------------------------


def test_a_store_from_a_newer_version_is_refused_and_not_touched(opened: Opener, path: Path) -> None:
    store = opened()
    begin(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.database.close()
    before = files(path.parent)
    with pytest.raises(NewerStore, match="later version") as refused:
        Database(path)
    assert "Update Interviewer" in refused.value.remedy
    assert files(path.parent) == before


def test_a_newer_store_is_not_touched_even_in_another_journal_mode(opened: Opener, path: Path) -> None:
    store = opened()
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.database.close()
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA journal_mode = DELETE")
    plain.close()
    before = files(path.parent)
    with pytest.raises(NewerStore):
        Database(path)
    assert files(path.parent) == before


def test_a_store_in_another_journal_mode_comes_back_to_wal(opened: Opener, path: Path) -> None:
    opened().database.close()
    plain = sqlite3.connect(path)
    plain.execute("PRAGMA journal_mode = DELETE")
    plain.close()
    with opened().database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


@pytest.fixture
def open_to_nobody() -> Iterator[Path]:
    """A folder that nobody may look into: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.mark.parametrize("exists", [False, True], ids=["no store yet", "a store is there"])
def test_a_read_only_folder_is_told_with_what_to_do(opened: Opener, open_to_nobody: Path, exists: bool) -> None:
    folder = open_to_nobody / "data"
    folder.mkdir()
    if exists:
        opened(folder / "interviewer.db").database.close()
    folder.chmod(0o555)
    before = files(folder)
    outcomes = SPAWN.Queue()
    process = SPAWN.Process(target=opens_as_nobody, args=(folder, outcomes))
    process.start()
    said, remedy = outcomes.get(timeout=30)
    process.join()
    assert "cannot be" in said
    assert str(folder) in said
    assert "INTERVIEWER_DATA_DIR" in remedy
    assert files(folder) == before
    folder.chmod(0o755)


@pytest.mark.parametrize("deep", [False, True], ids=["the folder", "its parent"])
def test_a_file_where_the_folder_should_be_is_told_and_kept(tmp_path: Path, deep: bool) -> None:
    file = tmp_path / "data"
    file.write_text("mine")
    with pytest.raises(StoreError, match=f"{file} is a file, not a folder") as refused:
        Database((file / "deeper" if deep else file) / "interviewer.db")
    assert "INTERVIEWER_DATA_DIR" in refused.value.remedy
    assert file.read_text() == "mine"


def test_a_folder_where_the_file_should_be_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StoreError) as refused:
        Database(path)
    assert refused.value.remedy


def test_a_file_that_is_no_database_is_told_and_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are not the bytes of a database" * 200)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged") as refused:
        Database(path)
    assert "Move it aside" in refused.value.remedy
    assert path.read_bytes() == before


def test_a_damaged_page_is_told_and_the_rest_is_kept(opened: Opener, path: Path) -> None:
    store = opened()
    interview_id = begin(store)
    store.database.close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        opened().get(interview_id)
    assert path.read_bytes() == content


def test_a_full_database_is_told_and_the_answer_fits_once_there_is_room(opened: Opener) -> None:
    store = opened()
    interview_id = begin(store)
    with store.database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="disk is full") as refused:
        store.submit(interview_id, 2, "key", "word " * 20_000)
    assert "Free some space" in refused.value.remedy
    assert len(store.get(interview_id).turns) == 1
    with store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert store.submit(interview_id, 2, "key", "word " * 20_000).seq == 2


def test_a_disk_that_takes_no_more_bytes_is_told_and_the_answer_fits_later(path: Path) -> None:
    outcomes = SPAWN.Queue()
    process = SPAWN.Process(target=writes_until_no_more_fits, args=(path, outcomes))
    process.start()
    said, remedy = outcomes.get(timeout=30)
    assert "disk" in said
    assert "full" in said + remedy
    assert outcomes.get(timeout=30) == [len("Why do people keep umbrellas?"), 100_000]
    process.join()


def test_a_store_that_cannot_be_opened_is_let_go_of(opened: Opener, path: Path) -> None:
    store = opened()
    with store.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    store.database.close()
    with pytest.raises(NewerStore):
        Database(path)
    assert not list(path.parent.glob("*-wal"))
    assert not list(path.parent.glob("*-shm"))


def test_the_one_local_owner_is_there(opened: Opener) -> None:
    assert count(opened(), "owner") == 1
