"""The second look: the pieces that may state or contradict a criterion, read together with its reference sentences.

The first look (``reader.py``) compares every piece with everything; it is quick and only roughly right. Here the few
pieces that it found most telling are read by the pair reader, each with the statements nearest to it, with the
criterion's own text and with the nearest wrong sentence. A verdict is made from the signs that both looks saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interviewer.models.offline.pairs import CONTRADICTS, STATES, PairReader
from interviewer.models.offline.reader import FEATURES, Array, Reading, Reference

FOR = 3
"""Pieces per criterion that are read again because they may state it."""

AGAINST = 2
"""Pieces per criterion that are read again because they may contradict it."""

WORTH_A_LOOK = 0.05
"""Probability at the first look below which only the likeliest piece of all is read again."""

NEAREST = 2
"""Statements that a piece is read with, the nearest ones; one that may only contradict, with one."""

SEEN = ("states", "states_mean", "states_text", "contradicts", "states_wrong")
"""What the pair reader saw of a piece and a criterion, as log odds: that it states one of the nearest statements, that
it states them on the average, that it states the criterion's text, that it contradicts the statements on the average,
and that it states the nearest wrong sentence."""

SIGNS = (
    *FEATURES,
    "first_states",
    "first_contradicts",
    *SEEN,
    "closeness",
    "closeness_over_wrong",
    "closeness_over_question",
    "answer_closeness",
    "states_over_others",
    "same_piece",
    *(f"worst_{name}" for name in SEEN),
)
"""What a verdict is made from: the first look's features at its best piece, then what the second look saw."""

_SUPPORT = FEATURES.index("support")
_NOT_SEEN = -7.0  # log odds of what was not looked at
_EDGE = 1e-3


@dataclass(frozen=True)
class Closer:
    """Per criterion the signs (criteria, len(SIGNS)), the telling piece for it and the one against it (-1: none)."""

    signs: Array
    best: Sequence[int]
    worst: Sequence[int]
    same: Sequence[str]
    """Per criterion the statement that the telling piece comes nearest to, empty where there is no piece."""

    wrong: Sequence[str]
    """Per criterion the wrong sentence that the piece against it comes nearest to, empty where there is none."""

    beliefs: Array
    """Shape (pieces, misconceptions): the probability that a piece states the belief, 0 where it was not looked at."""


def look_closer(pairs: PairReader, reference: Reference, reading: Reading) -> Closer:
    """Reads the shortlisted pieces of an answer with the rubric's sentences."""
    criteria = len(reference.rubric.criteria)
    count = len(reading.pieces)
    asked: list[tuple[str, str]] = []
    meant: list[tuple[str, int, int]] = []  # what kind of reference, piece, criterion or misconception
    for j in range(criteria):
        likely = _worth_a_look(reading.states[:, j], FOR)
        for i in dict.fromkeys([*likely, *_worth_a_look(reading.contradicts[:, j], AGAINST)]):
            said = reading.texts[i]
            support = reference.statement_vectors[j] @ reading.vectors[i]
            for k in np.argsort(-support, kind="stable")[: NEAREST if i in likely else 1]:
                asked.append((said, reference.statements[j][k]))
                meant.append(("statement", i, j))
            if i in likely:
                asked.append((said, reference.rubric.criteria[j].text))
                meant.append(("text", i, j))
            if reference.contradictions[j]:
                nearest = int((reference.contradiction_vectors[j] @ reading.vectors[i]).argmax())
                asked.append((said, reference.contradictions[j][nearest]))
                meant.append(("wrong", i, j))
    for k, beliefs in enumerate(reference.beliefs):
        closeness = reading.vectors @ reference.belief_vectors[k].T
        if count:
            i = int(closeness.max(axis=1).argmax())
            for b in np.argsort(-closeness[i], kind="stable")[:NEAREST]:
                asked.append((reading.texts[i], beliefs[b]))
                meant.append(("belief", i, k))
    seen = pairs.read(asked).astype(np.float64)
    return _signs(reference, reading, seen, meant)


def _worth_a_look(first_look: Array, most: int) -> list[int]:
    """The likeliest piece, and up to ``most`` in all that are likely enough."""
    order = np.argsort(-first_look, kind="stable")[:most].tolist()
    return [i for place, i in enumerate(order) if place == 0 or first_look[i] >= WORTH_A_LOOK]


def _signs(reference: Reference, reading: Reading, seen: Array, meant: Sequence[tuple[str, int, int]]) -> Closer:
    criteria, count = len(reference.rubric.criteria), len(reading.pieces)
    of: dict[tuple[str, int, int], list[Array]] = {}
    for what, row in zip(meant, seen, strict=True):
        of.setdefault(what, []).append(row)
    table = np.full((count, criteria, len(SEEN)), _NOT_SEEN)
    beliefs = np.zeros((count, len(reference.beliefs)))
    for (kind, i, j), rows in of.items():
        read = np.array(rows)
        if kind == "statement":
            table[i, j, 0] = log_odds(read[:, STATES].max())
            table[i, j, 1] = log_odds(read[:, STATES].mean())
            table[i, j, 3] = log_odds(read[:, CONTRADICTS].mean())
        elif kind == "text":
            table[i, j, 2] = log_odds(read[0, STATES])
        elif kind == "wrong":
            table[i, j, 4] = log_odds(read[0, STATES])
        else:
            beliefs[i, j] = read[:, STATES].mean()
    signs = np.zeros((criteria, len(SIGNS)))
    best, worst, same, opposite = [-1] * criteria, [-1] * criteria, [""] * criteria, [""] * criteria
    if count:
        speaks = table[:, :, 0] + table[:, :, 1] + table[:, :, 2] - 0.5 * table[:, :, 3]
        denies = table[:, :, 3] + table[:, :, 4]
        # How near the answer is to the rubric on the whole: what is about something else keeps its distance.
        about = float(reading.features[:, :, _SUPPORT].max(axis=1).mean())
        for j in range(criteria):
            looked = [i for i in range(count) if table[i, j, 0] > _NOT_SEEN]
            first = int(reading.states[:, j].argmax())
            i = max(looked, key=lambda place: (speaks[place, j], -place))
            against = max(looked, key=lambda place: (denies[place, j], -place))
            support = float((reference.statement_vectors[j] @ reading.vectors[i]).max())
            wrong = reference.contradiction_vectors[j]
            opposed = float((wrong @ reading.vectors[i]).max()) if len(wrong) else support - 0.05
            others = [speaks[i, o] for o in range(criteria) if o != j]
            signs[j] = [
                *reading.features[first, j],
                log_odds(reading.states[first, j]),
                log_odds(reading.contradicts[:, j].max()),
                *table[i, j],
                support,
                support - opposed,
                support - float(reference.question_vector @ reading.vectors[i]),
                about,
                speaks[i, j] - max(others, default=-15.0),
                float(first == i),
                *table[against, j],
            ]
            best[j], worst[j] = i, against
            same[j] = reference.statements[j][int((reference.statement_vectors[j] @ reading.vectors[i]).argmax())]
            if len(wrong):
                opposite[j] = reference.contradictions[j][int((wrong @ reading.vectors[against]).argmax())]
    return Closer(signs=signs, best=best, worst=worst, same=same, wrong=opposite, beliefs=beliefs)


def log_odds(probability: float) -> float:
    """The logarithm of the odds, kept within what a thousandth either way gives."""
    inside = min(max(float(probability), _EDGE), 1 - _EDGE)
    return float(np.log(inside / (1 - inside)))
