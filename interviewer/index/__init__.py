"""Finding questions and guides by meaning.

``open_index`` is the way in; ``bank_passages`` makes what it is built from.
"""

from __future__ import annotations

from interviewer.index.index import EVERYTHING, Index, open_index
from interviewer.index.passages import bank_passages, guide_passages, question_passages
from interviewer.index.values import Filters, Hit, Kind, Passage, Way

__all__ = [
    "EVERYTHING",
    "Filters",
    "Hit",
    "Index",
    "Kind",
    "Passage",
    "Way",
    "bank_passages",
    "guide_passages",
    "open_index",
    "question_passages",
]
