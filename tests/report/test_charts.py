"""The charts of delivery: everything in its place, and everything that they show in words, too."""

from __future__ import annotations

import doctest
from datetime import timedelta, timezone
from itertools import pairwise

import pytest

from interviewer.delivery.conventions import FILLERS, PACE
from interviewer.domain.interview import ExchangeStatus
from interviewer.domain.report import EarlierDelivery, Report
from interviewer.domain.words import Intent
from interviewer.report import charts as module
from interviewer.report import html
from interviewer.report.charts import LABELLED, Chart, Kind, Mark, charts, reading
from tests.report.aloud import PLAIN, said, talk, understood
from tests.report.sample import BEGAN, interview
from tests.report.test_delivery import before, spoken_and_typed, told


def marks(chart: Chart) -> list[Mark]:
    return [mark for series in chart.series for mark in series.marks]


def many(answers: int, past: int = 0) -> Report:
    held = interview(*[("overfitting", [(PLAIN, Intent.ANSWER)], ExchangeStatus.CLOSED)] * answers)
    spoken = tuple(said(2 * n, PLAIN, 100 + 5 * n) for n in range(1, answers + 1))
    return told(held.model_copy(update={"spoken": spoken}), *(before(n) for n in range(1, past + 1)))


def test_each_chart_says_in_words_all_that_it_shows() -> None:
    pace, fillers, timing = charts(spoken_and_typed())
    assert pace.alt == (
        "Words a minute. By convention 125 to 210 words per minute are usual. 30 January 2026: 100 words a minute; "
        "20 February 2026: 130 words a minute; This interview: 74 words a minute; Question 1, answer 1: 86 words a "
        "minute; Question 1, answer 3: 60 words a minute."
    )
    assert fillers.alt.startswith("Fillers in 100 words. By convention up to 6 per 100 words are usual. ")
    assert "Longest pause. This interview: 3.0 s; Question 1, answer 1: 3.0 s" in timing.alt
    assert "Time to the first word. This interview: 2.8 s; Question 1, answer 1: 1.5 s" in timing.alt


@pytest.mark.parametrize("past", [0, 1, 10])
@pytest.mark.parametrize("answers", [1, 2, 12])
def test_marks_go_from_left_to_right_in_the_order_of_time_and_stay_inside(answers: int, past: int) -> None:
    for chart in charts(many(answers, past)):
        for series in chart.series:
            places = [mark.x for mark in series.marks]
            assert all(left < right for left, right in pairwise(places))
            assert all(0 < place < 1 for place in places)
            kinds = [mark.kind for mark in series.marks]
            assert kinds == sorted(kinds, key=[Kind.EARLIER, Kind.NOW, Kind.ANSWER].index)
            assert kinds.count(Kind.NOW) == (1 if past else 0)
        assert all(chart.low < mark.value < chart.high for mark in marks(chart))
        assert all(chart.low <= tick <= chart.high for tick in chart.ticks)
        assert 2 <= len(chart.ticks) <= 5


def test_the_band_is_the_conventions_range() -> None:
    pace, fillers, timing = charts(many(2))
    assert (pace.band, pace.convention) == ((PACE.low, PACE.high), PACE)
    assert (fillers.band, fillers.convention) == ((0, FILLERS.high), FILLERS)
    assert (timing.band, timing.convention) == (None, None)
    assert all(chart.low <= chart.band[0] < chart.band[1] <= chart.high for chart in (pace, fillers) if chart.band)


def test_the_line_goes_from_ones_own_past_to_now_and_not_on_to_the_answers() -> None:
    (pace, *_) = charts(many(3, past=4))
    line = pace.series[0].line
    assert [mark.kind for mark in line] == [Kind.EARLIER] * 4 + [Kind.NOW]
    assert charts(many(3))[0].series[0].line == ()


def test_below_stand_the_first_date_now_and_the_questions() -> None:
    words = [word for _, word in charts(spoken_and_typed())[0].places]
    assert words == ["30 January", "now", "1"]
    assert "Left: your own earlier interviews" in reading(spoken_and_typed())
    assert "Left" not in reading(many(2))


def test_dates_are_those_of_the_readers_zone() -> None:
    late = EarlierDelivery(at=BEGAN.replace(hour=23) - timedelta(days=3), words=50, words_per_minute=150)
    report = told(talk(PLAIN, spoken=[said(2, PLAIN)]), late)
    east = timezone(timedelta(hours=9))
    assert charts(report)[0].series[0].marks[0].name == "26 February 2026"
    assert charts(report, east)[0].series[0].marks[0].name == "27 February 2026"


def test_the_higher_of_two_values_of_an_answer_is_labelled_above_and_the_other_below() -> None:
    report = told(
        talk(PLAIN, PLAIN, spoken=[said(2, PLAIN, pauses={3: 2.0}, first_word=5), said(4, PLAIN, pauses={3: 9.0})])
    )
    pause, first = charts(report)[-1].series
    assert [mark.above for mark in pause.marks] == [False, True]
    assert [mark.above for mark in first.marks] == [True, False]


def test_many_answers_are_shown_without_their_values_which_would_overlap() -> None:
    assert all(mark.short for mark in marks(charts(many(LABELLED))[0]))
    assert not any(mark.short for mark in marks(charts(many(LABELLED + 1))[0]))


def test_nothing_is_drawn_of_what_is_not_known() -> None:
    assert [chart.title for chart in charts(told(talk(PLAIN, spoken=[understood(2, PLAIN)])))] == [
        "Words a minute",
        "Fillers in 100 words",
    ]
    assert charts(told(talk("No.", spoken=[understood(2, "No.", None)]))) == ()
    assert charts(told(talk(PLAIN))) == ()
    assert reading(told(talk(PLAIN))) == ""
    only = told(talk("No.", spoken=[understood(2, "No.", None).model_copy(update={"first_word": 2.0})]))
    assert [chart.title for chart in charts(only)] == ["Time to the first word, in seconds"]


def test_an_extreme_value_stays_on_the_chart() -> None:
    report = told(talk(PLAIN, spoken=[said(2, PLAIN, pauses={3: 4000.0}, first_word=0.0)]))
    for chart in charts(report):
        assert all(chart.low < mark.value < chart.high for mark in marks(chart))
        assert 2 <= len(chart.ticks) <= 5


def test_every_mark_of_every_chart_is_in_the_html_file_within_its_picture() -> None:
    report = spoken_and_typed()
    source = html.render(report)
    assert source.count("<circle") == sum(len(marks(chart)) for chart in charts(report))
    assert source.count('class="band"') == 2
    for chart in charts(report):
        assert f'aria-label="{chart.alt}"' in source


def test_the_examples_in_the_code_hold() -> None:
    assert doctest.testmod(module).failed == 0
