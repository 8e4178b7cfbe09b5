"""What must not change a grade changes no word, and what may lose something loses what it says."""

from __future__ import annotations

from random import Random

import pytest

from interviewer.bank import load_bank, load_calibration
from interviewer.calibration.perturb import CHANGES, NOISE, changed, misheard
from interviewer.folding import words
from interviewer.resources import knowledge_dir

TEXTS = [a.text for c in load_calibration(load_bank(knowledge_dir())).values() for a in c.answers][:120]


@pytest.mark.parametrize("name", [*CHANGES, *NOISE])
def test_a_change_is_a_change_and_the_same_every_time(name: str) -> None:
    change = {**CHANGES, **NOISE}[name]
    assert all(changed(text, change) == changed(text, change) for text in TEXTS)
    assert sum(changed(text, change) != text for text in TEXTS) > 0.95 * len(TEXTS)


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_said_is_still_there_in_its_order(name: str) -> None:
    for text in TEXTS:
        left = iter(words(changed(text, CHANGES[name])))
        assert all(word in left for word in words(text)), text


def test_about_the_stated_share_of_words_is_misheard() -> None:
    told = [len(text.split()) for text in TEXTS]
    kept = [len(set(text.split()) & set(misheard(text, Random(1)).split())) / len(set(text.split())) for text in TEXTS]
    assert 0.8 < sum(k * n for k, n in zip(kept, told, strict=True)) / sum(told) < 0.95
