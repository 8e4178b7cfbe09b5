"""Looking at a store without changing it: nothing is created, migrated or repaired."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from interviewer.errors import NewerStore
from interviewer.store.database import HEAD, plain_faults


@dataclass(frozen=True)
class Examination:
    """What was found. ``fault`` is what SQLite's quick check says, or None when it is sound."""

    revision: str | None
    current: bool
    fault: str | None
    interviews: int
    writable: bool


def examine(path: Path) -> Examination:
    """Looks at the store at ``path``, which exists. Raises StoreError when it cannot be read, NewerStore."""
    with plain_faults(path), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        verdict = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if tables else None
        revision = None if row is None else str(row[0])
        if revision is not None and revision > HEAD:
            raise NewerStore(f"{path} was made by a later version of Interviewer (its schema is {revision!r}).")
        count = connection.execute("SELECT count(*) FROM interview").fetchone()[0] if "interview" in tables else 0
    return Examination(
        revision=revision,
        current=revision == HEAD,
        fault=None if verdict == "ok" else verdict,
        interviews=int(count),
        writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK),
    )
