"""Searching, against the same weights run as Chroma's default embedding function runs them: padded to 256 pieces."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.table import heading, milliseconds, row
from interviewer.bank import load_bank
from interviewer.embedding import MiniLMEmbedder, load_embedder
from interviewer.embedding.base import Embedder, Vectors
from interviewer.index import Index, bank_passages, open_index
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings

QUERIES = 60
PADDED = 256


class Padded:
    """The same vectors at the price that padding has: each text is also computed at ``PADDED`` positions."""

    def __init__(self, encoder: MiniLMEmbedder) -> None:
        self._encoder = encoder
        self.id, self.dimensions, self.notice = encoder.id, encoder.dimensions, encoder.notice

    def embed(self, texts: Sequence[str]) -> Vectors:
        for text in texts:
            self._encoder.encode_padded(text, PADDED)
        return self._encoder.embed(texts)  # remembered from the search before: nothing is computed twice


def main(folder: Path, settings: Settings) -> None:
    bank = load_bank(settings.knowledge_dir or knowledge_dir())
    embedder = load_embedder(settings)

    def opened(embedder: Embedder) -> Index:
        return open_index(
            folder / "index",
            bank_hash=bank.hash,
            embedder=embedder,
            passages=lambda: bank_passages(bank.questions.values(), bank.guides.values(), bank.topic_title),
        )

    index = opened(embedder)
    padded = opened(Padded(embedder)) if isinstance(embedder, MiniLMEmbedder) else None
    words = [word for question in bank.questions.values() for word in question.prompt.split()]
    rng = np.random.default_rng(7)
    queries = [" ".join(rng.choice(words, 9)) for _ in range(QUERIES)]
    heading(f"Search: {QUERIES} different queries of 9 words over {len(index)} passages")
    row("", "p50", "p95")
    for one in (index, padded):
        if one is not None:
            one.search("warm")
    ours, theirs = [], []
    for query in queries:
        ours.append(_timed(index, query))
        if padded is not None:
            theirs.append(_timed(padded, query))
    row("a search: embed, look up, group", *milliseconds(ours))
    if theirs:
        row(f"the same, the query padded to {PADDED} pieces", *milliseconds(theirs))
        row("ratio of the medians", f"{np.median(theirs) / np.median(ours):.1f} x")


def _timed(index: Index, query: str) -> float:
    began = time.perf_counter()
    index.search(query)
    return time.perf_counter() - began
