"""Settings: an option beats the environment, the environment the file, the file the default; errors say which."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.cli.common import _WANTED
from interviewer.settings import Settings, config_file
from tests.cli.conftest import Run


def _write(text: str) -> Path:
    path = config_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def _embedder(cli: Run, *options: str) -> str:
    checks: list[dict[str, str]] = cli(*options, "doctor", "--json").json
    found = {check["name"]: check["message"] for check in checks}
    return found["Setting embedder"]


def test_flag_beats_environment_beats_file_beats_default(cli: Run, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.delenv("INTERVIEWER_EMBEDDER")
    assert _embedder(cli) == "auto (default)"
    path = _write('embedder = "lexical"\n')
    assert _embedder(cli) == f"lexical (file ({path}))"
    monkeypatch.setenv("INTERVIEWER_EMBEDDER", "minilm")
    assert _embedder(cli) == "minilm (environment (INTERVIEWER_EMBEDDER))"
    assert _embedder(cli, "--embedder", "auto") == "auto (option)"


@pytest.mark.parametrize("before", [True, False], ids=["before the command", "after the command"])
def test_options_may_stand_before_or_after_the_command(cli: Run, tmp_path: Path, before: bool) -> None:
    option = ["--data-dir", str(tmp_path / "elsewhere")]
    ran = cli(*option, "setup", "--print-path") if before else cli("setup", "--print-path", *option)
    assert ran.out.strip().startswith(str(tmp_path / "elsewhere"))


def test_an_option_of_one_call_is_forgotten_in_the_next(cli: Run, tmp_path: Path) -> None:
    cli("setup", "--print-path", "--data-dir", tmp_path / "elsewhere")
    assert "elsewhere" not in cli("setup", "--print-path").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("port = 99999", "must be a whole number from 1 to 65535, not 99999."),
        ("colour = 'red'", "'colour' that does not exist"),
        ("port = ", "not valid TOML"),
    ],
)
def test_a_wrong_settings_file_is_named_with_what_is_wrong(cli: Run, home: Path, text: str, said: str) -> None:
    path = _write(text)
    ran = cli("bank")
    assert ran.code == 1
    assert said in ran.err
    assert str(path) in ran.err


def test_a_wrong_variable_is_named(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEWER_PORT", "many")
    ran = cli("bank")
    assert ran.code == 1
    assert "INTERVIEWER_PORT must be a whole number from 1 to 65535, not 'many'." in ran.err


@pytest.mark.parametrize("port", ["many", "0", "99999"])
def test_a_wrong_option_is_told_in_the_same_words(cli: Run, port: str) -> None:
    ran = cli("run", "--port", port)
    assert ran.code == 2
    assert f"--port must be a whole number from 1 to 65535, not '{port}'." in ran.err


def test_every_setting_says_what_it_has_to_be() -> None:
    assert set(_WANTED) == set(Settings.model_fields)
