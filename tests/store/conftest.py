from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interviewer.store import Database, Store
from tests.interview.made_up import HandClock

Opener = Callable[..., Store]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "interviewer.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Opener]:
    """Opens the store at ``path`` (again, as another process would); closes what it opened at the end."""
    stores: list[Store] = []

    def opener(at: Path = path) -> Store:
        stores.append(Store(Database(at)))
        return stores[-1]

    yield opener
    for store in stores:
        store.database.close()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, migrated once for all tests that are not about that."""
    path = tmp_path_factory.mktemp("empty") / "interviewer.db"
    Database(path).close()
    return path


@pytest.fixture
def store(path: Path, empty: Path, clock: HandClock) -> Iterator[Store]:
    """A store whose clock is set by hand."""
    path.parent.mkdir()
    shutil.copy(empty, path)
    database = Database(path)
    yield Store(database, clock)
    database.close()
