"""The second look: the pieces that may state or contradict a criterion, read together with its reference sentences.

The first look (``reader.py``) compares every piece with everything; it is quick and only roughly right. Here the few
pieces that it found most telling are read by the pair reader, each with the statements nearest to it, and where that
speaks for the criterion or against it, with the criterion's own text and with the nearest wrong sentence. Every piece
is judged by what was seen of itself: what else was said can neither spoil a good sentence nor lend it anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interviewer.models.offline.pairs import CONTRADICTS, STATES, PairReader
from interviewer.models.offline.reader import FEATURES, Array, Reading, Reference

FOR = 5
"""Pieces per criterion that are read again because they may state it."""

AGAINST = 2
"""Pieces per criterion that are read again because they may contradict it."""

WORTH_A_LOOK = 0.1
"""Probability at the first look below which only the likeliest piece of all is read again."""

NEAREST = 2
"""Statements that a telling piece is read with, the nearest ones."""

SPEAKS = -4.0
DENIES = 0.0
"""What the nearest statement must say for a piece, or against it, for the piece to be telling: to be read with another
statement, the criterion's text and a wrong sentence too (in log odds, as ``_Seen`` adds them up). The piece that speaks
most either way always is."""

SEEN = ("states", "states_mean", "states_text", "contradicts", "states_wrong")
"""What the pair reader saw of a piece and a criterion, as log odds: that it states one of the nearest statements, that
it states them on the average, that it states the criterion's text, that it contradicts the statements on the average,
and that it states the nearest wrong sentence."""

SIGNS = (
    *FEATURES,
    "first_states",
    "first_contradicts",
    *SEEN,
    "states_over_others",
)
"""What is judged by: the first look's features of a piece for a criterion, then what the second look saw."""

_NOT_SEEN = -7.0  # log odds of what was not looked at
_EDGE = 1e-3


@dataclass(frozen=True)
class Closer:
    """What was looked at twice: ``places`` are (piece, criterion) pairs, ``signs`` (places, len(SIGNS)) what was seen.

    ``beliefs`` has the shape (pieces, misconceptions): the probability that a piece states the belief, 0 where it was
    not looked at.
    """

    places: Sequence[tuple[int, int]]
    signs: Array
    beliefs: Array


def look_closer(pairs: PairReader, reference: Reference, reading: Reading) -> Closer:
    """Reads the shortlisted pieces of an answer with the rubric's sentences."""
    seen = _Seen(reference, reading)
    if not reading.pieces:
        return Closer(places=(), signs=np.zeros((0, len(SIGNS))), beliefs=seen.beliefs)
    criteria = range(len(reference.rubric.criteria))
    for j in criteria:
        likely = [*_worth_a_look(reading.states[:, j], FOR), *_worth_a_look(reading.contradicts[:, j], AGAINST)]
        for i in dict.fromkeys(likely):
            seen.ask("statement", i, j, *_nearest(reference, reading, i, j)[:1])
    for k, beliefs in enumerate(reference.beliefs):
        closeness = reading.vectors @ reference.belief_vectors[k].T
        i = int(closeness.max(axis=1).argmax())
        for b in np.argsort(-closeness[i], kind="stable")[:NEAREST]:
            seen.ask("belief", i, k, beliefs[b])
    seen.read(pairs)
    places = [(i, j) for j in criteria for i in seen.telling(j)]
    for i, j in places:
        seen.ask("statement", i, j, *_nearest(reference, reading, i, j)[1:])
        seen.ask("text", i, j, reference.rubric.criteria[j].text)
        if reference.contradictions[j]:
            nearest = int((reference.contradiction_vectors[j] @ reading.vectors[i]).argmax())
            seen.ask("wrong", i, j, reference.contradictions[j][nearest])
    seen.read(pairs)
    return Closer(places=places, signs=_signs(reading, seen, places), beliefs=seen.beliefs)


def _worth_a_look(first_look: Array, most: int) -> list[int]:
    """The likeliest piece, and up to ``most`` in all that are likely enough."""
    order = np.argsort(-first_look, kind="stable")[:most].tolist()
    return [i for place, i in enumerate(order) if place == 0 or first_look[i] >= WORTH_A_LOOK]


def _nearest(reference: Reference, reading: Reading, i: int, j: int) -> list[str]:
    """The statements of criterion ``j`` that piece ``i`` is nearest to, the nearest first."""
    support = reference.statement_vectors[j] @ reading.vectors[i]
    return [reference.statements[j][k] for k in np.argsort(-support, kind="stable")[:NEAREST]]


class _Seen:
    """What the pair reader is to be asked, and what it saw: ``table`` (pieces, criteria, len(SEEN)), ``beliefs``."""

    def __init__(self, reference: Reference, reading: Reading) -> None:
        self.table = np.full((len(reading.pieces), len(reference.rubric.criteria), len(SEEN)), _NOT_SEEN)
        self.beliefs = np.zeros((len(reading.pieces), len(reference.beliefs)))
        self._texts = reading.texts
        self._asked: list[tuple[str, int, int, str]] = []
        self._read: dict[tuple[str, int, int], list[Array]] = {}

    def ask(self, kind: str, piece: int, place: int, *sentences: str) -> None:
        """``place`` is the criterion's, or the misconception's."""
        self._asked += [(kind, piece, place, sentence) for sentence in sentences]

    def read(self, pairs: PairReader) -> None:
        asked, self._asked = self._asked, []
        rows = pairs.read([(self._texts[i], sentence) for _, i, _, sentence in asked]).astype(np.float64)
        for (kind, i, j, _), row in zip(asked, rows, strict=True):
            self._read.setdefault((kind, i, j), []).append(row)
        for kind, i, j in dict.fromkeys((kind, i, j) for kind, i, j, _ in asked):
            read = np.array(self._read[kind, i, j])
            if kind == "statement":
                self.table[i, j, 0] = log_odds(read[:, STATES].max())
                self.table[i, j, 1] = log_odds(read[:, STATES].mean())
                self.table[i, j, 3] = log_odds(read[:, CONTRADICTS].mean())
            elif kind == "text":
                self.table[i, j, 2] = log_odds(read[0, STATES])
            elif kind == "wrong":
                self.table[i, j, 4] = log_odds(read[0, STATES])
            else:
                self.beliefs[i, j] = read[:, STATES].mean()

    @property
    def speaks(self) -> Array:
        """Shape (pieces, criteria): how much a piece speaks for a criterion, by the statements."""
        return np.asarray(self.table[:, :, 0] + self.table[:, :, 1] - 0.5 * self.table[:, :, 3])

    def telling(self, j: int) -> list[int]:
        """The pieces that speak for criterion ``j`` or against it, at least the one that does so most."""
        looked = [i for i in range(len(self.table)) if self.table[i, j, 0] > _NOT_SEEN]
        speaks, denies = self.speaks[:, j], self.table[:, j, 3]
        most = {max(looked, key=lambda i: (speaks[i], -i)), max(looked, key=lambda i: (denies[i], -i))}
        return [i for i in looked if i in most or speaks[i] >= SPEAKS or denies[i] >= DENIES]


def _signs(reading: Reading, seen: _Seen, places: Sequence[tuple[int, int]]) -> Array:
    speaks = seen.speaks
    signs = np.zeros((len(places), len(SIGNS)))
    for row, (i, j) in enumerate(places):
        others = [speaks[i, o] for o in range(speaks.shape[1]) if o != j]
        signs[row] = [
            *reading.features[i, j],
            log_odds(reading.states[i, j]),
            log_odds(reading.contradicts[i, j]),
            *seen.table[i, j],
            speaks[i, j] - max(others, default=-15.0),
        ]
    return signs


def log_odds(probability: float) -> float:
    """The logarithm of the odds, kept within what a thousandth either way gives."""
    inside = min(max(float(probability), _EDGE), 1 - _EDGE)
    return float(np.log(inside / (1 - inside)))
