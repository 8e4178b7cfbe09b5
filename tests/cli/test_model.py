"""“interviewer model”, and commands with a model of one's own: against the scripted server, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.models.openai.fake import KEY, MODEL, FakeServer, faults
from tests.cli.conftest import Run


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """An endpoint that the environment names."""
    with FakeServer() as serving:
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("OPENAI_BASE_URL", serving.url)
        monkeypatch.setenv("INTERVIEWER_MODEL", MODEL)
        yield serving


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    file = tmp_path / "answers.jsonl"
    line = {"id": "1", "answer": "The model memorises the noise in its data.", "question_id": "overfitting"}
    file.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return file


def test_without_an_endpoint_there_is_nothing_to_test(cli: Run) -> None:
    ran = cli("model")
    assert ran.code == 0
    assert "The offline model interviews and grades." in ran.out
    assert cli("model", "--json").json == {"model": None, "endpoint": None, "check": None, "speech": None}


def test_an_endpoint_that_answers_is_told_step_by_step(cli: Run, server: FakeServer) -> None:
    ran = cli("model")
    assert ran.code == 0
    assert f"{MODEL} at 127.0.0.1:{server.port}:" in ran.out
    assert "An interview can be held and graded with it." in ran.out
    assert server.violations == []
    found = cli("model", "--json").json
    assert found["endpoint"] == f"127.0.0.1:{server.port}"
    assert found["check"]["ok"] is True
    assert found["check"]["streams"] is True


def test_an_endpoint_that_refuses_the_key_fails_and_the_key_is_not_said(
    cli: Run, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another-key")
    ran = cli("model")
    assert ran.code == 1
    assert "does not accept the key" in ran.out
    assert "It cannot be used like this." in ran.out
    assert "sk-another-key" not in ran.out + ran.err


@pytest.fixture
def voice(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """An endpoint that hears and speaks, beside the offline model."""
    with FakeServer(key="") as serving:
        monkeypatch.setenv("INTERVIEWER_AUDIO_BASE_URL", serving.url)
        monkeypatch.setenv("INTERVIEWER_TRANSCRIBE_MODEL", "whisper")
        yield serving


def test_what_hears_is_tried_without_a_model_that_interviews(cli: Run, voice: FakeServer) -> None:
    ran = cli("model")
    assert ran.code == 0
    assert "The offline model interviews and grades." in ran.out
    assert "nothing to test" not in ran.out
    assert f"whisper at 127.0.0.1:{voice.port}:" in ran.out
    assert "whisper takes recordings" in ran.out
    assert "It can be talked with." in ran.out
    assert [request.kind for request in voice.requests] == ["transcriptions"]


def test_what_hears_and_what_speaks_stand_in_the_object_too(
    cli: Run, server: FakeServer, voice: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_SPEECH_MODEL", "tts")
    ran = cli("model", "--json")
    assert ran.code == 0
    assert ran.json["check"]["ok"] is True
    assert {name: ran.json["speech"][name] for name in ("endpoint", "hears", "speaks", "ok")} == {
        "endpoint": f"127.0.0.1:{voice.port}",
        "hears": "whisper",
        "speaks": "tts",
        "ok": True,
    }
    assert [step["name"] for step in ran.json["speech"]["steps"]] == ["hears", "speaks"]
    assert server.asked("transcriptions") == []


def test_a_voice_that_fails_fails_the_test(cli: Run, server: FakeServer, voice: FakeServer) -> None:
    voice.always(faults.unavailable(), "transcriptions")
    ran = cli("model")
    assert ran.code == 1
    assert "An interview can be held and graded with it." in ran.out
    assert "It cannot be talked with like this." in ran.out


def test_a_voice_that_is_switched_off_is_not_tried(
    cli: Run, voice: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTERVIEWER_USE_AUDIO", "false")
    assert "there is nothing to test" in cli("model").out
    assert voice.requests == []


def test_settings_that_name_no_endpoint_are_an_error_of_setting_up(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_BASE_URL", "not an address")
    ran = cli("model")
    assert ran.code == 1
    assert "address (base_url) cannot be used" in ran.err
    assert cli("bank", "overfitting").code == 0, "what needs no model goes on"


def test_grading_says_where_answers_go_and_offline_sends_nothing(cli: Run, server: FakeServer, answers: Path) -> None:
    ran = cli("grade", answers)
    assert f"{MODEL} at 127.0.0.1:{server.port} is used" in ran.err
    [result] = ran.lines
    assert result["grader"]["model"] == MODEL
    asked = len(server.requests)
    assert asked
    ran = cli("grade", answers, "--offline")
    assert "is used" not in ran.err
    assert ran.lines[0]["grader"]["model"] == "offline"
    assert len(server.requests) == asked


def test_an_interview_with_offline_asks_nobody(cli: Run, server: FakeServer, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("It memorises noise.\n", encoding="utf-8")
    ran = cli("ask", "--script", script, "--questions", "overfitting", "--json", "--offline", "--data-dir", tmp_path)
    assert ran.lines[0]["model"] == "offline"
    assert server.requests == []


def test_evaluating_a_model_needs_an_endpoint(cli: Run) -> None:
    ran = cli("evaluate", "grading", "--model", "any")
    assert ran.code == 2
    assert "No endpoint is set up" in ran.err


def test_evaluating_a_model_that_grades_nothing_says_so(cli: Run, server: FakeServer) -> None:
    server.always(faults.unauthorised(), "chat")
    ran = cli("evaluate", "grading", "--model", MODEL, "--half", "test", "--only", "kinds")
    assert ran.code == 1
    assert "Not one answer could be graded." in ran.err
