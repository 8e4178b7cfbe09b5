"""The settings decide which embedder is used; missing weights never stop the app."""

from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.embedding import LexicalEmbedder, MiniLMEmbedder, load_embedder
from interviewer.errors import WeightsError
from interviewer.settings import Settings


def test_auto_without_weights_is_lexical_with_a_notice(tmp_path: Path) -> None:
    embedder = load_embedder(Settings(data_dir=tmp_path))
    assert isinstance(embedder, LexicalEmbedder)
    assert "interviewer setup" in (embedder.notice or "")


def test_auto_with_damaged_weights_is_lexical_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"half")
    (tmp_path / "tokenizer.json").write_bytes(b"{}")
    embedder = load_embedder(Settings(weights_dir=tmp_path))
    assert "damaged" in (embedder.notice or "")


def test_lexical_by_choice_does_not_complain_about_weights(tmp_path: Path) -> None:
    embedder = load_embedder(Settings(data_dir=tmp_path, embedder="lexical"))
    assert "missing" not in (embedder.notice or "")


def test_minilm_without_weights_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(WeightsError) as caught:
        load_embedder(Settings(data_dir=tmp_path, embedder="minilm"))
    assert "interviewer setup" in caught.value.remedy


@pytest.mark.weights
def test_the_encoder_is_loaded_once_per_folder(weights_folder: Path) -> None:
    first = load_embedder(Settings(weights_dir=weights_folder))
    assert isinstance(first, MiniLMEmbedder)
    assert first.notice is None
    assert load_embedder(Settings(weights_dir=weights_folder, embedder="minilm")) is first
