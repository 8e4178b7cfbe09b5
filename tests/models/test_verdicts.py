"""Verdicts from signs: the shipped form of the ensembles computes what was fitted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from interviewer.embedding import MiniLMEmbedder
from interviewer.models.offline import OfflineModel, verdicts
from interviewer.models.offline.closer import SIGNS
from interviewer.models.offline.verdicts import shipped_ensembles, trees_from
from interviewer.resources import prompts_dir
from scripts.reader.verdicts import DEPTH, fit


def test_the_written_trees_say_what_the_fitted_ones_said() -> None:
    random = np.random.default_rng(3)
    signs = random.normal(size=(400, 6))
    labels = signs[:, 0] + signs[:, 1] * signs[:, 2] + random.normal(size=400) * 0.3 > 0
    written = fit(signs, labels, [str(place % 8) for place in range(400)])
    fitted = GradientBoostingClassifier(
        n_estimators=80, max_depth=DEPTH, learning_rate=0.06, subsample=0.7, min_samples_leaf=12, random_state=0
    ).fit(signs, labels)
    odds = written["slope"] * fitted.decision_function(signs) + written["offset"]
    assert trees_from(written).probability(signs) == pytest.approx(1 / (1 + np.exp(-odds)), abs=2e-3)
    assert ((trees_from(written).probability(signs) > 0.5) == labels).mean() > 0.9


def test_the_shipped_ensembles_take_these_signs_and_give_probabilities() -> None:
    ensembles = shipped_ensembles()
    signs = np.random.default_rng(1).normal(size=(50, len(SIGNS))) * 3
    for trees in (ensembles.stated, ensembles.contradicted):
        found = trees.probability(signs)
        assert found.shape == (50,)
        assert ((found > 0) & (found < 1)).all()
        assert np.ptp(found) > 0.1


def test_a_fit_for_other_signs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "SIGNS", (*SIGNS, "another"))
    shipped_ensembles.cache_clear()
    with pytest.raises(ValueError, match=r"scripts\.reader\.verdicts"):
        shipped_ensembles()
    monkeypatch.undo()
    shipped_ensembles.cache_clear()
    assert json.dumps(shipped_ensembles().version)


@pytest.mark.weights
def test_the_figures_in_the_docs_are_of_this_version(weights_folder: Path) -> None:
    version = OfflineModel(MiniLMEmbedder(weights_folder), prompts_dir()).info.version
    page = (Path(__file__).parents[2] / "docs" / "grading.md").read_text(encoding="utf-8")
    assert f"offline model, version {version}" in page, "run “python scripts/figures.py grading”"
