"""Who asks a model for something also hears what it took: calls are recorded where they are made, collected around it.

The model protocol stays free of accounts. A context variable carries the list, so that work handed to another thread
must be run in a copy of the context to be counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from interviewer.domain.usage import Call

_open: ContextVar[list[Call] | None] = ContextVar("calls", default=None)


@contextmanager
def recording() -> Iterator[list[Call]]:
    """Collects the calls made inside of it, failed and stopped ones too."""
    calls: list[Call] = []
    token = _open.set(calls)
    try:
        yield calls
    finally:
        _open.reset(token)


def record(call: Call) -> None:
    """Adds a call to the innermost recording, if there is one."""
    calls = _open.get()
    if calls is not None:
        calls.append(call)
