"""The same answer, said or written down differently: what must not change a grade.

Every change is drawn from a generator seeded by the text, so that a run can be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

_FILLERS = ("um,", "uh,", "you know,", "I mean,", "like,", "well,")
_NAMES = ("Aisha", "Wei", "Lukas", "Priya", "Mary", "Joseph", "Ngozi", "Carlos")
_PEOPLE = ("as a woman", "as a man", "as a mother", "as a father")
_PADDING = (
    "Let me think about that for a second.",
    "That's a good one.",
    "Where was I.",
    "I hope that makes sense.",
    "Okay, let me put it into words.",
    "Something like that.",
)
_HOMOPHONES = {
    "to": "two", "two": "to", "their": "there", "there": "their", "for": "four", "four": "for", "by": "buy",
    "weight": "wait", "weights": "waits", "right": "write", "no": "know", "know": "no", "one": "won", "in": "an",
    "and": "an", "are": "our", "rate": "great", "mean": "main", "fit": "feet", "than": "then", "then": "than",
    "its": "it's", "data": "dater", "class": "glass", "loss": "lost", "tree": "three", "our": "are", "is": "as",
    "of": "off", "or": "all", "it": "at", "error": "era", "test": "text", "set": "sat",
}  # fmt: skip

Change = Callable[[str, Random], str]


def _fillers(text: str, random: Random) -> str:
    words = text.split()
    for _ in range(max(2, len(words) // 15)):
        words.insert(random.randrange(len(words) + 1), random.choice(_FILLERS))
    return " ".join(words)


def _polite(text: str, random: Random) -> str:
    before = random.choice(("Thank you for the question.", "Thanks for asking.", "Sure, happy to answer."))
    after = random.choice(("Thank you.", "Thanks for listening.", "I hope that helps, thank you very much."))
    return f"{before} {text} {after}"


def _padded(text: str, random: Random) -> str:
    first, last = random.sample(_PADDING, 2)
    return f"{first} {text} {last}"


def _punctuation(text: str, random: Random) -> str:
    """Other marks and spaces at the same places: what another keyboard or recogniser puts there."""
    text = re.sub(r"\.(?=\s|$)", lambda _: random.choice((".", "!", " .", "...", ";")), text)
    text = re.sub(r",(?=\s)", lambda _: random.choice((",", " ,", " -", ",")), text)
    return text.replace("'", "’").replace(" ", "  ")


def _named(text: str, random: Random) -> str:
    return f"I'm {random.choice(_NAMES)}, and I speak {random.choice(_PEOPLE)}. {text}"


def misheard(text: str, random: Random, share: float = 0.15) -> str:
    """``share`` of the words as a bad line or a recogniser would have them: homophones, slips, splits, losses."""
    out: list[str] = []
    for word in text.split():
        bare = re.sub(r"\W", "", word).lower()
        if random.random() >= share or not bare:
            out.append(word)
        elif bare in _HOMOPHONES:
            out.append(re.sub(re.escape(bare), _HOMOPHONES[bare], word, flags=re.IGNORECASE))
        elif len(word) >= 9 and random.random() < 0.5:
            cut = random.randrange(3, len(word) - 3)
            out.append(f"{word[:cut]} {word[cut:]}")
        elif len(word) >= 5:
            at = random.randrange(1, len(word) - 2)
            swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            out.append(random.choice((swapped, word[:at] + word[at + 1 :], word[: at + 1] + word[at:])))
        elif random.random() < 0.5:
            out.append(word)  # a short word is lost or stays
    return " ".join(out)


CHANGES: Mapping[str, Change] = {
    "fillers": _fillers,
    "politeness": _polite,
    "empty padding": _padded,
    "lower case": lambda text, _: text.lower(),
    "upper case": lambda text, _: text.upper(),
    "punctuation and spaces": _punctuation,
    "name and gender": _named,
}
"""Changes that leave the meaning alone: the band must stay."""


def changed(text: str, change: Change) -> str:
    return change(text, Random(text))


def unpunctuated(text: str, _: Random) -> str:
    """One stream of lower-case words, as bare recognisers give it."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s'’]", " ", text)).lower().strip()


NOISE: Mapping[str, Change] = {
    "no punctuation at all": unpunctuated,
    "15 % of the words misheard": misheard,
}
"""Changes that may lose something: the score may move a little."""
