"""Words that take back a part of what they stand beside: "I think", "probably", "more or less"."""

from __future__ import annotations

from collections import Counter

from interviewer.delivery.classes import listed
from interviewer.delivery.fillers import fillers
from interviewer.delivery.words import Token, tokens

HEDGES = (
    "as far as i know",
    "if i remember correctly",
    "if i remember right",
    "if i'm not mistaken",
    "i could be wrong",
    "i might be wrong",
    "i may be wrong",
    "i am not sure",
    "i'm not sure",
    "i am not certain",
    "i'm not certain",
    "i would say",
    "i'd say",
    "i would guess",
    "i'd guess",
    "i think",
    "i guess",
    "i suppose",
    "i believe",
    "i assume",
    "it seems",
    "more or less",
    "to some extent",
    "somewhat",
    "maybe",
    "perhaps",
    "probably",
    "possibly",
    "presumably",
    "hopefully",
)
"""What counts. "Might" and "could" do not: a model that might overfit is a plain statement. "Sort of" and "kind of" are
fillers and are not counted a second time."""

_NOT_BEFORE = {
    "i think": listed("about aloud in like of through twice"),
    "i believe": listed("in"),
    "i guess": listed("a at the which"),
}
_NOT_AFTER = listed("before how once what when whenever where")

_PHRASES = tuple(tuple(phrase.split()) for phrase in HEDGES)


def hedges(text: str) -> Counter[str]:
    """How often each hedge was said.

    >>> sorted(hedges("I think it is probably sort of fine, and I think about it.").items())
    [('i think', 1), ('probably', 1)]
    """
    line = tokens(text)
    taken = [(filler.start, filler.end) for filler in fillers(text)]
    found: Counter[str] = Counter()
    place = 0
    while place < len(line):
        phrase = next((phrase for phrase in _PHRASES if _stands(line, place, phrase)), None)
        if phrase is not None and not any(start <= line[place].start < end for start, end in taken):
            found[" ".join(phrase)] += 1
            place += len(phrase)
        else:
            place += 1
    return found


def _stands(line: list[Token], place: int, phrase: tuple[str, ...]) -> bool:
    beyond = place + len(phrase)
    if tuple(token.word for token in line[place:beyond]) != phrase:
        return False
    after = line[beyond].word if beyond < len(line) else ""
    before = line[place - 1].word if place else ""
    if phrase[0] == "i" and before in _NOT_AFTER:
        return False
    return after not in _NOT_BEFORE.get(" ".join(phrase), ()) or line[beyond - 1].marked_after
