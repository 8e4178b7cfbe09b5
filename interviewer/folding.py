"""Comparing texts as people read them: white space, case and quote marks folded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_QUOTE_MARKS = dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"')
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\s*\n+\s*")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")

ECHO_SHARE = 0.7
"""A quote whose word trigrams stand in shown text to at least this share is an echo of it."""


@lru_cache(maxsize=64)  # every quote of a reply is looked for in the same few turns
def fold(text: str) -> tuple[str, tuple[int, ...]]:
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
    return "".join(out), tuple(origin)


def sentences(text: str) -> list[str]:
    """A text cut at the ends of its sentences and lines, without blank pieces.

    >>> sentences("It fits. Does it? Yes")
    ['It fits.', 'Does it?', 'Yes']
    """
    return [piece for piece in _SENTENCE_END.split(text) if piece.strip()]


def words(text: str) -> list[str]:
    """The folded words of a text, punctuation dropped."""
    return _WORD.findall(fold(text)[0])


def echoes(quote: str, shown: Iterable[str]) -> bool:
    """Whether a quote merely repeats text that the candidate was shown in this exchange."""
    said = words(quote)
    if not said:
        return True
    size = min(3, len(said))
    known = [_grams(text, size) for text in shown]
    grams = [tuple(said[i : i + size]) for i in range(len(said) - size + 1)]
    return sum(any(gram in heard for heard in known) for gram in grams) >= ECHO_SHARE * len(grams)


@lru_cache(maxsize=256)  # the same few shown texts are compared with every piece of an answer
def _grams(text: str, size: int) -> frozenset[tuple[str, ...]]:
    heard = words(text)
    return frozenset(tuple(heard[i : i + size]) for i in range(len(heard) - size + 1))
