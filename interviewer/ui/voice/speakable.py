"""A reply cut into sentences, and what is to be said aloud of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ABBREVIATED = re.compile(
    r"(?:^|[\s(\[“\"'*_])(?:e\.g|i\.e|w\.r\.t|cf|vs|viz|approx|resp|dr|mr|mrs|ms|prof)\.$", re.IGNORECASE
)
"""A text that ends with one of these has not come to the end of a sentence."""

_BEFORE_NUMBER = re.compile(r"(?:^|[\s(])(?:figs?|eqs?|sec|no|ch|pp?|vol)\.$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}|[a-z])[.)]$")
_END = re.compile(r"[.!?…]+[\"'”’)\]*_`]*(?=\s|$)")
_CLOSING = "\"'”’)]"
_BLOCK = re.compile(r"^[ \t]*(?:```|~~~)")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s")
_INLINE = re.compile(r"`[^`\n]+(?:`|$)")

CODE = "The code is on the page."
"""What is said where a reply shows a block of code."""


def sentences(text: str) -> list[str]:
    """The sentences of a reply in order, none of them empty; a list item, a heading or a block of code is one.

    While a reply is being streamed, all but the last of ``sentences(so far)`` stay what they are.
    """
    return [sentence for block in _blocks(text) for sentence in _of_block(block)]


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, list items and fenced code; lines that were only wrapped are put together again."""
    lines: list[str] = []
    fenced = False
    for line in text.splitlines():
        if fenced:
            lines.append(line)
            if _BLOCK.match(line):
                fenced = False
                yield "\n".join(lines)
                lines = []
            continue
        opens = _BLOCK.match(line) is not None
        starts = opens or not line.strip() or _ITEM.match(line) or line.lstrip().startswith("#")
        if lines and (starts or lines[-1].lstrip().startswith("#")):
            yield " ".join(lines)
            lines = []
        if line.strip():
            lines.append(line if opens else line.strip())
        fenced = opens
    if lines:
        yield ("\n" if fenced else " ").join(lines)


def _of_block(block: str) -> Iterator[str]:
    if _BLOCK.match(block):
        yield block
        return
    code = [found.span() for found in _INLINE.finditer(block)]
    start = 0
    for end in _END.finditer(block):
        if any(first < end.start() < last - 1 for first, last in code) or not _ends(block, start, end):
            continue
        yield block[start : end.end()].strip()
        start = end.end()
    if rest := block[start:].strip():
        yield rest


def _ends(block: str, start: int, end: re.Match[str]) -> bool:
    """Whether a full stop, with what goes with it, ends the sentence that began at ``start``."""
    follows = block[end.end() :].lstrip()[:1]
    if follows.islower() and end[0][-1] in _CLOSING:
        return False
    if end[0].startswith((".", "…")):
        so_far = block[start : end.start() + 1]
        if follows.islower() or _NUMBERED.match(so_far):
            return False
        if end[0].startswith(".") and not end[0].startswith("..") and _ABBREVIATED.search(so_far):
            return False
        if follows.isdigit() and _BEFORE_NUMBER.search(so_far):
            return False
    return True


_SAID = [
    (re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"<?\b(?:https?://|www\.)[^\s<>]*[^\s<>.,;:!?)\]'\"]>?"), "a link"),
    (re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+•]\s+)+"), ""),
    (re.compile(r"(\*\*\*|\*\*|\*|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(__|_)(?=\S)(.+?)(?<=\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\be\.g\.,?(?=\W|$)", re.IGNORECASE), "for example"),
    (re.compile(r"\bi\.e\.,?(?=\W|$)", re.IGNORECASE), "that is"),
    (re.compile(r"\bw\.r\.t\.(?=\W|$)", re.IGNORECASE), "with respect to"),
    (re.compile(r"\betc\.(?=\s+\S)", re.IGNORECASE), "and so on"),
    (re.compile(r"\betc\.$", re.IGNORECASE), "and so on."),
    (re.compile(r"\bvs\.?(?=\s)", re.IGNORECASE), "versus"),
    (re.compile(r"(?<=\w)_(?=\w)"), " "),
    (re.compile(r"\s*(?:->|→)\s*"), " to "),
    (re.compile(r"(?<=\s)&(?=\s)"), "and"),
    (re.compile(r"(?<![\w~])~\s?(?=\d)"), "about "),
    (re.compile(r"\s*≥\s*"), " at least "),
    (re.compile(r"\s*≤\s*"), " at most "),
]


def spoken_text(sentence: str) -> str:
    """What a voice should say of one sentence: without marks of Markdown and addresses, abbreviations in full.

    Empty where nothing is left to be said.
    """
    if _BLOCK.match(sentence):
        return CODE
    said = sentence.replace("`", "")
    for pattern, replacement in _SAID:
        said = pattern.sub(replacement, said)
    said = " ".join(said.split())
    return said if any(letter.isalnum() for letter in said) else ""
