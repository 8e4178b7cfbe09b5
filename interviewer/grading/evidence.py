"""Does a quote stand in the candidate's own turns?

Matching folds white space, case and quote marks; the offsets that come back are code points of the turn's
text as stored, so ``turn.text[start:end]`` is the evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interviewer.domain.grade import Evidence
from interviewer.domain.interview import Turn
from interviewer.domain.words import Speaker
from interviewer.folding import fold


def locate(quote: str, turns: Iterable[Turn]) -> Evidence | None:
    """Where ``quote`` stands in a candidate's turn (the first place), or None.

    >>> from datetime import datetime
    >>> now = datetime(2026, 1, 1)
    >>> turn = Turn(seq=2, exchange=1, speaker=Speaker.CANDIDATE, text="It  Memorises\\nnoise.", at=now)
    >>> locate("memorises noise", [turn])
    Evidence(turn=2, start=4, end=19, text='Memorises\\nnoise')
    """
    wanted, _ = fold(quote)
    if not wanted:
        return None
    for turn in turns:
        if turn.speaker is not Speaker.CANDIDATE:
            continue
        text, origin = fold(turn.text)
        found = text.find(wanted)
        while found >= 0:
            last = found + len(wanted) - 1
            # Folding makes "ss" of "ß": a match that begins or ends within one such character is none.
            if not (_together(origin, found - 1, found) or _together(origin, last, last + 1)):
                start, end = origin[found], origin[last] + 1
                return Evidence(turn=turn.seq, start=start, end=end, text=turn.text[start:end])
            found = text.find(wanted, found + 1)
    return None


def _together(origin: Sequence[int], one: int, other: int) -> bool:
    """Whether two neighbouring folded characters come from the same character."""
    return one >= 0 and other < len(origin) and origin[one] == origin[other]


def shown_before(turns: Sequence[Turn], seq: int) -> list[str]:
    """What the interviewer had said in the exchange before turn ``seq``."""
    return [turn.text for turn in turns if turn.speaker is Speaker.INTERVIEWER and turn.seq < seq]
