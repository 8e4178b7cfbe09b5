"""Splits a turn's text into plain stretches and quoted ones, so that a face can highlight the candidate's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from interviewer.domain.grade import Evidence, Grade, Ungraded
from interviewer.domain.interview import Turn
from interviewer.domain.words import Verdict

Kind = Literal["plain", "met", "partial", "mistaken"]

# Where quotes overlap, the stretch is shown as the last of these that applies: a mistake is never painted over.
_RANK: tuple[Kind, ...] = ("plain", "partial", "met", "mistaken")
_KINDS: dict[Verdict, Kind] = {
    Verdict.MET: "met",
    Verdict.PARTIAL: "partial",
    Verdict.CONTRADICTED: "mistaken",
}


@dataclass(frozen=True)
class Quoted:
    """A piece of evidence with what it is evidence of: the ID of a criterion or misconception, and how it did."""

    criterion: str
    kind: Kind
    evidence: Evidence


@dataclass(frozen=True)
class Segment:
    """A stretch of a turn. ``criterion_ids`` name the criteria (or misconceptions) that it is evidence for."""

    text: str
    criterion_ids: tuple[str, ...] = ()
    kind: Kind = "plain"


def quoted(grade: Grade | Ungraded | None, turn: int) -> list[Quoted]:
    """The quotes that a grade took from turn number ``turn``."""
    if not isinstance(grade, Grade):
        return []
    found = [
        Quoted(verdict.criterion, _KINDS[verdict.verdict], evidence)
        for verdict in grade.verdicts
        if verdict.verdict in _KINDS
        for evidence in verdict.evidence
    ]
    found += [
        Quoted(mistake.misconception, "mistaken", evidence)
        for mistake in grade.misconceptions
        for evidence in mistake.evidence
    ]
    return [quote for quote in found if quote.evidence.turn == turn]


def highlight(text: str, evidence: Iterable[Quoted]) -> list[Segment]:
    """``text`` in segments that joined give ``text`` again. Quotes may overlap; offsets beyond the text are cut.

    >>> quote = Quoted("noise", "met", Evidence(turn=2, start=3, end=8, text="learn"))
    >>> [(s.text, s.kind) for s in highlight("It learns.", [quote])]
    [('It ', 'plain'), ('learn', 'met'), ('s.', 'plain')]
    """
    spans = [
        (quote.evidence.start, min(quote.evidence.end, len(text)), quote)
        for quote in evidence
        if quote.evidence.start < min(quote.evidence.end, len(text))
    ]
    cuts = sorted({0, len(text)} | {start for start, _, _ in spans} | {end for _, end, _ in spans})
    segments = []
    for start, end in pairwise(cuts):
        here = [quote for first, last, quote in spans if first <= start and end <= last]
        ids = tuple(dict.fromkeys(quote.criterion for quote in here))
        kind = max((quote.kind for quote in here), key=_RANK.index, default=_RANK[0])
        segments.append(Segment(text[start:end], ids, kind))
    return segments


def turn_segments(turn: Turn, grade: Grade | Ungraded | None) -> list[Segment]:
    """A turn's text with the words marked that the exchange's grade rests on."""
    return highlight(turn.text, quoted(grade, turn.seq))
