"""The rating room: which answers to a kit there are to rate, and in what order for whom.

Raters go question by question: who has the answers to one question side by side judges them by the same yardstick.
Within a question each rater has an order of their own, drawn from kit and rater, so that no answer has the same
neighbours with everybody and what an answer gains or loses by those before it does not add up. Pure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from interviewer.domain.interview import ExchangeStatus, Interview, Turn
from interviewer.domain.kit import KitContent
from interviewer.domain.question import Question
from interviewer.domain.words import Intent, MoveKind, Speaker

Key = tuple[str, int]
"""An interview's ID and the exchange's number in it."""

RATEABLE = (ExchangeStatus.CLOSED, ExchangeStatus.UNFINISHED)

_ABOUT_PAUSES = (MoveKind.PAUSE, MoveKind.RESUME)


@dataclass(frozen=True)
class Line:
    """One utterance as a rater sees it: who spoke, what was said, and for the interviewer what kind of move it was."""

    speaker: Speaker
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Item:
    """An answer to be rated. It has no name, no time, no grade and no rating in it; ``key`` is never shown.

    ``question`` is the newest version's at that place, with the rubric to rate by. ``number`` counts from 1 in the
    rater's own order: the answer is shown as "Answer <number>".
    """

    key: Key
    number: int
    question: Question
    said: tuple[Line, ...]

    @property
    def place(self) -> int:
        """The question's place in the kit, from 1."""
        return self.key[1]

    @property
    def token(self) -> str:
        """Names the answer on a page for one rater, and gives nothing away."""
        return hashlib.sha256("\0".join(map(str, self.key)).encode()).hexdigest()[:12]

    @property
    def answer(self) -> str:
        """The candidate's words."""
        return "\n\n".join(line.text for line in self.said if line.speaker is Speaker.CANDIDATE)


def items(
    kit_id: str, content: KitContent, interviews: Iterable[Interview], rater_id: str, practised: Collection[Key] = ()
) -> list[Item]:
    """The answers to a kit that a rater is to rate, in their order.

    To be rated is what the candidate typed or said to a question that is over, also where the interview is not. A
    question that they skipped has nothing to rate, nor one to which they only pressed buttons. What the machine took
    their words to be does not matter: it must not keep anything from people. ``practised`` are the exchanges that the
    rater had in their practice round; those they know the band of.
    """
    found = [
        (interview, exchange.number)
        for interview in interviews
        for exchange in interview.exchanges
        if exchange.status in RATEABLE
        and exchange.number <= len(content.questions)
        and (interview.id, exchange.number) not in practised
        and any(map(_answers, interview.turns_of(exchange.number)))
    ]
    found.sort(key=lambda one: (one[1], _drawn(kit_id, rater_id, one[0].id, one[1])))
    return [
        Item(
            key=(interview.id, place),
            number=number,
            question=content.questions[place - 1].question,
            said=tuple(_line(turn) for turn in interview.turns_of(place) if not _about_a_pause(turn)),
        )
        for number, (interview, place) in enumerate(found, 1)
    ]


def _answers(turn: Turn) -> bool:
    return turn.speaker is Speaker.CANDIDATE and turn.intent in (None, Intent.ANSWER) and bool(turn.text.strip())


def _about_a_pause(turn: Turn) -> bool:
    return turn.intent is Intent.PAUSE or (turn.move is not None and turn.move.kind in _ABOUT_PAUSES)


def _line(turn: Turn) -> Line:
    kind = "" if turn.move is None or turn.move.kind in (MoveKind.ASK, MoveKind.ADVANCE) else turn.move.kind.label
    return Line(turn.speaker, turn.text, kind)


def _drawn(kit_id: str, rater_id: str, interview_id: str, exchange: int) -> bytes:
    return hashlib.sha256("\0".join([kit_id, rater_id, interview_id, str(exchange)]).encode()).digest()


def next_item(
    of: Sequence[Item], rated: Collection[Key], skipped: Collection[Key] = (), after: Key | None = None
) -> Item | None:
    """The next answer to rate after the one named, in order and round again from the first; those that were skipped
    come when nothing else is left. None when all are rated."""
    start = next((index + 1 for index, item in enumerate(of) if item.key == after), 0)
    ring = [*of[start:], *of[:start]]
    left = [item for item in ring if item.key not in rated]
    return next((item for item in left if item.key not in skipped), left[0] if left else None)


@dataclass(frozen=True)
class Share:
    """How many of the answers to one question a rater has rated."""

    place: int
    prompt: str
    rated: int
    of: int


def shares(of: Sequence[Item], rated: Collection[Key]) -> list[Share]:
    """By question, in the kit's order; questions without an answer to rate are left out."""
    places: dict[int, list[Item]] = {}
    for item in of:
        places.setdefault(item.place, []).append(item)
    return [
        Share(place, some[0].question.prompt, sum(item.key in rated for item in some), len(some))
        for place, some in sorted(places.items())
    ]
