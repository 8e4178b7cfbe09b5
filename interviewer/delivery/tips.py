"""Up to three things to try next time, from the figures alone, said as one would to a friend.

A tip is about what was said and when. None is about who speaks: not how sure they are, what they feel, where they come
from or what they are like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from interviewer.delivery.conventions import FILLERS, HEDGES, LONG_PAUSES, PACE, REPETITIONS, value
from interviewer.delivery.fillers import fillers
from interviewer.delivery.words import sentences, tokens
from interviewer.domain.delivery import Convention, Delivery, Figures

MOST = 3

_ENOUGH_WORDS = 50
"""Below so many words a tip would rest on chance."""

_ENOUGH_QUESTIONS = 2
_MOSTLY = 0.6


def tips(answers: Sequence[Delivery], total: Figures, openings: Mapping[str, float]) -> tuple[str, ...]:
    """At most three tips, what is farthest from its convention first; none for who is within all of them.

    ``openings`` gives for each filler the share of times that it stood at the beginning of a sentence, 0 to 1.
    """
    if total.words < _ENOUGH_WORDS:
        return ()
    found = [
        (0.0 if _slow_by_pauses(total) else _beyond(PACE, total), _pace(total)),
        (_beyond(FILLERS, total), _fillers(total, openings)),
        (_beyond(LONG_PAUSES, total), _pauses(total)),
        (_beyond(HEDGES, total), _hedges(total)),
        (_beyond(REPETITIONS, total), _repetitions(total)),
        _length(answers),
    ]
    ranked = sorted((one for one in found if one[0] > 1), key=lambda one: -one[0])
    return tuple(text for _, text in ranked[:MOST])


def praise(total: Figures) -> str:
    """A line for who gets no tip."""
    if total.words < _ENOUGH_WORDS:
        return "That was too little to go by for a tip. Say a little more next time, and one may come."
    if total.words_per_minute is None:
        return "What could be counted lies where most people's talk does. Nothing to change."
    return (
        "Pace, fillers and pauses lie where most people's talk does. Nothing to change: keep your mind on the content."
    )


def opening_share(texts: Iterable[str]) -> dict[str, float]:
    """For each filler the share of times that it stood at the beginning of a sentence, or only after other fillers."""
    times: dict[str, int] = defaultdict(int)
    first: dict[str, int] = defaultdict(int)
    for text in texts:
        line = tokens(text)
        numbers = sentences(line)
        place_of = {token.start: place for place, token in enumerate(line)}
        begun: set[int] = set()
        covered: set[int] = set()
        for filler in fillers(text):
            place = place_of[filler.start]
            number = numbers[place]
            before = [at for at in range(place) if numbers[at] == number]
            if number not in begun and all(at in covered for at in before):
                first[filler.word] += 1
            covered.update(at for at, token in enumerate(line) if filler.start <= token.start < filler.end)
            times[filler.word] += 1
    return {word: first[word] / times[word] for word in times}


def _beyond(convention: Convention, figures: Figures) -> float:
    """How many times a figure is beyond its convention's range; 1 and below within it."""
    found = value(convention, figures)
    if found is None or convention.holds(found):
        return 0.0
    if convention.high is not None and found > convention.high:
        return found / convention.high
    return (convention.low or 0.0) / found if found else 0.0


def _slow_by_pauses(total: Figures) -> bool:
    """Whether the pace is low for the pauses alone, which have a tip of their own."""
    slow = total.words_per_minute is not None and total.words_per_minute < (PACE.low or 0)
    return slow and _beyond(LONG_PAUSES, total) > 1


def _pace(total: Figures) -> str:
    found = round(total.words_per_minute or 0)
    if found > (PACE.high or 0):
        return (
            f"You spoke at {found} words a minute; in interviews up to {PACE.high:.0f} are usual. A breath after each "
            "point lets it arrive, and you gain time for the next one."
        )
    return (
        f"You spoke at {found} words a minute; from {PACE.low:.0f} on is usual. If that is your way, leave it. "
        "Otherwise say your first sentence aloud beforehand, and only the thinking takes time."
    )


def _fillers(total: Figures, openings: Mapping[str, float]) -> str:
    word, times = total.filler_words[0] if total.filler_words else ("", 0)
    where = ", mostly at the start of a sentence" if openings.get(word, 0.0) >= _MOSTLY else ""
    return (
        f"You said “{word}” {_times(times)}{where}, and {total.fillers_per_100:.0f} fillers in 100 words in all. Try a "
        "silent breath there: to listeners it is shorter than it seems."
    )


def _pauses(total: Figures) -> str:
    return (
        f"{total.long_pauses} pauses had two seconds or more, the longest {total.longest_pause or 0:.0f} s. "
        "Take your time to think; say in a sentence what you are thinking about, and your listener thinks along."
    )


def _hedges(total: Figures) -> str:
    word, times = total.hedge_words[0] if total.hedge_words else ("", 0)
    return (
        f"You said “{_as_said(word)}” {_times(times)}. Keep it for what is open, and state the rest without it: then "
        "it tells your listener something."
    )


def _repetitions(total: Figures) -> str:
    return (
        f"Words were repeated {_times(total.repetitions)}, as when a sentence starts again. Finish the first version, "
        "even if a better one comes to mind; the next sentence can carry it."
    )


def _length(answers: Sequence[Delivery]) -> tuple[float, str]:
    """About the time given to questions, where at least two were all too long or all too short."""
    spent: dict[int, float] = defaultdict(float)
    for answer in answers:
        if answer.seconds is not None:
            spent[answer.exchange] += answer.seconds
    expected = {answer.exchange: answer.expected_seconds for answer in answers}
    long = [number for number, seconds in spent.items() if seconds > expected[number][1]]
    short = [number for number, seconds in spent.items() if seconds < expected[number][0]]
    if len(long) >= _ENOUGH_QUESTIONS and len(long) >= _MOSTLY * len(spent):
        ratio = sum(spent[number] / expected[number][1] for number in long) / len(long)
        return ratio, (
            f"On {len(long)} of {len(spent)} questions you spoke longer than they are usually given. Say the main "
            "point in the first two sentences; whoever wants more will ask."
        )
    if len(short) >= _ENOUGH_QUESTIONS and len(short) >= _MOSTLY * len(spent):
        ratio = sum(expected[number][0] / max(spent[number], 1.0) for number in short) / len(short)
        return min(ratio, 2.0), (
            f"On {len(short)} of {len(spent)} questions there was time left. One example from your own work, in two or "
            "three sentences, fills it well."
        )
    return 0.0, ""


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _as_said(phrase: str) -> str:
    """A phrase in small letters with its "I" put right.

    >>> _as_said("i'm not sure"), _as_said("probably")
    ("I'm not sure", 'probably')
    """
    return " ".join(
        word[:1].upper() + word[1:] if word == "i" or word.startswith("i'") else word for word in phrase.split()
    )
