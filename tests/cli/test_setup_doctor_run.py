"""Setting up, looking after, starting."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from interviewer.cli import run as run_command
from interviewer.embedding import weights
from interviewer.errors import WeightsError
from interviewer.settings import is_loopback
from tests.cli.conftest import Run


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*_: Any, **__: Any) -> None:
        raise WeightsError("The weights could not be downloaded.", "Check the network.")

    monkeypatch.setattr(weights, "fetch", fetch)


def test_setup_prints_where_the_weights_belong_and_does_nothing(cli: Run, tmp_path: Path) -> None:
    ran = cli("setup", "--print-path", "--data-dir", tmp_path / "new")
    assert ran.out == f"{tmp_path / 'new' / 'weights' / 'all-MiniLM-L6-v2'}\n"
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("no_weights")
def test_setup_without_weights_says_so_and_prepares_the_fallback(
    cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INTERVIEWER_EMBEDDER")
    ran = cli("setup", "--data-dir", tmp_path)
    assert ran.code == 0
    assert "Notice: The weights could not be downloaded." in ran.err
    assert "Building the index" in ran.out
    again = cli("setup", "--data-dir", tmp_path)
    assert "Building the index" not in again.out
    assert "The index is ready" in again.out


@pytest.mark.usefixtures("no_weights")
def test_setup_strict_fails_without_weights(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERVIEWER_EMBEDDER")
    assert cli("setup", "--strict", "--data-dir", tmp_path).code == 1


def test_doctor_finds_a_prepared_installation_in_order(cli: Run) -> None:
    cli("setup")
    ran = cli("doctor", "--json")
    assert [check for check in ran.json if check["status"] == "problem"] == []
    assert ran.code == 0
    names = {check["name"] for check in ran.json}
    assert {"Python", "Packages", "Data folder", "Weights", "Bank", "Index", "Store", "Token counts", "Port"} <= names


def test_doctor_changes_nothing(cli: Run, tmp_path: Path) -> None:
    cli("doctor", "--data-dir", tmp_path / "untouched")
    assert not (tmp_path / "untouched").exists()


def test_doctor_says_what_to_do_about_a_damaged_store_and_exits_with_1(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "interviewer.db").write_bytes(b"this is not a database, whatever its name says" * 50)
    ran = cli("doctor", "--data-dir", tmp_path)
    assert ran.code == 1
    assert "is damaged" in ran.out
    assert "Move it aside" in ran.out
    assert "1 problem." in ran.out


def test_doctor_reports_a_file_in_place_of_the_data_folder(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("mine")
    ran = cli("doctor", "--json", "--data-dir", file)
    assert ran.code == 1
    checks = {check["name"]: check for check in ran.json}
    for name in ("Data folder", "Store"):
        assert checks[name]["status"] == "problem"
        assert f"{file} is a file, not a folder" in checks[name]["message"]
        assert "Move that file away" in checks[name]["remedy"]


def test_doctor_says_that_a_damaged_index_is_built_again(cli: Run, tmp_path: Path) -> None:
    cli("search", "overfitting", "--data-dir", tmp_path)
    [database] = tmp_path.glob("index/*/chroma.sqlite3")
    database.write_bytes(b"not what it was" * 1000)
    checks = {check["name"]: check for check in cli("doctor", "--json", "--data-dir", tmp_path).json}
    assert "is damaged" in checks["Index"]["message"]
    assert "built again when it is next needed" in checks["Index"]["remedy"]


def test_doctor_names_a_broken_record(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    ran = cli("doctor", "--knowledge-dir", tmp_path)
    assert ran.code == 1
    assert "topics.yaml" in ran.out


def test_doctor_survives_settings_that_cannot_be_read(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_PORT", "many")
    ran = cli("doctor")
    assert ran.code == 1
    assert "INTERVIEWER_PORT" in ran.out


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where the app would have been started."""
    started: list[tuple[str, int]] = []
    monkeypatch.setattr(run_command, "_serve", lambda host, port, browser: started.append((host, port)))
    return started


def test_run_takes_the_next_port_and_says_which(
    cli: Run, monkeypatch: pytest.MonkeyPatch, taken: int, served: list[tuple[str, int]]
) -> None:
    monkeypatch.setenv("INTERVIEWER_PORT", str(taken))
    ran = cli("run", "--no-browser")
    assert ran.code == 0
    [(host, port)] = served
    assert host == "127.0.0.1"
    assert port != taken
    assert f"Port {taken} is in use by another program, so this is on port {port}." in ran.err


def test_run_refuses_a_taken_port_that_was_asked_for(cli: Run, taken: int, served: list[tuple[str, int]]) -> None:
    ran = cli("run", "--port", taken)
    assert ran.code == 1
    assert served == []
    assert "take another port: interviewer run --port" in ran.err


class _Healthy(BaseHTTPRequestHandler):
    """Answers as Streamlit's pages do when they are asked how they are."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/_stcore/health" else 404)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def running() -> Iterator[int]:
    """The port of an Interviewer that runs already."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Healthy) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_run_says_where_interviewer_runs_already(cli: Run, running: int, served: list[tuple[str, int]]) -> None:
    ran = cli("run", "--port", running)
    assert ran.code == 1
    assert served == []
    assert f"Interviewer seems to be running already at http://127.0.0.1:{running}." in ran.err
    assert "Open it there" in ran.err
    assert "Stop that program" not in ran.err


def test_run_beside_another_says_where_each_of_them_is(
    cli: Run, monkeypatch: pytest.MonkeyPatch, running: int, served: list[tuple[str, int]]
) -> None:
    monkeypatch.setenv("INTERVIEWER_PORT", str(running))
    ran = cli("run", "--no-browser")
    [(_, port)] = served
    assert f"already at http://127.0.0.1:{running}, so this is on port {port}." in ran.err


def test_doctor_knows_interviewer_behind_its_port(cli: Run, monkeypatch: pytest.MonkeyPatch, running: int) -> None:
    monkeypatch.setenv("INTERVIEWER_PORT", str(running))
    checks = {check["name"]: check for check in cli("doctor", "--json").json}
    assert checks["Port"]["status"] == "ok"
    assert f"http://127.0.0.1:{running}" in checks["Port"]["message"]


def test_run_lets_other_machines_in_only_when_told_to_on_the_command_line(
    cli: Run, monkeypatch: pytest.MonkeyPatch, served: list[tuple[str, int]]
) -> None:
    monkeypatch.setenv("INTERVIEWER_HOST", "0.0.0.0")
    refused = cli("run", "--no-browser")
    assert refused.code == 2
    assert served == []
    allowed = cli("run", "--no-browser", "--host", "0.0.0.0")
    assert allowed.code == 0
    assert "There is no sign-in" in allowed.err


def test_run_gives_the_pages_the_settings_of_its_options(
    cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: list[tuple[str, int]]
) -> None:
    import os

    monkeypatch.setenv("INTERVIEWER_DATA_DIR", "set, so that it is put back after the test")
    cli("run", "--no-browser", "--data-dir", tmp_path)
    assert os.environ["INTERVIEWER_DATA_DIR"] == str(tmp_path)
    assert len(served) == 1


def test_streamlit_shows_nothing_of_its_own_and_sends_nothing() -> None:
    options = run_command.streamlit_options("127.0.0.1", 8501, browser=False)
    assert options["browser.gatherUsageStats"] is False
    assert options["client.toolbarMode"] == "minimal"
    assert options["client.showErrorDetails"] == "none"
    assert options["server.fileWatcherType"] == "none"
    assert options["server.headless"] is True
    assert options["theme.light.primaryColor"].startswith("#")


def test_streamlit_knows_every_option_that_it_is_given() -> None:
    from streamlit import config

    known = config._config_options_template
    assert [name for name in run_command.streamlit_options("127.0.0.1", 1, browser=True) if name not in known] == []


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("127.8.8.8", True), ("0.0.0.0", False), ("::", False)],
)
def test_only_loopback_addresses_are_safe(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
