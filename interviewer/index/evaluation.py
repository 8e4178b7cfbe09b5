"""How well search finds what people mean: figures over queries that somebody has judged.

Recall@k is the share of a query's relevant records among the first k (of at most k); nDCG@k (Järvelin and Kekäläinen,
2002) counts each relevant record by 1 / log2(rank + 1), divided by what the best order would give. Both 0 to 1,
averaged over queries.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import Field

from interviewer.domain.question import Line, Value

DEPTH = 10

Half: TypeAlias = Literal["development", "test"]


class JudgedQuery(Value):
    """A query with the records that answer it, the best first.

    ``relevant`` names questions by ID, guides as ``guide:ID``, or items of the source material, which stand for the
    records that cover them. ``half`` says whether search was chosen on this query or is judged by it.
    """

    query: Line
    relevant: tuple[Line, ...] = Field(min_length=1)
    kind: str = "all"
    half: Half | None = None


@dataclass(frozen=True)
class Figures:
    """What a way of searching reaches over ``queries`` queries."""

    queries: int
    recall_1: float
    recall_5: float
    ndcg_10: float


def recall(found: Sequence[str], relevant: Iterable[str], k: int) -> float:
    """
    >>> recall(["a", "b", "c"], {"b", "z"}, 2)
    0.5
    """
    wanted = set(relevant)
    return len(wanted & set(found[:k])) / min(k, len(wanted))


def ndcg(found: Sequence[str], relevant: Iterable[str], k: int = DEPTH) -> float:
    """
    >>> round(ndcg(["a", "b"], {"b"}), 3)
    0.631
    """
    wanted = set(relevant)
    gained = sum(1 / math.log2(rank + 1) for rank, one in enumerate(found[:k], start=1) if one in wanted)
    return gained / sum(1 / math.log2(rank + 1) for rank in range(1, min(k, len(wanted)) + 1))


def figures(found: Sequence[Sequence[str]], relevant: Sequence[frozenset[str]]) -> Figures:
    """The averages over queries; ``found`` and ``relevant`` go together one by one. Raises ValueError without any."""
    if not found:
        raise ValueError("there is no query to average over")
    pairs = list(zip(found, relevant, strict=True))
    return Figures(
        queries=len(pairs),
        recall_1=sum(recall(one, wanted, 1) for one, wanted in pairs) / len(pairs),
        recall_5=sum(recall(one, wanted, 5) for one, wanted in pairs) / len(pairs),
        ndcg_10=sum(ndcg(one, wanted) for one, wanted in pairs) / len(pairs),
    )


def by_kind(
    queries: Sequence[JudgedQuery], found: Sequence[Sequence[str]], relevant: Sequence[frozenset[str]]
) -> Mapping[str, Figures]:
    """The figures of each kind of query, in the order in which the kinds first come, and of ``all`` together."""
    out: dict[str, Figures] = {}
    for kind in dict.fromkeys(query.kind for query in queries):
        places = [place for place, query in enumerate(queries) if query.kind == kind]
        out[kind] = figures([found[place] for place in places], [relevant[place] for place in places])
    return {**out, "all": figures(found, relevant)}
