"""Reading ratings: JSON lines or CSV with ``item``, ``rater``, ``score``, perhaps ``criterion`` and ``candidate``.

Every line that cannot be read is named with its number and what to do; nothing is guessed, nothing silently dropped.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

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
class Problem:
    """A line that cannot be used: its 1-based number, what is wrong, and what to do."""

    line: int
    wrong: str
    remedy: str

    def __str__(self) -> str:
        return f"Line {self.line:,}: {self.wrong}. {self.remedy}"


@dataclass(frozen=True)
class Read:
    """What a file holds. ``not_rated`` counts lines whose score says that none was given."""

    ratings: tuple[Rating, ...]
    problems: tuple[Problem, ...]
    not_rated: int = 0


class _Wrong(Exception):
    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.wrong, self.remedy = wrong, remedy


def read_ratings(content: bytes) -> Read:
    """The ratings of a file, whichever of the two formats it has: JSON lines begin with a brace.

    UTF-8, with or without a byte-order mark; CSV with comma, semicolon or tab. Never raises: what is wrong is in
    ``problems``, in the order of the lines.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Read((), (Problem(line, "not UTF-8 text", "Save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)."),))
    first = text.lstrip()[:1]
    if not first:
        return Read((), (Problem(1, "the file is empty", "Put one rating on each line."),))
    if first == "[":
        return Read((), (Problem(1, "a JSON array", "Put one object on each line, without brackets around them."),))
    reader = _Reader()
    for number, fields in _json_lines(text) if first == "{" else _csv_lines(text):
        reader.take(number, fields)
    return Read(tuple(reader.ratings), tuple(reader.problems), reader.not_rated)


def _json_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any] | _Wrong]]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line, object_pairs_hook=_once)
        except _Wrong as wrong:
            yield number, wrong
        except json.JSONDecodeError as error:
            yield number, _Wrong(f"not JSON ({error.msg}, character {error.pos + 1})", "Write one object on the line.")
        except (ValueError, RecursionError):
            yield number, _Wrong("JSON that is nested too deeply or has too long a number", "Correct the line.")
        else:
            if isinstance(fields, dict):
                yield number, fields
            else:
                yield number, _Wrong("not a JSON object", 'Write {"item": …, "rater": …, "score": …}.')


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise _Wrong("a field stands twice", "Keep one of the two.")
    return fields


def _csv_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any] | _Wrong]]:
    header = next(line for line in text.splitlines() if line.strip())
    delimiter = max(",;\t", key=header.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    before = 0
    while True:
        number = before + 1  # a quoted field may go over several lines: the first is named
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, _Wrong(f"not CSV that can be read ({error})", "Look for an unclosed quotation mark.")
            return
        before = rows.line_num
        if not any(cell.strip() for cell in row):
            continue
        if names is None:
            names = [cell.strip().casefold() for cell in row]
            missing = [name for name in _NEEDED if name not in names]
            twice = [name for name in _COLUMNS if names.count(name) > 1]
            if missing or twice:
                wrong = f"there is no column “{missing[0]}”" if missing else f"the column “{twice[0]}” stands twice"
                yield number, _Wrong(wrong, "The first line names the columns: item, rater, criterion, score.")
                return
        elif len(row) != len(names):
            yield (
                number,
                _Wrong(
                    f"{len(row)} fields where the first line has {len(names)}",
                    "Check the delimiters and quotation marks.",
                ),
            )
        else:
            fields = dict(zip(names, row, strict=True))
            if delimiter == ";":  # where lists are written with semicolons, decimals are with commas
                fields["score"] = re.sub(r"^(\s*[+-]?\d*),(\d+\s*)$", r"\1.\2", fields["score"])
            yield number, fields


class _Reader:
    """Takes lines one by one; remembers what must not contradict a later line."""

    def __init__(self) -> None:
        self.ratings: list[Rating] = []
        self.problems: list[Problem] = []
        self.not_rated = 0
        self._lines: dict[Key, int] = {}
        self._candidates: dict[str, tuple[str | None, int]] = {}
        self._kinds: dict[str | None, tuple[bool, int]] = {}

    def take(self, number: int, fields: Mapping[str, Any] | _Wrong) -> None:
        try:
            if isinstance(fields, _Wrong):
                raise fields
            self._take(number, fields)
        except _Wrong as wrong:
            self.problems.append(Problem(number, wrong.wrong, wrong.remedy))

    def _take(self, number: int, fields: Mapping[str, Any]) -> None:
        item, rater = _id("item", fields), _id("rater", fields)
        criterion, candidate = _optional("criterion", fields), _optional("candidate", fields)
        score, word = _score(fields)
        before = self._lines.setdefault((item, criterion, rater), number)
        if before != number:
            on = "" if criterion is None else f" on “{criterion}”"
            raise _Wrong(f"“{rater}” already rated “{item}”{on} in line {before:,}", "Keep the one that counts.")
        known, where = self._candidates.setdefault(item, (candidate, number))
        if known != candidate:
            other = "no candidate" if known is None else f"the candidate “{known}”"
            raise _Wrong(f"“{item}” has {other} in line {where:,} and another here", "An item is of one candidate.")
        if score is None:
            self.not_rated += 1
            return
        words, where = self._kinds.setdefault(criterion, (word, number))
        if words != word:
            here, there = ("a word", "a number") if word else ("a number", "a word")
            raise _Wrong(f"the score is {here}, but {there} in line {where:,}", "Use one kind for a criterion.")
        self.ratings.append(Rating(item, rater, score, criterion, candidate, word))


def _id(name: str, fields: Mapping[str, Any]) -> str:
    found = _optional(name, fields)
    if found is None:
        raise _Wrong(f"`{name}` is missing", f"Say which {name} the score is of." if name == "item" else "Name it.")
    return found


def _optional(name: str, fields: Mapping[str, Any]) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise _Wrong(f"`{name}` is neither a text nor a whole number", "Put quotation marks around it.")
    text = value.strip()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)  # two ways to write “é” are one name
        if any(0xD800 <= ord(character) <= 0xDFFF for character in text):
            raise _Wrong(f"`{name}` holds half a character", "Save the file as UTF-8.")
    if len(text) > MAX_ID:
        raise _Wrong(f"`{name}` has {len(text):,} characters", f"The most is {MAX_ID}.")
    return text or None


def _score(fields: Mapping[str, Any]) -> tuple[float | None, bool]:
    if "score" not in fields:
        raise _Wrong("`score` is missing", "Give a number or a verdict; null says that there is no rating.")
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
            raise _Wrong(f"the score {_short(value)} is no number", f"Give a number or one of: {known}.")
        number = WORDS[text] if word else float(text)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) <= MAX_SCORE or value != value else math.inf
    else:
        raise _Wrong(f"the score {_short(value)} is no number", f"Give a number or one of: {', '.join(WORDS)}.")
    if not abs(number) <= MAX_SCORE:
        raise _Wrong(f"the score {_short(value)} is beyond any scale", f"Give a number up to {MAX_SCORE:,}.")
    return number, word


def _short(value: Any) -> str:
    text = str(value) if not isinstance(value, int) or abs(value) < 10**30 else "with too many digits"
    return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
