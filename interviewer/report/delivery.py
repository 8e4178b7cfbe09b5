"""How the spoken answers came across, as the report tells it: sentences, and a table with a row per answer.

Figures beside conventions and the candidate's own earlier interviews: no judgement of the person, no part of a grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

from interviewer.delivery.conventions import LONG_PAUSES, per_minute
from interviewer.delivery.measure import FEWEST_WORDS, SHORTEST_SECONDS, interview_delivery
from interviewer.domain.delivery import Clock, Convention, Delivery, Figures
from interviewer.domain.interview import Interview, Turn
from interviewer.domain.report import EarlierDelivery, QuestionReport, Report, ReportDelivery, SpokenAnswer
from interviewer.domain.speech import BROWSER
from interviewer.domain.words import Speaker
from interviewer.report.wording import capital, count, day, duration, in_words, joined

TITLE = "How it sounded"

NO_GRADE = (
    "None of this is part of any grade. How fast somebody talks and which small words they use say nothing about what "
    "they know, and whoever graded was given only the text that you sent."
)

COLUMNS = (
    *("Question", "Words", "Time", "Words a minute", "… without pauses"),
    *("Fillers", "Hedges", "Repeated", "Pauses", "First word after"),
)
"""What stands above the table's columns; the first names the row."""

EARLIER = ("Date", "Words a minute", "… without pauses", "Fillers in 100 words", "Longest pause", "First word after")
"""What stands above the columns of the earlier interviews."""

TIPS = "What to try next time"

ALL = "All"
"""What names the row of all answers together."""

MOST_FILLERS = 5
"""So many different fillers are named in a row; where there are more, those beyond the first four are counted."""

_TOO_SHORT = (
    f"An answer of fewer than {FEWEST_WORDS} words or less than {SHORTEST_SECONDS:.0f} s has no rates: a word more or "
    "less would change them too much."
)
_NO_TIME = "How long this was spoken for is not known."
_NO_SOUND = "Pauses are told from the sound, and here there were only the words to go by."
_SOME = "Over the answers for which this is known."
_NO_START = "How long after the question the first word came is not known."
_OPEN_MICROPHONE = (
    "Where only the time is known for which the microphone was open, that stands for the speaking time: the pace comes "
    "out a little lower than it was."
)


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: ``text``, with ``more`` in small below it. ``note`` is the letter of the reason why
    nothing is known."""

    text: str
    more: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A row of cells for each answer, and one for all together where there are several. ``notes`` are the reasons that
    cells name by letter."""

    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...]


# --- from the interview -----------------------------------------------------------------------------------------


def report_delivery(interview: Interview, past: Sequence[EarlierDelivery]) -> ReportDelivery | None:
    """How the spoken answers came across, beside ``past``; None where nothing was spoken."""
    found = interview_delivery(interview)
    if found is None:
        return None
    given = sum(_is_answer(turn) for turn in interview.turns)
    ordered = tuple(sorted(past, key=lambda one: one.at))
    return ReportDelivery(**{**dict(found), "past": ordered, "given": max(given, len(found.answers))})


def earlier(interview: Interview) -> EarlierDelivery | None:
    """The figures of an interview for the reports of later ones; None where nothing was spoken."""
    found = interview_delivery(interview)
    return None if found is None else EarlierDelivery(at=interview.created_at, **dict(found.total))


def spoken_answers(interview: Interview, number: int, delivery: ReportDelivery | None) -> tuple[SpokenAnswer, ...]:
    """The spoken answers to one question."""
    if delivery is None:
        return ()
    spoken = {one.turn: one for one in interview.spoken}
    sent = {turn.seq: turn.text for turn in interview.turns_of(number)}
    return tuple(
        SpokenAnswer(
            delivery=answer,
            understood=_if_other(spoken[answer.turn].transcript.text, sent[answer.turn]),
            recording=spoken[answer.turn].recording,
        )
        for answer in delivery.answers
        if answer.exchange == number
    )


def understood(question: QuestionReport) -> dict[int, str]:
    """What was understood of a question's answers at first, by turn: of those where something else was sent."""
    return {one.delivery.turn: one.understood for one in question.spoken if one.understood is not None}


def _if_other(understood: str, sent: str) -> str | None:
    return None if understood.split() == sent.split() else understood


def _is_answer(turn: Turn) -> bool:
    """Said in the candidate's own words, not by a button."""
    return turn.speaker is Speaker.CANDIDATE and turn.intent is None


# --- sentences --------------------------------------------------------------------------------------------------


def basis(delivery: ReportDelivery) -> str:
    """How many of the answers were spoken, and who understood them."""
    spoken, given = len(delivery.answers), delivery.given
    if given == 1:
        told = "Your answer was spoken"
    elif spoken == given:
        told = f"All {count(given, 'answer')} were spoken" if given > 2 else "Both answers were spoken"
    else:
        told = f"{capital(in_words(spoken))} of {in_words(given)} answers {'was' if spoken == 1 else 'were'} spoken"
    typed = "" if spoken == given else "; what you typed is not in it"
    names = list(dict.fromkeys(answer.by for answer in delivery.answers))
    who = joined(["the browser's speech recognition" if name == BROWSER else name for name in names])
    them = "it" if spoken == 1 else "them"
    return f"{told}{typed}. The figures are from what {who} understood, before you corrected {them}."


def gist(total: Figures) -> str:
    """The figures of all answers together, as far as they are known."""
    told = f"{total.words:,} {'word' if total.words == 1 else 'words'}"
    if total.seconds is not None:
        told += f" in {duration(total.seconds)}"
    parts = [told]
    if total.words_per_minute is not None:
        parts.append(f"{total.words_per_minute:.0f} words a minute")
    if total.fillers_per_100 is not None:
        parts.append(f"{per_100(total.fillers_per_100)} fillers in 100 words")
    if total.pauses is not None:
        parts.append(_pauses_in_words(total))
    if total.first_word is not None:
        parts.append(f"the first word typically after {total.first_word:.1f} s")
    return f"{capital('; '.join(parts))}."


def _pauses_in_words(total: Figures) -> str:
    if not total.pauses:
        return "no pauses"
    longest = f" of {total.longest_pause or 0:.1f} s" if total.pauses == 1 else ""
    rest = "" if total.pauses == 1 else f", the longest of {total.longest_pause or 0:.1f} s"
    return f"{count(total.pauses, 'pause')}{longest}{rest}"


def long_pauses(total: Figures) -> str:
    """Long pauses beside their convention; empty where nobody listened to the sound."""
    rate = per_minute(total.long_pauses, total)
    if rate is None:
        return ""
    rated = f", {rate:.1f} a minute" if total.long_pauses else ""
    return (
        f"{capital(count(total.long_pauses or 0, 'pause'))} of two seconds or more{rated}; by convention up to "
        f"{LONG_PAUSES.high:.0f} a minute are usual."
    )


def about_pauses(total: Figures) -> str:
    """The same with who says so."""
    told = long_pauses(total)
    return told and f"{told} {LONG_PAUSES.source}"


def shaded(convention: Convention) -> str:
    """What the band of a chart is, and who says so."""
    return f"Shaded: what is usual by convention, {extent(convention)}. {convention.source}"


def caveats(delivery: ReportDelivery) -> tuple[str, ...]:
    """What to know before one reads the figures."""
    microphone = any(answer.clock is Clock.MICROPHONE for answer in delivery.answers)
    return (*delivery.caveats, _OPEN_MICROPHONE) if microphone else delivery.caveats


def extent(convention: Convention) -> str:
    """A convention's range in words.

    >>> extent(Convention(name="", figure="", unit="per 100 words", high=6, source=""))
    'up to 6 per 100 words'
    """
    low, high = (None if value is None else _number(value) for value in (convention.low, convention.high))
    if low is not None and high is not None:
        return f"{low} to {high} {convention.unit}"
    return f"{'up to' if low is None else 'from'} {high or low} {convention.unit}"


def _number(value: float) -> str:
    return {1 / 3: "a third", 2 / 3: "two thirds"}.get(value, f"{value:g}")


def name_of(question: QuestionReport, turn: int) -> str:
    """What an answer is called: by its question, and by its place where the candidate gave several.

    >>> from types import SimpleNamespace as It
    >>> said = [It(seq=n, speaker=s, intent=None) for n, s in enumerate((*Speaker, *Speaker), 1)]
    >>> own = [turn.seq for turn in said if turn.speaker is Speaker.CANDIDATE]
    >>> [name_of(It(number=2, turns=turns), own[-1]) for turns in (said, said[2:])]
    ['2, answer 2', '2']
    """
    answers = [own.seq for own in question.turns if _is_answer(own)]
    return f"{question.number}, answer {answers.index(turn) + 1}" if len(answers) > 1 else f"{question.number}"


def per_100(value: float) -> str:
    """
    >>> per_100(4.3478), per_100(12.6), per_100(0)
    ('4.3', '13', '0')
    """
    return f"{value:.0f}" if value >= 9.95 else f"{value:.1f}".removesuffix(".0")


# --- the table --------------------------------------------------------------------------------------------------


def table(report: Report) -> Table:
    """The figures of each spoken answer, the rows in the order of the interview."""
    if report.delivery is None:
        return Table((), ())
    notes: dict[str, str] = {}
    rows = []
    for question in report.questions:
        for place, answer in enumerate(question.spoken):
            time = _time(question.spoken, place)
            rows.append(_row(name_of(question, answer.delivery.turn), answer.delivery, time, notes))
    if len(rows) > 1:
        every = _row(ALL, report.delivery.total, "", notes)
        partly = [any(row[place].note for row in rows) and not cell.note for place, cell in enumerate(every)]
        rows.append(tuple(_partial(cell, notes) if some else cell for cell, some in zip(every, partly, strict=True)))
    return Table(tuple(rows), tuple((letter, why) for why, letter in notes.items()))


def _partial(cell: Cell, notes: dict[str, str]) -> Cell:
    return replace(cell, note=_letter(_SOME, notes))


def _letter(why: str, notes: dict[str, str]) -> str:
    return notes.setdefault(why, chr(ord("a") + len(notes)))


def _row(name: str, said: Figures, deserved: str, notes: dict[str, str]) -> tuple[Cell, ...]:
    def known(text: str | None, why: str) -> Cell:
        return Cell("–", note=_letter(why, notes)) if text is None else Cell(text)

    rates = _NO_TIME if said.seconds is None else _TOO_SHORT
    no_articulation = _NO_SOUND if said.paused_seconds is None else rates
    time = known(None if said.seconds is None else duration(said.seconds), _NO_TIME)
    pauses = None if said.pauses is None else str(said.pauses)
    longest = f"longest {said.longest_pause:.1f} s" if said.pauses and said.longest_pause is not None else ""
    return (
        Cell(name),
        Cell(f"{said.words:,}"),
        Cell(time.text, deserved, time.note),
        known(None if said.words_per_minute is None else f"{said.words_per_minute:.0f}", rates),
        known(None if said.articulation_rate is None else f"{said.articulation_rate:.0f}", no_articulation),
        Cell(str(said.fillers), _which(said.filler_words)),
        Cell(str(said.hedges)),
        Cell(str(said.repetitions)),
        Cell(pauses, longest) if pauses is not None else known(None, _NO_SOUND),
        known(None if said.first_word is None else f"{said.first_word:.1f} s", _NO_START),
    )


def _time(spoken: Sequence[SpokenAnswer], place: int) -> str:
    """The time that is usual for the question, once for each: it is for all answers to it together."""
    answer: Delivery = spoken[place].delivery
    if place:
        return ""
    low, high = (_clock(seconds) for seconds in answer.expected_seconds)
    seconds = [one.delivery.seconds for one in spoken if one.delivery.seconds is not None]
    together = f"together {duration(sum(seconds))}; " if len(spoken) > 1 and seconds else ""
    return f"{together}usual {low} to {high} min"


def _clock(seconds: float) -> str:
    """
    >>> _clock(100), _clock(239.6)
    ('1:40', '4:00')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _which(words: tuple[tuple[str, int], ...]) -> str:
    """
    >>> _which((("um", 5), ("like", 1)))
    'um 5, like 1'
    """
    shown = len(words) if len(words) <= MOST_FILLERS else MOST_FILLERS - 1
    named = [f"{word} {times}" for word, times in words[:shown]]
    others = sum(times for _, times in words[shown:])
    return ", ".join([*named, *([f"others {others}"] if others else [])])


def earlier_rows(delivery: ReportDelivery) -> list[tuple[str, ...]]:
    """The earlier interviews, a row each and this one last; a dash where a figure is not known."""
    past = [(day(one.at.astimezone(UTC)), one) for one in delivery.past]
    return [_earlier(name, said) for name, said in (*past, ("This interview", delivery.total))]


def _earlier(name: str, said: Figures) -> tuple[str, ...]:
    return (
        name,
        *("–" if rate is None else f"{rate:.0f}" for rate in (said.words_per_minute, said.articulation_rate)),
        "–" if said.fillers_per_100 is None else per_100(said.fillers_per_100),
        *("–" if span is None else f"{span:.1f} s" for span in (said.longest_pause, said.first_word)),
    )
