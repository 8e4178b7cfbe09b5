"""What goes into the index and what comes out. Plain values; nothing here knows Chroma or the bank."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["question", "guide"]
Way: TypeAlias = Literal["fused", "dense", "lexical"]
"""How to search: by meaning (sentence vectors), by words (BM25), or by both."""


@dataclass(frozen=True)
class Passage:
    """A piece of text that stands for a question or a guide; exactly one of the two IDs is given.

    ``metadata`` is what ``Filters`` look at: ``roles`` (a list), ``seniority``, ``stage``, ``topic``. ``only_words``
    marks a long text that is searched by its words alone: a vector of all of it would mean nothing in particular.
    """

    id: str
    question_id: str | None
    guide_id: str | None
    text: str
    metadata: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    only_words: bool = False

    def __post_init__(self) -> None:
        if (self.question_id is None) == (self.guide_id is None):
            raise ValueError(f"passage {self.id!r} must belong to a question or to a guide")

    @property
    def kind(self) -> Kind:
        return "guide" if self.question_id is None else "question"

    @property
    def owner(self) -> str:
        """The ID of the question or guide."""
        return self.question_id or self.guide_id or ""


@dataclass(frozen=True)
class Filters:
    """Which questions may be found; None lets all through, a tuple any of its members."""

    role: str | tuple[str, ...] | None = None
    seniority: str | tuple[str, ...] | None = None
    stage: str | tuple[str, ...] | None = None
    topic: str | tuple[str, ...] | None = None


@dataclass(frozen=True)
class Hit:
    """A question (or guide) that was found, with the passage that is nearest to the query in meaning.

    ``score`` is for ordering only: higher is better, and its scale may change. ``cosine`` is between the query and the
    passage's stored vector, in [-1, 1]. ``near`` says whether it seems to have to do with the query at all.
    """

    question_id: str | None
    score: float
    cosine: float
    guide_id: str | None = None
    passage_id: str = ""
    text: str = ""
    near: bool = True

    @property
    def id(self) -> str:
        """The ID of the question or guide."""
        return self.question_id or self.guide_id or ""
