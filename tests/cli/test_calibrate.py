"""``interviewer calibrate``: from a file to figures, for people and for programs."""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Run
from tests.cli.test_contracts import valid


def lines(items: int, raters: list[str], *, criteria: tuple[str | None, ...] = (None,), seed: int = 0) -> str:
    random = np.random.default_rng(seed)
    made = []
    for criterion in criteria:
        worth = random.normal(size=items)
        for rater in raters:
            scores = np.clip(np.round(3 + worth + 0.6 * random.normal(size=items)), 1, 5)
            for item, score in enumerate(scores):
                line = {"item": f"Antwort {item} ✓", "rater": rater, "score": score}
                made.append(json.dumps({**line, "criterion": criterion} if criterion else line, ensure_ascii=False))
    return "\n".join(made) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.jsonl"
    path.write_text(lines(30, ["Ann", "Bo", "machine"], criteria=("clarity", "depth")), encoding="utf-8")
    return path


def test_people_read_tables_and_sentences(cli: Run, file: Path) -> None:
    ran = cli("calibrate", file)
    assert (ran.code, ran.err) == (0, "")
    for said in ("2 people and 1 machine (machine)", "Over all", "Criterion “clarity”", "Criterion “depth”"):
        assert said in ran.out
    for said in ("quadratic kappa", "Krippendorff's alpha", "ICC(2,1)", "ICC(2,k)", "machine less people", "95 % BCa"):
        assert said in ran.out
    for said in ("Landis and Koch 1977", "Krippendorff 2004", "Koo and Li 2016", "Williamson, Xi and Breyer 2012"):
        assert said in ran.out


def test_programs_read_what_the_contract_says(cli: Run, file: Path) -> None:
    ran = cli("calibrate", file, "--json")
    valid("agreement", ran.json)
    assert (ran.json["people"], ran.json["machines"]) == (["Ann", "Bo"], ["machine"])
    assert [part["criterion"] for part in ran.json["criteria"]] == ["clarity", "depth"]
    assert cli("calibrate", file, "--json").out == ran.out
    other = cli("calibrate", file, "--json", "--seed", 7).json
    assert other["seed"] == 7
    assert other["overall"]["people"]["kappa"]["value"] == ran.json["overall"]["people"]["kappa"]["value"]
    assert other["overall"]["people"]["kappa"]["low"] != ran.json["overall"]["people"]["kappa"]["low"]


def test_a_machine_of_another_name_is_named(cli: Run, file: Path) -> None:
    assert cli("calibrate", file, "--json", "--machine", "Bo").json["machines"] == ["Bo"]
    ran = cli("calibrate", file, "--machine", "Cy")
    assert ran.code == 2
    assert ran.err == "No rating is by “Cy”.\nThe raters are: Ann, Bo, machine.\n"


def test_the_one_criterion_there_is_is_shown_once(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(lines(12, ["a", "b"], criteria=("depth",)), encoding="utf-8")
    assert cli("calibrate", path).out.count("\n# ") == 1


def test_csv_and_a_pipe_do_as_well(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "\ufeffitem;rater;score\r\n" + "".join(f"{n};{rater};{n % 4 + 1}\r\n" for n in range(12) for rater in "pq")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rows.encode())))
    ran = cli("calibrate", "-", "--json")
    assert ran.json["overall"]["people"]["exact"]["value"] == 1
    assert ran.json["overall"]["people"]["kappa"]["value"] == 1


def test_every_bad_line_is_named_and_nothing_is_computed(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    good = '{"item": 1, "rater": "p", "score": 3}\n'
    path.write_text(good + '{"item": 2, "rater": "p", "score": "so-so"}\n' + good, encoding="utf-8")
    ran = cli("calibrate", path, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "Line 2: the score “so-so” is no number. Give a number or one of: contradicted, missing, partial, met.",
        "Line 3: “p” already rated “1” in line 1. Keep the one that counts.",
        "Nothing was computed. Correct the file and give the command again.",
    ]


def test_thousands_of_bad_lines_are_not_all_printed(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text("{}\n" * 5000, encoding="utf-8")
    ran = cli("calibrate", path)
    assert len(ran.err.splitlines()) == 102
    assert "And 4,900 more lines." in ran.err


def test_lines_without_a_rating_are_counted(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(lines(12, ["p", "q"]) + '{"item": "x", "rater": "p", "score": null}\n', encoding="utf-8")
    ran = cli("calibrate", path, "--json")
    assert ran.code == 0
    assert ran.err == "Notice: 1 line without a rating, which count nowhere.\n"


def test_nothing_to_read_is_said(cli: Run, tmp_path: Path) -> None:
    assert cli("calibrate", tmp_path / "none.jsonl").code == 2
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    ran = cli("calibrate", empty)
    assert (ran.code, ran.err.splitlines()[0]) == (2, "Line 1: the file is empty. Put one rating on each line.")
    unrated = tmp_path / "unrated.jsonl"
    unrated.write_text('{"item": "x", "rater": "p", "score": null}\n', encoding="utf-8")
    assert "There is no rating here." in cli("calibrate", unrated).err


def test_what_is_too_few_is_said_and_not_made_up(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    path.write_text(lines(5, ["p", "q", "machine"]), encoding="utf-8")
    ran = cli("calibrate", path)
    assert ran.code == 0
    assert "| quadratic kappa | not estimable | 0 |" in ran.out
    assert "- exact, people: 5 items; an interval needs 10." in ran.out
    assert "| p | 5 |" in ran.out
    assert "cannot be told" in ran.out
    valid("agreement", cli("calibrate", path, "--json").json)


def test_a_hundred_thousand_lines_take_seconds(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(lines(10_000, [*(f"p{n}" for n in range(9)), "machine"]), encoding="utf-8")
    began = time.process_time()
    ran = cli("calibrate", path, "--json")
    assert ran.json["overall"]["ratings"] == 100_000
    assert time.process_time() - began < 60  # six on an idle machine; tests share theirs


def test_the_simulations_print_their_tables(cli: Run) -> None:
    ran = cli("evaluate", "agreement", "--only", "power", "--simulations", 10, "--json")
    assert [table["name"] for table in ran.json["tables"]] == [
        "false-alarms", "half-a-band", "a-whole-band", "called-severe",
    ]  # fmt: skip
    assert cli("evaluate", "agreement", "--only", "luck").code == 2
