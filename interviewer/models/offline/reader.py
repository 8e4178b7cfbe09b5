"""Reading an answer against a rubric: which piece of it states, or contradicts, which criterion.

Every piece (sentence or clause) is compared with every criterion's reference statements, with their
contradictions and with the question's misconceptions, as sentence vectors and as words. What decides is not how
close a piece comes to a criterion but how much closer than to everything else it could be saying: the other
criteria, the opposite, the question itself. Two logistic regressions turn those features into probabilities
("states it", "contradicts it"); ``scripts/reader`` fits them and writes ``reader.json``. It is the first look: the
pieces that it finds most telling are then read together with the rubric's sentences (``closer.py``).

What this cannot do: follow an argument over several sentences, see a swap of roles that keeps all the words, or
know that a well-formed sentence about something else is false.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from interviewer.domain.question import Rubric
from interviewer.embedding.base import Embedder
from interviewer.models.offline.text import Piece, content_words, lists_keywords, negations, plain

Array: TypeAlias = NDArray[np.float64]

FEATURES = (
    "support",
    "support_over_contradiction",
    "support_top3",
    "support_mean",
    "support_over_others",
    "support_over_mean",
    "support_over_misconceptions",
    "support_over_question",
    "contradiction",
    "contradiction_over_others",
    "words_of_statement",
    "own_words",
    "words_of_contradiction",
    "polarity_differs",
    "polarity_of_contradiction",
    "keywords",
    "has_contradictions",
    "centred_support",
    "centred_mean",
    "centred_over_contradiction",
    "centred_over_others",
)

MAX_PIECES = 120
"""Of a longer answer, the pieces that share most words with the rubric are read."""


_KEPT = 256  # rubrics, half a megabyte each: more than the bank has


@dataclass(frozen=True)
class Head:
    """A logistic regression over standardised features."""

    mean: Array
    scale: Array
    weights: Array
    bias: float

    def probability(self, features: Array) -> Array:
        """Shape (..., features) to (...), each in 0..1."""
        logits = ((features - self.mean) / self.scale) @ self.weights + self.bias
        return 1.0 / (1.0 + np.exp(-np.clip(logits, -30, 30)))


@dataclass(frozen=True)
class Heads:
    """The fitted readers: ``states`` and ``contradicts``, with the version of the fit."""

    version: str
    states: Head
    contradicts: Head


@lru_cache(maxsize=1)
def shipped_heads() -> Heads:
    """What ``fit.py`` wrote."""
    text = (resources.files(__package__) / "reader.json").read_text(encoding="utf-8")
    return heads_from(json.loads(text))


def heads_from(content: Mapping[str, Any]) -> Heads:
    if content["features"] != list(FEATURES):
        raise ValueError("reader.json was fitted for other features; run “python -m scripts.reader.first”")
    return Heads(
        version=str(content["version"]),
        states=head_from(content["states"]),
        contradicts=head_from(content["contradicts"]),
    )


def head_from(content: Mapping[str, Any]) -> Head:
    """A regression as its fit wrote it."""
    return Head(
        mean=np.array(content["mean"]),
        scale=np.array(content["scale"]),
        weights=np.array(content["weights"]),
        bias=float(content["bias"]),
    )


class Reference:
    """A rubric and its question, embedded once."""

    def __init__(self, embedder: Embedder, question: str, rubric: Rubric) -> None:
        self.rubric = rubric
        criteria = rubric.criteria
        about = {c.id: [m for m in rubric.misconceptions if m.criterion == c.id] for c in criteria}
        self.statements = [list(c.statements) for c in criteria]
        self.contradictions = [[*c.contradictions, *(b for m in about[c.id] for b in m.beliefs)] for c in criteria]
        self.beliefs = [list(m.beliefs) for m in rubric.misconceptions]
        texts = [t for group in (*self.statements, *self.contradictions, *self.beliefs) for t in group] + [question]
        vectors = iter(embedder.embed(texts).astype(np.float64))

        def take(groups: Sequence[Sequence[str]]) -> list[Array]:
            return [np.array([next(vectors) for _ in g]).reshape(len(g), embedder.dimensions) for g in groups]

        self.statement_vectors = take(self.statements)
        self.contradiction_vectors = take(self.contradictions)
        self.belief_vectors = take(self.beliefs)
        self.question_vector = next(vectors)
        known = [*self.statement_vectors, *self.contradiction_vectors, *self.belief_vectors]
        # A rubric of a few bare criteria has no middle of its own; half the question stands in for it.
        rich = sum(map(len, known)) >= 12
        self.centre = np.concatenate(known).mean(axis=0) if rich else 0.5 * self.question_vector

    @cached_property
    def statement_words(self) -> list[list[frozenset[str]]]:
        return [[frozenset(content_words(text)) for text in group] for group in self.statements]

    @cached_property
    def contradiction_words(self) -> list[list[frozenset[str]]]:
        return [[frozenset(content_words(text)) for text in group] for group in self.contradictions]

    @cached_property
    def own_words(self) -> list[dict[str, float]]:
        """Per criterion, its words with how much they are its own: 1 / the number of criteria that use them."""
        words = [frozenset().union(*group) for group in self.statement_words]
        count = Counter(word for group in words for word in group)
        return [{word: 1.0 / count[word] for word in group} for group in words]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        groups = (*self.statement_words, *self.contradiction_words)
        beliefs = (frozenset(content_words(b)) for group in self.beliefs for b in group)
        return frozenset().union(*(words for group in groups for words in group), *beliefs)

    @cached_property
    def statement_polarity(self) -> list[list[int]]:
        return [[negations(text) % 2 for text in group] for group in self.statements]

    @cached_property
    def contradiction_polarity(self) -> list[list[int]]:
        return [[negations(text) % 2 for text in group] for group in self.contradictions]

    @cached_property
    def belief_polarity(self) -> list[list[int]]:
        return [[negations(text) % 2 for text in group] for group in self.beliefs]


class References:
    """Rubrics kept embedded. Safe to use from many threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Reference] = OrderedDict()

    def get(self, question: str, rubric: Rubric) -> Reference:
        key = (question, rubric.hash)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        reference = Reference(self._embedder, question, rubric)
        with self._lock:
            self._kept[key] = reference
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return reference


@dataclass(frozen=True)
class Reading:
    """An answer's pieces and, per piece and criterion, the probabilities; per piece and misconception, a closeness."""

    pieces: tuple[Piece, ...]
    texts: tuple[str, ...]
    vectors: Array
    features: Array
    states: Array
    contradicts: Array
    misconceptions: Array


def read(embedder: Embedder, reference: Reference, pieces: Sequence[Piece], heads: Heads) -> Reading:
    """Reads the pieces of an answer against a rubric."""
    kept = _most_relevant(pieces, reference)
    criteria = len(reference.rubric.criteria)
    if not kept:
        nothing = np.zeros((0, criteria))
        return Reading(
            pieces=(),
            texts=(),
            vectors=np.zeros((0, embedder.dimensions)),
            features=np.zeros((0, criteria, len(FEATURES))),
            states=nothing,
            contradicts=nothing,
            misconceptions=np.zeros((0, len(reference.beliefs))),
        )
    texts = [plain(piece.text) or piece.text for piece in kept]
    vectors = embedder.embed(texts).astype(np.float64)
    table = features(reference, texts, vectors)
    return Reading(
        pieces=tuple(kept),
        texts=tuple(texts),
        vectors=vectors,
        features=table,
        states=heads.states.probability(table),
        contradicts=heads.contradicts.probability(table),
        misconceptions=_misconceptions(reference, texts, vectors, table[:, :, 0]),
    )


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def _centred(reference: Reference, vectors: Array) -> Array:
    """Shape (pieces, criteria, 4): the closeness that is left when what all of the rubric has in common is taken out.

    Everything said about a question is close to everything else said about it; the middle of the rubric's vectors
    is that shared subject, and around it statements differ by what they claim.
    """
    centre = reference.centre
    pieces = _unit(vectors - centre)
    support = [pieces @ _unit(s - centre).T for s in reference.statement_vectors]
    best = np.stack([s.max(axis=1) for s in support], axis=1)
    mean = np.stack([pieces @ _unit((s - centre).mean(axis=0)) for s in reference.statement_vectors], axis=1)
    against = np.stack(
        [
            (pieces @ _unit(c - centre).T).max(axis=1) if len(c) else best[:, j] - 0.05
            for j, c in enumerate(reference.contradiction_vectors)
        ],
        axis=1,
    )
    others = np.stack(
        [
            np.delete(best, j, axis=1).max(axis=1) if best.shape[1] > 1 else np.zeros(len(best))
            for j in range(best.shape[1])
        ],
        axis=1,
    )
    return np.stack([best, mean, best - against, best - others], axis=-1)


def features(reference: Reference, texts: Sequence[str], vectors: Array) -> Array:
    """Shape (pieces, criteria, features), in the order of FEATURES."""
    support = [vectors @ s.T for s in reference.statement_vectors]
    best = np.stack([s.max(axis=1) for s in support], axis=1)
    against = [vectors @ c.T for c in reference.contradiction_vectors]
    has = np.array([float(c.shape[0] > 0) for c in reference.contradiction_vectors])
    # Where the opposite is not known, it is taken to be a little further away than the statement, as it mostly is.
    worst = np.stack([a.max(axis=1) if a.shape[1] else best[:, j] - 0.03 for j, a in enumerate(against)], axis=1)
    belief = (
        np.stack([(vectors @ b.T).max(axis=1) for b in reference.belief_vectors], axis=1).max(axis=1)
        if reference.belief_vectors
        else worst.max(axis=1)
    )
    question = vectors @ reference.question_vector
    said = [frozenset(content_words(text)) for text in texts]
    polarity = [negations(text) % 2 for text in texts]
    out = np.empty((len(texts), best.shape[1], len(FEATURES)))
    out[:, :, -4:] = _centred(reference, vectors)
    for j in range(best.shape[1]):
        others = np.delete(best, j, axis=1)
        other_worst = np.delete(worst, j, axis=1)
        nearest = support[j].argmax(axis=1)
        opposite = against[j].argmax(axis=1) if against[j].shape[1] else None
        for i, words in enumerate(said):
            differs = polarity[i] != reference.statement_polarity[j][int(nearest[i])]
            agrees = opposite is not None and polarity[i] == reference.contradiction_polarity[j][int(opposite[i])]
            top = np.sort(support[j][i])[-3:]
            out[i, j, :-4] = (
                best[i, j],
                best[i, j] - worst[i, j],
                top.mean(),
                support[j][i].mean(),
                best[i, j] - others[i].max() if others.size else 0.0,
                best[i, j] - others[i].mean() if others.size else 0.0,
                best[i, j] - belief[i],
                best[i, j] - question[i],
                worst[i, j],
                worst[i, j] - other_worst[i].max() if other_worst.size else 0.0,
                _share(words, reference.statement_words[j]),
                np.log1p(sum(reference.own_words[j].get(word, 0.0) for word in words)),
                _share(words, reference.contradiction_words[j]),
                float(differs),
                float(differs and agrees),
                float(lists_keywords(texts[i])),
                has[j],
            )
    return out


def _share(words: frozenset[str], groups: Sequence[frozenset[str]]) -> float:
    """The largest share of a statement's words that a piece contains."""
    return max((len(words & group) / len(group) for group in groups if group), default=0.0)


def _misconceptions(reference: Reference, texts: Sequence[str], vectors: Array, support: Array) -> Array:
    """Shape (pieces, misconceptions): how much nearer a piece is to a belief than to any criterion.

    -1 where it is not near, or where only one of the two is negated.
    """
    out = np.full((len(texts), len(reference.beliefs)), -1.0)
    for k, beliefs in enumerate(reference.belief_vectors):
        cosines = vectors @ beliefs.T
        for i, text in enumerate(texts):
            nearest = int(cosines[i].argmax())
            if negations(text) % 2 == reference.belief_polarity[k][nearest]:
                near = cosines[i, nearest]
                out[i, k] = near - support[i].max() if near >= 0.6 else -1.0
    return out


def _most_relevant(pieces: Sequence[Piece], reference: Reference) -> list[Piece]:
    if len(pieces) <= MAX_PIECES:
        return list(pieces)
    shared = [len(reference.vocabulary.intersection(content_words(piece.text[:2000]))) for piece in pieces]
    order = sorted(range(len(pieces)), key=lambda place: -shared[place])[:MAX_PIECES]
    return [pieces[place] for place in sorted(order)]
