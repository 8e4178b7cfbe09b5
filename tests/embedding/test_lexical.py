"""The stopgap is deterministic, sees related words, and owns up to being a stopgap."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from interviewer.embedding import LexicalEmbedder


def cosine(one: str, other: str) -> float:
    first, second = LexicalEmbedder().embed([one, other])
    return float(first @ second)


def test_rows_have_length_one_even_for_nothing() -> None:
    vectors = LexicalEmbedder().embed(["", "  ", "?!", "the", "gradient descent", "\ud83d", "loss " * 500])
    assert vectors.shape == (7, 1024)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.array_equal(vectors[0], vectors[1])


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("regularisation shrinks the weights", "regularized weights are smaller", "a decision tree splits the data"),
        ("Gradients vanish", "the vanishing gradient", "the exploding budget"),
        ("What is overfitting?", "the model overfits", "what is the weather like"),
        ("Größe und Übung", "grosse ubungen", "klein"),
    ],
)
def test_related_wordings_are_nearer(text: str, near: str, far: str) -> None:
    assert cosine(text, near) > cosine(text, far) + 0.1


def test_words_that_say_little_make_little_difference() -> None:
    assert cosine("precision and recall", "what is the precision and what is the recall") > 0.85


def test_case_and_accents_make_no_difference() -> None:
    assert cosine("Naïve BAYES", "naive bayes") == pytest.approx(1, abs=1e-5)


def test_every_process_gets_the_same_vectors() -> None:
    code = (
        "import hashlib; from interviewer.embedding import LexicalEmbedder;"
        "print(hashlib.sha256(LexicalEmbedder().embed(['why does dropout help?']).tobytes()).hexdigest())"
    )
    results = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        results.add(done.stdout)
    assert len(results) == 1


def test_the_notice_says_what_is_wrong_and_what_to_do() -> None:
    notice = LexicalEmbedder().notice
    assert notice is not None
    assert "missing" in notice
    assert "interviewer setup" in notice
