"""Cutting an answer into pieces that each say one thing, and reading their polarity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

# Answers may be 100,000 characters of anything. Possessive quantifiers and the look-behind before white space keep the
# time linear: no stretch is tried again from each of its own places.
_SENTENCE = re.compile(r"[^.!?;\n]++(?:[.!?;]++[^\s.!?;][^.!?;\n]*+)*+[.!?;]*+")
_JOINT = re.compile(
    r"(?:,|\s[-–—])\s+(?=(?:and|but|so|because|since|while|whereas|which|then|though|although|however|or|meaning)\b)"
    r"|(?<!\s)\s+(?=(?:but|because|whereas|while|although|until|till|unless|so\s+that)\b)"
    r"|:\s+|,\s+(?=(?:it|they|you|we|i|the|this|that|there)\b)",
    re.IGNORECASE,
)
# Where a long run of words is cut when nothing better offers itself.
_LOOSE_JOINT = re.compile(
    r"(?<!\s)\s+(?=(?:and|so|then|or|if|when|which|where|since|while|though|it's|that's|you|they|we|i)\b)|,\s+",
    re.IGNORECASE,
)
_RUN = re.compile(r"\S+")

LONG_CLAUSE = 24
"""A clause of more words than this is cut further."""

STRETCH = 18
"""Words of a stretch of a run that has no joints; the next one begins half way through it."""

_APOSTROPHES = str.maketrans(dict.fromkeys("‘’ʼ＇`´", "'"))
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")

FILLERS = re.compile(
    r"\b(?:(?:um+|uh+|er+m*|hmm+|you know|i mean|basically|sort of|kind of|kinda|okay so|so yeah|yeah)\b,?"
    r"|(?:like|well|so),|(?<=,\s)right\?)",
    re.IGNORECASE,
)

_SMALL = """
    a an and are as at be because been being but by can could did do does doing for from had has have having he her
    hers him his how i if in into is it its itself just let's like may me might more most must my no nor not of on one
    only or other our ours out over own same she should so some such than that the their theirs them then there these
    they this those through to too under until up very was we were what when where which while who whom why will with
    would you your yours also about any each even get gets got go goes going make makes made much many really say says
    said tell thing things way well what's it's that's there's they're you're we're i'm i'd i've don't doesn't didn't
    isn't aren't wasn't weren't can't won't wouldn't couldn't shouldn't um uh er hmm yeah ok okay actually basically
    kind sort know mean think guess maybe probably please thanks thank"""
STOPWORDS = frozenset(_SMALL.split())

_COURTEOUS = """
    anyway ask asking answer begin bit chance clear cool fair fine first follow forward glad good great happy hear heard
    hello help helped helps hey hi honest honestly hope important interesting interviewer later last let listen
    listening love lovely madam mind minute moment morning afternoon evening nice next one opportunity order out part
    piece pleasure point problem put question questions quick quickly remember right second sense share sir sorry sound
    start step sure talk thank thanks thought thoughts time today topic try understood wait welcome word words worry"""
_COURTESIES = frozenset(_COURTEOUS.split())

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nothing|neither|nor|cannot|without|hardly|scarcely|barely|(?:\w+n't)|dont|doesnt|isnt|cant"
    r"|wont|fails? to|lacks?|instead of|rather than|far from|unlike)\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:instead of|rather than|unlike|and not|not just|not only|not merely|no longer)\b", re.IGNORECASE
)


# Marks that say the same: what a keyboard, a recogniser or a habit puts at the end of a sentence or between two parts.
_DOTS = re.compile(r"\.{2,}|…")
_SPACED = re.compile(r"(?<!\s)\s++(?=[,.;:!?])")
_DASH = re.compile(r"(?<!\s)\s++[-–—]++(?=\s)")


@dataclass(frozen=True)
class Piece:
    """A stretch of a turn: ``text == turn_text[start:end]``, offsets in code points."""

    turn: int
    start: int
    end: int
    text: str


def pieces(text: str, turn: int = 0, *, fine: bool = True) -> list[Piece]:
    """The sentences of a text and, where a sentence has several, its clauses too; in order of appearance.

    A ``fine`` cut also takes long clauses apart, down to stretches of a run of words that nobody punctuated: each
    piece follows the one that it is a part of.
    """
    heard, places = _heard(text)
    found: list[Piece] = []
    for sentence in _SENTENCE.finditer(heard):
        whole = _trim(heard, sentence.start(), sentence.end(), turn)
        if whole is None:
            continue
        found.append(whole)
        clauses = _cut(heard, whole, _JOINT)
        for clause in clauses or [whole]:
            if clause is not whole:
                found.append(clause)
            if fine:
                found.extend(_finer(heard, clause))
    return [_as_written(piece, text, places) for piece in found]


def _heard(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as a listener takes it, and for each of its characters where it stands in ``text``, from and to.

    Fillers are out and marks that say the same are one, so that neither changes where a text is cut.
    """
    line = straight(text)
    out: list[str] = []
    places: list[tuple[int, int]] = []
    changes = sorted(
        [(m.start(), m.end(), "") for pattern in (FILLERS, _SPACED) for m in pattern.finditer(line)]
        + [(m.start(), m.end(), ".") for m in _DOTS.finditer(line)]
        + [(m.start(), m.end(), ",") for m in _DASH.finditer(line)]
    )
    done = 0
    for start, end, instead in changes:
        if start < done:
            continue
        out += line[done:start]
        places += pairwise(range(done, start + 1))
        out += instead
        places += [(start, end)] * len(instead)
        done = end
    out += line[done:]
    places += pairwise(range(done, len(line) + 1))
    return "".join(out), places


def _as_written(piece: Piece, text: str, places: list[tuple[int, int]]) -> Piece:
    start, end = places[piece.start][0], places[piece.end - 1][1]
    return Piece(piece.turn, start, end, text[start:end])


def _cut(text: str, whole: Piece, joint: re.Pattern[str]) -> list[Piece]:
    """The parts between the joints that say something; none where there is but one."""
    cuts = [whole.start, *(whole.start + found.end() for found in joint.finditer(whole.text)), whole.end]
    parts = [_trim(text, start, end, whole.turn) for start, end in pairwise(cuts)]
    kept = [part for part in parts if part is not None and len(content_words(part.text)) >= 2]
    return kept if len(kept) > 1 else []


def _finer(text: str, clause: Piece) -> Iterator[Piece]:
    if _is_short(clause.text):
        return
    for part in _cut(text, clause, _LOOSE_JOINT) or [clause]:
        if part is not clause:
            yield part
        if not _is_short(part.text):
            words = list(islice(_RUN.finditer(text, part.start, part.end), 2000))
            for first in range(0, len(words) - STRETCH // 2, STRETCH // 2):
                start, end = words[first].start(), words[min(first + STRETCH, len(words)) - 1].end()
                yield Piece(part.turn, start, end, text[start:end])


def _is_short(text: str) -> bool:
    return len(text) < 4 * LONG_CLAUSE or sum(1 for _ in islice(_RUN.finditer(text), LONG_CLAUSE + 1)) <= LONG_CLAUSE


def _trim(text: str, start: int, end: int, turn: int) -> Piece | None:
    while start < end and (text[start].isspace() or text[start] in ",;:-–—"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",:;-–—"):
        end -= 1
    if not any(character.isalnum() for character in text[start:end]):
        return None
    return Piece(turn=turn, start=start, end=end, text=text[start:end])


def straight(text: str) -> str:
    """The text with a typewriter's apostrophes."""
    return text.translate(_APOSTROPHES)


def plain(text: str) -> str:
    """The text as it is compared: without fillers, stutters and doubled white space, and with one full stop."""
    text = _heard(re.sub(r"\s+", " ", text))[0]
    text = re.sub(r"\b(\w+)(?:[\s,.\-–—…]+\1\b)+", r"\1", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+", " ", text).lstrip(" ,;:-–—").rstrip(" ,.;:!-–—")
    return text if not text or text.endswith("?") else f"{text}."


def all_words(text: str) -> list[str]:
    return _WORD.findall(straight(text).lower())


def content_words(text: str) -> list[str]:
    """The words that carry meaning, lightly stemmed."""
    return [stem(word) for word in all_words(text) if word not in STOPWORDS and len(word) > 1]


def small_talk(text: str) -> bool:
    """Whether a sentence has only courtesies and words to gain time: it says nothing about any subject.

    >>> small_talk("Thanks, that's a great question, let me think for a second."), small_talk("Thanks to dropout.")
    (True, False)
    """
    heard = all_words(text)
    return 0 < len(heard) <= 25 and all(word in STOPWORDS or word in _COURTESIES for word in heard)


def stem(word: str) -> str:
    """A few endings off, so that "overfits" meets "overfitting".

    >>> [stem(w) for w in ("overfits", "overfitting", "trees", "classes", "regularisation", "regularization")]
    ['overfit', 'overfit', 'tree', 'class', 'regularis', 'regularis']
    """
    word = word.split("'")[0].replace("ization", "isation").replace("ize", "ise").replace("izing", "ising")
    for ending in ("isation", "ations", "ation", "ingly", "ings", "ing", "edly", "ied", "ies", "ed", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not (ending == "s" and word.endswith("ss")):
            word = word[: -len(ending)] + ("is" if ending == "isation" else "y" if ending in ("ied", "ies") else "")
            break
    if word.endswith("sse"):
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


def negations(text: str) -> int:
    """How many negations a text has; contrasts such as "rather than" count as none."""
    return len(_NEGATION.findall(_CONTRAST.sub(" ", straight(text))))


def lists_keywords(text: str) -> bool:
    """Whether a text merely lists terms: hardly any of the small words that sentences are held together by.

    Terms in a row, two or three words between commas, may have a few more ("curse of dimensionality, and so on").
    """
    heard = all_words(FILLERS.sub(" ", text))
    if len(heard) < 4:
        return False
    small = sum(word in STOPWORDS for word in heard) / len(heard)
    terms = [part for part in re.split(r"[,.;:\n]", text) if any(map(str.isalnum, part))]
    return small < 0.12 or (small < 0.25 and len(terms) >= 4 and len(heard) / len(terms) <= 3)
