"""The encoder gives the reference implementation's vectors, whatever else it is asked at the same time."""

from __future__ import annotations

import json
import random
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from interviewer.embedding import MiniLMEmbedder, Vectors
from interviewer.errors import WeightsError

pytestmark = pytest.mark.weights

REFERENCE = json.loads(Path(__file__).with_name("reference_vectors.json").read_text(encoding="utf-8"))
TEXTS = [row["text"] for row in REFERENCE["texts"]]
VECTORS = np.array([row["vector"] for row in REFERENCE["texts"]])


def fresh(encoder: MiniLMEmbedder) -> MiniLMEmbedder:
    """The same loaded model without remembered vectors."""
    other = MiniLMEmbedder(encoder.folder)
    other._reader = encoder._loaded()
    return other


@pytest.mark.parametrize("place", range(len(TEXTS)), ids=lambda place: repr(TEXTS[place][:30]))
def test_vectors_are_those_of_the_reference_implementation(encoder: MiniLMEmbedder, place: int) -> None:
    found = encoder.embed([TEXTS[place]])[0]
    assert float(found @ VECTORS[place] / np.linalg.norm(VECTORS[place])) >= 0.99999
    assert np.abs(found - VECTORS[place]).max() <= 2e-6


def test_a_vector_does_not_depend_on_what_else_is_in_the_batch(encoder: MiniLMEmbedder) -> None:
    alone = [fresh(encoder).embed([text])[0] for text in TEXTS]
    chance = random.Random(5)
    for _ in range(25):
        places = chance.choices(range(len(TEXTS)), k=chance.randint(1, 60))
        together = fresh(encoder).embed([TEXTS[place] for place in places])
        for row, place in zip(together, places, strict=True):
            assert np.array_equal(row, alone[place])


def test_same_length_batches_of_every_size_give_the_same_bits(encoder: MiniLMEmbedder) -> None:
    chance = random.Random(6)
    words = ["model", "data", "loss", "weight", "bias", "tree", "layer", "test", "score", "mean", "rate", "batch"]
    for length in (1, 2, 5, 11, 30, 80, 200):
        texts = [" ".join(chance.choices(words, k=length)) for _ in range(9)]
        alone = np.concatenate([fresh(encoder).embed([text]) for text in texts])
        for size in range(1, len(texts) + 1):
            assert np.array_equal(fresh(encoder).embed(texts[:size]), alone[:size])


def test_rows_have_length_one_and_keep_the_order_of_the_texts(encoder: MiniLMEmbedder) -> None:
    vectors = encoder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.array_equal(encoder.embed(TEXTS[::-1]), vectors[::-1])


def test_no_texts_give_no_rows(encoder: MiniLMEmbedder) -> None:
    assert encoder.embed([]).shape == (0, 384)


def test_what_a_caller_does_to_its_vectors_does_not_reach_others(encoder: MiniLMEmbedder) -> None:
    before = encoder.embed(["gradient descent"]).copy()
    encoder.embed(["gradient descent"])[:] = 0
    assert np.array_equal(encoder.embed(["gradient descent"]), before)


def test_an_unpaired_surrogate_is_no_reason_to_fail(encoder: MiniLMEmbedder) -> None:
    assert np.array_equal(encoder.embed(["loss \ud83d"]), encoder.embed(["loss ?"]))


def test_threads_get_the_right_vectors(encoder: MiniLMEmbedder) -> None:
    shared = fresh(encoder)
    results: dict[int, Vectors] = {}

    def work(number: int) -> None:
        results[number] = shared.embed(TEXTS[number:] + TEXTS[:number])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expected = encoder.embed(TEXTS)
    for number in range(8):
        assert np.array_equal(results[number], np.roll(expected, -number, axis=0))


def test_no_text_is_kept(encoder: MiniLMEmbedder) -> None:
    embedder = fresh(encoder)
    embedder.embed(["my name is Ada and my salary is secret"])
    assert "Ada" not in repr(embedder._remembered)


def test_the_memory_is_bounded(encoder: MiniLMEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interviewer.embedding.minilm._REMEMBERED", 5)
    embedder = fresh(encoder)
    embedder.embed([f"text {number}" for number in range(12)])
    assert len(embedder._remembered) == 5


def test_a_short_text_costs_far_less_than_the_full_256_pieces(encoder: MiniLMEmbedder) -> None:
    def seconds(text: str) -> float:
        best = 9.0
        for number in range(8):
            embedder = fresh(encoder)
            start = time.perf_counter()
            embedder.embed([f"{text} {number}"])
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds("How would you explain the bias variance trade off") * 2 < seconds("word " * 300)


def test_a_damaged_file_is_a_weights_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not weights")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(WeightsError) as caught:
        MiniLMEmbedder(tmp_path).embed(["hello"])
    assert "interviewer setup" in caught.value.remedy
