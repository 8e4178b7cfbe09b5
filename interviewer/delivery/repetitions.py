"""Words and phrases said twice in a row, as when somebody starts again: "the the", "I was, I was"."""

from __future__ import annotations

from interviewer.delivery.classes import is_number, listed
from interviewer.delivery.fillers import fillers
from interviewer.delivery.words import Token, tokens

LONGEST = 4
"""Words in the longest phrase that is looked for."""

_MEANT = listed(
    "again blah bye far ha had is less log long many more much never no quite really so that too very way yeah yes"
)
"""Words that are doubled on purpose or by grammar: "very very", "had had", "that that", "a log log plot"."""


def repetitions(text: str) -> int:
    """How many times a word or a phrase of up to four words is said again at once within a sentence; fillers between
    and fillers themselves do not count, nor do words that are doubled on purpose, nor numbers.

    >>> [repetitions(text) for text in ("the, um, the model", "I was I was late", "very very good", "the the the")]
    [1, 1, 0, 2]

    """
    taken = [(filler.start, filler.end) for filler in fillers(text)]
    line = [token for token in tokens(text) if not any(start <= token.start < end for start, end in taken)]
    count = place = 0
    while place < len(line):
        size = next((size for size in range(1, LONGEST + 1) if _again(line, place, size)), 0)
        count += size > 0
        place += size or 1
    return count


def _again(line: list[Token], place: int, size: int) -> bool:
    """Whether the ``size`` words from here are said again right after, in the same sentence."""
    first, second = line[place : place + size], line[place + size : place + 2 * size]
    said = [token.word for token in first]
    if len(second) < size or said != [token.word for token in second]:
        return False
    if any(token.ends_sentence for token in [*first, *second[:-1]]) or all(is_number(word) for word in said):
        return False
    return size > 1 or said[0] not in _MEANT
