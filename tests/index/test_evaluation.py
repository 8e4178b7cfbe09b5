"""The figures of retrieval, and what search reaches on the judged queries."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from interviewer.bank import load_bank
from interviewer.index.evaluation import JudgedQuery, by_kind, figures, ndcg, recall
from interviewer.resources import knowledge_dir

QUERIES = Path(__file__).parents[1] / "retrieval" / "queries.yaml"
RECORDS = list("abcdefghijklmnop")

found_lists = st.permutations(RECORDS)
wanted_sets = st.sets(st.sampled_from(RECORDS), min_size=1, max_size=5)


def test_recall_is_the_share_of_what_could_be_found() -> None:
    assert recall(["a", "b", "c"], {"a"}, 1) == 1
    assert recall(["a", "b", "c"], {"c"}, 2) == 0
    assert recall(["a", "b", "c"], {"a", "c"}, 2) == 0.5
    assert recall(["a"], {"a", "b", "c"}, 1) == 1  # no list of one can hold more


def test_ndcg_by_hand() -> None:
    assert ndcg(["x", "a", "y", "b"], {"a", "b"}) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3))
    )


@given(found=found_lists, wanted=wanted_sets)
def test_both_lie_between_nothing_and_all(found: list[str], wanted: set[str]) -> None:
    assert 0 <= ndcg(found, wanted) <= 1 + 1e-12
    assert 0 <= recall(found, wanted, 1) <= 1
    assert ndcg([*wanted, *(one for one in found if one not in wanted)], wanted) == pytest.approx(1)


@given(found=found_lists, wanted=wanted_sets, place=st.integers(0, len(RECORDS) - 2))
def test_moving_a_right_record_up_never_lowers_a_figure(found: list[str], wanted: set[str], place: int) -> None:
    if found[place] in wanted or found[place + 1] not in wanted:
        return
    better = [*found[:place], found[place + 1], found[place], *found[place + 2 :]]
    assert ndcg(better, wanted) >= ndcg(found, wanted)
    assert all(recall(better, wanted, k) >= recall(found, wanted, k) for k in (1, 5, 10))


def test_kinds_are_averaged_apart_and_together() -> None:
    queries = [
        JudgedQuery(query=name, relevant=("a",), kind=kind) for name, kind in (("1", "x"), ("2", "y"), ("3", "x"))
    ]
    table = by_kind(queries, [["a"], ["b"], ["b", "a"]], [frozenset("a")] * 3)
    assert list(table) == ["x", "y", "all"]
    assert [table[kind].recall_1 for kind in table] == [0.5, 0.0, pytest.approx(1 / 3)]
    assert [table[kind].queries for kind in table] == [2, 1, 3]


def test_no_query_has_no_average() -> None:
    with pytest.raises(ValueError, match="no query"):
        figures([], [])


def test_the_judged_queries_cover_the_bank_in_two_halves_that_share_no_question() -> None:
    bank = load_bank(knowledge_dir())
    queries = [JudgedQuery.model_validate(one) for one in yaml.safe_load(QUERIES.read_text(encoding="utf-8"))]
    assert len(queries) >= 150
    assert {one for query in queries for one in query.relevant} == {
        *bank.questions,
        *(f"guide:{guide}" for guide in bank.guides),
    }
    halves = {half: {q.relevant[0] for q in queries if q.half == half} for half in ("development", "test")}
    assert not halves["development"] & halves["test"]
    assert min(sum(q.half == half for q in queries) for half in halves) > 100


@pytest.mark.weights
def test_search_keeps_its_aims_and_the_docs_say_what_is_so(
    weights_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from interviewer.cli import main

    monkeypatch.setenv("INTERVIEWER_WEIGHTS_DIR", str(weights_folder))
    assert main(["evaluate", "retrieval"]) == 0
    printed = capsys.readouterr().out.strip()
    last = [cell.strip() for cell in printed.splitlines()[-1].split("|")]
    recall_5, ndcg_10 = float(last[4]), float(last[5])
    assert recall_5 >= 0.95
    assert ndcg_10 >= 0.85
    page = (Path(__file__).parents[2] / "docs" / "quality.md").read_text(encoding="utf-8")
    assert printed in page, "run “python scripts/figures.py”"
