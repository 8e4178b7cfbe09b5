"""Other programs rely on these outputs to the letter: each is checked against the schema that is published for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from interviewer.cli.schema import document
from interviewer.contracts import SCHEMAS
from tests.cli.conftest import Run

DOCUMENT = Path(__file__).parents[2] / "docs" / "contracts.md"


def valid(name: str, value: Any) -> None:
    """Raises when ``value`` is not what the schema says."""
    jsonschema.Draft202012Validator(SCHEMAS[name].json_schema()).validate(value)


def test_the_document_is_what_the_code_says() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: interviewer schema --markdown > docs/contracts.md"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_printed_and_is_a_schema(cli: Run, name: str) -> None:
    schema = cli("schema", name).json
    jsonschema.Draft202012Validator.check_schema(schema)
    assert name in cli("schema", "--list").out


def test_bank_prints_every_question_as_the_contract_says(cli: Run) -> None:
    questions = cli("bank", "--json").json
    valid("bank", questions)
    assert len(questions) >= 19
    assert list(questions[0]) == [
        "id", "prompt", "topic", "stage", "seniority", "roles", "format", "minutes", "sources", "rubric",
    ]  # fmt: skip
    assert set(questions[0]["rubric"]) == {"hash", "criteria"}
    assert set(questions[0]["rubric"]["criteria"][0]) == {"id", "text", "kind", "weight"}


def test_bank_with_an_id_prints_that_question_only(cli: Run) -> None:
    assert [question["id"] for question in cli("bank", "overfitting", "--json").json] == ["overfitting"]
    assert "memorises" in cli("bank", "overfitting").out


def test_bank_lists_all_questions_for_people_and_checks_them(cli: Run) -> None:
    assert "overfitting" in cli("bank").out
    assert "is valid" in cli("bank", "--check").out


def test_search_gives_the_nearest_first(cli: Run) -> None:
    ran = cli("search", "what is overfitting and how to prevent it", "-n", "4", "--json")
    valid("search", ran.json)
    assert ran.json[0]["id"] == "overfitting"
    assert len(ran.json) == 4
    scores = [hit["score"] for hit in ran.json]
    assert scores == sorted(scores, reverse=True)
    assert list(ran.json[0]) == ["id", "prompt", "score", "cosine", "topic", "stage", "seniority", "sources"]


def test_search_keeps_to_its_filters(cli: Run) -> None:
    hits = cli("search", "learning", "--json", "-n", "50", "--seniority", "junior", "--stage", "theory").json
    assert hits
    assert {(hit["seniority"], hit["stage"]) for hit in hits} == {("junior", "theory")}


def test_search_of_a_topic_takes_in_the_topics_below_it(cli: Run) -> None:
    from interviewer.bank import load_bank
    from interviewer.resources import knowledge_dir

    bank = load_bank(knowledge_dir())
    parent = next(p for q in bank.questions.values() for p in bank.ancestors[q.topic][1:])
    found = {hit["id"] for hit in cli("search", "x", "--json", "-n", "1000", "--topic", parent).json}
    assert found == {q.id for q in bank.questions.values() if parent in bank.ancestors[q.topic]}


def test_queries_from_a_file_give_one_array_a_line_in_order(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "queries.txt"
    file.write_text("overfitting\n\nhash table\n", encoding="utf-8")
    lines = cli("search", "--file", file, "--json", "-n", "2").lines
    for line in lines:
        valid("search", line)
    assert [len(line) for line in lines] == [2, 0, 2]
    assert lines[0] == cli("search", "overfitting", "-n", "2", "--json").json
    assert lines[2][0]["id"] == "hash-table"


def test_grade_prints_one_valid_line_for_each(cli: Run, tmp_path: Path) -> None:
    said = "The model memorises the noise in its training data and does badly on new data."
    lines: list[dict[str, Any]] = [
        {"id": "bank", "answer": said, "question_id": "overfitting"},
        {"id": "free", "answer": said, "question": "What is overfitting and how would you prevent overfitting?"},
        {"id": "far", "answer": said, "question": "zzz qqq"},
        {"id": "criteria", "answer": said, "criteria": ["Says that it memorises noise", "Mentions more data"]},
        {"id": "reference", "answer": said, "reference": "It memorises noise. Collect more training data."},
        {
            "id": "turns",
            "turns": [{"role": "interviewer", "text": "Well?"}, {"role": "candidate", "text": said}],
            "question_id": "overfitting",
        },
        {"id": "bad", "answer": 3, "question_id": "overfitting"},
    ]
    for line in lines[:-1]:
        valid("grade-input", line)
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    ran = cli("grade", file)
    for result in ran.lines:
        valid("grade-output", result)
    assert [result["id"] for result in ran.lines] == [line["id"] for line in lines]
    by_id = {result["id"]: result for result in ran.lines}
    assert by_id["far"]["error"] == "no rubric"
    assert by_id["bad"]["status"] == "ungraded"
    assert by_id["bank"]["status"] == "graded"
    assert by_id["bank"]["question_id"] == "overfitting"
    assert by_id["bank"]["match"] is None
    quotes = [quote for result in ran.lines for verdict in result["verdicts"] for quote in verdict["quotes"]]
    assert quotes
    assert all(said[quote["start"] : quote["end"]] == quote["text"] for quote in quotes)
