"""Delivery's figures from what was understood and when: counts and divisions, no judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from interviewer.delivery.conventions import CONVENTIONS, LENGTH, caveat
from interviewer.delivery.fillers import fillers
from interviewer.delivery.hedges import hedges
from interviewer.delivery.repetitions import repetitions
from interviewer.delivery.tips import opening_share, praise, tips
from interviewer.delivery.words import count
from interviewer.domain.delivery import Clock, Delivery, Figures, InterviewDelivery
from interviewer.domain.interview import Interview
from interviewer.domain.speech import Pause, Spoken, Transcript

LEAST_PAUSE = 0.25
"""Seconds; shorter silences belong to articulation."""

LONG_PAUSE = 2.0
FEWEST_WORDS = 10
SHORTEST_SECONDS = 5.0
"""Below these an answer has no rates: a word more or less would change them too much."""


def delivery_of(spoken: Spoken, exchange: int, minutes: float) -> Delivery:
    """The figures of one spoken turn in the exchange with this number, whose question is planned with so many minutes.

    Counted is the transcript as it was understood, before it was corrected.
    """
    transcript = spoken.transcript
    clock, start, end = _span(transcript)
    pauses = None if spoken.pauses is None else _within(spoken.pauses, start, end)
    said = fillers(transcript.text)
    hedged = hedges(transcript.text)
    low, high = LENGTH.low or 0.0, LENGTH.high or 1.0
    return Delivery(
        turn=spoken.turn,
        exchange=exchange,
        by=transcript.by,
        clock=clock,
        expected_seconds=(60 * minutes * low, 60 * minutes * high),
        **_figures(
            words=count(transcript.text),
            seconds=None if clock is None else end - start,
            fillers=Counter(filler.word for filler in said),
            hedges=hedged,
            repetitions=repetitions(transcript.text),
            pauses=pauses,
            first_word=spoken.first_word,
        ),
    )


def interview_delivery(interview: Interview, past: Sequence[InterviewDelivery] = ()) -> InterviewDelivery | None:
    """The figures of all spoken turns and of the interview as a whole, with tips; None where nothing was spoken.

    ``past`` are the candidate's earlier interviews in order.
    """
    exchange_of = {turn.seq: turn.exchange for turn in interview.turns}
    minutes_of = {exchange.number: exchange.question.minutes for exchange in interview.exchanges}
    heard = [spoken for spoken in interview.spoken if exchange_of.get(spoken.turn) in minutes_of]
    if not heard:
        return None
    answers = tuple(
        delivery_of(spoken, exchange_of[spoken.turn], minutes_of[exchange_of[spoken.turn]]) for spoken in heard
    )
    total = total_of(answers)
    found = tips(answers, total, opening_share(spoken.transcript.text for spoken in heard))
    return InterviewDelivery(
        answers=answers,
        total=total,
        past=tuple(one.total for one in past),
        tips=found,
        praise="" if found else praise(total),
        conventions=CONVENTIONS,
        caveats=tuple(dict.fromkeys(caveat(answer.by) for answer in answers)),
    )


def total_of(answers: Sequence[Figures]) -> Figures:
    """Several answers as one: counts added, each rate over the answers that it is known for."""
    timed = [answer for answer in answers if answer.seconds is not None]
    listened = [answer for answer in timed if answer.paused_seconds is not None]
    waits = [answer.first_word for answer in answers if answer.first_word is not None]
    words = sum(answer.words for answer in answers)
    fillers_said = sum(answer.fillers for answer in answers)
    hedges_said = sum(answer.hedges for answer in answers)
    seconds = sum(answer.seconds or 0.0 for answer in timed)
    sounding = sum((answer.seconds or 0.0) - (answer.paused_seconds or 0.0) for answer in listened)
    return Figures(
        words=words,
        seconds=seconds if timed else None,
        words_per_minute=_rate(sum(answer.words for answer in timed), seconds, seconds),
        articulation_rate=_rate(
            sum(answer.words for answer in listened), sounding, sum(answer.seconds or 0.0 for answer in listened)
        ),
        fillers=fillers_said,
        filler_words=_added(answer.filler_words for answer in answers),
        fillers_per_100=_share(fillers_said, words),
        hedges=hedges_said,
        hedge_words=_added(answer.hedge_words for answer in answers),
        hedges_per_100=_share(hedges_said, words),
        repetitions=sum(answer.repetitions for answer in answers),
        pauses=sum(answer.pauses or 0 for answer in listened) if listened else None,
        long_pauses=sum(answer.long_pauses or 0 for answer in listened) if listened else None,
        longest_pause=max(answer.longest_pause or 0.0 for answer in listened) if listened else None,
        paused_seconds=sum(answer.paused_seconds or 0.0 for answer in listened) if listened else None,
        first_word=median(waits) if waits else None,
    )


def _span(transcript: Transcript) -> tuple[Clock | None, float, float]:
    """What tells the speaking time, and when it begins and ends: by timed words, else by the sound, else as long as the
    microphone was open."""
    timed = [word for word in transcript.words if word.start is not None and word.end is not None]
    if timed and len(timed) == len(transcript.words):
        start, end = min(word.start or 0.0 for word in timed), max(word.end or 0.0 for word in timed)
        if end > start:
            return Clock.WORDS, start, end
    if transcript.spoke is not None and transcript.spoke[1] > transcript.spoke[0]:
        return Clock.SOUND, *transcript.spoke
    if transcript.seconds:
        return Clock.MICROPHONE, 0.0, transcript.seconds
    return None, 0.0, 0.0


def _within(pauses: Iterable[Pause], start: float, end: float) -> list[float]:
    """The lengths of the pauses within the speaking time; where that is unknown, of all."""
    if end > start:
        lengths = [min(pause.end, end) - max(pause.start, start) for pause in pauses]
    else:
        lengths = [pause.seconds for pause in pauses]
    return [length for length in lengths if length >= LEAST_PAUSE]


def _figures(
    *,
    words: int,
    seconds: float | None,
    fillers: Counter[str],
    hedges: Counter[str],
    repetitions: int,
    pauses: list[float] | None,
    first_word: float | None,
) -> dict[str, Any]:
    paused = None if pauses is None else sum(pauses)
    sounding = None if seconds is None or paused is None else seconds - paused
    return {
        "words": words,
        "seconds": seconds,
        "words_per_minute": _rate(words, seconds, seconds),
        "articulation_rate": _rate(words, sounding, seconds),
        "fillers": fillers.total(),
        "filler_words": _ranked(fillers),
        "fillers_per_100": _share(fillers.total(), words),
        "hedges": hedges.total(),
        "hedge_words": _ranked(hedges),
        "hedges_per_100": _share(hedges.total(), words),
        "repetitions": repetitions,
        "pauses": None if pauses is None else len(pauses),
        "long_pauses": None if pauses is None else sum(length >= LONG_PAUSE for length in pauses),
        "longest_pause": None if pauses is None else max(pauses, default=0.0),
        "paused_seconds": paused,
        "first_word": first_word,
    }


def _rate(words: int, over: float | None, seconds: float | None) -> float | None:
    """Words per minute ``over`` so many seconds; None where ``words`` or ``seconds`` of speaking are too few."""
    if over is None or seconds is None or over <= 0 or words < FEWEST_WORDS or seconds < SHORTEST_SECONDS:
        return None
    return words * 60 / over


def _share(count: int, words: int) -> float | None:
    return count * 100 / words if words >= FEWEST_WORDS else None


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent first, the alphabet deciding between equals."""
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _added(parts: Iterable[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(dict(part))
    return _ranked(counts)
