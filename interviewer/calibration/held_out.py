"""Answers that a rubric is not changed on: which they are, and whether a draft was written from the answers after all.

Who changes a rubric while looking at answers makes it fit these answers, and the agreement on them is then better than
it will be on the next ones. So the answers are split, by interview: one half is worked with, of the other one sees
totals only. Each look at these totals tells a little of the other half, too, and is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interviewer.domain.interview import Interview
from interviewer.domain.question import Question, Rubric
from interviewer.domain.words import Speaker
from interviewer.folding import words

SHARE = 0.5
LEAST_SHARE, MOST_SHARE = 0.2, 0.8

RUN = 6
"""Words in a row that a reference statement and an answer have in common, from which it was hardly chance."""

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Halves:
    """Interview IDs: those that one works with, and those of which only totals are shown."""

    working: tuple[str, ...]
    held_out: tuple[str, ...]


def split(kit_id: str, interviews: Iterable[str], share: float = SHARE) -> Halves:
    """Splits the interviews of a kit, each by itself, so that none changes sides when others come.

    ``share`` is how many are held out, LEAST_SHARE..MOST_SHARE, in the long run: of few, it may be more or fewer.
    Raises ValueError beyond.
    """
    if not LEAST_SHARE <= share <= MOST_SHARE:
        raise ValueError(f"the held-out share is {LEAST_SHARE} to {MOST_SHARE}, not {share}")
    sides: tuple[list[str], list[str]] = ([], [])
    for interview_id in interviews:
        sides[_draw(kit_id, interview_id) < share].append(interview_id)
    return Halves(working=tuple(sides[0]), held_out=tuple(sides[1]))


def _draw(kit_id: str, interview_id: str) -> float:
    """A number in 0..1 that only the two IDs decide."""
    digest = hashlib.sha256(f"{kit_id}\n{interview_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


@dataclass(frozen=True)
class Repeat:
    """A reference text of a draft that says RUN words or more as answers do that it is judged by.

    ``where`` is the criterion's or misconception's ID, ``text`` the reference text, ``words`` the longest stretch in
    common, folded; ``interviews`` are those whose answer it stands in.
    """

    where: str
    text: str
    words: str
    interviews: tuple[str, ...]


def repeats(draft: Question, first: Rubric, interviews: Sequence[Interview], number: int) -> list[Repeat]:
    """The reference texts of ``draft`` that repeat answers to it, in the rubric's order.

    Texts that ``first`` had already, the rubric that the kit was opened with, cannot have been written from answers:
    where these repeat it, somebody knew them by heart. Nor does it count what the candidate was shown.
    """
    known = {text for _, text in _texts(first)}
    answers = [(interview.id, _own_grams(interview, number)) for interview in interviews]
    found = []
    for where, text in _texts(draft.rubric):
        if text in known:
            continue
        said = words(text)
        common = [(_longest(said, grams), interview_id) for interview_id, grams in answers]
        longest = max((run for run, _ in common), key=len, default=())
        if longest:
            who = tuple(interview_id for run, interview_id in common if run)
            found.append(Repeat(where=where, text=text, words=" ".join(longest), interviews=who))
    return found


def _texts(rubric: Rubric) -> list[tuple[str, str]]:
    """The texts that answers are compared with, with what they belong to."""
    return [
        *((c.id, text) for c in rubric.criteria for text in (*c.statements, *c.contradictions)),
        *((m.id, text) for m in rubric.misconceptions for text in m.beliefs),
    ]


def _own_grams(interview: Interview, number: int) -> frozenset[Gram]:
    """Every run of RUN words that the candidate said in an exchange without having been shown it."""
    sides: dict[Speaker, set[Gram]] = {speaker: set() for speaker in Speaker}
    for turn in interview.turns_of(number):
        sides[turn.speaker].update(_grams(words(turn.text)))
    return frozenset(sides[Speaker.CANDIDATE] - sides[Speaker.INTERVIEWER])


def _grams(said: Sequence[str]) -> list[Gram]:
    return [tuple(said[start : start + RUN]) for start in range(len(said) - RUN + 1)]


def _longest(said: Sequence[str], grams: frozenset[Gram]) -> Gram:
    """The longest stretch of ``said`` all of whose runs are in ``grams``; empty where there is none."""
    best: Gram = ()
    start: int | None = None
    for place, gram in enumerate(_grams(said)):
        if gram not in grams:
            start = None
            continue
        start = place if start is None else start
        stretch = tuple(said[start : place + RUN])
        best = max(best, stretch, key=len)
    return best
