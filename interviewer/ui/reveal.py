"""Follows a reply while a worker makes it, and lets its words appear at a calm pace.

Nothing is produced here: the page may go away at any moment, and the reply is made and stored all the same.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

from interviewer.domain.interview import Turn
from interviewer.interview import LiveReply

TICK = 0.02
"""Seconds between two steps, which is also how long one word takes when there is no hurry."""

LONGEST = 1.5
"""Seconds that the words of one reply may take to appear, however many they are."""

_WORD = re.compile(r"\S+\s*")


def steps(text: str, shown: int = 0) -> Iterator[str]:
    """Growing beginnings of ``text`` from ``shown`` characters on, word by word, at most LONGEST / TICK of them.

    >>> list(steps("One two three."))
    ['One ', 'One two ', 'One two three.']
    """
    ends = [match.end() for match in _WORD.finditer(text) if match.end() > shown]
    stride = max(1, -(-len(ends) // round(LONGEST / TICK)))
    for index in range(stride - 1, len(ends), stride):
        yield text[: ends[index]]
    if ends and len(ends) % stride:
        yield text[: ends[-1]]


def follow(
    live: LiveReply,
    making: Callable[[], bool],
    show: Callable[[str], object],
    breathe: Callable[[], object],
    shown: int = 0,
) -> int:
    """Shows a reply's words as they come until it is stored or has failed; gives the number of characters shown.

    ``making`` says whether the worker is still at it, ``shown`` how many characters stand there already. ``breathe``
    lets Streamlit end this run when something else was clicked; it is called often, also while nothing is there yet.
    """
    while making():
        breathe()
        text = "".join(live.follow(timeout=0))  # what is there by now: a steady stream never stops to be waited for
        if len(text) > shown and making():
            for part in steps(text, shown):
                show(part)
                _rest()
            shown = len(text)
        else:
            time.sleep(TICK)
    return shown


def tell(turn: Turn, shown: int, show: Callable[[str], object]) -> None:
    """Lets the rest of a stored reply appear, beyond the ``shown`` characters that are there already."""
    for part in steps(turn.text, shown):
        show(part)
        _rest()


def _rest() -> None:
    time.sleep(TICK)
