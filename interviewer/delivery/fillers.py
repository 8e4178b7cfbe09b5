"""Words and phrases that fill a gap and could be left out without changing what is said."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from interviewer.delivery import filled, like, markers, tags
from interviewer.delivery.line import Line, is_filled_pause
from interviewer.domain.question import Value

Rule = Callable[[Line, int, int], bool]


class Filler(Value):
    """A filler in a text: ``word`` as it is counted ("um" however long it was drawn), ``start`` and ``end`` in code
    points."""

    word: str
    start: int
    end: int


_RULES: dict[str, Rule] = {
    "you know what i mean": lambda line, first, last: (
        line.word(line.previous(first)) not in ("do", "if", "does", "did", "don't")
    ),
    "or something like that": tags.like_that,
    "and stuff like that": tags.like_that,
    "what do you call it": tags.stalling,
    "how do i say this": tags.stalling,
    "how do i say it": tags.stalling,
    "how do i put it": tags.stalling,
    "how do i put this": tags.stalling,
    "how should i say": tags.stalling,
    "how do i say": tags.stalling,
    "what's the word": tags.stalling,
    "how to say": tags.stalling,
    "let me see": tags.lets_see,
    "let's see": tags.lets_see,
    "if you will": tags.if_you_will,
    "and all that": tags.ends_phrase,
    "and stuff": tags.ends_phrase,
    "and whatnot": tags.always,
    "or whatever": tags.ends_phrase,
    "or something": tags.ends_phrase,
    "all right": markers.all_right,
    "alright": markers.all_right,
    "you know": markers.you_know,
    "i mean": markers.i_mean,
    "sort of": markers.sort_of,
    "kind of": markers.sort_of,
    "sorta": markers.kinda,
    "kinda": markers.kinda,
    "basically": markers.basically,
    "literally": markers.literally,
    "actually": markers.actually,
    "right": markers.right,
    "okay": markers.okay,
    "ok": markers.okay,
    "so": markers.so,
    "well": markers.well,
    "like": lambda line, first, last: like.is_filler(line, first),
}
"""Each phrase with the rule that says whether it is a filler where it stands; longer ones first."""

_PHRASES: dict[str, list[tuple[tuple[str, ...], Rule]]] = {}
for _phrase, _rule in _RULES.items():
    _PHRASES.setdefault(_phrase.split()[0], []).append((tuple(_phrase.split()), _rule))

_SPELLED = {"ok": "okay", "uhm": "um", "sorta": "sort of", "kinda": "kind of", "alright": "all right"}


@lru_cache(maxsize=512)  # a report is drawn many times
def fillers(text: str) -> tuple[Filler, ...]:
    """The fillers of a text in order, none within another.

    >>> [filler.word for filler in fillers("Ummm, I like trees, you know, like, a lot.")]
    ['um', 'you know', 'like']
    """
    line = Line(text)
    made: list[Filler] = []
    place = 0
    while place < len(line.tokens):
        length = _length(line, place)
        if length:
            first, last = line.tokens[place], line.tokens[place + length - 1]
            line.found.update(range(place, place + length))
            made.append(Filler(word=_name(line, place, length), start=first.start, end=last.end))
        place += max(1, length or _skip(line, place))
    return tuple(made)


def _length(line: Line, place: int) -> int:
    """How many words the filler that begins here has; 0 where none does."""
    if is_filled_pause(line.word(place)):
        return int(filled.filled_pause(line, place, place))
    for phrase, rule in _PHRASES.get(line.word(place), ()):
        size = len(phrase)
        if _stands(line, place, phrase):
            return size if rule(line, place, place + size - 1) else 0
    return 0


def _stands(line: Line, place: int, phrase: tuple[str, ...]) -> bool:
    """Whether the words of a phrase stand here with no punctuation between them."""
    inside = range(place, place + len(phrase) - 1)
    return line.words(place, len(phrase)) == phrase and not any(line.mark_after(at) for at in inside)


def _skip(line: Line, place: int) -> int:
    """How many words to pass over where a phrase is none: its parts are not fillers either."""
    for phrase, _ in _PHRASES.get(line.word(place), ()):
        if len(phrase) > 1 and _stands(line, place, phrase):
            return len(phrase)
    return 1


def _name(line: Line, place: int, length: int) -> str:
    words = " ".join(line.words(place, length))
    if length > 1 or not is_filled_pause(words):
        return _SPELLED.get(words, words)
    short = "".join(letter for at, letter in enumerate(words) if at == 0 or letter != words[at - 1])
    return {"uhm": "um", "m": "mm", "am": "um"}.get(short, short)
