"""What a search finds."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from interviewer.domain.words import Role, Seniority
from interviewer.index import Filters, Index, Passage, open_index
from tests.index.toy import BANK, SUBJECTS, ToyEmbedder, ask, outcome, passages, toy_index


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return toy_index(tmp_path_factory.mktemp("index"))


def test_a_question_is_found_by_its_best_passage_and_only_once(index: Index) -> None:
    hits = index.search("explain dropout to me", 8)
    assert hits[0].question_id == "q-dropout"
    assert hits[0].passage_id == "q-dropout:1"
    assert hits[0].text == "explain dropout to me"
    assert hits[0].cosine == pytest.approx(1, abs=1e-5)
    assert len({hit.question_id for hit in hits}) == len(hits) == 8
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(-1 <= hit.cosine <= 1 for hit in hits)


def test_n_limits_the_questions(index: Index) -> None:
    assert [len(index.search("bias", n)) for n in (0, 1, 3, 8, 50)] == [0, 1, 3, 8, 8]


def test_questions_and_guides_do_not_mix(index: Index) -> None:
    assert {hit.guide_id for hit in index.search("thanks", 50)} == {None}
    (hit,) = index.search("writing thanks", 5, kind="guide")
    assert (hit.guide_id, hit.question_id, hit.id) == ("thanks", None, "thanks")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(role="data_scientist"), SUBJECTS[1::2]),
        (Filters(role=Role.DATA_SCIENTIST), SUBJECTS[1::2]),
        (Filters(role="ml_engineer"), SUBJECTS),
        (Filters(role=("data_scientist", "ai_researcher")), SUBJECTS[1::2]),
        (Filters(role="ai_researcher"), []),
        (Filters(seniority=Seniority.MID), SUBJECTS[1::3]),
        (Filters(seniority=("junior", "senior")), [s for n, s in enumerate(SUBJECTS) if n % 3 != 1]),
        (Filters(stage="coding"), SUBJECTS[6:]),
        (Filters(topic=("topic-1", "topic-9")), SUBJECTS[4:]),
        (Filters(topic=()), []),
        (Filters(role="data_scientist", seniority="mid", stage="theory", topic="topic-0"), [SUBJECTS[1]]),
    ],
    ids=str,
)
def test_filters_let_through_exactly_what_fits(index: Index, filters: Filters, expected: list[str]) -> None:
    found = index.search("anything", 50, filters)
    assert {hit.question_id for hit in found} == {f"q-{subject}" for subject in expected}


def test_many_queries_at_once_find_what_each_finds_alone(index: Index) -> None:
    queries = ["what are priors", "", "recall in practice", "thanks"]
    assert index.search_many(queries, 4) == [index.search(query, 4) for query in queries]
    assert index.search_many([]) == []


def test_threads_share_an_index(index: Index) -> None:
    expected = ask(index)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(ask(index))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 6


class RandomEmbedder:
    """Any vector at all, fixed by the text."""

    id = "random"
    dimensions = 24
    notice: str | None = None

    def embed(self, texts: list[str] | tuple[str, ...] | object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        assert isinstance(texts, list | tuple)
        rows = [np.random.default_rng(sum(map(ord, text)) * 7919 + len(text)).normal(size=24) for text in texts]
        out = np.array(rows, dtype=np.float32).reshape(len(rows), 24)
        return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), dtype=np.float32)


def test_results_are_exact_though_chromas_search_is_approximate(tmp_path: Path) -> None:
    # Uneven on purpose: a few questions own most of the passages, and many passages are the same.
    owners = [f"q{int(number**0.5)}" for number in range(1500)]
    some = [
        Passage(f"p{number}", owner, None, f"text {number % 400}", {"roles": ["a"] if number % 3 else ["a", "b"]})
        for number, owner in enumerate(owners)
    ]
    embedder = RandomEmbedder()
    index = open_index(tmp_path, bank_hash=BANK, embedder=embedder, passages=lambda: some)
    stored = embedder.embed([passage.text for passage in some])
    for query in (f"query {number}" for number in range(25)):
        cosines = stored @ embedder.embed([query])[0]
        for filters, allowed in ((Filters(), range(1500)), (Filters(role="b"), range(0, 1500, 3))):
            mine: dict[str, list[float]] = {}
            for place in allowed:
                mine.setdefault(owners[place], []).append(float(cosines[place]))
            meaning = {owner: (max(found) + sum(found) / len(found)) / 2 for owner, found in mine.items()}
            hits = index.search(query, 10, filters, way="dense")
            assert [hit.score for hit in hits] == pytest.approx(sorted(meaning.values(), reverse=True)[:10], abs=2e-6)
            assert all(max(mine[hit.id]) == pytest.approx(hit.cosine, abs=2e-6) for hit in hits)


def test_one_question_with_very_many_passages_does_not_hide_the_others(tmp_path: Path) -> None:
    some = [Passage(f"big:{number}", "big", None, f"what are trees {number % 7}") for number in range(400)]
    some += [Passage("small:0", "small", None, "what are priors")]
    index = open_index(tmp_path, bank_hash=BANK, embedder=ToyEmbedder(), passages=lambda: some)
    assert [hit.id for hit in index.search("what are trees", 5)] == ["big", "small"]


def test_what_is_asked_is_not_on_disk_afterwards(tmp_path: Path) -> None:
    index = toy_index(tmp_path)
    index.search("my manager Zebulon told me about trees")
    index.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"Zebulon" in path.read_bytes()]
    assert outcome(index.search("what are trees", 1))[0][0] == "q-trees"


def test_an_empty_bank_finds_nothing(tmp_path: Path) -> None:
    index = open_index(tmp_path, bank_hash=BANK, embedder=ToyEmbedder(), passages=list)
    assert index.search("anything") == []
    assert len(index) == 0


def test_progress_is_told_from_nothing_to_all(tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    open_index(
        tmp_path, bank_hash=BANK, embedder=ToyEmbedder(), passages=passages, on_progress=lambda *now: said.append(now)
    )
    assert said[0] == (0, 25)
    assert said[-1] == (25, 25)


def test_chroma_is_not_imported_before_an_index_is_opened() -> None:
    code = (
        "import sys, interviewer.index, interviewer.embedding;"
        "print(sorted({'chromadb', 'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": ":".join(sys.path)}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
