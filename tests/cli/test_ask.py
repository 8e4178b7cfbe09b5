"""A whole interview from outside: lines in, events out, and the same store and report as in the browser."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run
from tests.cli.test_contracts import valid

SCRIPT = """\
Overfitting means that the model memorises the training data with its noise.

I don't know.
/hint
You can collect more training data, or add an L2 penalty.
/skip
Gradient descent moves the weights against the gradient of the loss.
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.txt"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def play(cli: Run, script: Path, *options: object) -> Ran:
    ran = cli(
        "ask", "--script", script, "--json", "--seed", "5", "--questions", "overfitting,gradient-descent", *options
    )
    assert ran.code == 0, ran.err
    return ran


def test_events_follow_the_contract_and_count_the_lines(cli: Run, script: Path) -> None:
    events = play(cli, script).lines
    for event in events:
        valid("ask-event", event)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "interview"
    assert [question["id"] for question in events[0]["questions"]] == ["overfitting", "gradient-descent"]
    assert events[-1]["type"] == "report"


def test_every_turn_comes_with_its_assessment_and_every_reply_with_its_move(cli: Run, script: Path) -> None:
    events = play(cli, script).lines
    turns = [event for event in events if event["type"] == "turn"]
    assert [turn["turn"] for turn in turns] == list(range(1, len(turns) + 1))
    assert [turn["speaker"] for turn in turns] == ["interviewer", *["candidate", "interviewer"] * (len(turns) // 2)]
    assessed = [event["turn"] for event in events if event["type"] == "assessment"]
    assert assessed == [turn["turn"] for turn in turns if turn["speaker"] == "candidate"]
    moved = [event["turn"] for event in events if event["type"] == "move"]
    assert moved == [turn["turn"] for turn in turns if turn["speaker"] == "interviewer"]


def test_the_candidate_says_the_lines_and_empty_ones_are_skipped(cli: Run, script: Path) -> None:
    events = play(cli, script).lines
    said = [event for event in events if event["type"] == "turn" and event["speaker"] == "candidate"]
    assert said[0]["text"] == SCRIPT.splitlines()[0]
    assert said[1]["text"] == "I don't know."
    assert said[2]["intent"] == "hint"
    assert said[4]["intent"] == "skip"


def test_when_the_lines_run_out_the_interview_ends_and_both_exchanges_are_graded(cli: Run, script: Path) -> None:
    events = play(cli, script).lines
    moves = [event["kind"] for event in events if event["type"] == "move"]
    assert moves[-2:] == ["confirm", "close"]
    assert [event["exchange"] for event in events if event["type"] == "grade"] == [1, 2]
    report = events[-1]["report"]
    assert report["finished"]
    assert report["pending"] == 0


def test_lines_that_are_not_needed_are_left_alone(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("/skip\n/skip\nThis is too late.\n", encoding="utf-8")
    events = play(cli, path).lines
    assert "This is too late." not in [event.get("text") for event in events]
    assert events[-1]["report"]["finished"]


def test_a_script_of_nothing_is_an_interview_that_ends_at_once(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "empty.txt"
    path.write_text("\n", encoding="utf-8")
    assert play(cli, path).lines[-1]["report"]["finished"]


def _without_times(value: Any) -> Any:
    """The event without the interview's ID and without what a clock says."""
    volatile = {"id", "interview_id", "at", "created_at", "ended_at", "closed_at", "seconds"}
    if isinstance(value, dict):
        return {key: _without_times(part) for key, part in value.items() if key not in volatile}
    return [_without_times(part) for part in value] if isinstance(value, list) else value


def test_the_same_seed_gives_the_same_interview(cli: Run, script: Path) -> None:
    runs = [
        [
            _without_times(event)
            for event in cli("ask", "--script", script, "--json", "--seed", "9", "--count", "2").lines
        ]
        for _ in range(2)
    ]
    assert runs[0] == runs[1]


def test_the_interview_is_stored_and_its_report_comes_in_every_format(cli: Run, script: Path, tmp_path: Path) -> None:
    events = play(cli, script).lines
    interview_id = events[0]["id"]
    report = cli("report", interview_id, "--format", "json")
    valid("report", report.json)
    assert report.json == events[-1]["report"]
    assert "memorises the training data" in cli("report", interview_id).out
    out = tmp_path / "report.html"
    assert cli("report", interview_id, "--format", "html", "--out", out).out == ""
    assert "<html" in out.read_text(encoding="utf-8")
    assert interview_id in cli("report", "--list").out


def test_without_json_it_reads_as_a_conversation(cli: Run, script: Path) -> None:
    ran = cli("ask", "--script", script, "--questions", "overfitting")
    assert "> I don't know." in ran.out
    assert "The whole report: interviewer report" in ran.out
    with pytest.raises(json.JSONDecodeError):
        json.loads(ran.out)


def _typing(monkeypatch: pytest.MonkeyPatch, lines: list[str]) -> None:
    left: Iterator[str] = iter(lines)

    def typed(prompt: str = "") -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(builtins, "input", typed)


def test_an_unknown_command_is_told_and_not_taken_for_an_answer(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _typing(monkeypatch, ["/Foo", "/end", "yes"])
    ran = cli("ask", "--questions", "overfitting")
    assert "There is no command /foo; /help lists them." in ran.err
    interview_id = ran.out.split("Interview ", 1)[1].split()[0]
    report = cli("report", interview_id, "--format", "json").json
    said = [turn["text"] for turn in report["questions"][0]["turns"] if turn["speaker"] == "candidate"]
    assert not any("/foo" in text.lower() for text in said)


def test_a_script_is_taken_as_it_is_written(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "script.txt"
    path.write_text("/foo\n", encoding="utf-8")
    events = play(cli, path).lines
    assert "/foo" in [event.get("text") for event in events]


def test_one_can_leave_a_conversation_and_go_on_with_it(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _typing(monkeypatch, ["/help", "", "It memorises noise \\", "in the training data."])
    ran = cli("ask", "--questions", "overfitting")
    assert ran.code == 0
    assert "There is nothing in that answer." in ran.err
    interview_id = ran.err.rsplit("--resume ", 1)[1].strip()
    _typing(monkeypatch, ["/end", "yes"])
    again = cli("ask", "--resume", interview_id)
    assert "The whole report" in again.out
    report = cli("report", interview_id, "--format", "json").json
    assert report["finished"]
    said = [turn["text"] for turn in report["questions"][0]["turns"] if turn["speaker"] == "candidate"]
    assert said[0] == "It memorises noise \nin the training data."
