"""What other processes do with a store. Each function is the whole of one."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import Any

from interviewer.errors import StoreError
from interviewer.store import Database, Store

SPAWN = multiprocessing.get_context("spawn")


def opens_at_once(folder: Path, rounds: int, barrier: Any, outcomes: Any) -> None:
    """Opens an empty folder in the same moment as the others, ``rounds`` times."""
    import alembic.command  # noqa: F401  # so that nobody comes late because of an import

    for number in range(rounds):
        barrier.wait()
        try:
            store = Store(Database(folder / str(number) / "interviewer.db"))
            outcomes.put(len(store.summaries()))
            store.database.close()
        except Exception as error:
            outcomes.put(f"{error!r} from {error.__cause__!r}")


def reads_then_writes(path: Path, threads: int, barrier: Any, outcomes: Any) -> None:
    """Runs ``threads`` transactions at once that first read a number and then write one more."""
    from concurrent.futures import ThreadPoolExecutor

    database = Database(path)

    def transaction(_: int) -> str:
        try:
            with database.write() as connection:
                value = connection.exec_driver_sql("SELECT value FROM tally").scalar() or 0
                connection.exec_driver_sql("UPDATE tally SET value = ?", (value + 1,))
            return "ok"
        except Exception as error:
            return repr(error)

    barrier.wait()
    with ThreadPoolExecutor(threads) as pool:
        outcomes.put(list(pool.map(transaction, range(threads))))
    database.close()


def writes_until_no_more_fits(path: Path, outcomes: Any) -> None:
    """Submits an answer while no file of this process may grow; then again, when it may."""
    import resource

    from tests.interview.made_up import begin

    store = Store(Database(path))
    interview_id = begin(store)
    with store.database.read() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        store.submit(interview_id, 2, "key", "word " * 20_000)
        outcomes.put("it was stored")
    except StoreError as error:
        outcomes.put((str(error), error.remedy))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    store.submit(interview_id, 2, "key", "word " * 20_000)
    outcomes.put([len(turn.text) for turn in store.get(interview_id).turns])
    store.database.close()


def opens_as_nobody(folder: Path, outcomes: Any) -> None:
    """Opens a store in a folder that it may not write to: root may write anywhere, so it becomes nobody first."""
    import alembic.command
    import alembic.ddl.sqlite  # noqa: F401
    import sqlalchemy.dialects.sqlite  # noqa: F401

    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
    try:
        Store(Database(folder / "interviewer.db"))
        outcomes.put("it was opened")
    except StoreError as error:
        outcomes.put((str(error), error.remedy))
