"""Driving the app: a server in a process of its own, and what a person does in a tab."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, expect

from interviewer.store import Store, open_store

ROOT = Path(__file__).parents[2]
PATIENCE = 20_000
"""Milliseconds that a page may take to show what is expected of it: a slow machine may be busy with much else."""

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)


class Server:
    """“interviewer run” in a process of its own; ``kill`` is the hard way.

    ``settings`` are further variables of the environment that it runs in.
    """

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.settings = dict(settings or {})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._store: Store | None = None

    @property
    def store(self) -> Store:
        """The server's store, read beside it."""
        if self._store is None:
            self._store = open_store(self.data / "interviewer.db")
        return self._store

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        theirs = ("INTERVIEWER_", "OPENAI_", "XDG_")  # settings of whoever runs the tests, or ways to them
        environment = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
        environment |= {"INTERVIEWER_DATA_DIR": str(self.data), "INTERVIEWER_EMBEDDER": "lexical", **self.settings}
        environment["HOME"] = environment["USERPROFILE"] = str(self.data)
        command = [sys.executable, "-m", "interviewer", "run", "--no-browser", "--port", str(self.port)]
        with (self.data / "server.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        for _ in range(1200):
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{(self.data / 'server.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """kill -9: no chance to tidy up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._store is not None:
            self._store.database.close()


def settled(page: Page) -> None:
    """Waits until the page has drawn itself and is at rest."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)
    page.wait_for_selector("h1, .turn, .progress, .problem", timeout=PATIENCE)
    page.wait_for_timeout(250)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)


def begin(page: Page) -> str:
    """Starts an interview with one click; gives its ID."""
    page.get_by_role("button", name="Start the interview").click()
    page.wait_for_url("**/interview?id=*")
    expect(page.locator(".turn.interviewer").first).to_be_visible()
    settled(page)
    return page.url.split("id=")[1]


def answer(page: Page, text: str) -> None:
    """Types and sends, and waits for nothing."""
    place = page.get_by_test_id("stChatInputTextArea")
    place.fill(text)
    place.press("Enter")
