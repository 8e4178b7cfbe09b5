"""Does a quote stand in the candidate's own turns, and is it more than an echo of what they were shown?

Matching folds white space, case and quote marks; the offsets that come back are code points of the turn's
text as stored, so ``turn.text[start:end]`` is the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interviewer.domain.grade import Evidence
from interviewer.domain.interview import Turn
from interviewer.domain.words import Speaker

_QUOTE_MARKS = dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"')
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

ECHO_SHARE = 0.7
"""A quote whose word trigrams stand in shown text to at least this share is an echo of it."""


def fold(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index in ``text`` that it came from."""
    out: list[str] = []
    origin: list[int] = []
    blank = True  # leading white space is dropped
    for index, character in enumerate(text):
        if character.isspace():
            if not blank:
                out.append(" ")
                origin.append(index)
            blank = True
            continue
        blank = False
        for folded in _QUOTE_MARKS.get(character, character.casefold()):
            out.append(folded)
            origin.append(index)
    while out and out[-1] == " ":
        out.pop()
        origin.pop()
    return "".join(out), origin


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


def words(text: str) -> list[str]:
    """The folded words of a text, punctuation dropped."""
    return _WORD.findall(fold(text)[0])


def echoes(quote: str, shown: Iterable[str]) -> bool:
    """Whether a quote merely repeats text that the candidate was shown in this exchange."""
    said = words(quote)
    if not said:
        return True
    size = min(3, len(said))
    grams = [tuple(said[i : i + size]) for i in range(len(said) - size + 1)]
    known: set[tuple[str, ...]] = set()
    for text in shown:
        heard = words(text)
        known.update(tuple(heard[i : i + size]) for i in range(len(heard) - size + 1))
    return sum(gram in known for gram in grams) >= ECHO_SHARE * len(grams)


def shown_before(turns: Sequence[Turn], seq: int) -> list[str]:
    """What the interviewer had said in the exchange before turn ``seq``."""
    return [turn.text for turn in turns if turn.speaker is Speaker.INTERVIEWER and turn.seq < seq]
