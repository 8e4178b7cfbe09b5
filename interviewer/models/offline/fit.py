"""Fits the offline reader: ``python -m interviewer.models.offline.fit`` rewrites ``reader.json`` next to this file.

Only the development half of the calibration answers is used; the split is by question and fixed in
``knowledge/calibration_split.yaml``. For each answer and criterion the piece that speaks most for it counts
(the labels are per answer, not per piece), so fitting alternates between choosing pieces and fitting weights.
Each rubric is also read in a reduced form (the criterion's text as its only statement, nothing contrary), so that
the reader works for rubrics which are not as rich as the bank's. Plain NumPy, a minute on a laptop, deterministic.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from interviewer.bank import Bank, load_bank, load_calibration, load_split
from interviewer.domain.question import Rubric, content_hash
from interviewer.domain.words import Verdict
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.models.offline.reader import FEATURES, Array, Reference, features
from interviewer.models.offline.text import pieces, plain
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings

ROUNDS = 5
RIDGE = 3.0
NEGATIVES = 2
"""Pieces of an answer that did not state a criterion which are taken as examples of not stating it."""

Example = tuple[Array, Verdict]


def reduced(rubric: Rubric) -> Rubric:
    """The rubric as somebody would give it who only has a list of criteria."""
    return Rubric(
        criteria=tuple(c.model_copy(update={"statements": (c.text,), "contradictions": ()}) for c in rubric.criteria)
    )


def examples(bank: Bank, embedder: Embedder, question_ids: list[str], *, with_reduced: bool = True) -> list[Example]:
    """One per answer and criterion: the features of the answer's pieces, and the author's verdict."""
    found: list[Example] = []
    for question_id, calibration in load_calibration(bank).items():
        if question_id not in question_ids:
            continue
        question = bank.question(question_id)
        rubrics = [question.rubric, reduced(question.rubric)] if with_reduced else [question.rubric]
        references = [Reference(embedder, question.prompt, rubric) for rubric in rubrics]
        for answer in calibration.answers:
            texts = [plain(piece.text) or piece.text for piece in pieces(answer.text)]
            vectors = embedder.embed(texts).astype(np.float64)
            for reference in references:
                table = features(reference, texts, vectors)
                for j, criterion in enumerate(reference.rubric.criteria):
                    found.append((table[:, j], answer.verdicts[criterion.id]))
    return found


def fit_head(data: list[Example], positive: frozenset[Verdict], first_guess: str) -> dict[str, object]:
    """Alternates between picking the telling piece of each answer and a ridge logistic regression."""
    stacked = np.concatenate([table for table, _ in data])
    mean, scale = stacked.mean(axis=0), stacked.std(axis=0) + 1e-9
    weights, bias = np.zeros(len(FEATURES)), 0.0
    weights[FEATURES.index(first_guess)] = 1.0
    for _ in range(ROUNDS):
        rows: list[Array] = []
        labels: list[float] = []
        for table, verdict in data:
            order = np.argsort(-(((table - mean) / scale) @ weights), kind="stable")
            chosen = order[:1] if verdict in positive else order[:NEGATIVES]
            rows.extend((table[place] - mean) / scale for place in chosen)
            labels.extend([float(verdict in positive)] * len(chosen))
        weights, bias = _logistic(np.array(rows), np.array(labels))
    return {
        "mean": mean.round(6).tolist(),
        "scale": scale.round(6).tolist(),
        "weights": weights.round(6).tolist(),
        "bias": round(bias, 6),
    }


def _logistic(x: Array, y: Array) -> tuple[Array, float]:
    """Ridge logistic regression by Newton's method; the bias is not penalised."""
    x = np.hstack([x, np.ones((len(x), 1))])
    penalty = np.full(x.shape[1], RIDGE)
    penalty[-1] = 0.0
    w = np.zeros(x.shape[1])
    for _ in range(30):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (p - y) + penalty * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(penalty + 1e-9)
        step = np.linalg.solve(hessian, gradient)
        w -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return w[:-1], float(w[-1])


def main() -> None:
    bank = load_bank(knowledge_dir())
    embedder = load_embedder(Settings(embedder="minilm"))
    development, _ = load_split(bank)
    data = examples(bank, embedder, development)
    heads = {
        "states": fit_head(data, frozenset({Verdict.MET, Verdict.PARTIAL}), "support_over_others"),
        "contradicts": fit_head(data, frozenset({Verdict.CONTRADICTED}), "contradiction"),
    }
    content = {"features": list(FEATURES), "embedder": embedder.id, "version": content_hash(heads), **heads}
    path = Path(__file__).with_name("reader.json")
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"fitted on {len(data)} answer × criterion pairs of {len(development)} questions: {path.name}")


if __name__ == "__main__":
    main()
