"""The only place that imports chromadb, and only when it is needed: that takes a second.

Chroma stores passages with our vectors and finds the nearest. It embeds nothing itself (its default function would
download a model), and no query's text reaches it. A collection is filled once and then only read.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interviewer.embedding.base import Vectors
from interviewer.errors import IndexUnavailable
from interviewer.index.values import Filters, Hit, Kind, Passage

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection

_NAME = "passages"
_FIRST_LOOK = 50  # passages asked for at first; more when they belong to too few questions
_EF_LIMIT = 100_000

_clients = threading.Lock()  # Chroma's table of clients by path is not made for threads


class Collection:
    """One folder of Chroma's, open. Any method may raise any of Chroma's errors: the caller sorts them."""

    def __init__(self, folder: Path, client: Client, chroma: ChromaCollection) -> None:
        self.folder = folder
        self._client = client
        self._chroma = chroma
        self.count = chroma.count()

    def search(self, vectors: Vectors, n: int, filters: Filters, kind: Kind) -> list[list[Hit]]:
        """For each row of ``vectors`` the ``n`` best questions (or guides), best first."""
        where = _where(filters, kind)
        if where is None or not len(vectors) or n < 1 or not self.count:
            return [[] for _ in vectors]
        size = min(self.count, max(_FIRST_LOOK, 8 * n))
        while True:
            found = self._chroma.query(
                query_embeddings=np.ascontiguousarray(vectors, dtype=np.float32),
                n_results=size,
                where=where,
                include=["metadatas", "distances", "documents"],
            )
            results = [_hits(found, row) for row in range(len(vectors))]
            # Passages come best first, so the first n different owners are the n best of all: no wider look can
            # change them. A wider look is needed only where passages of few owners filled the list.
            short = (len(hits) < n and len(found["ids"][row]) == size for row, hits in enumerate(results))
            if size == self.count or not any(short):
                return [hits[:n] for hits in results]
            size = min(self.count, size * 4)

    def check(self, passages: int, dimensions: int) -> None:
        """Raises if the collection does not hold what it should, or does not answer."""
        if self.count != passages:
            raise ValueError(f"{self.count} passages instead of {passages}")
        if passages:
            probe = np.zeros((1, dimensions), dtype=np.float32)
            probe[0, 0] = 1.0
            found = self._chroma.query(query_embeddings=probe, n_results=1, include=["metadatas", "distances"])
            if len(found["ids"][0]) != 1:
                raise ValueError("it finds nothing")

    def close(self) -> None:
        _close(self._client)


def open_collection(folder: Path) -> Collection:
    """Opens what ``fill`` made."""
    client = _client(folder)
    try:
        return Collection(folder, client, client.get_collection(_NAME, embedding_function=None))
    except BaseException:
        _close(client)
        raise


def fill(folder: Path, passages: Sequence[Passage], vectors: Vectors) -> Collection:
    """Makes the collection in the empty ``folder``; ``vectors`` has one row per passage."""
    client = _client(folder)
    try:
        chroma = client.create_collection(
            _NAME,
            embedding_function=None,
            # HNSW is approximate by nature; with a search list as long as the collection it misses nothing.
            configuration={
                "hnsw": {
                    "space": "cosine",
                    "ef_construction": 200,
                    "ef_search": min(_EF_LIMIT, max(100, 2 * len(passages))),
                }
            },
        )
        step = min(1000, client.get_max_batch_size())
        for start in range(0, len(passages), step):
            some = passages[start : start + step]
            chroma.add(
                ids=[passage.id for passage in some],
                embeddings=vectors[start : start + step],
                metadatas=[_metadata(passage) for passage in some],
                documents=[passage.text for passage in some],
            )
        return Collection(folder, client, chroma)
    except BaseException:
        _close(client)
        raise


def _client(folder: Path) -> Client:
    try:
        from chromadb.api.client import Client
        from chromadb.config import Settings
    except Exception as error:  # it reads the environment and .env when it is imported, and may not like them
        raise IndexUnavailable(
            f"Chroma cannot be loaded: {error}", "Install Interviewer again; “interviewer doctor” says more."
        ) from error
    # Every build has a folder of its own, so Chroma's cache of clients by path never serves an outdated one.
    settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder))
    with _clients:
        return Client(settings=settings)


def _close(client: Client) -> None:
    with _clients, contextlib.suppress(Exception):
        client.close()


def _metadata(passage: Passage) -> dict[str, Any]:
    values = {key: value if isinstance(value, str) else list(value) for key, value in passage.metadata.items()}
    return {**{key: value for key, value in values.items() if value}, "kind": passage.kind, "owner": passage.owner}


def _where(filters: Filters, kind: Kind) -> dict[str, Any] | None:
    """Chroma's condition; None when nothing can satisfy it (Chroma refuses an empty list of alternatives)."""
    conditions: list[dict[str, Any]] = [{"kind": kind}]
    for name, value in asdict(filters).items():
        if value is None:
            continue
        # Plain strings: Chroma's bindings do not take the members of an enumeration.
        allowed = [str(value)] if isinstance(value, str) else [str(one) for one in value]
        if not allowed:
            return None
        if name != "role":
            conditions.append({name: {"$in": allowed}})
        elif len(allowed) == 1:
            conditions.append({"roles": {"$contains": allowed[0]}})
        else:
            conditions.append({"$or": [{"roles": {"$contains": role}} for role in allowed]})
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


def _hits(found: Any, row: int) -> list[Hit]:
    """The owners of the passages found, each by its best passage; equals in the order of their IDs."""
    best: dict[str, Hit] = {}
    columns = (found[name][row] for name in ("ids", "distances", "metadatas", "documents"))
    for passage_id, distance, metadata, text in zip(*columns, strict=True):
        cosine = round(min(1.0, max(-1.0, 1.0 - float(distance))), 6)
        owner = str(metadata["owner"])
        rival = best.get(owner)
        if rival is not None and (-rival.cosine, rival.passage_id) <= (-cosine, passage_id):
            continue
        of_question = metadata["kind"] == "question"
        best[owner] = Hit(
            question_id=owner if of_question else None,
            guide_id=None if of_question else owner,
            score=cosine,
            cosine=cosine,
            passage_id=passage_id,
            text=text or "",
        )
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.id))
