"""Measuring from a terminal: search, the linter, and what is asked on a wish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from interviewer.domain.knowledge import AnswerKind
from tests.cli.conftest import Run


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    lines = [
        {"query": "What is overfitting?", "relevant": ["overfitting"], "kind": "name", "half": "test"},
        {"query": "thank-you note", "relevant": ["guide:thank-you-note"], "kind": "advice", "half": "test"},
        {"query": "primary and foreign keys", "relevant": ["s2-q15"], "kind": "name", "half": "development"},
    ]
    path = tmp_path / "queries.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_search_is_measured_by_kind_and_by_way(cli: Run, queries: Path) -> None:
    ran = cli("evaluate", "retrieval", queries, "--half", "all", "--json")
    assert ran.code == 0
    assert set(ran.json) == {"fused", "dense", "lexical"}
    assert list(ran.json["fused"]) == ["name", "advice", "all"]
    assert ran.json["fused"]["all"] == {"queries": 3, "recall_1": 1.0, "recall_5": 1.0, "ndcg_10": 1.0}


def test_the_half_that_is_reported_is_the_test_half(cli: Run, queries: Path) -> None:
    table = cli("evaluate", "retrieval", queries).out.splitlines()
    assert [line.split("|")[1].strip() for line in table[2:]] == ["name", "advice", "all"]
    assert table[-1].split("|")[2].strip() == "2"


def test_yaml_is_read_as_well_as_json_lines(cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "queries.yaml"
    path.write_text(yaml.safe_dump([{"query": "hash table", "relevant": ["hash-table"]}]), encoding="utf-8")
    assert cli("evaluate", "retrieval", path, "--json").json["lexical"]["all"]["recall_1"] == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"query": "x", "relevant": ["no-such-record"]}', "no-such-record"),
        ('{"query": "x"}', "relevant"),
        ("{", "line 1"),
        ("", "no example"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(cli: Run, tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "queries.jsonl"
    path.write_text(content, encoding="utf-8")
    ran = cli("evaluate", "retrieval", path)
    assert ran.code == 2
    assert complaint in ran.err
    assert "Traceback" not in ran.err


def test_the_linter_is_measured_on_planted_edits(cli: Run, tmp_path: Path) -> None:
    criterion = "rubric.criteria.fits_noise"
    edits: list[dict[str, object]] = [
        {"id": "vague", "path": f"{criterion}.text", "value": "Mentions the key points", "rule": "vague"},
        {"id": "harmless", "path": "minutes", "value": 6},
        {"id": "missed", "path": "minutes", "value": 7, "rule": "copied"},
    ]
    edits = [{"question": "overfitting", **edit} for edit in edits]
    path = tmp_path / "planted.yaml"
    path.write_text(yaml.safe_dump(edits), encoding="utf-8")
    figures = cli("evaluate", "lint", path, "--json").json
    assert (figures["recall"], figures["precision"]) == (0.5, 1.0)
    shown = cli("evaluate", "lint", path).out
    assert "| vague | 1 | 1 | 1.00 |" in shown
    assert "missed" in shown


def test_a_bad_rubric_of_ones_own_is_found_and_the_exit_code_says_so(cli: Run, tmp_path: Path) -> None:
    import shutil

    from interviewer.resources import knowledge_dir

    folder = tmp_path / "bank"
    shutil.copytree(knowledge_dir(), folder)
    record = folder / "questions" / "overfitting.yaml"
    content = yaml.safe_load(record.read_text(encoding="utf-8"))
    content["rubric"]["criteria"][0]["text"] = "Understands overfitting well"
    record.write_text(yaml.safe_dump(content), encoding="utf-8")
    ran = cli("bank", "overfitting", "--lint", "--json", "--knowledge-dir", folder)
    assert ran.code == 1
    assert "unobservable" in {finding["rule"] for finding in ran.json}
    assert "Understands overfitting well" in cli("bank", "overfitting", "--lint", "--knowledge-dir", folder).out


def test_a_wish_and_a_company_reach_the_interview(cli: Run, tmp_path: Path) -> None:
    script = tmp_path / "script.txt"
    script.write_text("/end\nyes\n", encoding="utf-8")
    text = tmp_path / "company.txt"
    text.write_text("Ada Bakeries bakes bread for 40 shops in the north.", encoding="utf-8")
    ran = cli("ask", "--script", script, "--json", "--count", 2, "--about", "hash tables", "--company", "Ada Bakeries",
              "--company-text", text)  # fmt: skip
    assert ran.code == 0
    first = ran.lines[0]
    assert first["setup"]["request"] == "hash tables"
    assert first["setup"]["company"]["name"] == "Ada Bakeries"
    assert any(event.get("question_id") == "hash-table" for event in ran.lines)


def test_a_text_without_a_company_and_a_wish_for_nothing_there_is_are_refused(cli: Run, tmp_path: Path) -> None:
    text = tmp_path / "company.txt"
    text.write_text("We bake.", encoding="utf-8")
    ran = cli("ask", "--company-text", text)
    assert (ran.code, "--company" in ran.err) == (2, True)
    ran = cli("ask", "--script", text, "--about", "zxqv")
    assert ran.code == 2
    assert "zxqv" in ran.err


# --- grading ------------------------------------------------------------------------------------------------


def test_the_grader_is_measured_table_by_table(cli: Run) -> None:
    ran = cli("evaluate", "grading", "--only", "kinds", "--only", "credit", "--json")
    assert ran.code == 0
    assert ran.json["half"] == "test"
    assert ran.json["grader"]["name"] == "offline"
    kinds, credit = ran.json["tables"]
    assert [kinds["name"], credit["name"]] == ["kinds", "credit"]
    assert {row["kind"] for row in kinds["rows"]} == {kind.value for kind in AnswerKind}
    for row in kinds["rows"]:
        assert sum(row[str(band)] for band in range(1, 6)) == row["answers"]


def test_a_section_that_there_is_not_is_named(cli: Run) -> None:
    ran = cli("evaluate", "grading", "--only", "beauty")
    assert ran.code == 2
    assert "beauty" in ran.err
    assert "agreement" in ran.err
