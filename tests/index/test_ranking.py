"""From passages to records: by meaning, by words, and by both."""

from __future__ import annotations

import numpy as np
import pytest

from interviewer.index.ranking import WORDS, Ranking


def unit(*numbers: float) -> list[float]:
    vector = np.array(numbers, dtype=float)
    return (vector / np.linalg.norm(vector)).tolist()  # type: ignore[no-any-return]


# Two short passages each, and a long text of "b" that is searched by words only.
OWNERS = ["a", "a", "b", "b", "b", "c", "c"]
TEXTS = ["apples", "pears", "plums", "cherries", "stone fruit such as quinces", "bread", "rolls"]
ONLY_WORDS = [False, False, False, False, True, False, False]
VECTORS = np.array(
    [unit(1, 0, 0), unit(1, 1, 0), unit(1, 0.1, 0), unit(0.3, 1, 0), unit(0, 0, 1), unit(0, 0, 1), unit(0, 1, 1)],
    dtype=np.float32,
)
EVERYWHERE = np.arange(len(OWNERS))
RANKING = Ranking(OWNERS, TEXTS, ONLY_WORDS, VECTORS)
APPLES = np.array(unit(1, 0, 0), dtype=np.float32)


def order(query: str, vector: np.ndarray[tuple[int, ...], np.dtype[np.float32]], way: str) -> list[str]:
    return [one.owner for one in RANKING.best(query, vector, EVERYWHERE, 3, way)]  # type: ignore[arg-type]


def test_by_meaning_a_record_counts_by_its_nearest_passage_and_by_all_of_them() -> None:
    first, second, third = RANKING.best("x", APPLES, EVERYWHERE, 3, "dense")
    assert [first.owner, second.owner, third.owner] == ["a", "b", "c"]
    cosines = [1.0, float(VECTORS[1][0])]
    assert first.score == pytest.approx((max(cosines) + sum(cosines) / 2) / 2, abs=1e-5)
    assert first.place == 0
    assert first.cosine == pytest.approx(1.0)


def test_a_long_text_is_not_compared_by_meaning() -> None:
    assert order("x", VECTORS[4], "dense")[0] == "c"


def test_by_words_the_long_text_is_searched_and_inflections_meet() -> None:
    assert order("a quince and a stone", APPLES, "lexical")[0] == "b"


def test_fused_words_decide_between_what_means_nearly_the_same() -> None:
    vector = np.array(unit(1, 0.5, 0), dtype=np.float32)
    assert order("nothing in common", vector, "fused")[0] == "a"
    assert order("quinces", vector, "fused")[0] == "b"
    (dense,) = [one for one in RANKING.best("quinces", vector, EVERYWHERE, 3, "dense") if one.owner == "b"]
    (fused,) = [one for one in RANKING.best("quinces", vector, EVERYWHERE, 3, "fused") if one.owner == "b"]
    assert fused.score == pytest.approx(dense.score + WORDS)


@pytest.mark.parametrize("query", ["", "the and of", "zzz", "🍎", "?!"])
def test_a_query_without_known_words_is_answered_by_meaning(query: str) -> None:
    assert order(query, APPLES, "fused") == order(query, APPLES, "dense")


def test_only_allowed_places_count_and_n_is_kept() -> None:
    some = np.array([2, 3, 5])
    assert [one.owner for one in RANKING.best("apples", APPLES, some, 5, "fused")] == ["b", "c"]
    assert RANKING.best("apples", APPLES, some, 0, "fused") == []
    assert RANKING.best("apples", APPLES, np.array([], dtype=int), 5, "fused") == []


def test_equals_come_in_the_order_of_their_names() -> None:
    same = np.array([unit(1, 0), unit(1, 0), unit(1, 0)], dtype=np.float32)
    ranking = Ranking(["z", "m", "b"], ["one", "one", "one"], [False] * 3, same)
    assert [one.owner for one in ranking.best("one", same[0], np.arange(3), 3, "fused")] == ["b", "m", "z"]
