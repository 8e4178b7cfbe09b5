"""Fits the first look: ``python -m scripts.reader.first`` writes ``interviewer/models/offline/reader.json``.

Only the questions that ``split.taught`` names are used. Two kinds of examples:

- The calibration answers and the sample answers. Their labels are per answer, not per piece, so for each criterion
  the piece that speaks most for it counts, and fitting alternates between choosing pieces and fitting weights.
- The rubric's own sentences, each held out of the rubric that it is read against: a reference statement states its
  criterion and no other, a contradiction or a belief contradicts it. They are what short exact answers look like.

Each rubric is also read in a reduced form (the criterion's text as its only statement, nothing contrary), so that
the reader works for rubrics which are not as rich as the bank's. The signs of the weights are given, not fitted:
being closer to a criterion must never count against stating it, whatever the calibration answers happen to suggest.
Plain NumPy, a few minutes on a laptop, deterministic.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interviewer.bank import Bank, load_bank, load_calibration
from interviewer.domain.question import Rubric, content_hash
from interviewer.domain.words import CriterionKind, Verdict
from interviewer.embedding import load_embedder
from interviewer.embedding.base import Embedder
from interviewer.models.offline import reader
from interviewer.models.offline.reader import FEATURES, Array, Reference, features
from interviewer.models.offline.text import pieces, plain
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings
from scripts.reader import split

ROUNDS = 5
RIDGE = 3.0
FOLDS = 4
STEPS = 2000

# +1: may only speak for, -1: may only speak against, 0: free. In the order of FEATURES.
FOR_STATING = {
    "contradiction": -1,
    "contradiction_over_others": -1,
    "words_of_contradiction": -1,
    "polarity_differs": -1,
    "polarity_of_contradiction": -1,
    "keywords": -1,
    "has_contradictions": 0,
}
FOR_CONTRADICTING = {
    "support": 0,
    "support_over_contradiction": -1,
    "support_top3": 0,
    "support_mean": 0,
    "support_over_others": 0,
    "support_over_mean": 0,
    "support_over_misconceptions": -1,
    "support_over_question": 0,
    "words_of_statement": 0,
    "own_words": 0,
    "keywords": -1,
    "has_contradictions": 0,
    "centred_support": 0,
    "centred_mean": 0,
    "centred_over_contradiction": -1,
    "centred_over_others": 0,
}
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
        said = [(answer.text, answer.verdicts) for answer in calibration.answers]
        # A sample answer states every core criterion; which of the strong ones is not written down.
        core = {c.id: Verdict.MET for c in question.rubric.criteria if c.kind is CriterionKind.CORE}
        for text, verdicts in [*said, (question.sample_answer, core)]:
            texts = [plain(piece.text) or piece.text for piece in pieces(text)]
            vectors = embedder.embed(texts).astype(np.float64)
            for reference in references:
                table = features(reference, texts, vectors)
                found.extend(
                    (table[:, j], verdicts[criterion.id])
                    for j, criterion in enumerate(reference.rubric.criteria)
                    if criterion.id in verdicts
                )
    return found


def held_out(bank: Bank, embedder: Embedder, question_ids: list[str]) -> list[Example]:
    """The rubric's own sentences as one-piece answers, read against the rubric without them."""
    found: list[Example] = []
    for question_id in question_ids:
        question = bank.question(question_id)
        rubric = question.rubric
        for fold in range(FOLDS):

            def rest(sentences: tuple[str, ...], fold: int = fold) -> tuple[str, ...]:
                return tuple(s for place, s in enumerate(sentences) if place % FOLDS != fold)

            def out(sentences: tuple[str, ...], fold: int = fold) -> list[str]:
                return [s for place, s in enumerate(sentences) if place % FOLDS == fold]

            left = Rubric(
                criteria=tuple(
                    c.model_copy(update={"statements": rest(c.statements), "contradictions": rest(c.contradictions)})
                    for c in rubric.criteria
                ),
                misconceptions=tuple(
                    m.model_copy(update={"beliefs": rest(m.beliefs) or m.beliefs}) for m in rubric.misconceptions
                ),
            )
            said = [(s, c.id, Verdict.MET) for c in rubric.criteria for s in out(c.statements)]
            said += [(s, c.id, Verdict.CONTRADICTED) for c in rubric.criteria for s in out(c.contradictions)]
            said += [
                (b, m.criterion or "", Verdict.CONTRADICTED)
                for m in rubric.misconceptions
                if len(m.beliefs) > 1
                for b in out(m.beliefs)
            ]
            texts = [plain(text) or text for text, _, _ in said]
            reference = Reference(embedder, question.prompt, left)
            table = features(reference, texts, embedder.embed(texts).astype(np.float64))
            for i, (_, about, verdict) in enumerate(said):
                for j, criterion in enumerate(rubric.criteria):
                    found.append((table[i : i + 1, j], verdict if criterion.id == about else Verdict.MISSING))
    return found


def fit_head(
    data: list[Example], positive: frozenset[Verdict], first_guess: str, signs: dict[str, int]
) -> dict[str, object]:
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
        weights, bias = _logistic(np.array(rows), np.array(labels), np.array([signs.get(f, 1) for f in FEATURES]))
    return {
        "mean": mean.round(6).tolist(),
        "scale": scale.round(6).tolist(),
        "weights": weights.round(6).tolist(),
        "bias": round(bias, 6),
    }


def _logistic(x: Array, y: Array, signs: NDArray[np.int_]) -> tuple[Array, float]:
    """Ridge logistic regression with given signs, by accelerated projected gradient; the bias is free."""
    x = np.hstack([x, np.ones((len(x), 1))])
    signs = np.append(signs, 0)
    penalty = np.full(x.shape[1], RIDGE)
    penalty[-1] = 0.0
    step = 1.0 / (0.25 * float(np.linalg.norm(x, 2)) ** 2 + RIDGE)
    w = look = np.zeros(x.shape[1])
    momentum = 1.0
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ look, -30, 30)))
        moved = look - step * (x.T @ (p - y) + penalty * look)
        moved = np.where(signs * moved < 0, 0.0, moved)
        faster = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        look = moved + (momentum - 1) / faster * (moved - w)
        w, momentum = moved, faster
    return w[:-1], float(w[-1])


def main() -> None:
    bank = load_bank(knowledge_dir())
    embedder = load_embedder(Settings(embedder="minilm"))
    taught = split.taught(bank)
    data = examples(bank, embedder, taught) + held_out(bank, embedder, taught)
    heads = {
        "states": fit_head(data, frozenset({Verdict.MET, Verdict.PARTIAL}), "support_over_others", FOR_STATING),
        "contradicts": fit_head(data, frozenset({Verdict.CONTRADICTED}), "contradiction", FOR_CONTRADICTING),
    }
    content = {"features": list(FEATURES), "embedder": embedder.id, "version": content_hash(heads), **heads}
    path = Path(reader.__file__).with_name("reader.json")
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(f"fitted on {len(data)} pairs of an answer and a criterion, of {len(taught)} questions: {path.name}")


if __name__ == "__main__":
    main()
