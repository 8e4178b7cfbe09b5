"""Reading ratings: JSON lines or CSV with ``item``, ``rater``, ``score``, perhaps ``criterion`` and ``candidate``.

Every line that cannot be read is named with its number and what to do; nothing is guessed, nothing silently dropped.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from interviewer.calibration.lines import Problem, Wrong, read_lines

MAX_ID = 200
"""Code points that an item, a rater, a criterion or a candidate may have."""

MAX_SCORE = 1_000_000
"""The largest score either way: what is larger is a mistake, and its square would drown the others."""

WORDS = {"contradicted": 0.0, "missing": 1.0, "partial": 2.0, "met": 3.0}
"""Verdicts as numbers, from worst to best in equal steps. The kappas' weights depend on the steps being equal."""

NOT_RATED = frozenset({"", "not_assessed", "not assessed"})
"""Scores that are none: the rater saw the item and gave nothing."""

_COLUMNS = ("item", "rater", "criterion", "score", "candidate")
_NEEDED = ("item", "rater", "score")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)

Key: TypeAlias = tuple[str, str | None, str]


@dataclass(frozen=True, slots=True)
class Rating:
    """A rater's score of an item, on one criterion or (None) on the whole. ``word`` says that it was a verdict."""

    item: str
    rater: str
    score: float
    criterion: str | None = None
    candidate: str | None = None
    word: bool = False


@dataclass(frozen=True)
class Read:
    """What a file holds. ``not_rated`` counts lines whose score says that none was given; ``lines`` are the numbers of
    the lines that the ratings stand in."""

    ratings: tuple[Rating, ...]
    problems: tuple[Problem, ...]
    not_rated: int = 0
    lines: tuple[int, ...] = ()


def read_ratings(content: bytes) -> Read:
    """The ratings of a file, JSON lines or CSV (``read_lines``). Never raises: what is wrong is in ``problems``, in the
    order of the lines."""
    reader = _Reader()
    for number, fields in read_lines(content, columns=_COLUMNS, needed=_NEEDED, decimals=("score",), of="rating"):
        reader.take(number, fields)
    return Read(tuple(reader.ratings), tuple(reader.problems), reader.not_rated, tuple(reader.lines))


class _Reader:
    """Takes lines one by one; remembers what must not contradict a later line."""

    def __init__(self) -> None:
        self.ratings: list[Rating] = []
        self.lines: list[int] = []
        self.problems: list[Problem] = []
        self.not_rated = 0
        self._lines: dict[Key, int] = {}
        self._candidates: dict[str, tuple[str | None, int]] = {}
        self._kinds: dict[str | None, tuple[bool, int]] = {}

    def take(self, number: int, fields: Mapping[str, Any] | Wrong) -> None:
        try:
            if isinstance(fields, Wrong):
                raise fields
            self._take(number, fields)
        except Wrong as wrong:
            self.problems.append(Problem(number, wrong.wrong, wrong.remedy))

    def _take(self, number: int, fields: Mapping[str, Any]) -> None:
        item, rater = _id("item", fields), _id("rater", fields)
        criterion, candidate = _optional("criterion", fields), _optional("candidate", fields)
        score, word = _score(fields)
        before = self._lines.setdefault((item, criterion, rater), number)
        if before != number:
            on = "" if criterion is None else f" on “{criterion}”"
            raise Wrong(f"“{rater}” already rated “{item}”{on} in line {before:,}", "Keep the one that counts.")
        known, where = self._candidates.setdefault(item, (candidate, number))
        if known != candidate:
            other = "no candidate" if known is None else f"the candidate “{known}”"
            raise Wrong(f"“{item}” has {other} in line {where:,} and another here", "An item is of one candidate.")
        if score is None:
            self.not_rated += 1
            return
        words, where = self._kinds.setdefault(criterion, (word, number))
        if words != word:
            here, there = ("a word", "a number") if word else ("a number", "a word")
            raise Wrong(f"the score is {here}, but {there} in line {where:,}", "Use one kind for a criterion.")
        self.ratings.append(Rating(item, rater, score, criterion, candidate, word))
        self.lines.append(number)


def _id(name: str, fields: Mapping[str, Any]) -> str:
    found = _optional(name, fields)
    if found is None:
        raise Wrong(f"`{name}` is missing", f"Say which {name} the score is of." if name == "item" else "Name it.")
    return found


def _optional(name: str, fields: Mapping[str, Any]) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Wrong(f"`{name}` is neither a text nor a whole number", "Put quotation marks around it.")
    text = value.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)  # two ways to write “é” are one name
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            raise Wrong(f"`{name}` holds half a character", "Save the file as UTF-8.")
    if len(text) > MAX_ID:
        raise Wrong(f"`{name}` has {len(text):,} characters", f"The most is {MAX_ID}.")
    return text or None


def _score(fields: Mapping[str, Any]) -> tuple[float | None, bool]:
    if "score" not in fields:
        raise Wrong("`score` is missing", "Give a number or a verdict; null says that there is no rating.")
    value = fields["score"]
    if value is None:
        return None, False
    word = False
    if isinstance(value, str):
        text = value.strip().casefold()
        if text in NOT_RATED:
            return None, False
        word = text in WORDS
        if not word and not _NUMBER.fullmatch(text):
            known = ", ".join(WORDS)
            raise Wrong(f"the score {_short(value)} is no number", f"Give a number or one of: {known}.")
        number = WORDS[text] if word else float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) <= MAX_SCORE or value != value else math.inf
    else:
        raise Wrong(f"the score {_short(value)} is no number", f"Give a number or one of: {', '.join(WORDS)}.")
    if not abs(number) <= MAX_SCORE:
        raise Wrong(f"the score {_short(value)} is beyond any scale", f"Give a number up to {MAX_SCORE:,}.")
    return number, word


def _short(value: Any) -> str:
    text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "with too many digits"
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
