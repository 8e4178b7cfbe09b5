"""The pages on a real runtime with the lexical embedder, which needs no weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from interviewer.runtime import Runtime
from interviewer.ui import frame, reveal
from tests.ui.tab import Pages


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """The runtime that the pages use."""
    monkeypatch.setenv("INTERVIEWER_EMBEDDER", "lexical")
    monkeypatch.setattr(reveal, "_rest", lambda: None)
    frame.runtime.clear()
    runtime = frame.runtime()
    yield runtime
    runtime.workers.close()
    runtime.store.database.close()
    frame.runtime.clear()


@pytest.fixture
def pages(runtime: Runtime) -> Pages:
    return Pages()
