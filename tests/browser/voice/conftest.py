"""The harness on a server of its own, in a Chromium whose microphone plays a file."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import FLAGS, NAMES
from tests.browser.driving import DESKTOP, PATIENCE, ROOT

HERE = Path(__file__).parent
RATE = 22_050
SOUNDS = ((0.0, 1.5), (3.6, 4.6))
"""Seconds of the minute that the microphone plays in which there is a voice; the rest is silence."""


def _voice(seconds: float, folder: Path) -> np.ndarray:
    """Speech by espeak-ng where it is installed, otherwise a buzz in syllables."""
    samples = round(seconds * RATE)
    if shutil.which("espeak-ng"):
        spoken = folder / "spoken.wav"
        words = "I would look at the confusion matrix before I trust any single number, and then say why."
        subprocess.run(["espeak-ng", "-v", "en", "-w", str(spoken), words], check=True)
        with wave.open(str(spoken)) as file:
            assert file.getframerate() == RATE
            sound = np.frombuffer(file.readframes(samples), dtype=np.int16)
        if len(sound) == samples:
            return sound
    at = np.arange(samples) / RATE
    buzz = sum(np.sin(2 * np.pi * 130 * n * at) / n for n in range(1, 12))
    return (buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * at)) * 7_000).astype(np.int16)


@pytest.fixture(scope="session")
def microphone(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that may use its microphone, which plays a minute of SOUNDS."""
    folder = tmp_path_factory.mktemp("sound")
    minute = np.zeros(60 * RATE, dtype=np.int16)
    for start, end in SOUNDS:
        sound = _voice(end - start, folder)
        minute[round(start * RATE) :][: len(sound)] = sound
    with wave.open(str(folder / "minute.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(minute.tobytes())
    path = next(found for name in NAMES if (found := shutil.which(name)))
    fakes = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-audio-capture={folder / 'minute.wav'}",
        "--host-resolver-rules=MAP plain.test 127.0.0.1",
    ]
    launched = browser.browser_type.launch(executable_path=path, args=[*FLAGS, *fakes])
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the harness answers."""
    home = tmp_path_factory.mktemp("harness")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    theirs = ("INTERVIEWER_", "OPENAI_", "XDG_", "STREAMLIT_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(theirs)}
    environment |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "streamlit", "run", str(HERE / "harness.py"), "--server.headless=true"]
    command += [f"--server.port={port}", "--server.enableCORS=false", "--server.enableXsrfProtection=false"]
    log = home / "harness.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            if process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                    yield url
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"the harness did not start:\n{log.read_text()[-2000:]}")
    finally:
        process.terminate()
        process.wait(10)


class Tab:
    """A tab on the harness."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.settled()

    def settled(self) -> None:
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        self.page.wait_for_function("document.querySelector('#shown')?.textContent.includes('\"secure\"')")

    def reload(self) -> None:
        self.page.reload()
        self.settled()

    @property
    def shown(self) -> dict[str, Any]:
        """What Python has."""
        found: dict[str, Any] = json.loads(self.page.locator("#shown").text_content() or "{}")
        return found

    @property
    def texts(self) -> list[str]:
        return [heard["text"] for heard in self.shown["heard"]]

    def arrived(self, *texts: str) -> None:
        """Waits until Python has just these utterances."""
        self.until(lambda: self.texts == list(texts), lambda: f"arrived: {self.texts}")

    def until(self, holds: Callable[[], bool], why: Callable[[], str] = lambda: "", seconds: float = 8) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, why()
            self.page.wait_for_timeout(50)

    def fake(self, what: str) -> Any:
        """Something of fakes.js: ``spoken``, ``hear("words")``."""
        return self.page.evaluate(f"fake.{what}")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_text(text).first).to_be_visible()

    def speaks(self, *words: str) -> None:
        """Presses Speak and is heard."""
        self.press("Speak")
        self.until(lambda: self.fake("live !== null"))
        for some in words:
            self.fake(f"hear({json.dumps(some)})")

    def rests(self) -> None:
        """Waits until nothing is being said."""
        expect(self.page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)


NewVoice = Callable[..., Tab]
_numbers = itertools.count(1)


@pytest.fixture
def voice(microphone: Browser, harness: str) -> Iterator[NewVoice]:
    """Opens the harness in a fresh profile. ``fakes`` set up fakes.js, ``choices`` what the browser remembers, and
    ``query`` how the voice is mounted."""
    contexts = []

    def open_tab(
        size: ViewportSize = DESKTOP,
        scheme: str = "light",
        fakes: dict[str, object] | None = None,
        choices: dict[str, object] | None = None,
        host: str = "127.0.0.1",
        motion: str = "no-preference",
        script: str = "",
        **query: str | int,
    ) -> Tab:
        context = microphone.new_context(
            viewport=size,
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce" if motion == "reduce" else "no-preference",
            locale="en-GB",
        )
        contexts.append(context)
        remembered = json.dumps({"agreed": True, **(choices or {})})
        first = (
            f"localStorage.getItem('interviewer-voice') ?? localStorage.setItem('interviewer-voice', '{remembered}');"
        )
        context.add_init_script(f"window.fakeSettings = {json.dumps(fakes or {})}; {first} {script}")
        context.add_init_script(path=HERE / "fakes.js")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        tab = Tab(page)
        query.setdefault("id", f"interview-{next(_numbers)}")
        tab.open(f"{harness.replace('127.0.0.1', host)}/?{urlencode(query)}")
        return tab

    yield open_tab
    for context in contexts:
        context.close()
