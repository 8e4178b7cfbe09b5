"""What graders that read nothing reach: the floors that a grader has to beat.

Each gives an answer one number; which band a number means is learnt on the development half, as well as a number
that only rises with the band can say it (isotonic regression).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from interviewer.calibration.agreement import Array
from interviewer.calibration.trials import Case
from interviewer.domain.words import CriterionKind
from interviewer.embedding.base import Embedder
from interviewer.folding import words

Score = Callable[[Sequence[Case]], Array]


def floors(embedder: Embedder) -> Mapping[str, Score]:
    """The floors by name."""
    return {
        "length in words": _length,
        "words shared with the sample answer": _overlap,
        "TF-IDF cosine with the sample answer": _tfidf,
        "sentence-encoder cosine with the sample answer": lambda chosen: _cosine(embedder, chosen, per_point=False),
        "sentence-encoder cosine with each core criterion": lambda chosen: _cosine(embedder, chosen, per_point=True),
    }


def banded(score: Score, development: Sequence[Case], test: Sequence[Case]) -> Array:
    """The bands that the floor gives the test cases."""
    from sklearn.isotonic import IsotonicRegression

    meant = np.array([case.answer.band for case in development], dtype=float)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(score(development), meant)
    return np.asarray(np.clip(np.floor(fitted.predict(score(test)) + 0.5), 1, 5))


def _length(chosen: Sequence[Case]) -> Array:
    return np.array([len(words(case.answer.text)) for case in chosen], dtype=float)


def _overlap(chosen: Sequence[Case]) -> Array:
    shares = []
    for case in chosen:
        wanted = set(words(case.question.sample_answer))
        shares.append(len(wanted & set(words(case.answer.text))) / len(wanted))
    return np.array(shares)


def _tfidf(chosen: Sequence[Case]) -> Array:
    from sklearn.feature_extraction.text import TfidfVectorizer

    samples = [case.question.sample_answer for case in chosen]
    answers = [case.answer.text for case in chosen]
    vectors = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform([*samples, *answers])
    first, second = vectors[: len(chosen)], vectors[len(chosen) :]
    return np.asarray(first.multiply(second).sum(axis=1), dtype=float).ravel()


def _cosine(embedder: Embedder, chosen: Sequence[Case], *, per_point: bool) -> Array:
    found = []
    for case in chosen:
        core = [c for c in case.question.rubric.criteria if c.kind is CriterionKind.CORE]
        against = [c.statements[0] for c in core] if per_point else [case.question.sample_answer]
        vectors = embedder.embed([case.answer.text, *against])
        found.append(float((vectors[1:] @ vectors[0]).mean()))
    return np.array(found)
