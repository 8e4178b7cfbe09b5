"""What the charts of delivery show, for every face that draws them: values and places, no colours.

Each chart has the candidate's earlier interviews on the left, by date and up to this one, and this one's answers on the
right. What is usual by convention is a band behind them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from enum import StrEnum

from interviewer.delivery.conventions import FILLERS, PACE
from interviewer.domain.delivery import Convention, Figures
from interviewer.domain.report import Report, ReportDelivery
from interviewer.report.delivery import extent, name_of, per_100
from interviewer.report.wording import day

_NARROWEST, _WIDEST = 0.3, 0.5
"""The share of the width that earlier interviews have, at least and at most."""

_SLOT = 0.6
"""How wide an earlier interview is beside an answer."""

_TICKS = 4.5
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)

LABELLED = 10
"""With more answers than these their values would overlap, and are left to the tooltips and the table."""


class Kind(StrEnum):
    EARLIER = "earlier"
    NOW = "now"
    ANSWER = "answer"


@dataclass(frozen=True)
class Mark:
    """A value at ``x``, 0 to 1 of the width. ``name`` is what it is of, ``said`` the value with its unit, ``short`` the
    value alone, empty where there is no room; ``above`` says where that stands."""

    x: float
    value: float
    kind: Kind
    name: str
    said: str
    short: str = ""
    above: bool = True


@dataclass(frozen=True)
class Series:
    """The marks of one figure, the earliest first. ``name`` is empty where the chart has only this one."""

    name: str
    marks: tuple[Mark, ...]

    @property
    def line(self) -> tuple[Mark, ...]:
        """The marks that a line joins: the earlier interviews and this one."""
        return tuple(mark for mark in self.marks if mark.kind is not Kind.ANSWER)


@dataclass(frozen=True)
class Chart:
    """A chart from ``low`` to ``high`` with ``ticks`` between. ``band`` is the convention's range within those,
    ``places`` are the words below at their x."""

    title: str
    series: tuple[Series, ...]
    low: float
    high: float
    ticks: tuple[float, ...]
    places: tuple[tuple[float, str], ...]
    convention: Convention | None = None
    band: tuple[float, float] | None = None

    @property
    def alt(self) -> str:
        """Everything that the chart shows, in words."""
        told = [f"{self.title}."]
        if self.convention is not None:
            told.append(f"By convention {extent(self.convention)} are usual.")
        for series in self.series:
            marks = "; ".join(f"{mark.name}: {mark.said}" for mark in series.marks)
            told.append(f"{series.name}. {marks}." if series.name else f"{marks}.")
        return " ".join(told)


def charts(report: Report, zone: tzinfo | None = UTC) -> tuple[Chart, ...]:
    """Pace, fillers, and what is told from the sound: those of them that anything is known of."""
    if report.delivery is None:
        return ()
    places = _Places(report, report.delivery, zone)
    pace = places.series("", lambda said: said.words_per_minute, "{:.0f}", "words a minute")
    fillers = places.series("", lambda said: said.fillers_per_100, per_100, "in 100 words")
    pause = places.series("Longest pause", lambda said: said.longest_pause, "{:.1f}", "s")
    first = places.series("Time to the first word", lambda said: said.first_word, "{:.1f}", "s")
    timed = tuple(series for series in _apart(pause, first) if series.marks)
    title = "Pauses and the first word" if len(timed) > 1 else "".join(series.name for series in timed)
    found = [
        places.chart("Words a minute", (pace,), PACE, from_zero=False),
        places.chart("Fillers in 100 words", (fillers,), FILLERS),
        places.chart(f"{title}, in seconds", timed),
    ]
    return tuple(chart for chart in found if chart is not None)


def reading(report: Report) -> str:
    """How to read the charts, in a sentence; empty where they show answers only."""
    if report.delivery is None:
        return ""
    right = "the numbers are the questions"
    if not report.delivery.past:
        return f"Each mark is an answer; {right}."
    return f"Left: your own earlier interviews, up to this one. Right: each answer of this one; {right}."


class _Places:
    """Where everything stands from left to right."""

    def __init__(self, report: Report, delivery: ReportDelivery, zone: tzinfo | None) -> None:
        self._before: list[tuple[float, Figures, Kind, str]] = []
        self._answers: list[tuple[float, Figures, Kind, str]] = []
        self._below: list[tuple[float, str]] = []
        earlier = len(delivery.past)
        spoken = [(question, answer.delivery) for question in report.questions for answer in question.spoken]
        wide = (earlier + 1) * _SLOT
        share = min(max(wide / (wide + len(spoken)), _NARROWEST), _WIDEST) if earlier else 0.0
        if earlier:
            for place, one in enumerate(delivery.past):
                self._before.append(
                    (share * (place + 0.5) / (earlier + 1), one, Kind.EARLIER, day(one.at.astimezone(zone)))
                )
            now = share * (earlier + 0.5) / (earlier + 1)
            self._before.append((now, delivery.total, Kind.NOW, "This interview"))
            first = delivery.past[0].at.astimezone(zone)
            self._below += [(self._before[0][0], " ".join(day(first).split()[:-1])), (now, "now")]
        shown = 0
        for place, (question, said) in enumerate(spoken):
            x = share + (1 - share) * (place + 0.5) / len(spoken)
            self._answers.append((x, said, Kind.ANSWER, f"Question {name_of(question, said.turn)}"))
            if question.number != shown:
                shown = question.number
                self._below.append((x, str(shown)))

    def series(
        self, name: str, figure: Callable[[Figures], float | None], form: str | Callable[[float], str], unit: str
    ) -> Series:
        marks = []
        labelled = len(self._answers) <= LABELLED
        for x, said, kind, whose in (*self._before, *self._answers):
            value = figure(said)
            if value is not None:
                short = form.format(value) if isinstance(form, str) else form(value)
                shown = short if kind is Kind.NOW or (kind is Kind.ANSWER and labelled) else ""
                marks.append(Mark(x, value, kind, whose, f"{short} {unit}", shown))
        return Series(name, tuple(marks))

    def chart(
        self, title: str, series: Sequence[Series], convention: Convention | None = None, *, from_zero: bool = True
    ) -> Chart | None:
        """None where there is nothing to show."""
        values = [mark.value for one in series for mark in one.marks]
        if not values:
            return None
        edges = [] if convention is None else [v for v in (convention.low, convention.high) if v is not None]
        low, high, ticks = _scale([*values, *edges], from_zero=from_zero)
        band = None
        if convention is not None:
            band = (
                0.0 if convention.low is None else convention.low,
                high if convention.high is None else convention.high,
            )
        return Chart(title, tuple(series), low, high, ticks, tuple(self._below), convention, band)


def _scale(values: Sequence[float], *, from_zero: bool) -> tuple[float, float, tuple[float, ...]]:
    """Ends with room for all values and their labels, and two to five round ticks between.

    >>> _scale([120, 160, 210], from_zero=False)
    (105.0, 225.0, (150, 200))
    >>> _scale([0, 2.5, 6], from_zero=True)
    (-1.2, 7.2, (0, 2, 4, 6))
    """
    bottom, top = 0.0 if from_zero else float(min(values)), float(max(max(values), 1.0))
    room = 0.2 * top if from_zero else max(15.0, 0.15 * (top - bottom))
    low, high = round(bottom - room, 6), round(top + room, 6)
    step = next(
        (step for step in _STEPS if (high - low) / step <= _TICKS), 2 ** math.ceil(math.log2((high - low) / _TICKS))
    )
    first = math.ceil(max(low, 0.0) / step)
    return low, high, tuple(n * step for n in range(first, math.floor(high / step) + 1))


def _apart(one: Series, other: Series) -> tuple[Series, Series]:
    """Two figures of the same answers with their labels on the sides that keep them apart: the higher one's above."""
    at = {mark.x: mark.value for mark in other.marks}
    up = {mark.x for mark in one.marks if mark.value >= at.get(mark.x, -1.0)}
    return (
        Series(one.name, tuple(replace(mark, above=mark.x in up) for mark in one.marks)),
        Series(other.name, tuple(replace(mark, above=mark.x not in up) for mark in other.marks)),
    )
