"""The bank's questions, and those that a search finds."""

from __future__ import annotations

from pydantic import Field

from interviewer.contracts.base import Contract, Cosine
from interviewer.domain.words import CriterionKind, Format, Role, Seniority, Stage


class ItemRef(Contract):
    """The place in the source material that a question covers."""

    source: str = Field(description="the article, 000 to 004")
    item: str = Field(description="the item's id in the inventory of that article")


class BankCriterion(Contract):
    id: str
    text: str
    kind: CriterionKind
    weight: float = Field(gt=0)


class BankRubric(Contract):
    hash: str = Field(description="content hash of the whole rubric; every grade names the one it used")
    criteria: list[BankCriterion]


class BankQuestion(Contract):
    """One question of the bank."""

    id: str
    prompt: str
    topic: str
    stage: Stage
    seniority: Seniority
    roles: list[Role]
    format: Format
    minutes: int = Field(ge=1)
    sources: list[ItemRef]
    rubric: BankRubric


class SearchHit(Contract):
    """A question that was found."""

    id: str
    prompt: str
    score: float = Field(description="orders this list only; its scale may change")
    cosine: Cosine = Field(description="between the query and the nearest passage of the question")
    topic: str
    stage: Stage
    seniority: Seniority
    sources: list[ItemRef]
