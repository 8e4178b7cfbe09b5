"""Searching the index, and building it when it is not there."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from interviewer.embedding.base import Embedder, Vectors
from interviewer.embedding.lexical import LexicalEmbedder
from interviewer.errors import IndexUnavailable, InterviewerError
from interviewer.index import collection
from interviewer.index.abbreviations import spelt_out
from interviewer.index.collection import Collection
from interviewer.index.shelf import Pointer, Shelf
from interviewer.index.values import Filters, Hit, Kind, Passage, Way
from interviewer.settings import file_in_the_way

Progress: TypeAlias = Callable[[int, int], None]

EVERYTHING = Filters()

NEAR = 0.37
NEAR_IN_WORDS = 0.29
"""Fused score below which a record hardly has to do with the query, for sentence vectors and for vectors of words.

Set between subjects that a machine-learning interview has ("trees", "fairness") and those that it has not ("pizza")."""

_AT_ONCE = 256  # passages embedded between two reports of progress
_TOUCH_EVERY = 3600.0  # seconds

_log = logging.getLogger(__name__)


def open_index(
    root: Path,
    *,
    bank_hash: str,
    embedder: Embedder,
    passages: Callable[[], Sequence[Passage]],
    on_progress: Progress | None = None,
) -> Index:
    """Opens the collection for this bank and embedder; builds it first when it is missing or damaged.

    ``passages`` is called only for a build; ``on_progress`` hears (passages done, passages in all). Any number of
    processes may do this at once: one builds, the others wait and open what it made. Raises IndexUnavailable.
    """
    index = Index(Shelf(root, bank_hash, embedder.id), embedder, passages, on_progress)
    index.open()
    return index


class Index:
    """Finds questions and guides by meaning. Made by ``open_index``; safe to use from several threads.

    What it finds does not depend on other processes: builds are never changed, only replaced by others with the same
    passages. Should its files vanish or fail while it is open, it opens or builds them again, once.
    """

    def __init__(
        self,
        shelf: Shelf,
        embedder: Embedder,
        passages: Callable[[], Sequence[Passage]],
        on_progress: Progress | None = None,
    ) -> None:
        self._shelf = shelf
        self._embedder = embedder
        self._passages = passages
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._open: Collection | None = None
        self._touched = 0.0

    def __len__(self) -> int:
        """How many passages there are."""
        return self.open().count

    def search(
        self, query: str, n: int = 5, filters: Filters = EVERYTHING, kind: Kind = "question", way: Way = "fused"
    ) -> list[Hit]:
        """At most ``n`` questions (or guides), best first.

        ``filters`` are about questions: with one, no guide is found. Raises IndexUnavailable.
        """
        return self.search_many([query], n, filters, kind, way)[0]

    def search_many(
        self,
        queries: Sequence[str],
        n: int = 5,
        filters: Filters = EVERYTHING,
        kind: Kind = "question",
        way: Way = "fused",
    ) -> list[list[Hit]]:
        """As ``search``, one list for each query, quicker than one by one."""
        if not queries:
            return []
        queries = [spelt_out(query) for query in queries]
        vectors = self._embedder.embed(queries)
        opened = self.open()
        self._touch_at_times()
        try:
            return self._judged(opened.search(queries, vectors, n, filters, kind, way), way)
        except Exception as error:  # Chroma raises its own, the bindings' and the system's errors
            _log.debug("the index in %s failed and is replaced: %s", opened.folder.name, error)
        try:
            return self._judged(self.open(instead_of=opened).search(queries, vectors, n, filters, kind, way), way)
        except InterviewerError:
            raise
        except Exception as error:
            raise _unavailable(self._shelf.root, error) from error

    def _judged(self, found: list[list[Hit]], way: Way) -> list[list[Hit]]:
        """The hits of a fused search with what is not near marked; other scores have no such line."""
        if way != "fused":
            return found
        close = NEAR_IN_WORDS if isinstance(self._embedder, LexicalEmbedder) else NEAR
        return [[hit if hit.score >= close else replace(hit, near=False) for hit in hits] for hits in found]

    def open(self, instead_of: Collection | None = None) -> Collection:
        """The open collection; with ``instead_of`` another one than that, which has failed."""
        with self._lock:
            failed = self._open if self._open is instead_of else None
            if self._open is None or failed is not None:
                if failed is not None:
                    failed.close()
                    self._open = None
                bad = failed.folder.name if failed is not None else None
                try:
                    self._open = _opened(self._shelf, bad) or self._built(bad)
                except InterviewerError:
                    raise
                except Exception as error:
                    raise _unavailable(self._shelf.root, error) from error
                self._touched = time.monotonic()
            return self._open

    def close(self) -> None:
        """Lets go of the files. The index can still be used: it opens them again."""
        with self._lock:
            if self._open is not None:
                self._open.close()
                self._open = None

    def _touch_at_times(self) -> None:
        """A process that stays up for weeks would otherwise look as if it had gone."""
        if time.monotonic() - self._touched > _TOUCH_EVERY:
            self._touched = time.monotonic()
            self._shelf.touch()

    def _built(self, bad: str | None) -> Collection:
        with self._shelf.locked():
            ready = _opened(self._shelf, bad)  # another process may have built it while this one waited
            if ready is not None:
                return ready
            if self._shelf.pointer() is not None:  # what is wrong with it is in the log at level debug
                _log.warning("The index was damaged, so it is built again. No interview is affected.")
            passages = list(self._passages())
            repeated = len(passages) - len({passage.id for passage in passages})
            if repeated:
                raise ValueError(f"{repeated} passages have the ID of another")
            vectors = self._embedded(passages)
            with self._shelf.new_folder() as folder:
                made = collection.fill(folder, passages, vectors)
                made.check(len(passages), self._embedder.dimensions)
                self._shelf.switch(Pointer(folder.name, len(passages), self._embedder.dimensions))
            self._shelf.tidy()
            return made

    def _embedded(self, passages: Sequence[Passage]) -> Vectors:
        vectors = np.empty((len(passages), self._embedder.dimensions), dtype=np.float32)
        if self._on_progress is not None:
            self._on_progress(0, len(passages))
        for start in range(0, len(passages), _AT_ONCE):
            some = passages[start : start + _AT_ONCE]
            # Chroma keeps a vector with every passage: for one that is searched by its words, that of its first line.
            texts = [passage.text.split("\n", 1)[0] if passage.only_words else passage.text for passage in some]
            vectors[start : start + len(some)] = self._embedder.embed(texts)
            if self._on_progress is not None:
                self._on_progress(start + len(some), len(passages))
        return vectors


def _opened(shelf: Shelf, bad: str | None) -> Collection | None:
    """What the pointer names, checked; None when it is missing, damaged, or the folder known to be ``bad``."""
    pointer = shelf.pointer()
    if pointer is None or pointer.folder == bad:
        return None
    shelf.touch()
    try:
        opened = collection.open_collection(shelf.root / pointer.folder)
    except IndexUnavailable:
        raise
    except Exception as error:
        _log.debug("the index in %s cannot be opened and is built again: %s", pointer.folder, error)
        return None
    try:
        opened.check(pointer.passages, pointer.dimensions)
    except Exception as error:
        _log.debug("the index in %s is damaged and is built again: %s", pointer.folder, error)
        opened.close()
        return None
    return opened


def _unavailable(root: Path, error: Exception) -> IndexUnavailable:
    file = file_in_the_way(root)
    if file is not None:
        return IndexUnavailable(
            f"The index in {root} cannot be used: {file} is a file, not a folder.",
            "Move that file away, or set INTERVIEWER_DATA_DIR to a folder.",
        )
    reason = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return IndexUnavailable(
        f"The index in {root} cannot be used: {reason}.",
        "Make sure that this folder can be written to and that its disk has 100 MB free, "
        "or set INTERVIEWER_DATA_DIR to another folder on a local disk.",
    )
