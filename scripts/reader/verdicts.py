"""Fits the verdicts: ``python -m scripts.reader.verdicts`` writes ``interviewer/models/offline/verdicts.json``.

The examples are the answers to the questions that ``split.weighed`` names, which neither look has learnt from, each
read against the full rubric and against its reduced form (the criterion's text only). The authors' verdicts are about
answers, not about pieces: so the piece that speaks most for a criterion stands for the answer, and fitting alternates
between choosing pieces and fitting a logistic regression to them (multiple-instance learning; the alternation is that
of MI-SVM, Andrews et al. 2002). Its log odds are scaled by what they say of questions left out of the fit (Platt 1999),
so that a probability means what it says.

The second key's limits are set on the same questions: few valid quotes may fall below them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from interviewer.bank import load_bank, load_calibration
from interviewer.calibration.second_key import irrelevant_quotes, valid_quotes
from interviewer.calibration.trials import CREDITED, cases
from interviewer.domain.question import content_hash
from interviewer.domain.words import Verdict
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.grading.judge import answer_to
from interviewer.models.offline import verdicts
from interviewer.models.offline.closer import SIGNS, look_closer
from interviewer.models.offline.pairs import PairReader, pairs_for
from interviewer.models.offline.reader import Array, Head, Reference, read, shipped_heads
from interviewer.models.offline.said import usable
from interviewer.models.offline.second_key import SEEN, Limits, SecondKey
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings
from scripts.reader import split
from scripts.reader.first import reduced

FOLDS = 9
ROUNDS = 5
STRENGTH = 0.02
"""The inverse of the penalty on the weights: signs are many and alike, questions few."""

DECIMALS = 5
REJECTED = 0.005
"""The share of valid quotes that the second key may turn away: half of what is allowed, to stay below it elsewhere."""

FLAGGED = 0.1
"""The share of valid quotes that it may doubt."""

STATED = {"states": 1.0, "states_mean": 1.0, "contradicts": -0.5}
CONTRADICTED = {"contradicts": 1.0, "states_wrong": 1.0, "states": -0.5}
"""The signs by which the first pieces are chosen."""


@dataclass(frozen=True)
class Bag:
    """The signs of an answer's pieces for one criterion, shape (pieces, signs), and what the author says of it."""

    question: str
    verdict: Verdict
    signs: Array


def bags(names: Sequence[str], embedder: Embedder, pairs: PairReader) -> list[Bag]:
    """One per answer, form of the rubric and criterion; answers without anything usable are left out."""
    bank = load_bank(knowledge_dir())
    calibration = load_calibration(bank)
    found: list[Bag] = []
    for name in names:
        question = bank.question(name)
        for rubric in (question.rubric, reduced(question.rubric)):
            reference = Reference(embedder, question.prompt, rubric)
            for answer in calibration[name].answers:
                said = answer_to(question.prompt, question.rubric, answer.text)
                kept, _ = usable(said.turns, questions=rubric.counts_questions)
                closer = look_closer(pairs, reference, read(embedder, reference, kept, shipped_heads()))
                of = np.array([criterion for _, criterion in closer.places])
                for j, criterion in enumerate(rubric.criteria if closer.places else ()):
                    found.append(Bag(name, answer.verdicts[criterion.id], closer.signs[of == j]))
    return found


def fit(
    chosen: Sequence[Bag], labels: np.ndarray, start: dict[str, float], used: Sequence[str] = SIGNS
) -> dict[str, Any]:
    """A regression as ``head_from`` reads it. ``start`` says by which signs the first pieces are chosen; signs that are
    not ``used`` get no weight."""
    first = np.array([start.get(name, 0.0) for name in SIGNS])
    unused = np.array([name not in used for name in SIGNS])
    chosen = [replace(bag, signs=np.where(unused, 0.0, bag.signs)) for bag in chosen]
    groups = [bag.question for bag in chosen]
    left_out = np.zeros(len(chosen))
    for fitted, kept in GroupKFold(min(FOLDS, len(set(groups)))).split(chosen, labels, groups):
        head = _alternate([chosen[k] for k in fitted], labels[fitted], first)
        left_out[kept] = [_most(head, chosen[k].signs) for k in kept]
    scaling = LogisticRegression(C=1e6).fit(left_out[:, None], labels)
    slope, offset = float(scaling.coef_[0, 0]), float(scaling.intercept_[0])
    whole = _alternate(chosen, labels, first)
    return {
        "mean": whole.mean.round(DECIMALS).tolist(),
        "scale": whole.scale.round(DECIMALS).tolist(),
        "weights": (slope * whole.weights).round(DECIMALS).tolist(),
        "bias": round(slope * whole.bias + offset, DECIMALS),
    }


def _alternate(chosen: Sequence[Bag], labels: np.ndarray, first: Array) -> Head:
    every = np.concatenate([bag.signs for bag in chosen])
    mean, spread = every.mean(axis=0), every.std(axis=0)
    scale = np.where(spread > 1e-4, spread, 1.0)  # a sign that is always the same tells nothing
    head = Head(mean=mean, scale=scale, weights=first * scale, bias=float(first @ mean))  # the start, as a regression
    for _ in range(ROUNDS):
        telling = np.stack([bag.signs[_log_odds(head, bag.signs).argmax()] for bag in chosen])
        fitted = LogisticRegression(C=STRENGTH, max_iter=3000).fit((telling - mean) / scale, labels)
        head = Head(mean=mean, scale=scale, weights=fitted.coef_[0], bias=float(fitted.intercept_[0]))
    return head


def _log_odds(head: Head, signs: Array) -> Array:
    return np.asarray(((signs - head.mean) / head.scale) @ head.weights + head.bias)


def _most(head: Head, signs: Array) -> float:
    return float(_log_odds(head, signs).max())


def stated(chosen: Sequence[Bag], used: Sequence[str] = SIGNS) -> dict[str, Any]:
    return fit(chosen, np.array([bag.verdict in CREDITED for bag in chosen]), STATED, used)


def contradicted(chosen: Sequence[Bag], used: Sequence[str] = SIGNS) -> dict[str, Any]:
    return fit(chosen, np.array([bag.verdict is Verdict.CONTRADICTED for bag in chosen]), CONTRADICTED, used)


def fit_key() -> dict[str, Any]:
    """A logistic regression of valid quotes against irrelevant ones, and limits by what valid quotes look like."""
    bank = load_bank(knowledge_dir())
    embedder = load_embedder(Settings(embedder="minilm"))
    key = SecondKey(embedder, Limits(np.zeros(len(SEEN)), 0.0, 0.0, 0.0))
    chosen = [case for case in cases(bank, "development") if case.question.id in split.weighed(bank)]
    quotes = [*valid_quotes(chosen), *irrelevant_quotes(chosen)]
    labels = np.array([quote.valid for quote in quotes])
    signs = np.array([key.signs(q.question.prompt, q.question.rubric, q.criterion, q.text) for q in quotes])
    fitted = LogisticRegression(class_weight="balanced", max_iter=1000).fit(signs, labels)
    valid = fitted.predict_proba(signs)[labels, 1]
    return {
        "weights": fitted.coef_[0].round(DECIMALS).tolist(),
        "bias": round(float(fitted.intercept_[0]), DECIMALS),
        "none": round(float(np.quantile(valid, REJECTED)), DECIMALS),
        "doubtful": round(float(np.quantile(valid, FLAGGED)), DECIMALS),
    }


def main() -> None:
    embedder = load_embedder(Settings(embedder="minilm"))
    pairs = pairs_for(embedder)
    assert pairs is not None
    chosen = bags(split.weighed(load_bank(knowledge_dir())), embedder, pairs)
    content = {"key": fit_key(), "stated": stated(chosen), "contradicted": contradicted(chosen)}
    path = Path(verdicts.__file__).with_name("verdicts.json")
    whole = {"signs": list(SIGNS), "version": content_hash(content), **content}
    path.write_text(json.dumps(whole, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"fitted on {len(chosen)} verdicts of {len({bag.question for bag in chosen})} questions: {path.name}")


if __name__ == "__main__":
    main()
