"""From passages to records: how well a question (or guide) answers a query, by meaning and by words.

By meaning (dense): the cosine of the nearest passage, averaged with the mean cosine of all of the record's passages.
The nearest alone is easily one stray sentence; the mean alone cannot see that one wording fits exactly. By words
(lexical): BM25 (Robertson and Zaragoza, 2009, in Lucene's form) over all of a record's words, stemmed. Fused: both,
the words scaled to the best record of the query and weighed by ``WORDS``.

All of it was chosen on the development half of tests/retrieval.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from interviewer.embedding.base import Vectors
from interviewer.embedding.lexical import STOP_WORDS, stems
from interviewer.index.values import Way

if TYPE_CHECKING:
    from bm25s import BM25
    from numpy.typing import NDArray

WORDS = 0.1
"""What the words add to the meaning, at most."""

K1, B = 1.2, 0.4
"""BM25's saturation, and how much a long record is held back: little, since all records are long."""

DECIMALS = 6
"""Scores are rounded: sums differ in the last digits between machines, and equals must stay equals."""


@dataclass(frozen=True)
class Ranked:
    """A record with its score, and the place of its passage that is nearest in meaning with its cosine."""

    owner: str
    score: float
    place: int
    cosine: float


class Ranking:
    """Ranks the owners of passages. The sequences and the rows of ``vectors`` go together one by one."""

    def __init__(
        self, owners: Sequence[str], texts: Sequence[str], only_words: Sequence[bool], vectors: Vectors
    ) -> None:
        self._names = sorted(set(owners))
        number = {name: place for place, name in enumerate(self._names)}
        self._owner = np.array([number[owner] for owner in owners], dtype=np.intp)
        self._dense = ~np.array(only_words, dtype=bool)
        self._vectors = vectors
        words: list[list[str]] = [[] for _ in self._names]
        whole = {owner for owner, alone in zip(owners, only_words, strict=True) if alone}
        for owner, text, alone in zip(owners, texts, only_words, strict=True):
            if alone or owner not in whole:  # a record without a long text is searched by its passages' words
                words[number[owner]] += _words(text)
        self._bm25 = _bm25(words)

    def best(self, query: str, vector: Vectors, places: NDArray[np.intp], n: int, way: Way) -> list[Ranked]:
        """The ``n`` best of the records that own a passage at ``places``, best first; equals in the order of names."""
        places = places[self._dense[places]]
        if not places.size or n < 1:
            return []
        # einsum, not a matrix product: the same sums whatever is asked beside it, and no BLAS threads, which on a busy
        # machine wait for each other longer than this takes.
        cosines = np.round(
            np.clip(np.einsum("ij,j->i", self._vectors, vector)[places].astype(np.float64), -1, 1), DECIMALS
        )
        owners = self._owner[places]
        there = np.unique(owners)
        count = len(self._names)
        nearest = np.full(count, -1.0)
        np.maximum.at(nearest, owners, cosines)
        sums, sizes = np.bincount(owners, cosines, count), np.bincount(owners, minlength=count)
        meaning = (nearest[there] + sums[there] / sizes[there]) / 2
        scores = meaning
        if way != "dense":
            words = self._lexical(query)[there]
            scores = words if way == "lexical" else meaning + WORDS * words
        scores = np.round(scores, DECIMALS)
        chosen = there[np.lexsort((there, -scores))[:n]]
        score_of = dict(zip(there.tolist(), scores.tolist(), strict=True))
        return [self._ranked(int(owner), score_of[int(owner)], places, owners, cosines) for owner in chosen]

    def _ranked(
        self, owner: int, score: float, places: NDArray[np.intp], owners: NDArray[np.intp], cosines: NDArray[np.float64]
    ) -> Ranked:
        mine = np.flatnonzero(owners == owner)
        nearest = mine[int(cosines[mine].argmax())]
        return Ranked(self._names[owner], score, int(places[nearest]), float(cosines[nearest]))

    def _lexical(self, query: str) -> NDArray[np.float64]:
        """For every record 0 to 1: its BM25 score in proportion to the best one's."""
        asked = [word for word in _words(query) if word in self._bm25.vocab_dict] if self._bm25 else []
        if self._bm25 is None or not asked:
            return np.zeros(len(self._names))
        scores = np.asarray(self._bm25.get_scores(asked), dtype=np.float64)
        top = float(scores.max())
        return scores / top if top > 0 else scores


def _words(text: str) -> list[str]:
    return [stem for stem in stems(text) if stem not in STOP_WORDS]


def _bm25(documents: list[list[str]]) -> BM25 | None:
    if not any(documents):
        return None
    from bm25s import BM25  # takes a fifth of a second, which only a search has to spend

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it tells everybody's log that it is at work
    made = BM25(k1=K1, b=B, method="lucene")
    made.index(documents, show_progress=False)
    return made
