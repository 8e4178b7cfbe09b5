"""The words of a transcript, with what stands between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r"\w+(?:['’‐‑-]\w+|(?<=\d)[.,]\d+)*")
_FOLDED = str.maketrans("’‐‑", "'--")
_QUOTES = frozenset("\"“”«»‘`'")
_SENTENCE_ENDS = frozenset(".!?…\n")
_MARKS = frozenset(",;:—–()") | _SENTENCE_ENDS


@dataclass(frozen=True)
class Token:
    """A word of a text: ``start`` and ``end`` are offsets in code points, ``word`` is small with straight apostrophes,
    ``written`` as it stands there; ``before`` and ``after`` are what stands between it and its neighbours."""

    word: str
    written: str
    start: int
    end: int
    before: str
    after: str

    @property
    def quoted(self) -> bool:
        """Mentioned, not used: it alone stands in quote marks."""
        return self.before[-1:] in _QUOTES and self.before != "" and self.after[:1] in _QUOTES and self.after != ""

    @property
    def marked_before(self) -> bool:
        """Whether a comma, a dash or the end of a sentence stands before it."""
        return bool(_MARKS.intersection(self.before))

    @property
    def marked_after(self) -> bool:
        return bool(_MARKS.intersection(self.after))

    @property
    def ends_sentence(self) -> bool:
        return bool(_SENTENCE_ENDS.intersection(self.after))


def tokens(text: str) -> list[Token]:
    """The words of a text in order: letters and digits, with apostrophes, hyphens and decimal points inside them.

    >>> [token.word for token in tokens("It's well-known: 1,000 of 2.5, um.")]
    ["it's", 'well-known', '1,000', 'of', '2.5', 'um']
    """
    found = list(_TOKEN.finditer(text))
    edges = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    return [
        Token(
            word=match.group().casefold().translate(_FOLDED),
            written=match.group(),
            start=match.start(),
            end=match.end(),
            before=text[edges[place] : match.start()],
            after=text[match.end() : starts[place + 1]],
        )
        for place, match in enumerate(found)
    ]


def count(text: str) -> int:
    """How many words were spoken: a contraction, a hyphenated word and a number are one each; fillers and repeated
    words count, for they were spoken.

    >>> count("Um, it's a well-known 10,000-line file.")
    6

    """
    return len(_TOKEN.findall(text))


def sentences(line: Sequence[Token]) -> list[int]:
    """For each token the number of the sentence it stands in; a text without punctuation is one sentence."""
    numbers, number = [], 0
    for token in line:
        numbers.append(number)
        number += token.ends_sentence
    return numbers
