"""“interviewer run --pages candidates”: a process that opens interviews by link and nothing else."""

from __future__ import annotations

import os

import pytest

from interviewer.cli import run as run_command
from interviewer.settings import Settings
from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the app would have been started. What a run leaves in the environment goes with the test."""
    started: list[str] = []
    monkeypatch.setattr(run_command, "_serve", lambda host, port, browser: started.append(host))
    monkeypatch.setenv("INTERVIEWER_PAGES", "all")
    return started


def test_the_pages_that_are_asked_for_reach_the_pages_process(cli: Run, served: list[str]) -> None:
    assert cli("run", "--no-browser", "--pages", "candidates").code == 0
    assert served == ["127.0.0.1"]
    assert os.environ["INTERVIEWER_PAGES"] == "candidates"
    assert Settings().pages == "candidates"


def test_without_being_asked_for_all_pages_are_opened(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTERVIEWER_PAGES")
    assert cli("run", "--no-browser").code == 0
    assert Settings().pages == "all"


def test_other_pages_than_these_are_refused_by_name(cli: Run, served: list[str]) -> None:
    ran = cli("run", "--no-browser", "--pages", "some")
    assert ran.code == 2
    assert "--pages must be all or candidates, not 'some'." in ran.err
    assert served == []


def test_who_lets_candidates_in_is_told_what_they_reach(cli: Run, served: list[str]) -> None:
    ran = cli("run", "--no-browser", "--host", "0.0.0.0", "--pages", "candidates")
    assert served == ["0.0.0.0"]
    assert "interviews by link and nothing else" in ran.err
    assert "delete all interviews" not in ran.err


def test_who_lets_others_in_to_all_pages_is_warned(cli: Run, served: list[str]) -> None:
    ran = cli("run", "--no-browser", "--host", "0.0.0.0")
    assert served == ["0.0.0.0"]
    assert "whoever reaches it can read, change and delete all interviews" in ran.err
