"""Every test runs without a network and with a home of its own."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

WEIGHTS_VARIABLE = "INTERVIEWER_TEST_WEIGHTS"


class NetworkUsed(AssertionError):
    """A test tried to reach beyond this machine."""


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections go to the loopback address or nowhere."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise NetworkUsed(f"a test tried to connect to {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary home: nothing of the person who runs the tests is read or written."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith("INTERVIEWER_") and name not in (WEIGHTS_VARIABLE, "INTERVIEWER_REQUIRE_BROWSER"):
            monkeypatch.delenv(name)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(folder / name.lower()))
    monkeypatch.setenv("INTERVIEWER_DATA_DIR", str(folder / "data"))
    return folder


@pytest.fixture(autouse=True)
def main_module(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's AppTest puts its script in the main module's place and leaves it there; a process that a later test
    spawns would begin by running it."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """The encoder's weights. Tests that need them skip loudly where they are not at hand."""
    folder = Path(os.environ.get(WEIGHTS_VARIABLE, ""))
    if not os.environ.get(WEIGHTS_VARIABLE) or not (folder / "model.safetensors").is_file():
        pytest.skip(f"NO WEIGHTS: set {WEIGHTS_VARIABLE} to their folder (“make test” does)")
    return folder
