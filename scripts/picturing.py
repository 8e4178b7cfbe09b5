"""What taking pictures of the app needs: the app on a free port with a data folder of its own, tabs, and a camera."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from interviewer.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = os.environ.get("INTERVIEWER_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def told(folder: Path, *command: str) -> str:
    """What a command of this Python prints, run on a data folder of its own."""
    return subprocess.run(
        [sys.executable, *command], env=_environment(folder), capture_output=True, text=True, check=True
    ).stdout


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of the app on this data folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "interviewer", "run", "--no-browser", "--port", str(port)],
        env=_environment(folder),
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health", timeout=1)
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "INTERVIEWER_DATA_DIR": str(folder),
        "INTERVIEWER_WEIGHTS_DIR": str(Settings().weights_path),
        "PYTHONPATH": str(ROOT),
    }


def opened(browser: Browser, width: int, height: int, scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def shoot(page: Page, path: Path) -> None:
    page.wait_for_timeout(2500)
    page.screenshot(path=path)
    print(path.name)
