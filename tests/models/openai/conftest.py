"""A scripted server for each test that wants one, and clients of it that do not wait long between attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from interviewer.models.openai import calls
from interviewer.models.openai.client import Client
from interviewer.models.openai.endpoint import Endpoint
from interviewer.models.openai.fake import MODEL, FakeServer

ClientOf: TypeAlias = Callable[..., Client]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-off is in milliseconds."""
    monkeypatch.setattr(calls, "_BACK_OFF", 0.002)


@pytest.fixture
def server(impatient: None) -> Iterator[FakeServer]:
    with FakeServer() as made:
        yield made


@pytest.fixture
def client_of(server: FakeServer) -> Iterator[ClientOf]:
    """Makes clients of the server; what is given changes the endpoint, or is the file of its ``memory``."""
    made: list[Client] = []

    def make(memory: Path | None = None, **changes: Any) -> Client:
        given = {"base_url": server.url, "api_key": server.key, "model": MODEL, "reply_seconds": 10, **changes}
        made.append(Client(Endpoint(**given), memory))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(client_of: ClientOf) -> Client:
    return client_of()
