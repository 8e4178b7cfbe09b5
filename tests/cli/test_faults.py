"""What people see when something is wrong: a sentence, what to do, an exit code; never a stack trace."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interviewer import __version__
from interviewer.cli import app
from interviewer.errors import InterviewerError, UsageError
from tests.cli.conftest import Run


def test_version_names_the_program_and_its_version(cli: Run) -> None:
    ran = cli("--version")
    assert (ran.code, ran.out) == (0, f"interviewer {__version__}\n")


@pytest.mark.parametrize("name", ["run", "ask", "search", "bank", "grade", "report", "setup", "doctor", "schema"])
def test_every_command_has_help_with_examples(cli: Run, name: str) -> None:
    ran = cli(name, "--help")
    assert ran.code == 0
    assert f"interviewer {name}" in ran.out.split("Examples:")[1]


def test_help_and_version_load_nothing_heavy() -> None:
    code = (
        "import sys; from interviewer.cli import main; main(['--help']); main(['ask', '--help'])\n"
        "heavy = {'numpy', 'sqlalchemy', 'chromadb', 'streamlit'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_python_dash_m_is_the_same_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "interviewer", "--version"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, f"interviewer {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-command"], "No such command"),
        (["search"], "Give a QUERY"),
        (["search", "x", "--seniority", "wizard"], "wizard"),
        (["search", "x", "--topic", "nope"], "no topic 'nope'"),
        (["search", "   "], "The query is empty"),
        (["search", "--file", "not-there.txt"], "not-there.txt cannot be read"),
        (["bank", "nope"], "no question 'nope'"),
        (["grade", "not-there.jsonl"], "not-there.jsonl cannot be read"),
        (["grade", "x", "--jobs", "0"], "greater than or equal to 1"),
        (["report", "nope"], "no interview with the ID 'nope'"),
        (["report"], "Which interview?"),
        (["schema", "nope"], "no schema 'nope'"),
        (["ask", "--script", "not-there.txt"], "not-there.txt cannot be read"),
        (["ask", "--script", os.devnull, "--questions", "Not An ID"], "no question 'Not An ID'"),
        (["ask", "--json"], "--json goes with --script"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_request_is_two_plain_lines_and_exit_code_2(cli: Run, arguments: list[str], said: str) -> None:
    ran = cli(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert said in ran.err
    assert len([line for line in ran.err.splitlines() if not line.startswith("Notice:")]) <= 2
    assert "Traceback" not in ran.err


def _raising(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr("interviewer.cli.common.settings", fail)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InterviewerError("It is broken.", "Mend it."), 1, ["It is broken.", "Mend it."]),
        (UsageError("Not so.", "Like this."), 2, ["Not so.", "Like this."]),
        (KeyboardInterrupt(), 130, ["Stopped."]),
    ],
    ids=["ours", "usage", "ctrl-c"],
)
def test_errors_have_their_exit_codes(
    cli: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: list[str]
) -> None:
    _raising(monkeypatch, error)
    ran = cli("bank")
    assert (ran.code, ran.err.splitlines()) == (code, said)


def test_a_defect_of_ours_shows_no_stack_trace_unless_one_asks(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _raising(monkeypatch, ZeroDivisionError("oops"))
    ran = cli("bank")
    assert ran.code == 1
    assert "ZeroDivisionError" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("INTERVIEWER_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        cli("bank")


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    environment = {**os.environ, "INTERVIEWER_EMBEDDER": "lexical"}
    with subprocess.Popen(
        [sys.executable, "-m", "interviewer", "bank", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read() == b""


def test_broken_knowledge_names_the_file_and_what_is_wrong(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "questions").mkdir()
    (tmp_path / "topics.yaml").write_text("- id: [unclosed", encoding="utf-8")
    ran = cli("bank", "--knowledge-dir", tmp_path)
    assert ran.code == 1
    assert "topics.yaml" in ran.err
    assert "not valid YAML" in ran.err


@pytest.mark.parametrize(
    ("made", "said"), [(False, "this folder does not exist"), (True, "there is no folder “questions” here")]
)
def test_a_folder_that_is_no_bank_is_told_with_the_option_to_change(
    cli: Run, tmp_path: Path, made: bool, said: str
) -> None:
    folder = tmp_path / "bank"
    if made:
        folder.mkdir()
    ran = cli("bank", "--knowledge-dir", folder)
    assert ran.code == 1
    assert f"{folder}: {said}" in ran.err
    assert "--knowledge-dir" in ran.err.splitlines()[-1]
    assert "Correct the file" not in ran.err


def test_a_file_in_place_of_the_data_folder_is_called_a_file(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("mine")
    for command in (["report", "--list"], ["search", "overfitting"]):
        ran = cli(*command, "--data-dir", file)
        assert ran.code == 1
        assert f"{file} is a file, not a folder." in ran.err
        assert "Move that file away" in ran.err
        assert "100 MB" not in ran.err


def test_a_list_of_no_interviews_says_so(cli: Run, tmp_path: Path) -> None:
    assert "No interview is stored here yet" in cli("report", "--list", "--data-dir", tmp_path).out


def test_the_questions_are_readable_in_a_narrow_terminal(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = [line.rstrip() for line in cli("bank").out.splitlines()]
    start = lines.index("overfitting")
    assert lines[start + 1 : start + 4] == [
        "How would you explain to a new colleague what overfitting is and how to prevent",
        "it?",
        "Theory · Junior · Overfitting and generalisation · 5 minutes",
    ]


def test_search_says_when_nothing_fits(cli: Run) -> None:
    said = "Nothing fits well; these are the nearest."
    assert cli("search", "qwerty pizza").out.startswith(said)
    assert said not in cli("search", "overfitting").out
    assert said not in cli("search", "qwerty pizza", "--json").out


def test_the_exit_codes_are_the_documented_ones() -> None:
    assert (app.FAILED, app.MISUSED, app.STOPPED) == (1, 2, 130)


def test_help_is_quick() -> None:
    before = os.times()
    subprocess.run([sys.executable, "-m", "interviewer", "--help"], capture_output=True, check=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent < 0.5, f"--help took {spent:.2f} s of processor time"
