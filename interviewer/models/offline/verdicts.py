"""From what was read to verdicts: for each criterion the probability that it is stated, and that it is contradicted.

With the sentence encoder the signs of both looks (``closer.py``) of a piece go through two logistic regressions; a
criterion is as probably stated as by the piece that speaks most for it. So another sentence can add to a grade and not
take from the credit of a criterion, and the same sentence twice is worth no more than once. When the piece that earned
a criterion is gone, one that was not on the short list may still take its place. ``scripts/reader`` fits them on
questions that neither look was fitted on. Without the encoder there is the first look only, with thresholds of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np

from interviewer.domain.question import Rubric
from interviewer.domain.words import Verdict
from interviewer.models.base import MisconceptionDraft, VerdictDraft
from interviewer.models.offline.closer import SIGNS, Closer
from interviewer.models.offline.reader import FEATURES, Array, Head, Reading, Reference, head_from
from interviewer.models.offline.text import Piece

MET = 0.5
"""Probability from which a criterion is taken to be stated."""

PARTIAL = 0.3
"""Probability from which it is taken to be touched: half the credit, and marked as doubtful."""

CONTRADICTED = 0.55
"""Probability from which it is taken to be contradicted, if that is also the likelier of the two."""

ANCHOR = 0.55
"""An answer that reaches this on no criterion earns nothing: what is about something else comes near here and there."""

NEAR = 0.37
"""Closeness to a rubric, on the average over its criteria, below which an answer seems to be about something else."""

ANCHOR_AFAR = 0.85
"""What such an answer must reach instead: it may be unusual, but then it must be plain."""

RICH = 5
"""Statements per criterion from which a rubric is known well enough to tell what keeps its distance from it."""

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

MOST_QUOTES = 4
"""Pieces that are quoted for one criterion."""

SETTINGS = (
    MET, PARTIAL, CONTRADICTED, ANCHOR, NEAR, ANCHOR_AFAR, RICH, BELIEVED, BESIDE_AN_INSTRUCTION, SAME,
    FIRST_MET, FIRST_PARTIAL, FIRST_CONTRADICTED, FIRST_NEAR, FIRST_BELIEVED, RIVALRY, OPPOSITE,
)  # fmt: skip
"""What a grade depends on besides the fits: part of the version that every grade names."""

_SUPPORT = FEATURES.index("support")
_POLARITY = FEATURES.index("polarity_differs")
_MARGIN = FEATURES.index("support_over_contradiction")
_CONTRARY = FEATURES.index("has_contradictions")
_LONGEST_REASON = 160  # characters of a sentence that a reason repeats


# --- the fits -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judges:
    """Logistic regressions over SIGNS: ``stated`` and ``contradicted``, with the version of the fit."""

    version: str
    stated: Head
    contradicted: Head


@lru_cache(maxsize=1)
def shipped_judges() -> Judges:
    """What the fit wrote."""
    content = json.loads((resources.files(__package__) / "verdicts.json").read_text(encoding="utf-8"))
    if content["signs"] != list(SIGNS):
        raise ValueError("verdicts.json was fitted for other signs; run “python -m scripts.reader.verdicts”")
    return Judges(content["version"], head_from(content["stated"]), head_from(content["contradicted"]))


# --- with the encoder: both looks ---------------------------------------------------------------------------


def second_look(
    reference: Reference, reading: Reading, closer: Closer, judges: Judges, *, told: bool
) -> tuple[VerdictDraft, ...]:
    """A verdict per criterion. ``told`` says that the answer also gave instructions to the grader."""
    rubric = reference.rubric
    if not reading.pieces:
        return _nothing(rubric)
    stated, contradicted = (np.zeros((len(reading.pieces), len(rubric.criteria))) for _ in range(2))
    for (i, j), yes, no in zip(
        closer.places,
        judges.stated.probability(closer.signs),
        judges.contradicted.probability(closer.signs),
        strict=True,
    ):
        stated[i, j], contradicted[i, j] = yes, no
    # The statement itself needs no second look.
    support = np.where(reading.features[:, :, _POLARITY] == 0, reading.features[:, :, _SUPPORT], 0.0)
    stated = np.where(support >= SAME, np.maximum(stated, support), stated)
    met, partial = (BESIDE_AN_INSTRUCTION,) * 2 if told else (MET, PARTIAL)
    anchor = ANCHOR_AFAR if _afar(reference, reading) else ANCHOR
    if stated.max() < anchor:
        met = partial = anchor
    drafts = []
    for j, criterion in enumerate(rubric.criteria):
        best, worst = int(stated[:, j].argmax()), int(contradicted[:, j].argmax())
        yes, no = float(stated[best, j]), float(contradicted[worst, j])
        said, denied = reading.pieces[best], reading.pieces[worst]
        quotes: tuple[str, ...] = ()
        # Who says it right after having said it wrong has corrected themselves.
        if no >= CONTRADICTED and no > yes and not (yes >= met and said.turn > denied.turn):
            verdict, quotes = Verdict.CONTRADICTED, (denied.text,)
            reason = _against(_wrong(reference, reading, worst, j))
        elif yes >= partial:
            same = _short(_nearest(reference.statements[j], reference.statement_vectors[j], reading.vectors[best]))
            quotes = _that_earn(reading.pieces, stated[:, j], partial)
            verdict, reason = Verdict.MET, f"In your own words this says: “{same}”"
            if yes < met:
                verdict, reason = Verdict.PARTIAL, f"This comes near to “{same}”, without quite saying so."
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


def _afar(reference: Reference, reading: Reading) -> bool:
    """Whether an answer keeps its distance from all of the rubric. What is added can only bring it nearer."""
    if np.mean([len(statements) for statements in reference.statements]) < RICH:
        return False
    return float(reading.features[:, :, _SUPPORT].max(axis=0).mean()) < NEAR


def _that_earn(pieces: Sequence[Piece], stated: Array, least: float) -> tuple[str, ...]:
    """The pieces that would each earn the criterion, the one that says it best first; of what overlaps, one."""
    kept: list[Piece] = []
    for place in np.argsort(-stated, kind="stable"):
        piece = pieces[place]
        if stated[place] < least or len(kept) == MOST_QUOTES:
            break
        if not any(piece.turn == k.turn and piece.start < k.end and k.start < piece.end for k in kept):
            kept.append(piece)
    return tuple(piece.text for piece in kept)


def _nearest(sentences: Sequence[str], vectors: Array, said: Array) -> str:
    return sentences[int((vectors @ said).argmax())]


def _wrong(reference: Reference, reading: Reading, piece: int, j: int) -> str:
    if not reference.contradictions[j]:
        return ""
    return _nearest(reference.contradictions[j], reference.contradiction_vectors[j], reading.vectors[piece])


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
