"""The only place that imports chromadb, and only when it is needed: that takes a second.

Chroma keeps passages, metadata and our vectors, and applies the filters. It embeds nothing itself (its default function
would download a model), and no query reaches it, neither as text nor as vector.

The nearest passages are found by comparing with all of them, on the vectors that Chroma stores. Chroma's own search
(HNSW) is approximate: among passages that are alike it can lose one altogether, and not the same one in every build,
however long its search list is. A bank has a few thousand passages; looking at all of them takes a millisecond.
How a record's passages make one score stands in ``ranking.py``.
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
from interviewer.index.ranking import Ranking
from interviewer.index.values import Filters, Hit, Kind, Passage, Way

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from numpy.typing import NDArray

_NAME = "passages"

_clients = threading.Lock()  # Chroma's table of clients by path is not made for threads


class Collection:
    """One folder of Chroma's, open, with its vectors in memory: 1.5 kB a passage.

    It never changes: it is filled once and then only read. Any method may raise any of Chroma's errors; the caller
    sorts them.
    """

    def __init__(self, folder: Path, client: Client, chroma: ChromaCollection) -> None:
        self.folder = folder
        self._client = client
        self._chroma = chroma
        stored = chroma.get(include=["embeddings", "metadatas", "documents"])
        ids, metadatas, documents = stored["ids"], stored["metadatas"] or [], stored["documents"] or []
        order = sorted(range(len(ids)), key=ids.__getitem__)
        self._ids = [ids[place] for place in order]
        self._texts = [documents[place] for place in order]
        self._vectors: Vectors = np.asarray(stored["embeddings"], dtype=np.float32)[order]
        self._ranking = Ranking(
            owners=[str(metadatas[place]["owner"]) for place in order],
            texts=self._texts,
            only_words=[bool(metadatas[place].get("only_words")) for place in order],
            vectors=self._vectors,
        )
        self._places: dict[tuple[Filters, Kind], NDArray[np.intp]] = {}

    @property
    def count(self) -> int:
        return len(self._ids)

    def search(
        self, queries: Sequence[str], vectors: Vectors, n: int, filters: Filters, kind: Kind, way: Way
    ) -> list[list[Hit]]:
        """For each query and vector the ``n`` best questions (or guides), best first; equals in the order of IDs."""
        if not self.count:
            return [[] for _ in queries]
        places = self._allowed(filters, kind)
        return [
            [
                Hit(
                    question_id=one.owner if kind == "question" else None,
                    guide_id=one.owner if kind == "guide" else None,
                    score=one.score,
                    cosine=one.cosine,
                    passage_id=self._ids[one.place],
                    text=self._texts[one.place],
                )
                for one in self._ranking.best(query, vector, places, n, way)
            ]
            for query, vector in zip(queries, vectors, strict=True)
        ]

    def check(self, passages: int, dimensions: int) -> None:
        """Raises ValueError if the collection does not hold what it should."""
        if self.count != passages:
            raise ValueError(f"{self.count} passages instead of {passages}")
        if passages and self._vectors.shape != (passages, dimensions):
            raise ValueError(f"vectors of shape {self._vectors.shape}")
        if not np.allclose(np.einsum("ij,ij->i", self._vectors, self._vectors) if passages else 1, 1, atol=1e-3):
            raise ValueError("vectors that are not of length 1")

    def close(self) -> None:
        _close(self._client)

    def _allowed(self, filters: Filters, kind: Kind) -> NDArray[np.intp]:
        """Places of the passages that may be found; asked of Chroma once for each filter."""
        places = self._places.get((filters, kind))
        if places is None:
            where = _where(filters, kind)
            ids = set(self._chroma.get(where=where, include=[])["ids"]) if where is not None else set()
            places = np.flatnonzero([passage_id in ids for passage_id in self._ids])
            self._places[filters, kind] = places
        return places


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
            _NAME, embedding_function=None, configuration={"hnsw": {"space": "cosine", "ef_construction": 100}}
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
    return {
        **{key: value for key, value in values.items() if value},
        "kind": passage.kind,
        "owner": passage.owner,
        "only_words": passage.only_words,
    }


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
