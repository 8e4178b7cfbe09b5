"""A stopgap for the sentence encoder: vectors from words and parts of words, by hashing.

It sees that "regularisation" and "regularized" are related; it does not see that "the model memorises" and
"overfitting" are. Deterministic on every machine.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from interviewer.embedding.base import Vectors

MISSING_WEIGHTS = (
    "The sentence encoder's weights are missing, so texts are compared by their words only and results are rougher; "
    "“interviewer setup” fetches the weights."
)

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_ENDINGS = ("ization", "isation", "ational", "ingly", "izing", "ising", "ized", "ised", "izes", "ises", "ize", "ise")
_SAY_LITTLE = (
    "a an and are as at be been but by can did do does for from had has have how i if in into is it its like of on or "
    "so that the their them then there these they this to was we were what when where which who why will with would "
    "you your"
)
STOP_WORDS = frozenset(_SAY_LITTLE.split())
_STOP_WEIGHT = 0.15
_PARTS_WEIGHT = 0.6  # all parts of a word together, against 1 for the word itself


class LexicalEmbedder:
    """Signed feature hashing of words and of their character 3- to 5-grams, sublinear in how often each occurs."""

    id = "lexical-1"
    dimensions = 1024

    def __init__(self, notice: str | None = MISSING_WEIGHTS) -> None:
        self.notice = notice

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 1024)."""
        out = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for word, count in Counter(stems(text)).items():
                weight = (1 + math.log(count)) * (_STOP_WEIGHT if word in STOP_WORDS else 1.0)
                for place, value in _features(word):
                    row[place] += weight * value
            length = float(np.sqrt(row @ row))
            if length > 0:
                row /= length
            else:
                row[0] = 1.0
        return np.round(out, 6)


def stems(text: str) -> Iterator[str]:
    """Words without case and accents, roughly stemmed."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace("'", "").replace("’", "")
    for match in _WORD.finditer(plain):
        yield _stem(match.group())


def _stem(word: str) -> str:
    """Takes off a plural or a verb's ending; what is left need not be a word.

    >>> [_stem(word) for word in ("gradients", "training", "classes", "regularized", "regularisation", "bias")]
    ['gradient', 'train', 'class', 'regular', 'regular', 'bias']
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 5:
            return word[: -len(ending)]
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is", "as")) and len(word) > 3:
        return word[:-1]
    return word


@lru_cache(maxsize=8192)
def _features(word: str) -> tuple[tuple[int, float], ...]:
    """(place, signed value) of the word and of its parts."""
    marked = f"<{word}>"
    parts = [marked[i : i + size] for size in (3, 4, 5) for i in range(len(marked) - size + 1) if size < len(marked)]
    features = [_hashed(f"word:{word}", 1.0)]
    if parts and word not in STOP_WORDS:
        each = _PARTS_WEIGHT / math.sqrt(len(parts))
        features += [_hashed(part, each) for part in parts]
    return tuple(features)


def _hashed(feature: str, value: float) -> tuple[int, float]:
    digest = zlib.crc32(feature.encode("utf-8", "replace"))
    return digest % LexicalEmbedder.dimensions, value if digest & 0x8000_0000 else -value
