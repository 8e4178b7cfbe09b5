"""How long a text is in a model's tokens, and what of a long exchange is left out of a prompt.

tiktoken fetches its encodings from the network when it is first asked for one. Here it never does: it counts where the
encoding already lies in its cache, and everywhere else the count is an estimate that says so.
"""

from __future__ import annotations

import logging
import math
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, NoReturn

import tiktoken
import tiktoken.load
from tiktoken.model import encoding_name_for_model

log = logging.getLogger(__name__)

PIECE = 4_000
"""Characters that are counted at once: the time that an encoding takes may grow with the square of a text's length."""

_LOADING = threading.Lock()
_PIECES = re.compile(r"[a-z]+|\d+|\s+|[^\sa-z\d]", re.IGNORECASE | re.ASCII)


class Count(NamedTuple):
    """``estimated`` where no encoding of the model's was at hand."""

    tokens: int
    estimated: bool


class Trimmed(NamedTuple):
    """What of an exchange fits a bound, an entry a turn, and how many characters of it were ``left_out``."""

    entries: tuple[str, ...]
    left_out: int


def count(text: str, model: str) -> Count:
    """The tokens of a text for a model, without a message's few tokens of wrapping."""
    encoding = _encoding(model)
    if encoding is None:
        return Count(estimate(text), estimated=True)
    parts = (text[start : start + PIECE] for start in range(0, len(text), PIECE))
    return Count(sum(len(encoding.encode_ordinary(part)) for part in parts), estimated=False)


def estimate(text: str) -> int:
    """About how many tokens a text has: a little high for English prose, and never below a quarter of its characters.

    >>> estimate("The quick brown fox jumps over the lazy dog.")
    11
    """
    tokens = 0
    for found in _PIECES.finditer(text):
        piece = found[0]
        if piece.isspace():
            tokens += 0 if piece == " " else 1
        elif piece[0].isascii():
            tokens += math.ceil(len(piece) / (3 if piece.isdigit() else 6))
        else:
            tokens += 1
    return max(tokens, math.ceil(len(text) / 4))


def trim(entries: Sequence[str], bound: int, model: str) -> Trimmed:
    """The entries of an exchange (a turn each, in order) within ``bound`` tokens, left out from the oldest on.

    The last one stays; if it is too long by itself, its middle is left out. What is missing is said where it was, so
    that nobody takes it for never said.
    """
    sizes = [count(entry, model).tokens for entry in entries]
    first = 0
    while first < len(entries) - 1 and sum(sizes[first:]) > bound:
        first += 1
    kept = list(entries[first:])
    cut = 0
    if kept and sizes[first] > bound:
        kept[0], cut = _middle_out(kept[0], bound, model)
    if not first and not cut:
        return Trimmed(tuple(kept), 0)
    if first:
        kept.insert(0, f"(left out here for length: the {first} oldest of {len(entries)} turns)")
    left_out = sum(map(len, entries[:first])) + cut
    log.info("of an exchange of %d turns, %d characters were left out of a prompt", len(entries), left_out)
    return Trimmed(tuple(kept), left_out)


def warm(models: Iterable[str]) -> None:
    """Loads the encodings of models that are at hand, which takes a second, before anybody waits for them."""
    for model in models:
        _encoding(model)


def _middle_out(entry: str, bound: int, model: str) -> tuple[str, int]:
    """An entry's beginning and end within the bound, and how many characters are missing between them."""
    half = max(1, len(entry) * bound // (2 * count(entry, model).tokens))
    while half > 1 and count(entry[:half], model).tokens + count(entry[-half:], model).tokens > bound:
        half = half * 4 // 5
    left = len(entry) - 2 * half
    return f"{entry[:half]}\n    (left out here for length: {left:,} characters)\n    {entry[-half:]}", left


@lru_cache(maxsize=64)
def _encoding(model: str) -> tiktoken.Encoding | None:
    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return None
    try:
        return _without_network(lambda: tiktoken.get_encoding(name))
    except Exception as error:  # whatever is wrong with somebody else's cache, an estimate will do
        log.info("tokens for %s are estimated: %s is not at hand (%s)", model, name, type(error).__name__)
        return None


def _without_network(load: Callable[[], tiktoken.Encoding]) -> tiktoken.Encoding:
    """Runs ``load`` with tiktoken's reader of files that are not in its cache shut."""

    def refuse(blobpath: str) -> NoReturn:
        raise FileNotFoundError(blobpath)

    with _LOADING:
        reader = tiktoken.load.read_file
        tiktoken.load.read_file = refuse
        try:
            return load()
        finally:
            tiktoken.load.read_file = reader
