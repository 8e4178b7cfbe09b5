"""``interviewer kits`` and ``interviewer results``: the same results from a terminal."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from interviewer.domain.kit import KitContent, KitQuestion
from interviewer.domain.rating import Rating
from interviewer.runtime import Runtime
from tests.cli.conftest import Run
from tests.cli.test_contracts import valid
from tests.ui.kit_with_answers import grade_all


@pytest.fixture
def kit_id(cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A kit with one candidate, whose answer Anna rated."""
    monkeypatch.setenv("INTERVIEWER_DATA_DIR", str(tmp_path / "data"))
    runtime = Runtime()
    question = runtime.bank.questions["overfitting"]
    content = KitContent(
        title="Spring",
        asks="Example Ltd",
        consent="Yes.",
        another_way="Ask.",
        questions=(KitQuestion(question=question),),
    )
    made = runtime.store.kits.create(content)
    runtime.store.kits.open(made)
    interview_id = runtime.store.kits.bring_in(made, "=Ada", {1: "It memorises the noise of its training data."})
    grade_all(runtime, interview_id)
    rating = Rating(interview_id=interview_id, exchange=1, rater="Anna", rubric_hash=question.rubric.hash, band=4)
    runtime.store.ratings.bring_in(made, [rating])
    runtime.store.database.close()
    return made


def test_kits_are_listed_for_people_and_for_programs(cli: Run, kit_id: str) -> None:
    listed = cli("kits")
    assert listed.code == 0
    assert kit_id in listed.out
    assert "Spring" in listed.out
    assert [one["id"] for one in cli("kits", "--json").json] == [kit_id]


def test_without_kits_it_says_how_to_make_one(cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INTERVIEWER_DATA_DIR", str(tmp_path / "empty"))
    assert "No kit is stored here yet" in cli("kits").out


def test_json_is_what_the_contract_says(cli: Run, kit_id: str, tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    ran = cli("results", kit_id, "--format", "json", "--out", out)
    assert (ran.code, ran.out) == (0, "")
    found = json.loads(out.read_text(encoding="utf-8"))
    valid("results", found)
    stands = found["candidates"][0]["answers"][0]["stands"]
    assert (stands["by"], stands["band"]) == ("people", 4)


def test_csv_and_workbook_are_written_whole(cli: Run, kit_id: str, tmp_path: Path) -> None:
    table, book = tmp_path / "r.csv", tmp_path / "r.xlsx"
    assert cli("results", kit_id, "-o", table).code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert rows[0]["candidate"] == "'=Ada"
    assert cli("results", kit_id, "-f", "xlsx", "-o", book).code == 0
    assert zipfile.ZipFile(book).testzip() is None
    assert [path.name for path in sorted(tmp_path.glob("r.*"))] == ["r.csv", "r.xlsx"]


def test_codes_stand_instead_of_names(cli: Run, kit_id: str, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    cli("results", kit_id, "--format", "json", "--codes", "-o", out)
    assert json.loads(out.read_text(encoding="utf-8"))["candidates"][0]["candidate"] == "Candidate 01"


def test_ratings_go_on_to_calibrate(cli: Run, kit_id: str, tmp_path: Path) -> None:
    out = tmp_path / "ratings.jsonl"
    cli("results", kit_id, "--format", "ratings", "-o", out)
    found = cli("calibrate", out, "--json")
    assert found.code == 0
    assert found.json["people"] == ["Anna"]
    assert len(found.json["machines"]) == 1


def test_an_unknown_kit_is_misuse_with_a_way_out(cli: Run, kit_id: str) -> None:
    ran = cli("results", "nobody")
    assert ran.code == 2
    assert "There is no kit with the ID 'nobody' here." in ran.err
    assert "interviewer kits" in ran.err


def test_a_file_that_cannot_be_written_is_told(cli: Run, kit_id: str, tmp_path: Path) -> None:
    ran = cli("results", kit_id, "-o", tmp_path / "no folder" / "r.csv")
    assert ran.code == 1
    assert "cannot be written" in ran.err


def test_a_report_is_for_ones_own_interviews(cli: Run, kit_id: str) -> None:
    """It would be by the frozen rubric alone, and a person's rating would not stand above the machine's."""
    made = cli("results", kit_id, "--format", "json").json
    told = cli("report", made["candidates"][0]["interview"])
    assert told.code == 2
    assert f"interviewer results {kit_id}" in told.err
    assert "memorises" not in told.out
