"""How the store writes."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, TimeoutError

from interviewer.errors import StoreError
from interviewer.store import Database, Store
from interviewer.store.database import plain_faults
from tests.interview.made_up import begin, count
from tests.store.conftest import Opener
from tests.store.others import SPAWN, reads_then_writes

PROCESSES, THREADS = 3, 50


def test_the_database_is_in_wal_mode_with_foreign_keys_and_deletes_securely(store: Store) -> None:
    with store.database.read() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete", "synchronous")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 2}


def test_every_write_begins_immediate(store: Store) -> None:
    with store.database.write() as connection:
        # The lock is there before the first statement: nobody else can begin to write.
        other = sqlite3.connect(store.database.path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_readers_see_the_past_while_somebody_writes(store: Store, opened: Opener) -> None:
    begin(store)
    with store.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM interview")
        assert count(opened(), "interview") == 1


def test_what_breaks_in_a_transaction_is_rolled_back(store: Store) -> None:
    begin(store)

    def breaks(connection: Connection) -> None:
        connection.exec_driver_sql("DELETE FROM interview")
        connection.exec_driver_sql("DELETE FROM no_such_table")

    with pytest.raises(StoreError), store.database.write() as connection:
        breaks(connection)
    assert count(store, "interview") == 1


def test_150_transactions_that_read_and_then_write_all_succeed(store: Store) -> None:
    with store.database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE tally (value INTEGER)")
        connection.exec_driver_sql("INSERT INTO tally VALUES (0)")
    barrier, outcomes = SPAWN.Barrier(PROCESSES), SPAWN.Queue()
    running = [
        SPAWN.Process(target=reads_then_writes, args=(store.database.path, THREADS, barrier, outcomes))
        for _ in range(PROCESSES)
    ]
    for process in running:
        process.start()
    found = [outcomes.get(timeout=60) for _ in running]
    for process in running:
        process.join()
    assert found == [["ok"] * THREADS] * PROCESSES
    with store.database.read() as connection:
        assert connection.exec_driver_sql("SELECT value FROM tally").scalar() == PROCESSES * THREADS


def test_the_same_transactions_begun_deferred_would_fail(store: Store) -> None:
    """The control: two that have both read cannot both write, and waiting does not help."""
    both_have_read = Barrier(2)

    def transaction(number: int) -> str:
        raw = sqlite3.connect(store.database.path, timeout=30, isolation_level=None)
        try:
            raw.execute("BEGIN DEFERRED")
            raw.execute("SELECT count(*) FROM owner").fetchone()
            both_have_read.wait()
            raw.execute("INSERT INTO owner VALUES (?, 'x')", (str(number),))
            raw.execute("COMMIT")
            return "ok"
        except sqlite3.OperationalError as error:
            return str(error)
        finally:
            raw.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(transaction, range(2))) == ["database is locked", "ok"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.OperationalError("disk I/O error"), "disk"),
        (sqlite3.OperationalError("database is locked"), "busy"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlite3.OperationalError("unable to open database file"), "cannot be written"),
        (sqlite3.DatabaseError("database disk image is malformed"), "damaged"),
        (sqlite3.DatabaseError("file is not a database"), "damaged"),
        (sqlite3.OperationalError("something nobody thought of"), "something nobody thought of"),
        (OperationalError("SELECT 1", (), sqlite3.OperationalError("database is locked")), "busy"),
        (TimeoutError("QueuePool limit of size 5 overflow 10 reached"), "busy"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
def test_every_fault_becomes_a_sentence_that_says_what_to_do(fault: Exception, said: str) -> None:
    with pytest.raises(StoreError, match=said) as told, plain_faults(Path("folder/interviewer.db")):
        raise fault
    assert told.value.remedy


def test_a_closed_database_opens_again_when_it_is_used(path: Path) -> None:
    database = Database(path)
    database.close()
    assert database.revision() is not None
    database.close()
