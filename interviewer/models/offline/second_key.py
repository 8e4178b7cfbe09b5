"""The second key: does a quote bear on a criterion at all? It checks the evidence that another model gives.

It does not say whether the point is made well or even rightly, only whether the quote is about it: a judge that was
talked into full marks must still bring words of the candidate's that have to do with each point. A quote that has
clearly nothing to do with it counts for nothing, a doubtful one is shown to a person; unusual but valid wording must
not be punished, so the limits are set by what valid quotes look like (``scripts/reader``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from interviewer.domain.question import Rubric
from interviewer.domain.words import Bearing
from interviewer.embedding.base import Embedder
from interviewer.models.offline.closer import log_odds
from interviewer.models.offline.pairs import CONTRADICTS, STATES, pairs_for
from interviewer.models.offline.reader import Array, References
from interviewer.models.offline.text import plain

SEEN = ("states", "states_text", "about", "closeness", "closeness_over_others")
"""Log odds that the quote states a near statement, that it states the criterion's text, that it states or contradicts
either; its cosine with the nearest statement, and how much nearer that is than the other criteria's."""

NEAREST = 3


@dataclass(frozen=True)
class Limits:
    """A logistic regression over SEEN, and the probabilities below which a quote has no bearing, or a doubtful one."""

    weights: Array
    bias: float
    none: float
    doubtful: float


@lru_cache(maxsize=1)
def shipped_limits() -> Limits:
    """What the fit wrote."""
    content = json.loads((resources.files(__package__) / "verdicts.json").read_text(encoding="utf-8"))["key"]
    return Limits(np.array(content["weights"]), content["bias"], content["none"], content["doubtful"])


class SecondKey:
    """Judges quotes. Safe to use from many threads. ``references`` are embedded rubrics to share with the model."""

    def __init__(self, embedder: Embedder, limits: Limits | None = None, references: References | None = None) -> None:
        self._embedder = embedder
        self._references = references or References(embedder)
        self._pairs = pairs_for(embedder)
        self._limits = limits or shipped_limits()

    def __call__(self, question: str, rubric: Rubric, criterion: str, quote: str) -> Bearing:
        """How the quote bears on the criterion; without the sentence encoder nobody can tell, and all is doubtful."""
        if self._pairs is None:
            return Bearing.DOUBTFUL
        odds = float(self.signs(question, rubric, criterion, quote) @ self._limits.weights) + self._limits.bias
        bearing = 1.0 / (1.0 + np.exp(-odds))
        if bearing < self._limits.none:
            return Bearing.NONE
        return Bearing.DOUBTFUL if bearing < self._limits.doubtful else Bearing.CLEAR

    def signs(self, question: str, rubric: Rubric, criterion: str, quote: str) -> Array:
        """In the order of SEEN. Raises ValueError for a criterion that the rubric does not have."""
        assert self._pairs is not None
        places = [place for place, one in enumerate(rubric.criteria) if one.id == criterion]
        if not places:
            raise ValueError(f"the rubric has no criterion {criterion!r}")
        j = places[0]
        reference = self._references.get(question, rubric)
        said = plain(quote) or quote
        vector = self._embedder.embed([said])[0].astype(np.float64)
        support = reference.statement_vectors[j] @ vector
        others = [float((v @ vector).max()) for place, v in enumerate(reference.statement_vectors) if place != j]
        nearest = [reference.statements[j][k] for k in np.argsort(-support, kind="stable")[:NEAREST]]
        read = self._pairs.read([(said, text) for text in (*nearest, rubric.criteria[j].text)]).astype(np.float64)
        closeness = float(support.max())
        return np.array(
            [
                log_odds(read[:-1, STATES].max()),
                log_odds(read[-1, STATES]),
                log_odds((read[:, STATES] + read[:, CONTRADICTS]).max()),
                closeness,
                closeness - max(others, default=0.0),
            ]
        )
