"""Fits the verdicts: ``python -m scripts.reader.verdicts`` writes ``interviewer/models/offline/verdicts.json``.

The examples are the answers to the questions that ``split.weighed`` names, which neither look has learnt from, each
read against the full rubric and against its reduced form (the criterion's text only). Two boosted ensembles of small
trees weigh the signs; their log odds are scaled by what they say of questions left out of the fit (Platt scaling over
folds), so that a probability means what it says.

The second key's limits are set on the same questions: few valid quotes may fall below them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from interviewer.bank import load_bank, load_calibration
from interviewer.calibration.second_key import irrelevant_quotes, valid_quotes
from interviewer.calibration.trials import cases
from interviewer.domain.question import content_hash
from interviewer.domain.words import Verdict
from interviewer.embedding import load_embedder
from interviewer.grading.judge import answer_to
from interviewer.models.offline import verdicts
from interviewer.models.offline.closer import SIGNS, look_closer
from interviewer.models.offline.pairs import pairs_for
from interviewer.models.offline.reader import Reference, read, shipped_heads
from interviewer.models.offline.said import usable
from interviewer.models.offline.second_key import SEEN, Limits, SecondKey
from interviewer.resources import knowledge_dir
from interviewer.settings import Settings
from scripts.reader import split
from scripts.reader.first import reduced

FOLDS = 6
DEPTH = 3
DECIMALS = 5
REJECTED = 0.005
"""The share of valid quotes that the second key may turn away: half of what is allowed, to stay below it elsewhere."""

FLAGGED = 0.1
"""The share of valid quotes that it may doubt."""


def rows() -> tuple[np.ndarray, list[Verdict], list[str]]:
    """Signs (rows, signs), the authors' verdicts and the questions: a row per answer, form of rubric and criterion."""
    bank = load_bank(knowledge_dir())
    calibration = load_calibration(bank)
    embedder = load_embedder(Settings(embedder="minilm"))
    pairs = pairs_for(embedder)
    assert pairs is not None
    signs: list[np.ndarray] = []
    meant: list[Verdict] = []
    groups: list[str] = []
    for name in split.weighed(bank):
        question = bank.question(name)
        for rubric in (question.rubric, reduced(question.rubric)):
            reference = Reference(embedder, question.prompt, rubric)
            for answer in calibration[name].answers:
                said = answer_to(question.prompt, question.rubric, answer.text)
                kept, _ = usable(said.turns, questions=rubric.counts_questions)
                reading = read(embedder, reference, kept, shipped_heads())
                if not reading.pieces:
                    continue  # nothing that could count is no question of weight
                signs.append(look_closer(pairs, reference, reading).signs)
                meant += [answer.verdicts[criterion.id] for criterion in rubric.criteria]
                groups += [name] * len(rubric.criteria)
    return np.concatenate(signs), meant, groups


def fit(signs: np.ndarray, labels: np.ndarray, groups: list[str]) -> dict[str, Any]:
    left_out = np.zeros(len(labels))
    for fitted, kept in GroupKFold(FOLDS).split(signs, labels, groups):
        left_out[kept] = _ensemble().fit(signs[fitted], labels[fitted]).decision_function(signs[kept])
    scaling = LogisticRegression(C=1e6).fit(left_out[:, None], labels)
    whole = _ensemble().fit(signs, labels)
    trees = [tree.tree_ for tree in whole.estimators_[:, 0]]
    nodes = max(tree.node_count for tree in trees)
    leaf = [tree.children_left < 0 for tree in trees]
    prior = labels.mean()
    own = [np.arange(tree.node_count) for tree in trees]
    columns = {
        "feature": [np.where(end, 0, tree.feature) for tree, end in zip(trees, leaf, strict=True)],
        "threshold": [np.where(end, 0, tree.threshold) for tree, end in zip(trees, leaf, strict=True)],
        "left": [np.where(e, n, tree.children_left) for tree, e, n in zip(trees, leaf, own, strict=True)],
        "right": [np.where(e, n, tree.children_right) for tree, e, n in zip(trees, leaf, own, strict=True)],
        "value": [whole.learning_rate * tree.value[:, 0, 0] for tree in trees],
    }
    padded = {
        name: [np.pad(column, (0, nodes - len(column))).round(DECIMALS).tolist() for column in columns[name]]
        for name in columns
    }
    return {
        **padded,
        "start": round(float(np.log(prior / (1 - prior))), DECIMALS),
        "depth": DEPTH,
        "slope": round(float(scaling.coef_[0, 0]), DECIMALS),
        "offset": round(float(scaling.intercept_[0]), DECIMALS),
    }


def _ensemble() -> GradientBoostingClassifier:
    return GradientBoostingClassifier(
        n_estimators=80, max_depth=DEPTH, learning_rate=0.06, subsample=0.7, min_samples_leaf=12, random_state=0
    )


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
    signs, meant, groups = rows()
    content = {
        "key": fit_key(),
        "stated": fit(signs, np.array([v in (Verdict.MET, Verdict.PARTIAL) for v in meant]), groups),
        "contradicted": fit(signs, np.array([v is Verdict.CONTRADICTED for v in meant]), groups),
    }
    path = Path(verdicts.__file__).with_name("verdicts.json")
    whole = {"signs": list(SIGNS), "version": content_hash(content), **content}
    path.write_text(json.dumps(whole, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"fitted on {len(meant)} verdicts of {len(set(groups))} questions: {path.name}")


if __name__ == "__main__":
    main()
