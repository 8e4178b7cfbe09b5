"""Verdicts from signs: an answer is judged by its best piece, and the shipped fit takes the signs that there are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from interviewer.domain.words import Verdict
from interviewer.embedding import MiniLMEmbedder
from interviewer.models.offline import OfflineModel, verdicts
from interviewer.models.offline.closer import SIGNS
from interviewer.models.offline.reader import head_from
from interviewer.models.offline.verdicts import shipped_judges
from interviewer.resources import prompts_dir
from scripts.reader.verdicts import Bag, stated


def bag(question: str, verdict: Verdict, *pieces: float) -> Bag:
    """An answer of pieces that the second look finds to state the criterion so far (log odds)."""
    signs = np.zeros((len(pieces), len(SIGNS)))
    signs[:, SIGNS.index("states")] = pieces
    return Bag(question, verdict, signs)


def test_an_answer_is_judged_by_the_piece_that_says_it_best_and_by_no_other() -> None:
    random = np.random.default_rng(3)
    chosen = []
    for place in range(240):
        said = place % 3 == 0
        others = random.normal(-3, 1, size=random.integers(1, 6))
        pieces = [*others, random.normal(3, 1)] if said else others
        chosen.append(bag(str(place % 12), Verdict.MET if said else Verdict.MISSING, *random.permutation(pieces)))
    head = head_from(stated(chosen))
    right = [(head.probability(one.signs).max() > 0.5) == (one.verdict is Verdict.MET) for one in chosen]
    assert np.mean(right) > 0.97
    alone = bag("", Verdict.MET, 3.0).signs
    beside = bag("", Verdict.MET, -4.0, 3.0, -4.0, 0.0).signs
    assert head.probability(beside).max() == pytest.approx(head.probability(alone).max())


def test_the_shipped_judges_take_these_signs_and_give_probabilities() -> None:
    judges = shipped_judges()
    signs = judges.stated.mean + np.random.default_rng(1).normal(size=(50, len(SIGNS))) * judges.stated.scale
    for head in (judges.stated, judges.contradicted):
        found = head.probability(signs)
        assert found.shape == (50,)
        assert ((found > 0) & (found < 1)).all()
        assert np.ptp(found) > 0.1


def test_more_for_a_criterion_in_the_second_look_never_makes_it_less_probable() -> None:
    judges = shipped_judges()
    at = SIGNS.index
    assert judges.stated.weights[[at("states"), at("states_mean"), at("states_text")]].min() > 0
    assert judges.stated.weights[at("contradicts")] < 0
    assert judges.contradicted.weights[at("contradicts")] > 0 > judges.contradicted.weights[at("states")]


def test_a_fit_for_other_signs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "SIGNS", (*SIGNS, "another"))
    shipped_judges.cache_clear()
    with pytest.raises(ValueError, match=r"scripts\.reader\.verdicts"):
        shipped_judges()
    monkeypatch.undo()
    shipped_judges.cache_clear()
    assert json.dumps(shipped_judges().version)


@pytest.mark.weights
def test_the_figures_in_the_docs_are_of_this_version(weights_folder: Path) -> None:
    version = OfflineModel(MiniLMEmbedder(weights_folder), prompts_dir()).info.version
    page = (Path(__file__).parents[2] / "docs" / "grading.md").read_text(encoding="utf-8")
    assert f"offline model, version {version}" in page, "run “python scripts/figures.py grading”"
