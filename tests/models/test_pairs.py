"""Two sentences read together: the same, the opposite, or something else, whatever else is read beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from interviewer.embedding import LexicalEmbedder, MiniLMEmbedder
from interviewer.errors import WeightsError
from interviewer.models.offline.pairs import CONTRADICTS, LONGEST, OTHER, STATES, PairReader, pairs_for

pytestmark = pytest.mark.weights

REFERENCE = "A kettle switches itself off when the water boils."
PAIRS = [
    ("once it's bubbling the thing turns off on its own", REFERENCE),
    ("A kettle keeps heating when the water boils until you switch it off.", REFERENCE),
    ("A kettle is usually made of steel or glass.", REFERENCE),
    ("Two plus two is four.", REFERENCE),
]


@pytest.fixture(scope="module")
def reader(weights_folder: Path) -> PairReader:
    return PairReader(weights_folder)


def test_what_it_makes_of_matters_it_never_learnt(reader: PairReader) -> None:
    """It knows the same and something else; opposites it tells reliably in its own field only (docs/grading.md)."""
    same, opposite, beside, elsewhere = reader.read(PAIRS)
    assert [int(one.argmax()) for one in (same, beside, elsewhere)] == [STATES, OTHER, OTHER]
    assert opposite[CONTRADICTS] > max(same[CONTRADICTS], beside[CONTRADICTS], elsewhere[CONTRADICTS])


def test_a_reading_does_not_depend_on_its_company(reader: PairReader) -> None:
    together = reader.read(PAIRS)
    alone = np.concatenate([reader.read([pair]) for pair in reversed(PAIRS)])[::-1]
    assert np.abs(together - alone).max() < 1e-4
    assert np.abs(together.sum(axis=1) - 1).max() < 1e-4
    with ThreadPoolExecutor(4) as pool:
        assert all(np.array_equal(one, together) for one in pool.map(lambda _: reader.read(PAIRS), range(8)))


def test_nothing_and_very_much_can_be_read(reader: PairReader) -> None:
    assert reader.read([]).shape == (0, 3)
    assert reader.read([("", "")]).shape == (1, 3)
    long = "and then it boils " * 500
    assert np.array_equal(reader.read([(long, REFERENCE)]), reader.read([(long + " never", REFERENCE)]))
    assert LONGEST < 500


def test_it_comes_with_the_sentence_encoder_only(weights_folder: Path, tmp_path: Path) -> None:
    assert pairs_for(LexicalEmbedder()) is None
    embedder = MiniLMEmbedder(weights_folder)
    assert pairs_for(embedder) is pairs_for(embedder)
    with pytest.raises(WeightsError):
        PairReader(tmp_path).read(PAIRS)
