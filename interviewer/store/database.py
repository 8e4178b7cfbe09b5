"""Opening the database, its transactions, its migrations, and its faults in plain words."""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from interviewer.errors import NewerStore, StoreError
from interviewer.settings import file_in_the_way

HEAD = "0005"
"""The newest migration. Known here so that a start on a current store need not import Alembic."""

BUSY_SECONDS = 30.0
MIGRATION_LOCK_SECONDS = 60.0

SCRUB_SECONDS = 1.0
"""How long a scrub waits for readers to get out of the way; somebody is looking at the page meanwhile."""

_OF_SOUND = 1 << 24
"""The file remembers in one number what is owed: scrubs in multiples of 1, rinses in multiples of this."""


class Database:
    """One SQLite database in WAL mode.

    ``write()`` begins its transaction IMMEDIATE: a transaction that reads first and writes later would
    otherwise fail with "database is locked" as soon as two of them meet, whatever the busy time-out.

    Raises StoreError (with what to do) when the file cannot be opened, read or written, and NewerStore
    when a later version of the program has migrated it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = _make_engine(path)
        # Whoever forgets to close leaves no open file behind: the pool goes with the last reference.
        weakref.finalize(self, self._engine.dispose)
        try:
            with plain_faults(path):
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                if not path.exists():
                    path.touch(mode=0o600)  # SQLite gives -wal and -shm the same rights: nobody else reads interviews
                self._migrate()
        except BaseException:
            self.close()  # whoever repairs the file should not find us sitting on it
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with plain_faults(self.path), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, lasting: bool = True) -> Iterator[Connection]:
        """``lasting`` False is for what is of no use after a power failure: nobody waits until the disk has it."""
        with (
            plain_faults(self.path),
            self._engine.connect().execution_options(immediate=True, lasting=lasting) as connection,
            connection.begin(),
        ):
            yield connection

    @staticmethod
    def owe_scrub(connection: Connection) -> None:
        """Notes, in the transaction that deletes something, that its traces are still to be scrubbed."""
        owed = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
        connection.exec_driver_sql(f"PRAGMA user_version = {owed + 1}")

    @staticmethod
    def owe_rinse(connection: Connection) -> None:
        """Notes, in the transaction that deletes sound, that its traces are still to be rinsed."""
        owed = connection.exec_driver_sql("PRAGMA user_version").scalar() or 0
        rinses = owed // _OF_SOUND % 127 + 1  # the number has 31 bits; all that counts is that it changes
        connection.exec_driver_sql(f"PRAGMA user_version = {rinses * _OF_SOUND + owed % _OF_SOUND}")

    def scrub_is_owed(self) -> bool:
        """Whether something was deleted whose traces may still be in the file or its WAL."""
        return bool(self._owed())

    def rinse_is_owed(self) -> bool:
        """Whether sound was deleted whose traces may still be in the WAL."""
        return self._owed() >= _OF_SOUND

    def scrub(self) -> bool:
        """Takes deleted content out of the file and its WAL for good.

        False when that was not possible now (a reader was in the way, say, or the disk is full): it stays owed.
        ``secure_delete`` has zeroed the deleted cells; VACUUM rewrites the pages they lay on, and the
        checkpoint leaves an empty WAL behind.
        """
        return self._clean("VACUUM", lambda owed: 0)

    def rinse(self) -> bool:
        """Takes deleted sound out of the WAL for good, as ``scrub`` but in milliseconds however large the file is.

        Sound lies on pages of its own, which ``secure_delete`` has zeroed as a whole: only their copies in the WAL are
        left, and the checkpoint leaves an empty one behind.
        """
        return self._clean("", lambda owed: owed % _OF_SOUND)

    def clean(self) -> bool:
        """Does what is owed of the two; True when nothing is."""
        owed = self._owed()
        return self.scrub() if owed % _OF_SOUND else not owed or self.rinse()

    def _owed(self) -> int:
        with self.read() as connection:
            return connection.exec_driver_sql("PRAGMA user_version").scalar() or 0

    def _clean(self, statement: str, left: Callable[[int], int]) -> bool:
        """Runs ``statement`` and empties the WAL; what is owed then is what is ``left`` of it."""
        with plain_faults(self.path):
            raw = self._engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute(f"PRAGMA busy_timeout = {SCRUB_SECONDS * 1000:.0f}")
                (owed,) = cursor.execute("PRAGMA user_version").fetchone()
                if statement:
                    cursor.execute(statement)
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                if busy:
                    return False
                cursor.execute("BEGIN IMMEDIATE")
                if cursor.execute("PRAGMA user_version").fetchone() == (owed,):  # else more was deleted meanwhile
                    cursor.execute(f"PRAGMA user_version = {left(owed)}")
                cursor.execute("COMMIT")
                return True
            except sqlite3.OperationalError:
                return False
            finally:
                raw.rollback()
                raw.cursor().execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")
                raw.close()

    def revision(self) -> str | None:
        with self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            row = connection.execute(text("SELECT version_num FROM alembic_version")).first()
            return None if row is None else str(row[0])

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        if self.revision() == HEAD and self._journal_mode() == "wal":
            return
        try:
            # Two processes may start at once on an empty folder: one migrates, the other finds it done.
            with FileLock(f"{self.path}.lock", timeout=MIGRATION_LOCK_SECONDS):
                found = self.revision()
                if found != HEAD:
                    _refuse_newer(found)
                self._enter_wal()
                if found != HEAD:
                    _upgrade(self._engine)
        except Timeout as error:
            raise StoreError(
                f"Another process has been preparing {self.path} for over a minute.",
                "If no other Interviewer is running, start again; its lock goes away with its process.",
            ) from error

    def _journal_mode(self) -> str:
        with self._engine.connect() as connection:
            return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())

    def _enter_wal(self) -> None:
        """Once for the file's life. Where two processes meet here SQLite fails at once, whatever the busy time-out."""
        deadline = time.monotonic() + BUSY_SECONDS
        raw = self._engine.raw_connection()
        try:
            while True:
                try:
                    raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone()
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
        finally:
            raw.close()


def _make_engine(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))  # not a string: a folder's name may hold a "?"
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _connect(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # the driver's own BEGIN would be a deferred one
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute("PRAGMA secure_delete = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        immediate = options.get("immediate", False)
        if immediate:  # on the connection, not in the transaction, and the next one may want it otherwise
            synchronous = "FULL" if options.get("lasting", True) else "NORMAL"
            connection.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _alembic() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _refuse_newer(found: str | None) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
    if found is not None and found not in known:
        raise NewerStore(f"The store was made by a later version of Interviewer (its schema is {found!r}).")


def _upgrade(engine: Engine) -> None:
    from alembic import command

    config = _alembic()
    with engine.connect().execution_options(immediate=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def plain_faults(path: Path) -> Iterator[None]:
    """Turns the database's faults into sentences that say what to do."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        raise _plain(path, str(cause).lower()) from error
    except PoolTimeout as error:  # so many threads at once that one found no free connection
        raise _plain(path, "busy") from error
    except OSError as error:
        file = file_in_the_way(path.parent)
        if file is not None:
            raise StoreError(
                f"The data folder {path.parent} cannot be used: {file} is a file, not a folder.",
                "Move that file away, or set INTERVIEWER_DATA_DIR to a folder.",
            ) from error
        raise StoreError(
            f"The data folder {path.parent} cannot be used: {error.strerror or error}.",
            "Make it writable, or set INTERVIEWER_DATA_DIR to a folder that is.",
        ) from error


def _plain(path: Path, cause: str) -> StoreError:
    if "full" in cause:
        return StoreError("The disk is full; nothing more can be stored.", "Free some space, then send again.")
    if "readonly" in cause or "read-only" in cause or "unable to open" in cause:
        return StoreError(
            f"The store {path} cannot be written.",
            "Make its folder writable, or set INTERVIEWER_DATA_DIR to a folder that is.",
        )
    if "malformed" in cause or "not a database" in cause:
        return StoreError(
            f"The store {path} is damaged.",
            "Move it aside (keep it: parts may be recoverable) and start again, or restore a copy.",
        )
    if "disk i/o error" in cause:
        return StoreError(
            f"The disk did not take or give back what belongs to the store {path}.",
            "See whether the disk is full, over its quota, or disconnected; then try again.",
        )
    if "locked" in cause or "busy" in cause:
        return StoreError("The store is busy with another program.", "Try again in a moment.")
    return StoreError(f"The store {path} answered with an error: {cause}.", "Run “interviewer doctor”.")
