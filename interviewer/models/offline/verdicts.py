"""From what was read to verdicts: for each criterion the probability that it is stated, and that it is contradicted.

With the sentence encoder the signs of both looks (``closer.py``) go through two boosted ensembles of small trees, whose
output is scaled to be a probability; ``scripts/reader`` fits them on questions that neither look was fitted on.
Without the encoder there is the first look only, with thresholds of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from interviewer.domain.question import Rubric
from interviewer.domain.words import Verdict
from interviewer.models.base import MisconceptionDraft, VerdictDraft
from interviewer.models.offline.closer import SIGNS, Closer
from interviewer.models.offline.reader import FEATURES, Array, Reading

MET = 0.5
"""Probability from which a criterion is taken to be stated."""

PARTIAL = 0.27
"""Probability from which it is taken to be touched: half the credit, and marked as doubtful."""

CONTRADICTED = 0.65
"""Probability from which it is taken to be contradicted, if that is also the likelier of the two."""

ANCHOR = 0.6
"""An answer that reaches this on no criterion earns nothing: what is about something else comes near here and there."""

BELIEVED = 0.85
"""Probability from which a piece is taken to state a misconception."""

BESIDE_AN_INSTRUCTION = 0.7
"""What takes the place of MET and PARTIAL in an answer that also gives instructions to the grader."""

SAME = 0.9
"""Cosine with a statement, at the same polarity, from which a piece is that statement."""

# The first look alone, where there is no encoder; set on the development half.
FIRST_MET = 0.35
FIRST_PARTIAL = 0.22
FIRST_CONTRADICTED = 0.45
FIRST_NEAR = 0.35
FIRST_BELIEVED = 0.10
RIVALRY = 0.20
"""How much more probable the contradiction must be than the statement: an accusation needs more than a tie."""

OPPOSITE = 0.10
"""How much nearer (in cosine) to a contradiction than to every statement a piece may be and still earn the point."""

SETTINGS = (
    MET, PARTIAL, CONTRADICTED, ANCHOR, BELIEVED, BESIDE_AN_INSTRUCTION, SAME,
    FIRST_MET, FIRST_PARTIAL, FIRST_CONTRADICTED, FIRST_NEAR, FIRST_BELIEVED, RIVALRY, OPPOSITE,
)  # fmt: skip
"""What a grade depends on besides the fits: part of the version that every grade names."""

_SUPPORT = FEATURES.index("support")
_POLARITY = FEATURES.index("polarity_differs")
_MARGIN = FEATURES.index("support_over_contradiction")
_CONTRARY = FEATURES.index("has_contradictions")
_LONGEST_REASON = 160  # characters of a sentence that a reason repeats


# --- the ensembles ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trees:
    """A boosted ensemble (Friedman 2001) as arrays, shape (trees, nodes); a leaf's children are itself.

    ``slope`` and ``offset`` scale its log odds to calibrated ones (Platt 1999).
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    start: float
    depth: int
    slope: float
    offset: float

    def probability(self, signs: Array) -> Array:
        """Shape (rows, signs) to (rows,), each in 0..1."""
        rows = np.arange(len(signs))[:, None]
        trees = np.arange(len(self.feature))[None]
        node = np.zeros((len(signs), len(self.feature)), dtype=np.int64)
        for _ in range(self.depth):
            below = signs[rows, self.feature[trees, node]] <= self.threshold[trees, node]
            node = np.where(below, self.left[trees, node], self.right[trees, node])
        log_odds = self.start + self.value[trees, node].sum(axis=1)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.slope * log_odds + self.offset, -30, 30))))


@dataclass(frozen=True)
class Ensembles:
    """``stated`` and ``contradicted``, with the version of the fit."""

    version: str
    stated: Trees
    contradicted: Trees


def trees_from(content: dict[str, Any]) -> Trees:
    return Trees(
        feature=np.array(content["feature"]),
        threshold=np.array(content["threshold"]),
        left=np.array(content["left"]),
        right=np.array(content["right"]),
        value=np.array(content["value"]),
        start=float(content["start"]),
        depth=int(content["depth"]),
        slope=float(content["slope"]),
        offset=float(content["offset"]),
    )


@lru_cache(maxsize=1)
def shipped_ensembles() -> Ensembles:
    """What the fit wrote."""
    content = json.loads((resources.files(__package__) / "verdicts.json").read_text(encoding="utf-8"))
    if content["signs"] != list(SIGNS):
        raise ValueError("verdicts.json was fitted for other signs; run “python -m scripts.reader.verdicts”")
    return Ensembles(content["version"], trees_from(content["stated"]), trees_from(content["contradicted"]))


# --- with the encoder: both looks ---------------------------------------------------------------------------


def second_look(
    rubric: Rubric, reading: Reading, closer: Closer, ensembles: Ensembles, *, told: bool
) -> tuple[VerdictDraft, ...]:
    """A verdict per criterion. ``told`` says that the answer also gave instructions to the grader."""
    if not reading.pieces:
        return _nothing(rubric)
    stated = ensembles.stated.probability(closer.signs)
    contradicted = ensembles.contradicted.probability(closer.signs)
    best = list(closer.best)
    for j in range(len(rubric.criteria)):
        support = np.where(reading.features[:, j, _POLARITY] == 0, reading.features[:, j, _SUPPORT], 0.0)
        if support.max() >= SAME:  # the statement itself needs no second look
            best[j] = int(support.argmax())
            stated[j] = max(stated[j], support.max())
    met, partial = (BESIDE_AN_INSTRUCTION,) * 2 if told else (MET, PARTIAL)
    if stated.max() < ANCHOR:
        met = partial = ANCHOR
    drafts = []
    for j, criterion in enumerate(rubric.criteria):
        yes, no, same = float(stated[j]), float(contradicted[j]), _short(closer.same[j])
        said, denied = reading.pieces[best[j]], reading.pieces[closer.worst[j]]
        quotes: tuple[str, ...] = ()
        # Who says it right after having said it wrong has corrected themselves.
        if no >= CONTRADICTED and no > yes and not (yes >= met and said.turn > denied.turn):
            verdict, reason, quotes = Verdict.CONTRADICTED, _against(closer.wrong[j]), (denied.text,)
        elif yes >= met:
            verdict, reason, quotes = Verdict.MET, f"In your own words this says: “{same}”", (said.text,)
        elif yes >= partial:
            verdict, quotes = Verdict.PARTIAL, (said.text,)
            reason = f"This comes near to “{same}”, without quite saying so."
        else:
            verdict, reason = Verdict.MISSING, "Nothing in your answer says this."
        drafts.append(
            VerdictDraft(
                criterion=criterion.id,
                reason=reason,
                verdict=verdict,
                quotes=quotes,
                confidence=round(yes if verdict in (Verdict.MET, Verdict.PARTIAL) else 1 - yes, 4),
            )
        )
    return tuple(drafts)


def misconceptions_seen(
    rubric: Rubric, reading: Reading, closer: Closer, verdicts: Sequence[VerdictDraft]
) -> tuple[MisconceptionDraft, ...]:
    """The misconceptions that a piece states, unless the point that they are about was made right."""
    of = {draft.criterion: draft.verdict for draft in verdicts}
    found = []
    for k, misconception in enumerate(rubric.misconceptions):
        if not reading.pieces:
            break
        piece = int(closer.beliefs[:, k].argmax())
        # Being near a wrong belief is not enough to be accused of it: the point it is about must be denied as well.
        denied = misconception.criterion is None or of.get(misconception.criterion) is Verdict.CONTRADICTED
        if denied and closer.beliefs[piece, k] >= BELIEVED:
            found.append(MisconceptionDraft(misconception=misconception.id, quote=reading.pieces[piece].text))
    return tuple(found)


def _against(wrong: str) -> str:
    if not wrong:
        return "This says the opposite of the point."
    return f"This comes down to “{_short(wrong)}”, which is not so."


def _short(text: str) -> str:
    if len(text) <= _LONGEST_REASON:
        return text
    return text[:_LONGEST_REASON].rsplit(" ", 1)[0] + " …"


def _nothing(rubric: Rubric) -> tuple[VerdictDraft, ...]:
    return tuple(
        VerdictDraft(
            criterion=criterion.id,
            reason="Nothing that could count was said.",
            verdict=Verdict.MISSING,
            confidence=0.95,
        )
        for criterion in rubric.criteria
    )


# --- without it: the first look -----------------------------------------------------------------------------


def first_look(rubric: Rubric, reading: Reading) -> tuple[VerdictDraft, ...]:
    """A verdict per criterion from the piece that speaks most for or against it; what was said last wins."""
    if not reading.pieces:
        return _nothing(rubric)
    return tuple(_first_verdict(reading, j, criterion.id) for j, criterion in enumerate(rubric.criteria))


def _first_verdict(reading: Reading, j: int, criterion: str) -> VerdictDraft:
    support = reading.features[:, j, _SUPPORT]
    agrees = reading.features[:, j, _POLARITY] == 0
    states = np.where(support >= FIRST_NEAR, reading.states[:, j], 0.0)
    # Nearer to the opposite than to the point itself is not the point, whatever else speaks for it.
    states = np.where(reading.features[:, j, _MARGIN] < -OPPOSITE, 0.0, states)
    states = np.where((support >= SAME) & agrees, np.maximum(states, support), states)
    # Where a rubric names nothing contrary, only a piece of the other polarity can deny what it says.
    deniable = (reading.features[:, j, _CONTRARY] > 0) | ~agrees
    contradicts = np.where(deniable, reading.contradicts[:, j], 0.0)
    best, worst = int(states.argmax()), int(contradicts.argmax())
    yes, no = float(states[best]), float(contradicts[worst])
    said, denied = reading.pieces[best], reading.pieces[worst]
    quotes: tuple[str, ...] = (said.text,)
    # Who says it right after having said it wrong has corrected themselves, and the other way round.
    if no >= FIRST_CONTRADICTED and no > yes + RIVALRY and not (yes >= FIRST_MET and said.turn > denied.turn):
        reason, verdict = "What you said here comes closer to the opposite of this point.", Verdict.CONTRADICTED
        quotes, confidence = (denied.text,), _sure(no, FIRST_CONTRADICTED)
    elif yes >= FIRST_MET:
        reason, verdict, confidence = "You said this in your own words.", Verdict.MET, _sure(yes, FIRST_MET)
    elif yes >= FIRST_PARTIAL:
        reason, verdict, confidence = "You came near this point without quite making it.", Verdict.PARTIAL, 0.45
    else:
        reason, verdict, confidence = "Nothing in your answer says this.", Verdict.MISSING, round(1.0 - yes, 4)
        quotes = ()
    return VerdictDraft(criterion=criterion, reason=reason, verdict=verdict, quotes=quotes, confidence=confidence)


def _sure(probability: float, threshold: float) -> float:
    """The probability stretched so that a verdict just at its threshold is as good as a coin."""
    return round(0.5 + 0.5 * (probability - threshold) / (1.0 - threshold), 4)


def misconceptions_at_first_look(
    rubric: Rubric, reading: Reading, verdicts: Sequence[VerdictDraft]
) -> tuple[MisconceptionDraft, ...]:
    """The misconceptions that a piece comes closest to, unless the point they are about was made right."""
    settled = {draft.criterion for draft in verdicts if draft.verdict is Verdict.MET}
    found = []
    for k, misconception in enumerate(rubric.misconceptions):
        if not reading.pieces or misconception.criterion in settled:
            continue
        nearest = int(reading.misconceptions[:, k].argmax())
        about = [j for j, criterion in enumerate(rubric.criteria) if criterion.id == misconception.criterion]
        denied = not about or reading.contradicts[nearest, about[0]] >= FIRST_CONTRADICTED
        if denied and reading.misconceptions[nearest, k] >= FIRST_BELIEVED:
            found.append(MisconceptionDraft(misconception=misconception.id, quote=reading.pieces[nearest].text))
    return tuple(found)
