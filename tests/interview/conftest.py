from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interviewer.interview import Workers, workers
from interviewer.models.fake import ScriptedModel
from interviewer.store import Database, Store
from tests.interview import made_up

LEASE_SECONDS = 1.5
"""Leases are short here, so that a takeover need not be waited for."""

RENEW_SECONDS = 0.2

MakeWorkers = Callable[..., Workers]


@pytest.fixture(autouse=True)
def _short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "LEASE_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(workers, "RENEW_SECONDS", RENEW_SECONDS)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, migrated once for all tests."""
    path = tmp_path_factory.mktemp("empty") / "interviewer.db"
    Database(path).close()
    return path


@pytest.fixture
def path(tmp_path: Path, empty: Path) -> Path:
    path = tmp_path / "data" / "interviewer.db"
    path.parent.mkdir()
    shutil.copy(empty, path)
    return path


@pytest.fixture
def make_workers(path: Path) -> Iterator[MakeWorkers]:
    """Workers with a store of their own on the same file, as another process would have them."""
    made: list[tuple[Workers, Store]] = []

    def make(model: ScriptedModel | None = None) -> Workers:
        store = Store(Database(path))
        made.append((Workers(made_up.interviewer(store, model)), store))
        return made[-1][0]

    yield make
    for working, store in made:
        working.close()
        store.database.close()


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    database = Database(path)
    yield Store(database)
    database.close()
