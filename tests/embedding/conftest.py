from __future__ import annotations

from pathlib import Path

import pytest

from interviewer.embedding import MiniLMEmbedder


@pytest.fixture(scope="session")
def encoder(weights_folder: Path) -> MiniLMEmbedder:
    return MiniLMEmbedder(weights_folder)
