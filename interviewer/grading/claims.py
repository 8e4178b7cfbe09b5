"""Rubrics from what others bring: a list of criteria, or a reference answer whose claims are looked for."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.domain.question import Criterion, Rubric
from interviewer.errors import UsageError
from interviewer.models.offline.text import Piece, content_words, pieces

MAX_CRITERIA = 100
MAX_CLAIMS = 12
MIN_WORDS = 3
"""A claim has at least this many words that carry meaning; a shorter piece joins the one before it."""

LONG_SENTENCE = 24
"""A sentence of more words than this is cut into its clauses: it rarely makes one claim only."""


def rubric_of_criteria(criteria: Sequence[str]) -> Rubric:
    """A core criterion for each text, with the IDs c1, c2 … Raises UsageError when there is nothing to look for."""
    if not criteria:
        raise UsageError("`criteria` is empty")
    if len(criteria) > MAX_CRITERIA:
        raise UsageError(f"there are {len(criteria):,} `criteria`; the most is {MAX_CRITERIA}")
    blank = [number for number, text in enumerate(criteria, 1) if not text.strip()]
    if blank:
        raise UsageError(f"criterion {blank[0]} is empty")
    return _rubric([(text, (text,)) for text in criteria])


def rubric_of_reference(reference: str) -> Rubric:
    """A core criterion for each claim of a reference answer. Raises UsageError when it states nothing."""
    found = claims(reference)
    if not found:
        raise UsageError("`reference` states nothing that could be looked for")
    return _rubric([(" ".join(claim), claim) for claim in found])


def claims(reference: str) -> list[tuple[str, ...]]:
    """What a text claims: at most MAX_CLAIMS claims, each of one or more sentences or clauses, in their order.

    >>> claims("So. Overfitting memorises the training data. Early stopping helps. Any questions so far?")
    [('Overfitting memorises the training data.',), ('Early stopping helps.',)]
    >>> claims("The gradient points uphill, so we step against it. The learning rate sets the length of each step.")
    [('The gradient points uphill, so we step against it.',), ('The learning rate sets the length of each step.',)]
    """
    found: list[tuple[str, ...]] = []
    for text in _statements(reference):
        if found and len(content_words(text)) < MIN_WORDS:
            found[-1] = (*found[-1], text)
        elif content_words(text):
            found.append((text,))
    if len(found) > 1 and _size(found[0]) < MIN_WORDS:  # an opening word or two belongs to what follows
        found[:2] = [found[0] + found[1]]
    return _joined(found)


def _statements(text: str) -> list[str]:
    """The sentences, the long ones cut into clauses, without the questions."""
    out: list[str] = []
    found = pieces(text, fine=False)
    place = 0
    while place < len(found):
        sentence = found[place]
        clauses = _within(found, place)
        place += 1 + len(clauses)
        if sentence.text.endswith("?"):
            continue
        long = len(sentence.text.split()) > LONG_SENTENCE
        out.extend(part.text.rstrip(" ,;:") for part in (clauses if long and clauses else [sentence]))
    return out


def _within(found: Sequence[Piece], place: int) -> list[Piece]:
    """The clauses that follow their sentence in ``pieces``'s order."""
    clauses = []
    for piece in found[place + 1 :]:
        if piece.start >= found[place].end:
            break
        clauses.append(piece)
    return clauses


def _joined(found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The same in at most MAX_CLAIMS groups: neighbours that are short together are joined first."""
    per_group = -(-len(found) // (4 * MAX_CLAIMS))  # a very long text is grouped roughly before it is done finely
    if per_group > 1:
        groups = [found[start : start + per_group] for start in range(0, len(found), per_group)]
        found = [tuple(text for claim in group for text in claim) for group in groups]
    while len(found) > MAX_CLAIMS:
        place = min(range(len(found) - 1), key=lambda i: _size(found[i]) + _size(found[i + 1]))
        found[place : place + 2] = [found[place] + found[place + 1]]
    return found


def _size(claim: tuple[str, ...]) -> int:
    return sum(len(content_words(text)) for text in claim)


def _rubric(wanted: Sequence[tuple[str, tuple[str, ...]]]) -> Rubric:
    return Rubric(
        criteria=tuple(
            Criterion(id=f"c{number}", text=text, statements=statements)
            for number, (text, statements) in enumerate(wanted, 1)
        )
    )
